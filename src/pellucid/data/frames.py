"""Data frames and series of any library (pandas, Polars, PyArrow, Modin, ...) as NumPy columns, through narwhals."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import DataError

_FRAME_SIGNS = (
    "__narwhals_dataframe__",
    "__narwhals_series__",
    "__dataframe__",
    "__arrow_c_stream__",
    "to_numpy",
)


def is_frame(x: Any) -> bool:
    """Tell whether ``x`` looks like a data frame or a series, without importing any frame library.

    >>> is_frame(np.zeros(3)), is_frame([1, 2])
    (False, False)
    """
    if isinstance(x, (np.ndarray, list, tuple, dict, str)):
        return False
    lazy = hasattr(x, "collect") and hasattr(x, "collect_schema")
    return lazy or any(hasattr(x, sign) for sign in _FRAME_SIGNS)


def wrap(x: Any) -> Any:
    """Return ``x`` as a narwhals DataFrame or Series; lazy frames are collected.

    Raises:
        DataError: narwhals does not know this kind of frame.
    """
    # Late: narwhals takes 25-50 ms to import, which a run on plain arrays need not pay.
    import narwhals.stable.v2 as nw

    try:
        wrapped = nw.from_native(x, allow_series=True)
    except TypeError:
        raise DataError(
            "",
            f"a {type(x).__name__} is not a data frame that is understood here.",
            "x = x.to_numpy()",
        ) from None
    return wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped


def columns(x: Any) -> dict[str, Any]:
    """Return the columns of a frame (or the one of a series) by name, as narwhals Series."""
    wrapped = wrap(x)
    if hasattr(wrapped, "columns"):
        return {str(column.name): column for column in wrapped.iter_columns()}
    return {str(wrapped.name or "value"): wrapped}


def is_series(x: Any) -> bool:
    """Tell whether the frame-like ``x`` is a single column."""
    return not hasattr(wrap(x), "columns")


def feature_names(x: Any) -> list[str] | None:
    """Return the column names of a data frame, and None for anything else.

    >>> import pandas as pd
    >>> feature_names(pd.DataFrame({"age": [1], "fare": [2]})), feature_names(np.zeros((1, 2)))
    (['age', 'fare'], None)
    """
    if not is_frame(x):
        return None
    wrapped = wrap(x)
    return [str(name) for name in wrapped.columns] if hasattr(wrapped, "columns") else None


def to_numbers(x: Any, who: str) -> np.ndarray:
    """Return a frame as (rows, columns), a series as (rows,), refusing text and missing values by name.

    Raises:
        DataError: A column holds no numbers, or a value is missing; column, row and value are named.
    """
    wrapped = wrap(x)
    if not hasattr(wrapped, "columns"):
        return _numeric(wrapped, str(wrapped.name or "value"), who)
    if not wrapped.columns:
        raise DataError(who, "the data frame has no columns.", "select the feature columns")
    parts = [_numeric(column, str(column.name), who) for column in wrapped.iter_columns()]
    table = np.empty((len(parts[0]), len(parts)), np.result_type(*parts))
    for number, part in enumerate(parts):
        table[:, number] = part
    return table


def _numeric(series: Any, column: str, who: str) -> np.ndarray:
    missing = series.is_null().to_numpy().astype(bool)
    if missing.any():
        row = int(np.argmax(missing))
        raise DataError(
            who,
            f"column '{column}' has {int(missing.sum())} missing values, the first in row {row}.",
            f"fill them, e.g. frame['{column}'] = frame['{column}'].fillna(0), or let "
            "pellucid.data.TablePreprocessor flag and fill them",
        )
    if is_numeric(series):
        return series.to_numpy()
    values = series.to_list()
    row = next((i for i, value in enumerate(values) if not is_number(value)), 0)
    raise DataError(
        who,
        f"column '{column}' holds no numbers (dtype {series.dtype}): row {row} is {values[row]!r}.",
        f"drop the column, frame.drop(columns=['{column}']), or encode it with "
        "pellucid.data.TablePreprocessor",
    )


def is_numeric(series: Any) -> bool:
    """Tell whether a narwhals Series holds numbers or booleans."""
    return series.dtype.is_numeric() or str(series.dtype) == "Boolean"


def is_number(value: Any) -> bool:
    """Tell whether a single value is a real number or a boolean."""
    return isinstance(value, (int, float, np.number, np.bool_)) and not isinstance(value, complex)
