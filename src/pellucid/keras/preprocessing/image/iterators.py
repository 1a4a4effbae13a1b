"""Endless batches: the base of all that image generators flow from."""

from __future__ import annotations

import threading
from collections.abc import Iterator as Endless
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.errors import UsageError
from pellucid.keras.preprocessing.image.pictures import array_to_img
from pellucid.keras.utils.batches import PyDataset
from pellucid.keras.utils.chance import GLOBAL


class Iterator(PyDataset):
    """Batches of indices without end, and by number; what a batch holds is the subclass's.

    Args:
        n: How many rows there are.
        batch_size: Rows of a batch; the last one of an epoch may have fewer.
        shuffle: Whether each epoch has its own order.
        seed: A number for the same batches in every run; None draws from ``numpy.random``.
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None, **options: Any):
        super().__init__(**options)
        self.n, self.batch_size = n, batch_size
        self.shuffle, self.seed = shuffle, seed
        self.batch_index = 0
        self.total_batches_seen = 0
        self.index_array: Any = None
        self.lock = threading.Lock()

    def __len__(self) -> int:
        return (self.n + self.batch_size - 1) // self.batch_size

    def __iter__(self) -> Endless[Any]:
        return self

    def __getitem__(self, index: int) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(f"there are {len(self)} batches, from 0; batch {index} was asked for")
        random = self._random()
        self.total_batches_seen += 1
        if self.index_array is None:
            self.index_array = self._order(random)
        return self._batch(self.index_array[index * self.batch_size :][: self.batch_size], random)

    def __next__(self) -> Any:
        with self.lock:
            random = self._random()
            if self.batch_index == 0 or self.index_array is None:
                self.index_array = self._order(random)
            start = self.batch_index * self.batch_size
            chosen = self.index_array[start : start + self.batch_size]
            self.batch_index = (self.batch_index + 1) % max(len(self), 1)
            self.total_batches_seen += 1
        return self._batch(chosen, random)

    def next(self) -> Any:
        """Return the next batch."""
        return next(self)

    def reset(self) -> None:
        """Begin the epoch again."""
        self.batch_index = 0

    def on_epoch_end(self) -> None:
        """Choose the order of the next epoch."""
        self.index_array = self._order(self._random())

    def _random(self) -> Any:
        """Return where chance comes from: a state of this batch's own under a seed, else the global one."""
        if self.seed is None:
            return GLOBAL
        return np.random.RandomState(self.seed + self.total_batches_seen)

    def _order(self, random: Any) -> np.ndarray:
        return random.permutation(self.n) if self.shuffle else np.arange(self.n)

    def _batch(self, chosen: np.ndarray, random: Any) -> Any:
        """Return the batch of these rows; a subclass of the user's may give it without the source of chance."""
        return self._get_batches_of_transformed_samples(chosen)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        raise UsageError(
            type(self).__name__,
            "a subclass of Iterator says how a batch is made of row numbers.",
            "def _get_batches_of_transformed_samples(self, index_array): ...",
        )


def save_pictures(
    images: np.ndarray,
    chosen: np.ndarray,
    data_format: str,
    save_to_dir: Any,
    save_prefix: str,
    save_format: str,
    random: Any,
) -> None:
    """Save a batch as picture files, if a folder is named."""
    if not save_to_dir:
        return
    for image, number in zip(images, chosen, strict=True):
        name = f"{save_prefix}_{number}_{random.randint(10_000_000)}.{save_format}"
        array_to_img(image, data_format, scale=True).save(Path(save_to_dir, name))
