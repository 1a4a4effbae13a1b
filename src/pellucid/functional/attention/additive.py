"""Attention whose scores come from a sum: Bahdanau's, and the weighted mean that all kinds of attention end with."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from pellucid.functional.attention.softmax import masked_softmax
from pellucid.functional.noise import dropout


def additive_scores(query: jax.Array, key: jax.Array, scale: jax.Array | None = None) -> jax.Array:
    """Score every pair of query and key by what their sum excites.

    Equation: ``z[t, s] = sum_d scale[d] tanh(q[t, d] + k[s, d])``.

    Args:
        query: Shape (batch, steps, width).
        key: Shape (batch, source, width).
        scale: Shape (width,) or (); None for 1.

    Returns:
        Shape (batch, steps, source).

    Example:
        >>> additive_scores(jnp.zeros((1, 1, 2)), jnp.array([[[0.0, 0.0], [9.0, 9.0]]]))
        Array([[[0., 2.]]], dtype=float32)

    Source: Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, 2015,
    https://arxiv.org/abs/1409.0473.
    """
    excited = jnp.tanh(query[:, :, None] + key[:, None])
    return jnp.sum(excited if scale is None else scale * excited, axis=-1)


def attend(
    scores: jax.Array,
    value: jax.Array,
    mask: jax.Array | None = None,
    rate: jax.Array | float = 0.0,
    key: jax.Array | None = None,
) -> tuple[jax.Array, jax.Array]:
    """Return the mean of the values, weighted by the softmax of the scores, and the weights.

    Equation: ``o[t] = sum_s w[t, s] v[s]`` with ``w = softmax(z)`` over what the mask ``m`` allows.

    Args:
        scores: Shape (..., steps, source).
        value: Shape (..., source, width).
        mask: True where allowed; broadcasts against the scores; None allows all.
        rate: The part of the weights that is dropped, in [0, 1).
        key: A JAX key for the dropping; None where nothing is dropped.

    Returns:
        The outputs, shape (..., steps, width), and the weights before any was dropped, shape (..., steps, source).

    Example:
        >>> outputs, weights = attend(jnp.zeros((1, 1, 2)), jnp.array([[[2.0], [4.0]]]))
        >>> outputs, weights
        (Array([[[3.]]], dtype=float32), Array([[[0.5, 0.5]]], dtype=float32))
    """
    weights = masked_softmax(scores, mask)
    kept = weights if key is None else dropout(weights, rate, key)
    return jnp.matmul(kept, value), weights
