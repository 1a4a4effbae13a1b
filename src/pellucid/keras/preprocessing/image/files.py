"""Batches of images that are read from files when they are needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.cores import usable
from pellucid.core.errors import ArgumentError
from pellucid.keras.preprocessing.image.iterators import Iterator, save_pictures
from pellucid.keras.preprocessing.image.pictures import CHANNELS, img_to_array, load_img
from pellucid.keras.preprocessing.image.settings import WHO


class FileIterator(Iterator):
    """Endless batches of image files; subclasses say which files, and what their targets are.

    Args:
        image_data_generator: Varies and scales the images; None leaves them as they are.
        target_size: ``(height, width)`` that all images get.
        color_mode: ``"rgb"``, ``"rgba"`` or ``"grayscale"``.
        class_mode: What the targets are; the subclass tells which it knows.
        batch_size: Images of a batch.
        shuffle: Whether each epoch has its own order.
        seed: A number for the same batches in every run.
        filepaths: The files.
        save_to_dir: A folder that is to receive each image as a picture.
        save_prefix: Of the pictures' names.
        save_format: ``"png"`` or ``"jpeg"``.
        interpolation: How sizes are changed; see ``load_img``.
        keep_aspect_ratio: Whether images are cropped to the target's shape first.
        data_format: The generator's when omitted.
        dtype: The generator's when omitted.
    """

    filenames: list[str]
    classes: Any = None
    class_indices: dict[str, int]

    def __init__(
        self,
        image_data_generator: Any,
        target_size: Any,
        color_mode: str,
        class_mode: str | None,
        batch_size: int,
        shuffle: bool,
        seed: int | None,
        filepaths: list[str],
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        data_format: str | None = None,
        dtype: Any = None,
    ):
        if color_mode not in CHANNELS:
            raise ArgumentError(
                WHO,
                f"`color_mode` must be one of {tuple(CHANNELS)}, but it is {color_mode!r}.",
                "color_mode='rgb'",
            )
        self.image_data_generator = image_data_generator
        self.target_size = tuple(target_size)
        self.color_mode, self.class_mode = color_mode, class_mode
        settings = image_data_generator
        self.data_format = data_format or getattr(settings, "data_format", "channels_last")
        self.dtype = np.dtype(dtype or getattr(settings, "dtype", "float32"))
        self.saving = (save_to_dir, save_prefix, save_format)
        self.interpolation, self.keep_aspect_ratio = interpolation, keep_aspect_ratio
        channels = CHANNELS[color_mode]
        self.image_shape = (
            (*self.target_size, channels)
            if self.data_format == "channels_last"
            else (channels, *self.target_size)
        )
        self.filepaths = filepaths
        self.samples = len(filepaths)
        super().__init__(self.samples, batch_size, shuffle, seed)

    @property
    def labels(self) -> Any:
        """The classes' numbers, or the targets themselves."""
        return self.classes

    @property
    def sample_weight(self) -> Any:
        """A weight for each image, or None."""
        return None

    def _read(self, place: int) -> np.ndarray:
        picture = load_img(
            self.filepaths[place],
            color_mode=self.color_mode,
            target_size=self.target_size,
            interpolation=self.interpolation,
            keep_aspect_ratio=self.keep_aspect_ratio,
        )
        return img_to_array(picture, self.data_format, self.dtype)

    def _batch(self, chosen: np.ndarray, random: Any) -> Any:
        images = np.empty((len(chosen), *self.image_shape), self.dtype)
        # Decoding runs outside Python's lock.
        with ThreadPoolExecutor(usable()) as pool:
            for place, image in enumerate(pool.map(self._read, chosen)):
                images[place] = image
        if self.image_data_generator is not None:
            images = self.image_data_generator.augment(images, random)
        save_pictures(images, chosen, self.data_format, *self.saving, random)
        if self.class_mode is None:
            return images
        targets = self._targets_of(chosen, images)
        if self.sample_weight is None:
            return images, targets
        return images, targets, self.sample_weight[chosen]

    def _targets_of(self, chosen: np.ndarray, images: np.ndarray) -> Any:
        if self.class_mode == "input":
            return images.copy()
        if self.class_mode == "multi_output":
            return [column[chosen] for column in self.labels]
        if self.class_mode == "raw":
            return self.labels[chosen]
        classes = [self.classes[place] for place in chosen]
        if self.class_mode in {"binary", "sparse"}:
            return np.array(classes, self.dtype)
        targets = np.zeros((len(chosen), len(self.class_indices)), self.dtype)
        for row, numbers in enumerate(classes):
            targets[row, numbers] = 1
        return targets


def check_mode(class_mode: Any, known: tuple[Any, ...]) -> None:
    """Refuse a class mode that this source of images does not know."""
    if class_mode not in known:
        raise ArgumentError(
            WHO,
            f"`class_mode` must be one of {known}, but it is {class_mode!r}.",
            "class_mode='categorical'",
        )


def join(directory: Any, names: list[str]) -> list[str]:
    """Return the files' paths."""
    return [str(Path(directory or "", name)) for name in names]
