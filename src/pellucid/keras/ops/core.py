"""Tensors themselves: what they are made of, converted, cast, cut, scattered; and gradients stopped or replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from pellucid.core.errors import ArgumentError
from pellucid.keras.late import late
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import operand, sizes
from pellucid.keras.ops.settings import narrow
from pellucid.keras.tensor import Tensor, as_array, unwrapped, wrapped
from pellucid.modules.graph import Symbolic


def shape(x: Any) -> tuple[Any, ...]:
    """Return the sizes of the axes, None where one is open."""
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


def dtype(x: Any) -> str:
    """Return the name of the dtype."""
    return str(as_array(x).dtype) if not hasattr(x, "dtype") else str(np.dtype(str(x.dtype)).name)


def is_tensor(x: Any) -> bool:
    """Tell whether something is a tensor, symbolic ones included."""
    return isinstance(x, (Tensor, jax.Array, Symbolic))


def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Any:
    """Return ``x`` as a tensor; ``sparse`` and ``ragged`` are accepted, all tensors are dense."""
    if isinstance(x, Symbolic):
        return x if dtype is None else cast(x, dtype)
    if isinstance(x, Tensor) and dtype in (None, x.dtype):
        return x.reading()
    text = late("tensorflow.text")
    if text.holds_text(x):  # as on Keras's TensorFlow backend; the others have no text
        return text.Text(x)
    return _convert(x if isinstance(x, Tensor) else as_array(x), dtype)


@operation
def _convert(x: Any, dtype: Any) -> jax.Array:
    return jnp.asarray(x, narrow(dtype))


def convert_to_numpy(x: Any) -> np.ndarray:
    """Return ``x`` as an array of NumPy."""
    return np.asarray(x if isinstance(x, Symbolic) else as_array(x))


@operation
def cast(x: Any, dtype: Any) -> jax.Array:
    """Return the numbers in another dtype."""
    return jnp.asarray(x).astype(narrow(dtype))


@operation
def saturate_cast(x: Any, dtype: Any) -> jax.Array:
    """Return the numbers in another dtype, those beyond its ends as the ends."""
    x, target = jnp.asarray(x), jnp.dtype(narrow(dtype))
    if target.name == "bool" or jnp.issubdtype(target, jnp.inexact):
        return x.astype(target)
    ends = jnp.iinfo(target)
    clipped = jnp.clip(x, *(jnp.asarray(end).astype(x.dtype) for end in (ends.min, ends.max)))
    # The largest number may have no neighbour in a float dtype, and then casts to the other end.
    return jnp.where(x >= ends.max, ends.max, clipped.astype(target)).astype(target)


# Cutting and scattering.


def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """Return the part of ``shape`` that begins at ``start_indices``."""
    return _slice(inputs, start_indices, sizes(shape))


@operation
def _slice(inputs: Any, start_indices: Any, shape: tuple[int, ...]) -> jax.Array:
    return lax.dynamic_slice(jnp.asarray(inputs), _starts(start_indices), shape)


@operation
def slice_update(inputs: Any, start_indices: Any, updates: Any) -> jax.Array:
    """Return the array with the part that begins at ``start_indices`` replaced."""
    inputs = jnp.asarray(inputs)
    new = jnp.asarray(updates).astype(inputs.dtype)
    return lax.dynamic_update_slice(inputs, new, _starts(start_indices))


def _starts(indices: Any) -> list[jax.Array]:
    return list(jnp.asarray(indices, jnp.int32))


def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Return zeros of ``shape`` with ``values`` added at ``indices``, one row of indices for each value."""
    return _scatter(indices, values, sizes(shape))


@operation
def _scatter(indices: Any, values: Any, shape: tuple[int, ...]) -> jax.Array:
    values = jnp.asarray(values)
    return jnp.zeros(shape, values.dtype).at[_places(indices)].add(values)


@operation
def scatter_update(
    inputs: Any, indices: Any, updates: Any, reduction: str | None = None
) -> jax.Array:
    """Return the array with other values at ``indices``.

    Args:
        inputs: The array.
        indices: One row of indices for each value.
        updates: The values.
        reduction: What is done with the old value: None replaces it, else ``"add"``, ``"max"``, ``"min"``, ``"mul"``.
    """
    inputs = jnp.asarray(inputs)
    at = inputs.at[_places(indices)]
    ways = {None: at.set, "add": at.add, "max": at.max, "min": at.min, "mul": at.multiply}
    if reduction not in ways:
        raise ArgumentError(
            "scatter_update",
            f"`reduction` may be None, 'add', 'max', 'min' or 'mul', but {reduction!r} came.",
            'reduction="add"',
        )
    return ways[reduction](jnp.asarray(updates).astype(inputs.dtype))


def _places(indices: Any) -> tuple[jax.Array, ...]:
    """Return rows of indices as one array of places per axis."""
    return tuple(jnp.moveaxis(jnp.asarray(indices, jnp.int32), -1, 0))


@operation
def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[jax.Array]:
    """Return the entries along an axis as a list."""
    x = jnp.asarray(x)
    return [jnp.take(x, place, axis) for place in range(x.shape[axis])]


# Gradients.


@operation
def stop_gradient(variable: Any) -> jax.Array:
    """Return the same numbers; gradients are not passed on."""
    return lax.stop_gradient(operand(variable))


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``f`` with a gradient of its own.

    Args:
        f: Takes tensors and returns ``(result, grad)``; ``grad`` takes the gradient by the result and returns those by
            the arguments.
    """
    return lambda *args: _custom(args, f)


@operation
def _custom(args: Any, f: Any) -> Any:
    @jax.custom_gradient
    def inner(*arrays: Any) -> Any:
        result, grad = f(*wrapped(arrays))
        return unwrapped(result), lambda *upstream: unwrapped(grad(*wrapped(upstream)))

    return inner(*(jnp.asarray(arg) for arg in args))
