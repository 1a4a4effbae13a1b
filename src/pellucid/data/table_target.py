"""The target column of a table: which it is, what is to be predicted, and how its values are read."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, nearest
from pellucid.data.columns import all_numbers, as_text, as_truth
from pellucid.data.csv_files import Table, as_table


def infer_task(values: Any) -> str:
    """Tell from a target column whether classes or quantities are to be predicted.

    Text and booleans are classes; so are whole numbers of which at most 20 differ, and on average at least five rows
    are alike.

    >>> infer_task(["yes", "no"]), infer_task([0, 1] * 10), infer_task([21.5, 30.0, 18.25])
    ('classification', 'classification', 'regression')
    """
    column = (
        as_table({"target": values})["target"] if not isinstance(values, np.ndarray) else values
    )
    if column.dtype.kind == "b" or as_truth(column) is not None:
        return "classification"
    numbers = all_numbers(column)
    if numbers is None:
        return "classification"
    known = numbers[~np.isnan(numbers)]
    different = len(np.unique(known))
    few = different <= min(20, max(2, len(known) // 5))
    return "classification" if few and (known == np.round(known)).all() else "regression"


def find_column(table: Table, wanted: str | int) -> str:
    """Return the name of a column that is given by name or by position.

    Raises:
        ArgumentError: There is none.

    >>> find_column({"a": np.zeros(1), "b": np.zeros(1)}, -1)
    'b'
    """
    names = list(table)
    if wanted in table:
        return str(wanted)
    if isinstance(wanted, int) or str(wanted).removeprefix("-").isdigit():
        position = int(wanted)
        if -len(names) <= position < len(names):
            return names[position]
    close = nearest(str(wanted), names)
    raise ArgumentError(
        "target",
        f"there is no column {wanted!r}; the columns are: {', '.join(names)}.",
        f"target='{close or names[-1]}'",
    )


def read_labels(values: np.ndarray, as_written: bool = False) -> np.ndarray:
    """Return class labels: booleans, whole numbers as int64, everything else as text.

    Args:
        values: The target column.
        as_written: Keep numbers as text, because the model was fitted with text.

    >>> (
    ...     read_labels(np.array(["1", "2"], dtype=object)),
    ...     read_labels(np.array(["1", "b"], dtype=object)),
    ... )
    (array([1, 2]), array(['1', 'b'], dtype='<U1'))
    """
    if values.dtype.kind == "b":
        return values
    numbers = None if as_written else all_numbers(values)
    if numbers is None or not (numbers == np.round(numbers)).all():
        return np.array(as_text(values))
    return numbers.astype(np.int64)
