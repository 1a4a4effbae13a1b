"""Softmax over what a mask leaves: scores become weights that sum to one, or to zero where nothing is left."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp


def masked_softmax(scores: jax.Array, mask: jax.Array | None = None) -> jax.Array:
    """Turn scores into weights over the last axis.

    Equation: ``w[s] = m[s] exp(z[s]) / sum_r m[r] exp(z[r])`` with the scores ``z`` and the mask ``m``; a row in which
    nothing is allowed has the weights 0, where the formula says 0 / 0.

    Args:
        scores: Shape (..., source), any floats; of half precision, they are summed in single.
        mask: True where allowed; broadcasts against the scores; None allows all. Scores that are not allowed reach
            neither result nor gradient, even NaN.

    Example:
        >>> masked_softmax(jnp.zeros(4), jnp.array([True, True, False, False]))
        Array([0.5, 0.5, 0. , 0. ], dtype=float32)
        >>> masked_softmax(jnp.zeros(2), jnp.array([False, False]))
        Array([0., 0.], dtype=float32)

    Differs from Keras: there a row in which nothing is allowed gets equal weights. Differs from PyTorch: there it gets
    NaN.
    """
    wide = scores.astype(jnp.promote_types(scores.dtype, jnp.float32))
    if mask is None:
        return _softmax(wide).astype(scores.dtype)
    return _softmax_or_zeros(jnp.where(mask, wide, -jnp.inf)).astype(scores.dtype)


@jax.custom_jvp
def _softmax(scores: jax.Array) -> jax.Array:
    raised = jnp.exp(scores - jnp.max(scores, axis=-1, keepdims=True))
    return raised / jnp.sum(raised, axis=-1, keepdims=True)


@jax.custom_jvp
def _softmax_or_zeros(scores: jax.Array) -> jax.Array:
    """As softmax, where scores of minus infinity are not allowed and may be all that there is."""
    peak = jnp.max(scores, axis=-1, keepdims=True)
    raised = jnp.exp(scores - jnp.where(peak == -jnp.inf, 0, peak))
    total = jnp.sum(raised, axis=-1, keepdims=True)
    return raised / jnp.where(total == 0, 1, total)


def _softmax_tangent(function: Any, primals: Any, tangents: Any) -> tuple[jax.Array, jax.Array]:
    """Return ``dw = w (dz - sum w dz)``: only the weights are kept, and the rule itself can be derived again."""
    weights = function(*primals)
    (change,) = tangents
    mean = jnp.sum(weights * change, axis=-1, keepdims=True)
    return weights, weights * (change - mean)


_softmax.defjvp(lambda primals, tangents: _softmax_tangent(_softmax, primals, tangents))
_softmax_or_zeros.defjvp(
    lambda primals, tangents: _softmax_tangent(_softmax_or_zeros, primals, tangents)
)
