"""Fitted columns as plain data for a model file: descriptions for JSON, numbers as arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pellucid.data.columns import KINDS, Column, NumberColumn

NUMBERS = ("mean", "scale", "fill")
"""What a column of numbers keeps in arrays, to the last bit."""


MOST_LABEL_BYTES = 64 << 20
"""NumPy gives each label the room of the longest one; a crafted list must not make that gigabytes."""


def column_state(columns: Sequence[Column]) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """Return a description of each column, and the numbers of the columns of numbers.

    >>> column_state([NumberColumn("age", 30.0, 5.0, 29.0, False)])[0]
    [{'kind': 'number', 'name': 'age', 'flagged': False}]
    """
    numeric = [column for column in columns if isinstance(column, NumberColumn)]
    arrays = {
        field: np.array([getattr(column, field) for column in numeric], dtype=np.float64)
        for field in NUMBERS
    }
    return [_describe(column) for column in columns], arrays


def restore_columns(
    described: Sequence[Mapping[str, Any]], arrays: Mapping[str, np.ndarray]
) -> list[Column]:
    """Make columns from :func:`column_state`'s answer.

    Raises:
        KeyError, TypeError, ValueError, StopIteration: The data are not of that form.
    """
    numbers = iter(zip(*(arrays[field] for field in NUMBERS), strict=True))
    return [_restore(entry, numbers) for entry in described]


def restore_classes(labels: Sequence[Any] | None) -> np.ndarray | None:
    """Make class labels from the list in a description.

    Raises:
        TypeError, ValueError: They are neither texts, numbers nor booleans, or would take too much memory.

    >>> restore_classes(["no", "yes"])
    array(['no', 'yes'], dtype='<U3')
    """
    if labels is None:
        return None
    if not all(isinstance(label, (str, int, float)) for label in labels):
        raise TypeError("class labels are neither texts nor numbers")
    longest = max((len(label) for label in labels if isinstance(label, str)), default=1)
    if 4 * longest * len(labels) > MOST_LABEL_BYTES:
        raise ValueError("class labels are too long")
    return np.array(labels)


def _describe(column: Column) -> dict[str, Any]:
    kind = next(name for name, cls in KINDS.items() if type(column) is cls)
    fields = dataclasses.asdict(column)
    kept = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in fields.items()
        if key not in NUMBERS
    }
    return {"kind": kind, **kept}


def _restore(entry: Mapping[str, Any], numbers: Iterator[tuple[Any, ...]]) -> Column:
    cls, name = KINDS[entry["kind"]], str(entry["name"])
    if entry["kind"] == "number":
        return cls(name, *(float(value) for value in next(numbers)), bool(entry["flagged"]))
    if entry["kind"] == "boolean":
        return cls(name, bool(entry["flagged"]))
    return cls(name, tuple(str(category) for category in entry["categories"]))
