"""Batches from a folder with a folder for each class: what ``flow_from_directory`` gives."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.errors import DataError
from pellucid.keras.preprocessing.image.files import FileIterator, check_mode, join
from pellucid.keras.preprocessing.image.settings import part
from pellucid.keras.utils.folders import files_below, folder_of

MODES = ("categorical", "binary", "sparse", "input", None)


class DirectoryIterator(FileIterator):
    """Endless batches of the images below a folder; the folders in it are the classes.

    Args:
        directory: The folder.
        image_data_generator: Varies and scales the images.
        target_size: ``(height, width)`` that all images get.
        color_mode: ``"rgb"``, ``"rgba"`` or ``"grayscale"``.
        classes: The folders that count, in the order of their numbers; all, sorted, when omitted.
        class_mode: ``"categorical"`` (one-hot), ``"sparse"`` or ``"binary"`` (numbers), ``"input"`` (the image itself)
            or None (no targets).
        batch_size: Images of a batch.
        shuffle: Whether each epoch has its own order.
        seed: A number for the same batches in every run.
        follow_links: Whether links to folders are followed.
        subset: ``"training"`` or ``"validation"``, the part of each class that ``validation_split`` says.
        **options: Those of :class:`~.files.FileIterator`.

    Attributes:
        class_indices: Names of classes to their numbers.
        classes: The number of each image's class.
        filenames: The images' paths below the folder.
        samples: How many there are.
    """

    def __init__(
        self,
        directory: Any,
        image_data_generator: Any,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        follow_links: bool = False,
        subset: str | None = None,
        **options: Any,
    ):
        check_mode(class_mode, MODES)
        self.directory = folder_of("flow_from_directory", directory)
        names = list(classes) if classes else _folders(self.directory)
        self.num_classes = len(names)
        self.class_indices = {name: number for number, name in enumerate(names)}
        split = getattr(image_data_generator, "_validation_split", 0.0)
        begin, end = part(split, subset)
        self.filenames, numbers = [], []
        for number, name in enumerate(names):
            found = files_below(Path(self.directory, name), self.white_list_formats, follow_links)
            chosen = found[int(begin * len(found)) : int(end * len(found))]
            self.filenames += [os.path.join(name, file) for file in chosen]
            numbers += [number] * len(chosen)
        self.classes = np.array(numbers, np.int32)
        sys.stdout.write(f"Found {len(numbers)} images belonging to {self.num_classes} classes.\n")
        if not numbers:
            raise DataError(
                "flow_from_directory",
                f"there are no images in folders below {self.directory}; it has {names or 'no folders'}.",
                "put the images into a folder for each class: data/cats/1.jpg, data/dogs/2.jpg",
            )
        super().__init__(
            image_data_generator, target_size, color_mode, class_mode, batch_size, shuffle, seed,
            join(self.directory, self.filenames), **options,
        )  # fmt: skip


def _folders(directory: str) -> list[str]:
    return sorted(each.name for each in os.scandir(directory) if each.is_dir())
