"""Entries picked from tensors by place or truth value, put into them, and put in order."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.keras.operation import operation
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.tensorflow.making import convert_to_tensor
from pellucid.keras.tensorflow.static import axes, integer, integers
from pellucid.keras.tensorflow.text import Text, also_text, holds_text, texts


class TopK(NamedTuple):
    """The largest values and their places."""

    values: Any
    indices: Any


class Unique(NamedTuple):
    """The different values, and for each place of the input which of them it is."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """As :class:`Unique`, and how often each value comes."""

    y: Any
    idx: Any
    count: Any


@also_text(
    lambda params, indices, validate_indices=None, axis=0, batch_dims=0, name=None: np.take(
        params, np.asarray(indices), axes(axis)
    )
)
def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Any:
    """Return the entries at places along an axis, ``tf.gather``.

    Args:
        params: The tensor to pick from.
        indices: The places, whole numbers of any shape.
        validate_indices: Accepted.
        axis: The axis along which to pick; the first after ``batch_dims`` when omitted.
        batch_dims: How many leading axes ``params`` and ``indices`` have in common.
        name: Accepted.
    """
    axis = batch_dims if axis is None else axes(axis)
    return _gather(params, indices, axis=axis, batch_dims=integer(batch_dims))


@operation
def _gather(params: Any, indices: Any, axis: int, batch_dims: int) -> jax.Array:
    params, indices = jnp.asarray(params), jnp.asarray(indices)
    axis = axis % params.ndim - batch_dims

    def pick(rows: jax.Array, places: jax.Array) -> jax.Array:
        return jnp.take(rows, places, axis)

    for _ in range(batch_dims):
        pick = jax.vmap(pick)
    return pick(params, indices)


@operation
def _gather_nd(params: Any, indices: Any, batch_dims: int) -> jax.Array:
    def pick(rows: jax.Array, places: jax.Array) -> jax.Array:
        return rows[tuple(jnp.moveaxis(places, -1, 0))]

    for _ in range(batch_dims):
        pick = jax.vmap(pick)
    return pick(jnp.asarray(params), jnp.asarray(indices))


def gather_nd(params: Any, indices: Any, batch_dims: int = 0, name: str | None = None) -> Any:
    """Return the entries at places given by all their coordinates, ``tf.gather_nd``."""
    return _gather_nd(params, indices, batch_dims=integer(batch_dims))


def boolean_mask(tensor: Any, mask: Any, axis: Any = None, name: str = "boolean_mask") -> Any:
    """Return the entries where a mask is True, ``tf.boolean_mask``; the mask must be known."""
    mask, before = np.asarray(mask), axes(axis) or 0
    places = np.nonzero(mask.ravel())[0]
    if holds_text(tensor):
        return Text(texts(tensor)[mask])
    return _masked(tensor, places, before=before, rank=mask.ndim)


@operation
def _masked(tensor: Any, places: Any, before: int, rank: int) -> jax.Array:
    tensor = jnp.asarray(tensor)
    shape = tensor.shape
    flat = tensor.reshape(*shape[:before], -1, *shape[before + rank :])
    return jnp.take(flat, places, before)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """Return ``x`` where a condition holds and ``y`` elsewhere, ``tf.where``; alone, the places where it holds."""
    if x is None and y is None:
        return Tensor(np.argwhere(np.asarray(convert_to_tensor(condition))).astype(np.int32))
    return _chosen(condition, x, y)


@operation
def _chosen(condition: Any, x: Any, y: Any) -> jax.Array:
    x, y = (part if np.isscalar(part) else jnp.asarray(part) for part in (x, y))
    return jnp.where(jnp.asarray(condition, bool), x, y)


def argsort(
    values: Any,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Any:
    """Return the places that put the values in order, ``tf.argsort``."""
    return _argsort(values, axis=axes(axis), descending=direction.upper() == "DESCENDING")


@operation
def _argsort(values: Any, axis: int, descending: bool) -> jax.Array:
    return jnp.argsort(jnp.asarray(values), axis, descending=descending, stable=True)


def sort(values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None) -> Any:
    """Return the values in order, ``tf.sort``."""
    return _sorted(values, axis=axes(axis), descending=direction.upper() == "DESCENDING")


@operation
def _sorted(values: Any, axis: int, descending: bool) -> jax.Array:
    return jnp.sort(jnp.asarray(values), axis, descending=descending)


def top_k(
    input: Any,
    k: Any = 1,
    sorted: bool = True,
    index_type: Any = "int32",
    name: str | None = None,
) -> Any:
    """Return the largest values of each row and their places, ``tf.math.top_k``: ``.values`` and ``.indices``."""
    return TopK(*_top_k(input, k=integer(k)))


@operation
def _top_k(input: Any, k: int) -> list[jax.Array]:
    return list(jax.lax.top_k(jnp.asarray(input), k))


def unique(x: Any, out_idx: Any = None, name: str | None = None) -> Any:
    """Return the different values in the order in which they come, and for each place which it is, ``tf.unique``."""
    return Unique(*_unique(x)[:2])


def unique_with_counts(x: Any, out_idx: Any = None, name: str | None = None) -> Any:
    """Return what :func:`unique` does, and how often each value comes, ``tf.unique_with_counts``."""
    return UniqueWithCounts(*_unique(x))


def _unique(x: Any) -> tuple[Any, Tensor, Tensor]:
    array = texts(x) if holds_text(x) else np.asarray(as_array(x))
    values, first, places, counts = np.unique(
        array, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)
    found = Text(values[order]) if array.dtype == object else Tensor(values[order])
    where_now = np.argsort(order).astype(np.int32)
    return found, Tensor(where_now[places.ravel()]), Tensor(counts[order].astype(np.int32))


def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Any:
    """Return a tensor with new values at places, ``tf.tensor_scatter_nd_update``."""
    return _scattered(tensor, indices, updates, how="set")


def tensor_scatter_nd_add(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
    """Return a tensor with values added at places, ``tf.tensor_scatter_nd_add``."""
    return _scattered(tensor, indices, updates, how="add")


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Any:
    """Return zeros of a shape with values added at places, ``tf.scatter_nd``."""
    return _scattered(np.zeros(integers(shape), np.int8), indices, updates, how="add")


class IndexedSlices(NamedTuple):
    """Some rows of a tensor: their values and their places."""

    values: Any
    indices: Any
    dense_shape: Any = None

    def rows(self) -> jax.Array:
        """Return the places, shape (rows, 1), as ``scatter_nd`` takes them."""
        return jnp.asarray(as_array(self.indices))[:, None]


@operation
def _scattered(tensor: Any, indices: Any, updates: Any, how: str) -> jax.Array:
    tensor, updates = jnp.asarray(tensor), jnp.asarray(updates)
    if how == "add":
        tensor = tensor.astype(jnp.result_type(tensor, updates))
    places = tensor.at[tuple(jnp.moveaxis(jnp.asarray(indices), -1, 0))]
    return getattr(places, how)(updates)


@operation
def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = None,
    name: str | None = None,
) -> jax.Array:
    """Return where values would be put into an ordered sequence, ``tf.searchsorted``."""
    ordered, values = jnp.asarray(sorted_sequence), jnp.asarray(values)
    if ordered.ndim == 1:
        return jnp.searchsorted(ordered, values, side)
    return jax.vmap(lambda row, wanted: jnp.searchsorted(row, wanted, side))(ordered, values)


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Any]:
    """Return the rows in groups by their number, ``tf.dynamic_partition``."""
    groups = np.asarray(partitions)
    return [boolean_mask(data, groups == number) for number in range(num_partitions)]
