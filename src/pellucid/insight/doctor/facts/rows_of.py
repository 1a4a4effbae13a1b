"""Reads rows off what a user gives to ``fit``: a sample of them, as they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pellucid.insight.doctor.facts.data import Column, Data, Rows

MOST_ROWS = 2000
MOST_NUMBERS = 4_000_000
"""A sample holds so many rows, and together so many numbers: 32 MB, read in a few hundredths of a second."""


def data_of(
    x: Any, y: Any, validation: Any, inputs: tuple[str, ...], outputs: tuple[str, ...]
) -> Data:
    """Return the rows as facts.

    Args:
        x: As for ``fit``, numbers.
        y: As for ``fit``, or None.
        validation: ``(x, y)`` or ``(x, y, sample_weight)``, or None.
        inputs: Names of several inputs.
        outputs: Names of several outputs.
    """
    held = None
    if isinstance(validation, (tuple, list)) and len(validation) >= 2:
        held = rows_of(validation[0], validation[1], inputs, outputs)
    return Data(rows_of(x, y, inputs, outputs), held)


def rows_of(x: Any, y: Any, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> Rows:
    """Return inputs and targets of the same rows."""
    targets = {} if y is None else columns_of(y, outputs)
    return Rows(columns_of(x, inputs), targets)


def columns_of(given: Any, names: tuple[str, ...]) -> dict[str, Column]:
    """Return arrays by name; one array has the name ``""``.

    Args:
        given: One array or frame, several in a list, or by name in a dict; None entries are left out.
        names: The names of several.
    """
    if isinstance(given, Mapping):
        return {str(k): column_of(str(k), v) for k, v in given.items() if v is not None}
    if isinstance(given, (list, tuple)) and len(names) > 1 and len(given) == len(names):
        pairs = zip(names, given, strict=True)
        return {name: column_of(name, value) for name, value in pairs if value is not None}
    return {"": column_of("", given)}


def column_of(name: str, given: Any) -> Column:
    """Return one array as facts. Text and labels of other kinds become the number of their class, in sorted order."""
    whole = np.asarray(given)
    if whole.ndim == 0:
        whole = whole.reshape(1)
    dtype = str(whole.dtype)
    if whole.dtype == object or not (np.issubdtype(whole.dtype, np.number) or whole.dtype == bool):
        whole = as_numbers(whole)
    rows = whole[sampled(len(whole), int(np.prod(whole.shape[1:], dtype=int)))]
    low, high = (float(whole.min()), float(whole.max())) if whole.size else (0.0, 0.0)
    return Column(name, rows, len(whole), dtype, low, high)


def as_numbers(values: np.ndarray) -> np.ndarray:
    """Return what is no number as numbers: as they read, else by class."""
    try:
        return values.astype(float)
    except (TypeError, ValueError):
        _, classes = np.unique(values.astype(str), return_inverse=True)
        return classes.reshape(values.shape)


def sampled(count: int, numbers: int) -> np.ndarray:
    """Return which rows the sample holds: all, or evenly spread ones, in their order.

    >>> sampled(4, 10)
    array([0, 1, 2, 3])
    >>> len(sampled(60_000, 784)), sampled(60_000, 784)[-1]
    (2000, np.int64(59999))
    """
    most = max(64, min(MOST_ROWS, MOST_NUMBERS // max(numbers, 1)))
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).astype(int)
