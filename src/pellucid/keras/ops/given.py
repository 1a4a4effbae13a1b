"""What functions make of their arguments before they compute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.operation import Operation, operation
from pellucid.keras.ops.settings import known_format
from pellucid.keras.tensor import Tensor


def operand(x: Any) -> Any:
    """Return an array for a list of numbers; numbers stay, for they take the dtype of the other operand."""
    return jnp.asarray(x) if isinstance(x, (list, tuple)) else x


def real(x: Any) -> jax.Array:
    """Return an array of fractions; whole numbers become float32."""
    x = jnp.asarray(x)
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(jnp.float32)


def sizes(shape: Any) -> tuple[int, ...]:
    """Return a shape as Python numbers, -1 for None; tensors and NumPy's numbers are read.

    >>> sizes([np.int64(2), None]), sizes(3)
    ((2, -1), (3,))
    """
    if isinstance(shape, (Tensor, np.ndarray, jax.Array)):
        shape = np.asarray(shape).tolist()
    entries = shape if isinstance(shape, Sequence) else (shape,)
    return tuple(-1 if entry is None else int(entry) for entry in entries)


def known_sizes(who: str, shape: Any) -> tuple[int, ...]:
    """Return a shape of which all sizes are known.

    Raises:
        ArgumentError: A size is open, such as the batch of a symbolic tensor.
    """
    found = sizes(shape)
    if min(found, default=0) < 0:
        raise ArgumentError(
            who,
            f"the shape {tuple(shape)} has an open size, which is only known when arrays come.",
            "write it inside the `call` of a layer, or in layers.Lambda(function)",
        )
    return found


def axes(axis: Any) -> Any:
    """Return an axis, or several as a tuple of Python numbers."""
    if axis is None:
        return None
    return int(axis) if np.ndim(axis) == 0 else tuple(int(a) for a in axis)


def per_axis(value: Any, rank: int) -> tuple[int, ...]:
    """Return a number, or one per axis, as one per axis."""
    return (int(value),) * rank if np.ndim(value) == 0 else tuple(int(v) for v in value)


def unary(name: str, function: Callable[..., Any], what: str) -> Operation:
    """Return a function of each number, ``name(x)``.

    Args:
        name: Its public name.
        function: Takes and gives an array.
        what: What it returns, for its docstring.
    """

    def compute(x: Any) -> Any:
        return function(jnp.asarray(x))

    return _named(compute, name, what)


def binary(name: str, function: Callable[..., Any], what: str) -> Operation:
    """Return a function of two arrays number by number, ``name(x1, x2)``; the smaller one is repeated."""

    def compute(x1: Any, x2: Any) -> Any:
        return function(operand(x1), operand(x2))

    return _named(compute, name, what)


def bitwise(name: str, function: Callable[..., Any], what: str) -> Operation:
    """Return a function of the bits of two arrays, ``name(x, y)``."""

    def compute(x: Any, y: Any) -> Any:
        return function(operand(x), operand(y))

    return _named(compute, name, what)


def _named(function: Callable[..., Any], name: str, what: str) -> Operation:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return {what}."
    return operation(function, name)


def to_last(x: jax.Array, data_format: str | None) -> jax.Array:
    """Move the channels behind the places: (batch, channels, *places) to (batch, *places, channels)."""
    return jnp.moveaxis(x, 1, -1) if known_format(data_format) == "channels_first" else x


def from_last(x: jax.Array, data_format: str | None) -> jax.Array:
    """Move the channels back to where ``data_format`` wants them."""
    return jnp.moveaxis(x, -1, 1) if known_format(data_format) == "channels_first" else x


def images_to_last(images: Any, data_format: str | None) -> tuple[jax.Array, Callable[..., Any]]:
    """Return images as (batch, height, width, channels), and the function that undoes it.

    Args:
        images: One image of rank 3, or a batch of rank 4.
        data_format: Where the channels are.
    """
    x = jnp.asarray(images)
    alone = x.ndim == 3
    x = to_last(x[None] if alone else x, data_format)

    def back(found: jax.Array) -> jax.Array:
        found = from_last(found, data_format)
        return found[0] if alone else found

    return x, back
