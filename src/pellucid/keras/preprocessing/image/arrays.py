"""Batches from arrays: what ``ImageDataGenerator.flow`` gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import DataError, ShapeError
from pellucid.keras.preprocessing.image.iterators import Iterator, save_pictures
from pellucid.keras.preprocessing.image.settings import part

WHO = "ImageDataGenerator.flow"


class NumpyArrayIterator(Iterator):
    """Endless batches of images from an array, varied by a generator.

    Args:
        x: Images (images, height, width, channels), or a pair of them and further arrays that go along unchanged.
        y: Targets, or None.
        image_data_generator: Varies and scales the images.
        batch_size: Images of a batch.
        shuffle: Whether each epoch has its own order.
        sample_weight: A weight for each image, or None.
        seed: A number for the same batches in every run.
        data_format: Accepted; the generator's holds.
        save_to_dir: A folder that is to receive each image as a picture.
        save_prefix: Of the pictures' names.
        save_format: ``"png"`` or ``"jpeg"``.
        subset: ``"training"`` or ``"validation"``, the part that the generator's ``validation_split`` says.
        ignore_class_split: Whether the two subsets may hold different classes.
        dtype: Accepted; the generator's holds.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ):
        further: list[Any] = []
        if isinstance(x, (tuple, list)) and len(x) == 2 and np.ndim(x[0]) == 4:
            further = x[1] if isinstance(x[1], list) else [x[1]]
            x = x[0]
        x = np.asarray(x)
        if x.ndim != 4:
            raise ShapeError(
                WHO,
                f"images have four axes (images, height, width, channels), but x has the shape {x.shape}.",
                "x = x.reshape(-1, 28, 28, 1)",
            )
        columns = [np.asarray(each) for each in further]
        self.y = None if y is None else np.asarray(y)
        self.sample_weight = None if sample_weight is None else np.asarray(sample_weight)
        for name, array in (
            ("y", self.y),
            ("sample_weight", self.sample_weight),
            *enumerate(columns),
        ):
            if array is not None and len(array) != len(x):
                raise DataError(
                    WHO,
                    f"x has {len(x)} images, but `{name}` has {len(array)} rows.",
                    "give both the same length",
                )
        start, stop = (
            int(len(x) * end) for end in part(image_data_generator._validation_split, subset)
        )
        if subset is not None and self.y is not None and not ignore_class_split:
            _check_classes(self.y, stop if subset == "validation" else start)
        self.x, self.x_misc = x[start:stop], [column[start:stop] for column in columns]
        self.y = None if self.y is None else self.y[start:stop]
        if self.sample_weight is not None:
            self.sample_weight = self.sample_weight[start:stop]
        self.image_data_generator = image_data_generator
        self.data_format, self.dtype = image_data_generator.data_format, image_data_generator.dtype
        self.saving = (save_to_dir, save_prefix, save_format)
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _batch(self, chosen: np.ndarray, random: Any) -> Any:
        images = self.image_data_generator.augment(self.x[chosen].astype(self.dtype), random)
        save_pictures(images, chosen, self.data_format, *self.saving, random)
        inputs = [images, *(column[chosen] for column in self.x_misc)] if self.x_misc else images
        if self.y is None:
            return inputs
        if self.sample_weight is None:
            return inputs, self.y[chosen]
        return inputs, self.y[chosen], self.sample_weight[chosen]


def _check_classes(y: np.ndarray, border: int) -> None:
    """Refuse a division that leaves a class to one side: the data are sorted."""
    if not np.array_equal(np.unique(y[:border]), np.unique(y[border:])):
        raise DataError(
            WHO,
            "training and validation would hold different classes: the rows are sorted by class.",
            "shuffle x and y together before, or ignore_class_split=True",
        )
