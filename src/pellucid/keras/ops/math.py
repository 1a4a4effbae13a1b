"""Mathematics beyond NumPy's: segments, the largest k, distances, special functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.core import Tracer

from pellucid.core.errors import ArgumentError
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import axes, real, unary
from pellucid.keras.tensor import as_array
from pellucid.modules.graph import Symbolic

rsqrt = unary("rsqrt", lambda x: lax.rsqrt(real(x)), "``1 / sqrt(x)``")
erf = unary("erf", lambda x: lax.erf(real(x)), "the error function")
erfc = unary("erfc", lambda x: lax.erfc(real(x)), "1 less the error function")
erfinv = unary("erfinv", lambda x: lax.erf_inv(real(x)), "the inverse of the error function")
logdet = unary(
    "logdet", lambda x: jnp.linalg.slogdet(x)[1], "the logarithm of the size of the determinant"
)


def _segments(name: str, function: Callable[..., Any], what: str) -> Callable[..., Any]:
    """Return the function ``name(data, segment_ids, num_segments=None, sorted=False)``."""

    def compute(data: Any, segment_ids: Any, count: int, sorted: bool) -> jax.Array:
        places = jnp.asarray(segment_ids).astype(jnp.int32)
        return function(jnp.asarray(data), places, count, indices_are_sorted=sorted)

    made = operation(compute, name)

    def segments(
        data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
    ) -> Any:
        count = _count(name, segment_ids) if num_segments is None else int(num_segments)
        return made(data, segment_ids, count, sorted)

    segments.__name__ = segments.__qualname__ = name
    segments.__doc__ = (
        f"Return {what} of the rows of each segment; ``segment_ids`` says whose each row is."
    )
    return segments


def _count(name: str, segment_ids: Any) -> int:
    """Return how many segments there are."""
    places = None if isinstance(segment_ids, Symbolic) else as_array(segment_ids)
    if places is None or isinstance(places, Tracer):
        raise ArgumentError(
            name,
            "inside a program the number of segments must be said: shapes cannot follow from numbers.",
            f"ops.{name}(data, segment_ids, num_segments=10)",
        )
    return int(places.max()) + 1


segment_sum = _segments("segment_sum", jax.ops.segment_sum, "the sum")
segment_max = _segments("segment_max", jax.ops.segment_max, "the largest numbers")
segment_min = _segments("segment_min", jax.ops.segment_min, "the smallest numbers")
segment_prod = _segments("segment_prod", jax.ops.segment_prod, "the product")


@operation
def top_k(x: Any, k: int, sorted: bool = True) -> tuple[jax.Array, jax.Array]:
    """Return the ``k`` largest numbers along the last axis, falling, and their places."""
    values, places = lax.top_k(jnp.asarray(x), int(k))
    return values, places


@operation
def in_top_k(targets: Any, predictions: Any, k: int) -> jax.Array:
    """Return whether each target class is among the ``k`` most probable; equally probable ones count as one place."""
    targets, predictions = jnp.asarray(targets), jnp.asarray(predictions)
    of_target = jnp.take_along_axis(predictions, targets[:, None].astype(jnp.int32), axis=-1)
    return jnp.sum(predictions > of_target, axis=-1) < k


@operation
def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> jax.Array:
    """Return ``log sum e^x``, without overflow."""
    return jax.nn.logsumexp(real(x), axis=axes(axis), keepdims=keepdims)


@operation
def cdist(x: Any, y: Any) -> jax.Array:
    """Return the distances of each row of ``x`` from each of ``y``: (..., rows, size), (..., others, size)."""
    x, y = real(x), real(y)
    squares = jnp.sum(jnp.square(x[..., :, None, :] - y[..., None, :, :]), axis=-1)
    # The root's slope at 0 is infinite; there the distance is a constant.
    apart = squares > 0
    return jnp.where(apart, jnp.sqrt(jnp.where(apart, squares, 1)), 0)


@operation
def view_as_complex(x: Any) -> jax.Array:
    """Return complex numbers from pairs (real, imaginary) along the last axis."""
    x = real(x)
    return lax.complex(x[..., 0], x[..., 1])


@operation
def view_as_real(x: Any) -> jax.Array:
    """Return pairs (real, imaginary) along a new last axis."""
    x = jnp.asarray(x)
    return jnp.stack([jnp.real(x), jnp.imag(x)], axis=-1)
