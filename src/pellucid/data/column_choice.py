"""What a column of a table is: numbers, yes and no, categories, or nothing to learn from; and what is said about it."""

from __future__ import annotations

import numpy as np

from pellucid.core.errors import DataError
from pellucid.data.columns import (
    MISSING_CATEGORY,
    BooleanColumn,
    CategoryColumn,
    Column,
    all_numbers,
    as_numbers,
    as_text,
    as_truth,
    fit_categories,
    fit_numbers,
    missing_values,
)
from pellucid.data.csv_files import is_number_text

Choice = tuple[Column | None, str]
"""A fitted column, or None where it is left out; and a note, empty where there is nothing to say."""


def choose_column(name: str, values: np.ndarray, most: int, identifiers: str) -> Choice:
    """Find what a column is and fit it.

    Args:
        name: Of the column.
        values: One per row, as tables have them.
        most: Most features that categories become.
        identifiers: ``"drop"`` or ``"refuse"`` text that is different in nearly every row.

    Raises:
        DataError: A value in a column of numbers is none, or the column holds identifiers that are to be refused.

    >>> choose_column("port", np.array(["A", "B", "A"], dtype=object), 10, "drop")
    (CategoryColumn(name='port', categories=('A', 'B')), '')
    >>> choose_column("port", np.array(["A", "A", "A"], dtype=object), 10, "drop")
    (None, 'port: left out (always the same value).')
    """
    missing = missing_values(values)
    if missing.all():
        return _left_out(name, "no values")
    if (truth := as_truth(values)) is not None:
        same = len(np.unique(truth[~missing])) < 2 and not missing.any()
        return (
            _left_out(name, "always the same value")
            if same
            else (BooleanColumn(name, bool(missing.any())), "")
        )
    numbers = all_numbers(values)
    if numbers is not None:
        return _numbers(name, numbers)
    return _categories(name, values, missing, most, identifiers)


def _numbers(name: str, numbers: np.ndarray) -> Choice:
    known = numbers[~np.isnan(numbers)]
    missing = len(numbers) - len(known)
    if np.ptp(known) == 0:
        return _left_out(
            name, "always the same number" + (" where there is one" if missing else "")
        )
    if len(known) > 10 and not missing and (np.diff(known) == 1).all():
        return _left_out(name, "row numbers")
    column = fit_numbers(name, numbers)
    filled = (
        f"{name}: {missing} missing values were filled with the median {column.fill:g} and flagged."
    )
    return column, filled if missing else ""


def _categories(
    name: str, values: np.ndarray, missing: np.ndarray, most: int, identifiers: str
) -> Choice:
    texts = as_text(values)
    known = int((~missing).sum())
    different = len(set(texts)) - bool(missing.any())
    if different == 1 and not missing.any():
        return _left_out(name, "always the same value")
    if different > most:
        _refuse_bad_number(name, values)
        if different > known // 2:
            return _identifier(name, different, known, identifiers)
    column = fit_categories(name, texts, most)
    return column, _category_note(column, int(missing.sum()), len(set(texts)))


def _category_note(column: CategoryColumn, missing: int, different: int) -> str:
    rare = different - len(column.categories) + 1
    parts = [f"{missing} missing values became the category {MISSING_CATEGORY}"] if missing else []
    parts += [f"the {rare} rarest categories share one feature"] if rare > 1 else []
    return f"{column.name}: {'; '.join(parts)}." if parts else ""


def _identifier(name: str, different: int, known: int, identifiers: str) -> Choice:
    why = f"{different} different texts in {known} rows look like identifiers"
    if identifiers == "refuse":
        raise DataError(
            f"column '{name}'",
            f"{why}; a network cannot learn from them.",
            f"drop the column '{name}', derive a category from it, or TablePreprocessor(identifiers='drop')",
        )
    return _left_out(name, why)


def _left_out(name: str, why: str) -> Choice:
    return None, f"{name}: left out ({why})."


def _refuse_bad_number(name: str, values: np.ndarray) -> None:
    """Refuse a column of numbers with a few values that are none, rather than take it for categories."""
    known = [field for field in values if field is not None]
    bad = [field for field in known if not is_number_text(field)]
    if len(bad) <= len(known) // 10:
        as_numbers(values, name)
