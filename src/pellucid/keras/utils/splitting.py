"""One data set in two parts: ``split_dataset``."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.keras.tensorflow.data import Dataset
from pellucid.keras.tensorflow.data.elements import as_table, count, rows, stacked
from pellucid.keras.tensorflow.data.source import Elements, Rows

WHO = "split_dataset"


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Any, Any]:
    """Return two data sets, the left and the right part of one.

    Args:
        dataset: A ``tf.data.Dataset`` or an array, or a tuple or list of arrays of the same length.
        left_size: How many elements go left, or which part of them; what the right does not take when omitted.
        right_size: The same for the right.
        shuffle: Whether the elements are mixed before.
        seed: Of the mixing.
        preferred_backend: Accepted.

    >>> left, right = split_dataset(np.arange(4.0), left_size=0.75)
    >>> [float(x) for x in left], [float(x) for x in right]
    ([0.0, 1.0, 2.0], [3.0])
    """
    table = _table(dataset)
    total = count(table)
    left, right = _sizes(total, left_size, right_size)
    order = np.arange(total)
    if shuffle:
        np.random.RandomState(seed).shuffle(order)
    parts = order[:left], order[total - right :]
    return tuple(Dataset(Rows(rows(table, part))) for part in parts)  # pyright: ignore[reportReturnType]


def _table(dataset: Any) -> Any:
    if isinstance(dataset, Dataset):
        return stacked(list(dataset.source.elements()))
    if isinstance(dataset, (list, tuple)) and all(np.ndim(each) > 0 for each in dataset):
        return as_table(tuple(dataset))
    if isinstance(dataset, (list, tuple, dict)) or hasattr(dataset, "shape"):
        return as_table(dataset)
    if hasattr(dataset, "__iter__") or hasattr(dataset, "__getitem__"):
        return stacked(list(Elements(list(dataset)).elements()))
    raise ArgumentTypeError(
        WHO,
        f"a {type(dataset).__name__} has no elements to divide.",
        "split_dataset((x, y), left_size=0.8)",
    )


def _sizes(total: int, left: Any, right: Any) -> tuple[int, int]:
    """Return how many elements go left and right."""
    if left is None and right is None:
        raise ArgumentError(WHO, "`left_size` or `right_size` must be given.", "left_size=0.8")
    for name, size in (("left_size", left), ("right_size", right)):
        most = total if isinstance(size, int) else 1
        if size is not None and not 0 <= size <= most:
            raise ArgumentError(
                WHO,
                f"`{name}` must be from 0 to 1, or a whole number up to {total}, but it is {size}.",
                f"{name}=0.5",
            )
    first, second = (
        round(size * total) if isinstance(size, float) else size for size in (left, right)
    )
    first = total - (second or 0) if first is None else first
    second = total - first if second is None else second
    if first + second > total or not first or not second:
        raise ArgumentError(
            WHO, f"{total} elements cannot be divided into {first} and {second}.", "left_size=0.5"
        )
    return first, second
