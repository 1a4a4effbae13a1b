"""The same numbers in another arrangement: reshaped, joined, split, turned, padded."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.operation import operation
from pellucid.keras.tensorflow.asking import Sizes, shape as shape_of
from pellucid.keras.tensorflow.dtypes import device_dtype
from pellucid.keras.tensorflow.static import axes, integer, integers, pairs
from pellucid.keras.tensorflow.text import Text, also_text, holds_text, texts


@also_text(lambda x, dtype, name=None: x)
def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """Return the numbers in another dtype, ``tf.cast``."""
    return _cast(x, dtype=device_dtype(dtype))


@operation
def _cast(x: Any, dtype: str) -> jax.Array:
    return jnp.asarray(x).astype(dtype)


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Any:
    """Return the numbers in another dtype, cut off where its range ends, ``tf.saturate_cast``."""
    return _saturate(value, dtype=device_dtype(dtype))


@operation
def _saturate(value: Any, dtype: str) -> jax.Array:
    value = jnp.asarray(value)
    if jnp.issubdtype(dtype, jnp.integer):
        value = jnp.clip(value, jnp.iinfo(dtype).min, jnp.iinfo(dtype).max)
    return value.astype(dtype)


@also_text(lambda tensor, shape, name=None: np.reshape(tensor, integers(shape)))
def reshape(tensor: Any, shape: Any, name: str | None = None) -> Any:
    """Return the numbers in another shape, ``tf.reshape``; one size may be -1."""
    return _reshape(tensor, shape=integers(shape))


@operation
def _reshape(tensor: Any, shape: Any) -> jax.Array:
    return jnp.reshape(jnp.asarray(tensor), tuple(shape))


@also_text(lambda x, axis=0, name=None: np.expand_dims(x, axes(axis)))
def expand_dims(input: Any, axis: Any, name: str | None = None) -> Any:
    """Return the numbers with a new axis of size 1, ``tf.expand_dims``."""
    return _expand(input, axis=axes(axis))


@operation
def _expand(input: Any, axis: Any) -> jax.Array:
    return jnp.expand_dims(jnp.asarray(input), axis)


@also_text(lambda x, axis=None, name=None: np.squeeze(x, axes(axis)))
def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Any:
    """Return the numbers without axes of size 1, ``tf.squeeze``."""
    return _squeeze(input, axis=axes(axis))


@operation
def _squeeze(input: Any, axis: Any) -> jax.Array:
    return jnp.squeeze(jnp.asarray(input), axis)


@also_text(lambda a, perm=None, conjugate=False, name=None: np.transpose(a, perm))
def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: str | None = None) -> Any:
    """Return the numbers with the axes in another order, reversed by default, ``tf.transpose``."""
    return _transpose(a, perm=None if perm is None else integers(perm))


@operation
def _transpose(a: Any, perm: Any) -> jax.Array:
    return jnp.transpose(jnp.asarray(a), None if perm is None else tuple(perm))


def concat(values: Any, axis: Any, name: str = "concat") -> Any:
    """Return tensors joined along an axis, ``tf.concat``."""
    values = list(values) if not isinstance(values, (list, tuple)) else values
    if any(isinstance(part, Sizes) for part in values):
        return Sizes(number for part in values for number in integers(part))
    if holds_text(values):
        return Text(np.concatenate([texts(value) for value in values], axes(axis)))
    return _concatenated(values, axis=axes(axis))


@operation
def _concatenated(values: Any, axis: int) -> jax.Array:
    return jnp.concatenate([jnp.asarray(value) for value in values], axis)


def stack(values: Any, axis: Any = 0, name: str = "stack") -> Any:
    """Return tensors of one shape side by side along a new axis, ``tf.stack``."""
    values = list(values)
    if holds_text(values):
        return Text(np.stack([texts(value) for value in values], axes(axis)))
    if values and all(value is None or isinstance(value, int) for value in values):
        return Sizes(values)
    return _stacked(values, axis=axes(axis))


@operation
def _stacked(values: Any, axis: int) -> jax.Array:
    return jnp.stack([jnp.asarray(value) for value in values], axis)


def unstack(value: Any, num: Any = None, axis: int = 0, name: str = "unstack") -> list[Any]:
    """Return the parts along an axis as a list, without that axis, ``tf.unstack``."""
    if isinstance(value, Sizes):
        return list(value)
    count = shape_of(value)[axis] if num is None else num
    return [squeeze(part, axis) for part in split(value, count, axis)]


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str = "split"
) -> Any:
    """Return a tensor in parts along an axis, ``tf.split``: so many, or of these sizes (one may be -1).

    Raises:
        ArgumentError: The axis cannot be divided so.
    """
    axis, length = axes(axis), shape_of(value)[axes(axis)]
    if np.ndim(num_or_size_splits) == 0:
        parts = integer(num_or_size_splits)
        if length % parts:
            raise ArgumentError(
                "tf.split",
                f"{parts} equal parts do not fit the axis {axis}, which has {length} entries.",
                f"tf.split(value, [{length - 1}, 1], axis={axis})  # sizes of any parts",
            )
        sizes = (length // parts,) * parts
    else:
        sizes = integers(num_or_size_splits)
        rest = length - sum(size for size in sizes if size >= 0)
        sizes = tuple(rest if size < 0 else size for size in sizes)
    ends = tuple(np.cumsum(sizes)[:-1].tolist())
    if holds_text(value):
        return [Text(part) for part in np.split(texts(value), ends, axis)]
    return _split(value, ends=ends, axis=axis)


@operation
def _split(value: Any, ends: Any, axis: int) -> list[jax.Array]:
    return jnp.split(jnp.asarray(value), list(ends), axis)


@also_text(lambda x, multiples, name=None: np.tile(x, integers(multiples)))
def tile(input: Any, multiples: Any, name: str | None = None) -> Any:
    """Return a tensor repeated along each axis, ``tf.tile``."""
    return _tile(input, multiples=integers(multiples))


@operation
def _tile(input: Any, multiples: Any) -> jax.Array:
    return jnp.tile(jnp.asarray(input), tuple(multiples))


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> Any:
    """Return every entry repeated, ``tf.repeat``."""
    counts = integers(repeats)
    return _repeat(input, repeats=counts[0] if len(counts) == 1 else counts, axis=axes(axis))


@operation
def _repeat(input: Any, repeats: Any, axis: Any) -> jax.Array:
    counts = repeats if isinstance(repeats, int) else np.asarray(repeats)
    return jnp.repeat(jnp.asarray(input), counts, axis=axis)


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Any:
    """Return a tensor with entries added before and after along each axis, ``tf.pad``.

    Args:
        tensor: Any tensor.
        paddings: A pair (before, after) for each axis.
        mode: ``"CONSTANT"``, ``"REFLECT"`` or ``"SYMMETRIC"``, in any case.
        constant_values: What is added in the first mode.
        name: Accepted.
    """
    return _pad(tensor, constant_values, paddings=pairs(paddings), mode=mode.lower())


@operation
def _pad(tensor: Any, fill: Any, paddings: Any, mode: str) -> jax.Array:
    options = {"constant_values": fill} if mode == "constant" else {}
    return jnp.pad(jnp.asarray(tensor), paddings, mode, **options)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Any:
    """Return a tensor with some axes turned round, ``tf.reverse``."""
    return _reverse(tensor, axis=integers(axis))


@operation
def _reverse(tensor: Any, axis: Any) -> jax.Array:
    return jnp.flip(jnp.asarray(tensor), tuple(axis))


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Any:
    """Return a tensor moved along axes, what leaves at one end coming in at the other, ``tf.roll``."""
    return _roll(input, shift=axes(shift), axis=axes(axis))


@operation
def _roll(input: Any, shift: Any, axis: Any) -> jax.Array:
    return jnp.roll(jnp.asarray(input), shift, axis)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Any:
    """Return a tensor repeated to a larger shape, ``tf.broadcast_to``."""
    return _broadcast(input, shape=integers(shape))


@operation
def _broadcast(input: Any, shape: Any) -> jax.Array:
    return jnp.broadcast_to(jnp.asarray(input), tuple(shape))


def cut(input_: Any, begin: Any, size: Any, name: str | None = None) -> Any:
    """Return the block that starts at ``begin``, ``tf.slice``; a size of -1 goes to the end."""
    places = zip(integers(begin), integers(size), strict=True)
    return _cut(input_, block=tuple((b, None if s == -1 else b + s) for b, s in places))


@operation
def _cut(input_: Any, block: Any) -> jax.Array:
    return jnp.asarray(input_)[tuple(slice(*ends) for ends in block)]


@operation
def identity(input: Any, name: str | None = None) -> jax.Array:
    """Return the same numbers, ``tf.identity``."""
    return jnp.asarray(input)


@operation
def stop_gradient(input: Any, name: str | None = None) -> jax.Array:
    """Return the same numbers as a constant that gradients do not pass, ``tf.stop_gradient``."""
    return jax.lax.stop_gradient(jnp.asarray(input))
