"""Choosing, sorting, counting: where things are, how often, in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.keras.arithmetic import get_item as get_item
from pellucid.keras.operation import Operation, operation
from pellucid.keras.ops.given import operand, sizes
from pellucid.keras.tensor import Tensor, as_array
from pellucid.modules.graph import Symbolic


def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """Return ``x1`` where the condition holds, else ``x2``; with the condition alone the places where it holds."""
    if x1 is None and x2 is None:
        return nonzero(condition)
    return _where(condition, x1, x2)


@operation
def _where(condition: Any, x1: Any, x2: Any) -> jax.Array:
    return jnp.where(operand(condition), operand(x1), operand(x2))


@operation
def select(condlist: Any, choicelist: Any, default: Any = 0) -> jax.Array:
    """Return for each place the number of the first choice whose condition holds there."""
    conditions = [jnp.asarray(condition) for condition in condlist]
    return jnp.select(conditions, [jnp.asarray(choice) for choice in choicelist], default)


@operation
def take(x: Any, indices: Any, axis: int | None = None) -> jax.Array:
    """Return the entries at ``indices`` along ``axis``; negative ones count from the end."""
    return jnp.take(jnp.asarray(x), jnp.asarray(indices), axis=axis)


@operation
def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> jax.Array:
    """Return for each place the entry of its own index along ``axis``."""
    return jnp.take_along_axis(jnp.asarray(x), jnp.asarray(indices), axis=axis)


# Orders.


@operation
def sort(x: Any, axis: int = -1) -> jax.Array:
    """Return the numbers in rising order."""
    return jnp.sort(jnp.asarray(x), axis=axis)


@operation
def argsort(x: Any, axis: int = -1) -> jax.Array:
    """Return the places of the numbers in rising order."""
    return jnp.argsort(jnp.asarray(x), axis=axis).astype(jnp.int32)


@operation
def argpartition(x: Any, kth: int, axis: int = -1) -> jax.Array:
    """Return places such that the ``kth`` number stands where it would in rising order, smaller ones before it."""
    return jnp.argpartition(jnp.asarray(x), kth, axis).astype(jnp.int32)


@operation
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> jax.Array:
    """Return where values would have to stand in a rising sequence."""
    return jnp.searchsorted(jnp.asarray(sorted_sequence), jnp.asarray(values), side=side)


@operation
def digitize(x: Any, bins: Any) -> jax.Array:
    """Return the number of the bin that each number is in."""
    return jnp.digitize(jnp.asarray(x), jnp.asarray(bins)).astype(jnp.int32)


@operation
def unravel_index(indices: Any, shape: Any) -> tuple[jax.Array, ...]:
    """Return for places in one row the places in an array of a shape, one array per axis."""
    return jnp.unravel_index(jnp.asarray(indices), sizes(shape))


# Counts. How large their answers are follows from the numbers; so the first two need a known size inside programs.


def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """Return how often each whole number occurs, along the last axis; weighted if there are weights.

    Args:
        x: Whole numbers from 0, shape (numbers,) or (batch, numbers).
        weights: What each counts.
        minlength: How many counts there are at least; inside programs how many there are.
        sparse: Accepted; the answer is dense.
    """
    numbers = None if isinstance(x, Symbolic) else as_array(x)
    if numbers is None or isinstance(numbers, Tracer):
        return _bincount(x, weights, int(minlength))
    largest = int(numbers.max(initial=-1))
    return _bincount(x, weights, max(int(minlength), largest + 1))


@operation
def _bincount(x: Any, weights: Any, length: int) -> jax.Array:
    rows = jax.nn.one_hot(jnp.asarray(x), length, dtype=jnp.int32)
    if weights is not None:
        weights = jnp.asarray(weights)
        rows = rows.astype(weights.dtype) * weights[..., None]
    return rows.sum(-2)


def nonzero(x: Any) -> tuple[Tensor, ...]:
    """Return the places of what is not 0, one tensor per axis; only of numbers that are known."""
    return tuple(Tensor(places.astype(jnp.int32)) for places in jnp.nonzero(as_array(x)))


def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """Return the numbers that occur, in rising order; on demand also where, how they make ``x``, and how often."""
    found = jnp.unique(
        as_array(x),
        return_index,
        return_inverse,
        return_counts,
        axis=axis,
        size=size,
        fill_value=fill_value,
    )
    return tuple(map(Tensor, found)) if isinstance(found, tuple) else Tensor(found)


@operation
def histogram(x: Any, bins: Any = 10, range: Any = None) -> tuple[jax.Array, jax.Array]:
    """Return how many numbers are in each bin, and the edges of the bins."""
    edges = bins if isinstance(bins, int) else jnp.asarray(bins)
    counts, edges = jnp.histogram(jnp.asarray(x), edges, None if range is None else tuple(range))
    return counts.astype(edges.dtype), edges


# Facts that need no numbers.


def ndim(x: Any) -> int:
    """Return the number of axes."""
    return len(x.shape) if hasattr(x, "shape") else np.ndim(x)


def size(x: Any) -> int | None:
    """Return how many numbers there are; None while a size is open."""
    shape = tuple(x.shape) if hasattr(x, "shape") else np.shape(x)
    return None if None in shape else int(np.prod(shape))


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None
) -> Operation:
    """Return a function of arrays from one of single numbers.

    Args:
        pyfunc: The function, written with functions of this package or of JAX.
        excluded: Arguments that are handed over whole.
        signature: For functions of vectors and matrices, e.g. ``"(n),(n)->()"``.
    """

    def alone(*args: Any) -> Any:
        found = pyfunc(*(Tensor(arg) if isinstance(arg, jax.Array) else arg for arg in args))
        return found.value if isinstance(found, Tensor) else found

    excluded = frozenset() if excluded is None else frozenset(excluded)
    return operation(jnp.vectorize(alone, excluded=excluded, signature=signature))
