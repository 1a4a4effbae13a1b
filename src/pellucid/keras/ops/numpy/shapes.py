"""The same numbers in another arrangement: reshaped, transposed, joined, split, padded, turned."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import axes, operand, sizes, unary
from pellucid.keras.tensor import unwrapped

ravel = unary("ravel", jnp.ravel, "all numbers in one row")
fliplr = unary("fliplr", jnp.fliplr, "the columns in reverse order")
flipud = unary("flipud", jnp.flipud, "the rows in reverse order")


# Sizes are read before they enter the operation: to a program they are constants, not values.


def reshape(x: Any, newshape: Any) -> Any:
    """Return the numbers in another shape; one size may be -1 (or None) and follows from the others."""
    return _reshape(x, sizes(newshape))


@operation
def _reshape(x: Any, newshape: tuple[int, ...]) -> jax.Array:
    return jnp.reshape(jnp.asarray(x), newshape)


def broadcast_to(x: Any, shape: Any) -> Any:
    """Return the numbers repeated to a shape."""
    return _broadcast_to(x, sizes(shape))


@operation
def _broadcast_to(x: Any, shape: tuple[int, ...]) -> jax.Array:
    return jnp.broadcast_to(jnp.asarray(x), shape)


def tile(x: Any, repeats: Any) -> Any:
    """Return the array set side by side, so often along each axis."""
    return _tile(x, sizes(repeats))


@operation
def _tile(x: Any, repeats: tuple[int, ...]) -> jax.Array:
    return jnp.tile(jnp.asarray(x), repeats)


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Return each entry along ``axis`` so often, one after the other."""
    return _repeat(x, sizes(repeats), axis)


@operation
def _repeat(x: Any, repeats: tuple[int, ...], axis: int | None) -> jax.Array:
    return jnp.repeat(jnp.asarray(x), np.asarray(repeats), axis=axis)


@operation
def transpose(x: Any, axes: Any = None) -> jax.Array:
    """Return the axes in another order, reversed by default."""
    return jnp.transpose(jnp.asarray(x), None if axes is None else tuple(axes))


@operation
def expand_dims(x: Any, axis: Any) -> jax.Array:
    """Return the array with axes of size 1 put in."""
    return jnp.expand_dims(jnp.asarray(x), axes(axis))


@operation
def squeeze(x: Any, axis: Any = None) -> jax.Array:
    """Return the array without axes of size 1."""
    return jnp.squeeze(jnp.asarray(x), axes(axis))


@operation
def moveaxis(x: Any, source: Any, destination: Any) -> jax.Array:
    """Return the array with axes moved to other places."""
    return jnp.moveaxis(jnp.asarray(x), axes(source), axes(destination))


@operation
def swapaxes(x: Any, axis1: int, axis2: int) -> jax.Array:
    """Return the array with two axes exchanged."""
    return jnp.swapaxes(jnp.asarray(x), axis1, axis2)


@operation
def flip(x: Any, axis: Any = None) -> jax.Array:
    """Return the entries along ``axis`` in reverse order."""
    return jnp.flip(jnp.asarray(x), axes(axis))


@operation
def roll(x: Any, shift: Any, axis: Any = None) -> jax.Array:
    """Return the entries moved along ``axis``; what falls off comes in on the other side."""
    return jnp.roll(jnp.asarray(x), operand(shift), axes(axis))


@operation
def rot90(array: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> jax.Array:
    """Return the array turned by ``k`` right angles in the plane of two axes."""
    return jnp.rot90(jnp.asarray(array), k, (axes[0], axes[1]))


# Joining.


@operation
def concatenate(xs: Any, axis: int = 0) -> jax.Array:
    """Return arrays joined along an axis that they have."""
    return jnp.concatenate([jnp.asarray(x) for x in xs], axis=axis)


@operation
def stack(x: Any, axis: int = 0) -> jax.Array:
    """Return arrays of one shape joined along a new axis."""
    return jnp.stack([jnp.asarray(each) for each in x], axis=axis)


@operation
def append(x1: Any, x2: Any, axis: int | None = None) -> jax.Array:
    """Return ``x2`` behind ``x1``; without an axis both in one row."""
    return jnp.append(jnp.asarray(x1), jnp.asarray(x2), axis=axis)


@operation
def hstack(xs: Any) -> jax.Array:
    """Return arrays side by side, along the second axis (vectors along the first)."""
    return jnp.hstack([jnp.asarray(x) for x in xs])


@operation
def vstack(xs: Any) -> jax.Array:
    """Return arrays below each other, along the first axis (vectors as rows)."""
    return jnp.vstack([jnp.asarray(x) for x in xs])


@operation
def dstack(xs: Any) -> jax.Array:
    """Return arrays behind each other, along the third axis."""
    return jnp.dstack([jnp.asarray(x) for x in xs])


# Splitting. A number is a count of equal parts; several numbers are the places of the cuts.


def _cuts(indices_or_sections: Any) -> Any:
    return axes(unwrapped(indices_or_sections))


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """Return the parts of an array along ``axis``."""
    return _split(x, _cuts(indices_or_sections), axis)


@operation
def _split(x: Any, cuts: Any, axis: int) -> list[jax.Array]:
    return jnp.split(jnp.asarray(x), cuts, axis=axis)


@operation
def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[jax.Array]:
    """Return the parts of an array along ``axis``, of which the last ones may be one smaller."""
    return jnp.array_split(jnp.asarray(x), axes(indices_or_sections), axis=axis)


def hsplit(x: Any, indices_or_sections: Any) -> Any:
    """Return the parts side by side, along the second axis (of vectors along the first)."""
    rank = len(x.shape) if hasattr(x, "shape") else jnp.ndim(jnp.asarray(x))
    return split(x, indices_or_sections, 0 if rank == 1 else 1)


def vsplit(x: Any, indices_or_sections: Any) -> Any:
    """Return the parts below each other, along the first axis."""
    return split(x, indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: Any) -> Any:
    """Return the parts behind each other, along the third axis."""
    return split(x, indices_or_sections, 2)


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """Return the array with entries added before and after along each axis.

    Args:
        x: The array.
        pad_width: ``((before, after), ...)`` for each axis, or one pair or number for all.
        mode: ``"constant"``, ``"reflect"``, ``"symmetric"`` and NumPy's others.
        constant_values: What is added with ``"constant"``; default 0.
    """
    return _pad(x, np.asarray(unwrapped(pad_width)).tolist(), mode, constant_values)


@operation
def _pad(x: Any, width: Any, mode: str, value: Any) -> jax.Array:
    options = {"constant_values": 0 if value is None else value} if mode == "constant" else {}
    return jnp.pad(jnp.asarray(x), np.asarray(width), mode=mode, **options)
