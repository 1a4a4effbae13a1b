"""Normalization and attention."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional import norm
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import real
from pellucid.keras.ops.settings import epsilon as default_epsilon


def _several(axis: Any) -> tuple[int, ...]:
    return tuple(axis) if isinstance(axis, (list, tuple)) else (axis,)


def _along(x: jax.Array, values: Any, axis: Any) -> jax.Array:
    """Return values of some axes in a shape that fits ``x``."""
    kept = {a % x.ndim for a in _several(axis)}
    return jnp.asarray(values).reshape([n if i in kept else 1 for i, n in enumerate(x.shape)])


@operation
def moments(
    x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False
) -> tuple[jax.Array, jax.Array]:
    """Return mean and variance along ``axes``; all cores and devices of a batch always count."""
    x, axes = real(x), _several(axes)
    mean, variance = norm.moments(x.astype(jnp.promote_types(x.dtype, jnp.float32)), axes)
    mean, variance = mean.astype(x.dtype), variance.astype(x.dtype)
    return (mean, variance) if keepdims else (jnp.squeeze(mean, axes), jnp.squeeze(variance, axes))


@operation
def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    axis: int,
    offset: Any = None,
    scale: Any = None,
    epsilon: float = 1e-3,
) -> jax.Array:
    """Return ``scale (x - mean) / sqrt(variance + epsilon) + offset``, all of them along ``axis``."""
    x = real(x)
    factor = jax.lax.rsqrt(_along(x, variance, axis) + epsilon)
    if scale is not None:
        factor = factor * _along(x, scale, axis)
    found = (x - _along(x, mean, axis)) * factor
    return found if offset is None else found + _along(x, offset, axis)


@operation
def layer_normalization(
    x: Any, gamma: Any = None, beta: Any = None, axis: Any = -1, epsilon: float | None = None
) -> jax.Array:
    """Return ``x`` with mean 0 and variance 1 along ``axis``, times ``gamma``, plus ``beta``."""
    x = real(x)
    mean, variance = norm.moments(x, _several(axis))
    found = (x - mean) * jax.lax.rsqrt(variance + _chosen(epsilon))
    found = found if gamma is None else found * _along(x, gamma, axis)
    return found if beta is None else found + _along(x, beta, axis)


@operation
def rms_normalization(
    x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None
) -> jax.Array:
    """Return ``x`` with mean square 1 along ``axis``, times ``scale``."""
    x = real(x)
    mean_square = jnp.mean(jnp.square(x), axis=_several(axis), keepdims=True)
    found = x * jax.lax.rsqrt(mean_square + _chosen(epsilon))
    return found if scale is None else found * _along(x, scale, axis)


@operation
def normalize(x: Any, axis: Any = -1, order: Any = 2, epsilon: float | None = None) -> jax.Array:
    """Return ``x`` divided by its length along ``axis``, for a length as ``order`` says."""
    x = real(x)
    smallest = _chosen(epsilon)
    if order == 2:
        squares = jnp.sum(jnp.square(x), axis=axis, keepdims=True)
        return x * jax.lax.rsqrt(jnp.maximum(squares, smallest**2))
    length = jnp.linalg.norm(x, ord=order, axis=axis, keepdims=True)
    return x / jnp.maximum(length, smallest)


def _chosen(epsilon: float | None) -> float:
    return default_epsilon() if epsilon is None else epsilon


@operation
def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> jax.Array:
    """Return for each query the mean of the values, weighted by how much their keys are like it.

    Args:
        query: Shape (batch, queries, heads, size).
        key: Shape (batch, keys, key heads, size); each serves ``heads / key heads`` heads of queries.
        value: Shape (batch, keys, key heads, size).
        bias: Added to the logits (batch, heads, queries, keys).
        mask: True where a key counts; broadcasts to the logits.
        scale: Factor of the logits; default ``1 / sqrt(size)``.
        is_causal: Whether keys after the query do not count.
        flash_attention: Accepted; XLA chooses.
        attn_logits_soft_cap: The largest size of a logit, approached by a tanh.
    """
    query, key, value = real(query), real(key), real(value)
    shared = query.shape[2] // key.shape[2]
    key, value = jnp.repeat(key, shared, axis=2), jnp.repeat(value, shared, axis=2)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    logits = jnp.einsum("bqhd,bkhd->bhqk", query, key) * factor
    if attn_logits_soft_cap is not None:
        logits = jnp.tanh(logits / attn_logits_soft_cap) * attn_logits_soft_cap
    logits = logits if bias is None else logits + jnp.asarray(bias)
    lowest = jnp.finfo(logits.dtype).min / 2
    if mask is not None:
        logits = jnp.where(jnp.asarray(mask, bool), logits, lowest)
    if is_causal:
        logits = jnp.where(jnp.tri(*logits.shape[-2:], dtype=bool), logits, lowest)
    return jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(logits), value)
