"""Sequences brought to one length."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError

_ENDS = ("pre", "post")


def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Return sequences of different lengths as one array: short ones are filled, long ones cut.

    Args:
        sequences: Lists of numbers, or arrays that agree in all axes but the first.
        maxlen: The length; that of the longest when omitted.
        dtype: Of the result; ``object`` for texts.
        padding: Where short ones are filled: ``"pre"`` (before, the default) or ``"post"``.
        truncating: Where long ones are cut: ``"pre"`` or ``"post"``.
        value: What they are filled with.

    Returns:
        Shape (sequences, maxlen, ...).

    >>> pad_sequences([[1], [2, 3, 4]], maxlen=2)
    array([[0, 1],
           [3, 4]], dtype=int32)
    """
    for name, end in (("padding", padding), ("truncating", truncating)):
        if end not in _ENDS:
            raise ArgumentError(
                "pad_sequences",
                f"`{name}` must be 'pre' or 'post', but it is {end!r}.",
                f"{name}='post'",
            )
    wanted = np.dtype(dtype)
    if isinstance(value, str) and wanted.kind not in "OUS":
        raise ArgumentTypeError(
            "pad_sequences",
            f"the value {value!r} is text, but the dtype is {wanted}.",
            "dtype=object",
        )
    rows = _rows(sequences)
    longest = max((len(row) for row in rows), default=0) if maxlen is None else int(maxlen)
    # With length 0 the end of a list is the whole list.
    cut = [
        row[max(len(row) - longest, 0) :] if truncating == "pre" else row[:longest] for row in rows
    ]
    inner = next((np.shape(row)[1:] for row in rows if len(row)), ())
    found = np.full((len(rows), longest, *inner), value, wanted)
    lengths = np.array([len(row) for row in cut], np.int64)
    if not lengths.sum():
        return found
    steps = np.arange(longest)
    first = longest - lengths if padding == "pre" else np.zeros_like(lengths)
    filled = (steps >= first[:, None]) & (steps < (first + lengths)[:, None])
    found[filled] = _joined(cut, inner, wanted, int(lengths.sum()))
    return found


def _rows(sequences: Any) -> list[Any]:
    try:
        return [row if hasattr(row, "__getitem__") else list(row) for row in sequences]
    except TypeError:
        raise ArgumentTypeError(
            "pad_sequences",
            f"`sequences` must be a list of lists, but it is {str(sequences)[:60]}.",
            "pad_sequences([[1, 2], [3]])",
        ) from None


def _joined(rows: list[Any], inner: tuple[int, ...], dtype: np.dtype, count: int) -> np.ndarray:
    """Return all entries of all rows, one after the other."""
    if not inner and dtype.kind in "biuf" and all(isinstance(row, (list, tuple)) for row in rows):
        return np.fromiter(chain.from_iterable(rows), dtype, count)
    arrays = [np.asarray(row, dtype) for row in rows if len(row)]
    for row in arrays:
        if row.shape[1:] != inner:
            raise ShapeError(
                "pad_sequences",
                f"steps of one sequence have the shape {row.shape[1:]}, those of the first one {inner}.",
                "sequences whose steps all have one shape",
            )
    return np.concatenate(arrays)
