"""What an array looks like before it exists: shape and dtype, as JAX's ``ShapeDtypeStruct`` says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Shape = tuple[int | None, ...]


def shape_in_words(shape: Sequence[int | None]) -> str:
    """Say a batch's shape without the batch axis, for messages.

    >>> shape_in_words((None, 28, 28)), shape_in_words((None, 4)), shape_in_words((None,))
    ('rows of shape (28, 28)', 'rows of 4 features', 'single numbers (no feature axis)')
    """
    inner = tuple(shape[1:])
    if not inner:
        return "single numbers (no feature axis)"
    if len(inner) == 1:
        return f"rows of {inner[0]} feature{'s' if inner[0] != 1 else ''}"
    return f"rows of shape {inner}"


def as_shape(value: Any) -> Shape:
    """Turn an int, list or tuple into a shape tuple.

    >>> as_shape(3), as_shape([None, 2])
    ((3,), (None, 2))
    """
    if value is None or isinstance(value, int):
        return (value,)
    return tuple(None if size is None else int(size) for size in value)
