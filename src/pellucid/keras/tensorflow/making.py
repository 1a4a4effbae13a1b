"""Tensors from nothing or from Python's numbers: constants, zeros, ranges, grids.

What is made of Python's numbers is a real array even inside a traced function, so that it may serve as a shape there.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.keras.operation import operation
from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.dtypes import as_dtype, device_dtype, host_array
from pellucid.keras.tensorflow.static import integer, integers
from pellucid.keras.tensorflow.text import Text, holds_text
from pellucid.keras.variable import Variable
from pellucid.modules.graph import Symbolic


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """Return a tensor of numbers or text, ``tf.constant``; one number fills a whole ``shape``."""
    found = convert_to_tensor(value, dtype)
    if shape is None:
        return found
    sizes = integers(shape)
    if found.size == 1:
        return fill(sizes, found)
    return found.reshape(sizes)


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> Any:
    """Return a tensor of anything that holds numbers or text; tensors stay what they are."""
    if isinstance(value, Symbolic) or _holds_tensors(value):
        return _packed(value, dtype=device_dtype(dtype))
    if isinstance(value, Tensor):
        found = value.reading() if isinstance(value, Variable) else value
        wanted = device_dtype(dtype)
        return found if wanted in (None, str(found.dtype)) else found.astype(wanted)
    if holds_text(value) or (dtype is not None and as_dtype(dtype) == "string"):
        return Text(value)
    if isinstance(value, jax.Array):
        return Tensor(value.astype(device_dtype(dtype) or value.dtype))
    with jax.ensure_compile_time_eval():
        return Tensor(jnp.asarray(host_array(value), device_dtype(dtype)))


def _holds_tensors(value: Any) -> bool:
    """Tell whether a list has tensors in it, which gradients must be able to pass."""
    return isinstance(value, (list, tuple)) and any(
        isinstance(leaf, (Tensor, jax.Array, Symbolic)) and not isinstance(leaf, Text)
        for leaf in jax.tree.leaves(value, is_leaf=lambda x: isinstance(x, (Tensor, Symbolic)))
    )


@operation
def _packed(value: Any, dtype: str | None = None) -> jax.Array:
    """Return lists of arrays and numbers as one array."""
    return jnp.asarray(value, dtype)


def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """Return zeros, ``tf.zeros``; empty texts for ``tf.string``."""
    if as_dtype(dtype) == "string":
        return Text(np.full(integers(shape), b"", object))
    return Tensor(jnp.zeros(integers(shape), device_dtype(dtype)))


def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """Return ones, ``tf.ones``."""
    return Tensor(jnp.ones(integers(shape), device_dtype(dtype)))


def fill(dims: Any, value: Any, name: str | None = None) -> Any:
    """Return one value in every place, ``tf.fill``."""
    if holds_text(value):
        return Text(np.full(integers(dims), Text(value).value[()], object))
    return _filled(value, shape=integers(dims))


@operation
def _filled(value: Any, shape: Any) -> jax.Array:
    return jnp.broadcast_to(jnp.asarray(value), tuple(shape))


@operation
def zeros_like(input: Any, dtype: Any = None, name: str | None = None) -> jax.Array:
    """Return zeros of a tensor's shape, ``tf.zeros_like``."""
    return jnp.zeros_like(jnp.asarray(input), device_dtype(dtype))


@operation
def ones_like(input: Any, dtype: Any = None, name: str | None = None) -> jax.Array:
    """Return ones of a tensor's shape, ``tf.ones_like``."""
    return jnp.ones_like(jnp.asarray(input), device_dtype(dtype))


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """Return the identity matrix, ``tf.eye``; one for each row of a batch if asked for."""
    columns = num_rows if num_columns is None else num_columns
    one = jnp.eye(integer(num_rows), integer(columns), dtype=device_dtype(dtype))
    return Tensor(jnp.broadcast_to(one, (*integers(batch_shape or ()), *one.shape)))


def count_up(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = None
) -> Tensor:
    """Return evenly spaced numbers below a limit, ``tf.range``."""
    first, end = (0, start) if limit is None else (start, limit)
    numbers = np.arange(*(_number(v) for v in (first, end, delta)))
    return convert_to_tensor(numbers, dtype)


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, (Tensor, np.ndarray, jax.Array)) else value


def linspace(start: Any, stop: Any, num: Any, name: str | None = None, axis: int = 0) -> Any:
    """Return ``num`` evenly spaced numbers, both ends included, ``tf.linspace``."""
    return _linspace(start, stop, num=integer(num), axis=axis)


@operation
def _linspace(start: Any, stop: Any, num: int, axis: int) -> jax.Array:
    return jnp.linspace(jnp.asarray(start), jnp.asarray(stop), num, axis=axis)


@operation
def meshgrid(*args: Any, indexing: str = "xy", name: str | None = None) -> list[jax.Array]:
    """Return the coordinates of a grid, ``tf.meshgrid``."""
    return jnp.meshgrid(*map(jnp.asarray, args), indexing=indexing)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> Any:
    """Return a vector with one 1 for each class number, ``tf.one_hot``; a number out of range gives zeros."""
    axis = -1 if axis is None else axis
    on, off = 1 if on_value is None else on_value, 0 if off_value is None else off_value
    dtype = device_dtype(dtype) or ("float32" if on_value is None and off_value is None else None)
    return _one_hot(indices, on, off, depth=integer(depth), axis=axis, dtype=dtype)


@operation
def _one_hot(indices: Any, on: Any, off: Any, depth: int, axis: int, dtype: str | None) -> Any:
    hot = jax.nn.one_hot(jnp.asarray(indices), depth, axis=axis, dtype=bool)
    return jnp.where(hot, jnp.asarray(on, dtype), jnp.asarray(off, dtype))


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: str | None = None
) -> Any:
    """Return True for the first places of each row, as many as its length, ``tf.sequence_mask``."""
    longest = np.max(np.asarray(lengths)) if maxlen is None else maxlen
    return _sequence_mask(lengths, longest=integer(longest), dtype=device_dtype(dtype))


@operation
def _sequence_mask(lengths: Any, longest: int, dtype: str) -> jax.Array:
    return (jnp.arange(longest) < jnp.asarray(lengths)[..., None]).astype(dtype)
