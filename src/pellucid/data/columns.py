"""The kinds of columns of a table and how each becomes numbers: scaled numbers, 0/1 for booleans, one-hot categories.

A fitted column is plain data (a frozen dataclass of numbers and texts), so that it can stand inside a model file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.core.errors import DataError
from pellucid.data.csv_files import is_number_text, parse_number

MISSING_CATEGORY = "(missing)"
OTHER_CATEGORY = "(other)"


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: ``(value - mean) / scale``; a missing value becomes ``fill`` and raises a flag.

    Args:
        name: Of the column.
        mean: Mean of the values that were there when it was fitted.
        scale: Their standard deviation (divided by the number of values), above 0.
        fill: Their median, which stands for a missing value.
        flagged: Whether a second feature, 0 or 1, says that the value is missing.
    """

    name: str
    mean: float
    scale: float
    fill: float
    flagged: bool

    @property
    def features(self) -> list[str]:
        """Names of the features that it becomes."""
        return [self.name, f"{self.name} is missing"] if self.flagged else [self.name]

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return ``(rows, 1)`` or, with a flag, ``(rows, 2)``."""
        numbers = as_numbers(values, self.name)
        missing = np.isnan(numbers)
        scaled = (np.where(missing, self.fill, numbers) - self.mean) / self.scale
        return np.stack([scaled, missing], axis=1) if self.flagged else scaled[:, None]


@dataclass(frozen=True)
class BooleanColumn:
    """A column of yes and no: 1 and 0; a missing value becomes 0 and raises a flag.

    Args:
        name: Of the column.
        flagged: Whether a second feature says that the value is missing.
    """

    name: str
    flagged: bool

    @property
    def features(self) -> list[str]:
        """Names of the features that it becomes."""
        return [self.name, f"{self.name} is missing"] if self.flagged else [self.name]

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return ``(rows, 1)`` or, with a flag, ``(rows, 2)``."""
        truth = as_truth(values)
        if truth is None:
            numbers = as_numbers(values, self.name)
            truth = np.where(np.isnan(numbers), np.nan, numbers != 0)
        missing = np.isnan(truth)
        known = np.where(missing, 0.0, truth)
        return np.stack([known, missing], axis=1) if self.flagged else known[:, None]


@dataclass(frozen=True)
class CategoryColumn:
    """A column of categories: one feature each, 1 for the row's category and 0 for all others.

    A category that was not there when the column was fitted counts as ``(other)`` where rare categories were put
    together under that name, else all features are 0; a missing value likewise when none was missing then.

    Args:
        name: Of the column.
        categories: The categories with a feature of their own, ``(missing)`` and ``(other)`` included.
    """

    name: str
    categories: tuple[str, ...]

    @property
    def features(self) -> list[str]:
        """Names of the features that it becomes."""
        return [f"{self.name} = {category}" for category in self.categories]

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return ``(rows, categories)``."""
        spots = {category: spot for spot, category in enumerate(self.categories)}
        other = spots.get(OTHER_CATEGORY, -1)
        found = np.array([spots.get(field, other) for field in as_text(values)])
        hot = np.zeros((len(found), len(self.categories)))
        known = np.flatnonzero(found >= 0)
        hot[known, found[known]] = 1.0
        return hot


Column = NumberColumn | BooleanColumn | CategoryColumn

KINDS: dict[str, type[Any]] = {
    "number": NumberColumn,
    "boolean": BooleanColumn,
    "category": CategoryColumn,
}
"""What a model file calls the kinds."""


def as_numbers(values: np.ndarray, name: str) -> np.ndarray:
    """Return a column as float64, NaN where a value is missing.

    Raises:
        DataError: A value is no finite number; column, row and value are named.

    >>> as_numbers(np.array(["1", None, "2.5"], dtype=object), "age")
    array([1. , nan, 2.5])
    """
    if values.dtype.kind != "O":
        numbers = values.astype(np.float64)
        if np.isinf(numbers).any():
            row = int(np.argmax(np.isinf(numbers)))
            raise DataError(
                f"column '{name}'", f"row {row} is infinite.", "replace it with a number or None"
            )
        return numbers
    parsed = [np.nan if field is None else parse_number(field) for field in values]
    if None in parsed:
        row = parsed.index(None)
        raise DataError(
            f"column '{name}'",
            f"numbers are needed, but row {row} (counted from 0) is {values[row]!r}.",
            "correct that value, or leave it empty if it is missing",
        )
    return np.array(parsed, dtype=np.float64)


def all_numbers(values: np.ndarray) -> np.ndarray | None:
    """Return a column as float64 if all its values are numbers or missing, else None.

    >>> (
    ...     all_numbers(np.array(["1", None], dtype=object)),
    ...     all_numbers(np.array(["1", "b"], dtype=object)),
    ... )
    (array([ 1., nan]), None)
    """
    if values.dtype.kind == "O" and any(
        field is not None and not is_number_text(field) for field in values
    ):
        return None
    return as_numbers(values, "")


def missing_values(values: np.ndarray) -> np.ndarray:
    """Return a mask of the rows in which a column has no value.

    >>> missing_values(np.array([1.0, np.nan])), missing_values(np.array(["a", None], dtype=object))
    (array([False,  True]), array([False,  True]))
    """
    if values.dtype.kind == "O":
        return np.array([field is None for field in values], dtype=bool)
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)


def as_truth(values: np.ndarray) -> np.ndarray | None:
    """Return a column of booleans, or of the texts true and false, as 1.0, 0.0 and NaN for missing; None for others.

    >>> as_truth(np.array(["True", "false", None], dtype=object))
    array([ 1.,  0., nan])
    """
    if values.dtype.kind == "b":
        return values.astype(np.float64)
    if values.dtype.kind != "O":
        return None
    meaning = {"true": 1.0, "false": 0.0}
    found = [np.nan if field is None else meaning.get(field.lower()) for field in values]
    nothing = None in found or all(field is None for field in values)
    return None if nothing else np.array(found, dtype=np.float64)


def as_text(values: np.ndarray) -> list[str]:
    """Return a column as texts; numbers in their shortest form, missing values as ``(missing)``.

    >>> as_text(np.array([1.0, 2.5, np.nan])), as_text(np.array(["a", None], dtype=object))
    (['1', '2.5', '(missing)'], ['a', '(missing)'])
    """
    if values.dtype.kind == "O":
        return [MISSING_CATEGORY if field is None else field for field in values]
    if values.dtype.kind == "b":
        return [str(field) for field in values.tolist()]
    return [MISSING_CATEGORY if field != field else f"{field:.15g}" for field in values.tolist()]


def fit_numbers(name: str, numbers: np.ndarray) -> NumberColumn:
    """Fit a column of numbers of which at least two differ."""
    known = numbers[~np.isnan(numbers)]
    return NumberColumn(
        name,
        float(known.mean()),
        float(known.std()),
        float(np.median(known)),
        len(known) < len(numbers),
    )


def fit_categories(name: str, texts: list[str], most: int) -> CategoryColumn:
    """Fit a column of categories; beyond ``most`` of them the rarest become ``(other)``."""
    counts = Counter(texts)
    kept = sorted(counts)
    if len(counts) > most:
        frequent = sorted(counts, key=lambda category: (-counts[category], category))[: most - 1]
        kept = [*sorted(frequent), OTHER_CATEGORY]
    return CategoryColumn(name, tuple(kept))
