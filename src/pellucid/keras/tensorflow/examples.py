"""``tensorflow.examples.tutorials.mnist.input_data``: MNIST as the first lessons of TensorFlow read it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pellucid.datasets import mnist


class DataSet:
    """Images as rows of 784 numbers from 0 to 1, and their labels, given out in batches.

    >>> rows = DataSet(np.zeros((4, 28, 28), "uint8"), np.array([3, 1, 0, 2]), one_hot=True)
    >>> images, labels = rows.next_batch(3)
    >>> images.shape, labels.shape, rows.num_examples
    ((3, 784), (3, 10), 4)
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        one_hot: bool = False,
        reshape: bool = True,
        seed: int | None = None,
    ):
        rows = np.asarray(images, "float32") / np.float32(255)
        self.images = rows.reshape(-1, 784) if reshape else rows[..., None]
        self.labels = np.eye(10)[labels] if one_hot else np.asarray(labels, "uint8")
        self.epochs_completed = 0
        self._random = np.random.default_rng(seed or 0)
        self._order = self._random.permutation(len(rows))
        self._next = 0

    @property
    def num_examples(self) -> int:
        """The number of rows."""
        return len(self.images)

    def next_batch(
        self, batch_size: int, fake_data: bool = False, shuffle: bool = True
    ) -> tuple[Any, Any]:
        """Return the next rows, in a new order after each time through all of them."""
        places = np.arange(self._next, self._next + batch_size)
        rounds, places = places // self.num_examples, places % self.num_examples
        chosen = self._order[places] if shuffle else places
        self.epochs_completed += int(rounds[-1])
        self._next = (int(places[-1]) + 1) % self.num_examples
        if rounds[-1] or self._next == 0:
            self._order = self._random.permutation(self.num_examples)
        return self.images[chosen], self.labels[chosen]


class Datasets(NamedTuple):
    """The rows to train with, to choose with, and to measure with."""

    train: DataSet
    validation: DataSet
    test: DataSet


def read_data_sets(
    train_dir: str = "",
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = "float32",
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str = "",
) -> Datasets:
    """Return MNIST: its last training rows but ``validation_size`` first ones, these, and the test rows."""
    (images, labels), tested = mnist.load_data()
    parts = [
        (images[validation_size:], labels[validation_size:]),
        (images[:validation_size], labels[:validation_size]),
        tested,
    ]
    return Datasets(*(DataSet(*part, one_hot, reshape, seed) for part in parts))
