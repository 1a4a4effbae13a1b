"""Numbers that must be known before anything is computed: shapes, axes and counts, whatever they come in."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.keras.tensor import Tensor


def integer(value: Any) -> int:
    """Return a whole number as Python's; an unknown size of a shape (None) is -1.

    >>> integer(Tensor(3)), integer(None)
    (3, -1)
    """
    return -1 if value is None else int(value)


def integers(value: Any) -> tuple[int, ...]:
    """Return one or several whole numbers as a tuple: a shape, axes, multiples.

    >>> integers(Tensor([2, 3])), integers(4), integers((None, 5))
    ((2, 3), (4,), (-1, 5))
    """
    if isinstance(value, Tensor):
        value = np.asarray(value.value)
    if isinstance(value, (list, tuple)):
        return tuple(integer(entry) for entry in value)
    return tuple(np.ravel(value).tolist())


def axes(value: Any) -> Any:
    """Return axes for NumPy: None, one number, or several.

    >>> axes(Tensor(1)), axes([0, 1]), axes(None)
    (1, (0, 1), None)
    """
    if value is None:
        return None
    found = integers(value)
    return (
        found[0] if np.ndim(value if not isinstance(value, Tensor) else value.value) == 0 else found
    )


def pairs(value: Any) -> tuple[tuple[int, ...], ...]:
    """Return a table of whole numbers: paddings, one (before, after) per axis.

    >>> pairs([[0, 0], Tensor([1, 2])])
    ((0, 0), (1, 2))
    """
    if isinstance(value, Tensor):
        value = np.asarray(value.value)
    return tuple(integers(entry) for entry in value)
