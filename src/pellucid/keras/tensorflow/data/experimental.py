"""``tf.data.experimental``: names that moved to ``tf.data`` and its ``Dataset`` since."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from pellucid.keras.tensorflow.data.dataset import Dataset
from pellucid.keras.tensorflow.facade import facade

AUTOTUNE = -1
INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2

__getattr__, __dir__ = facade(
    __name__,
    {
        "pellucid.keras.tensorflow.data": "Options",
        "pellucid.keras.tensorflow.data.comma": "CsvDataset make_csv_dataset",
        __name__: """AUTOTUNE INFINITE_CARDINALITY UNKNOWN_CARDINALITY cardinality get_single_element
            shuffle_and_repeat Counter=count_up""",
    },
)


def cardinality(dataset: Dataset) -> Any:
    """Return how many elements there are, -1 for ever more, -2 if that is not known."""
    return dataset.cardinality()


def get_single_element(dataset: Dataset) -> Any:
    """Return the one element of a data set."""
    return dataset.get_single_element()


def shuffle_and_repeat(
    buffer_size: int, count: int | None = None, seed: int | None = None
) -> Callable[[Dataset], Dataset]:
    """Return what ``apply`` takes to shuffle and repeat."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


def count_up(start: int = 0, step: int = 1, **more: Any) -> Dataset:
    """Return whole numbers without end, ``tf.data.experimental.Counter``."""
    return Dataset.from_generator(lambda: count(start, step), "int32")
