"""Moments, normalisation, dropout and embeddings as functions."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.tensorflow.compiled import compiled
from pellucid.keras.tensorflow.picking import gather
from pellucid.keras.tensorflow.random.keys import key_for
from pellucid.keras.tensorflow.static import axes as static_axes, integers


def dropout(
    x: Any, rate: Any, noise_shape: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """Return numbers of which a share is set to 0, and the rest made larger, ``tf.nn.dropout``."""
    shape = None if noise_shape is None else integers(noise_shape)
    return _dropout(x, rate, key_for(seed), noise_shape=shape)


@compiled("noise_shape")
def _dropout(x: Any, rate: Any, key: Any, noise_shape: Any) -> jax.Array:
    x = jnp.asarray(x)
    kept = jax.random.bernoulli(key, 1 - rate, tuple(noise_shape or x.shape))
    return jnp.where(kept, x / (1 - rate), 0).astype(x.dtype)


def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Any, Any]:
    """Return mean and variance over axes, ``tf.nn.moments``."""
    return _moments(x, axis=static_axes(axes), keepdims=keepdims)


@operation
def _moments(x: Any, axis: Any, keepdims: bool) -> tuple[jax.Array, jax.Array]:
    x = jnp.asarray(x)
    return jnp.mean(x, axis, keepdims=keepdims), jnp.var(x, axis, keepdims=keepdims)


@operation
def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: Any,
    name: str | None = None,
) -> jax.Array:
    """Return numbers shifted and scaled to another mean and variance, ``tf.nn.batch_normalization``."""
    factor = jax.lax.rsqrt(jnp.asarray(variance) + variance_epsilon)
    factor = factor if scale is None else factor * jnp.asarray(scale)
    found = (jnp.asarray(x) - jnp.asarray(mean)) * factor
    return found if offset is None else found + jnp.asarray(offset)


def embedding_lookup(params: Any, ids: Any, max_norm: Any = None, name: str | None = None) -> Any:
    """Return rows of a table, ``tf.nn.embedding_lookup``; rows longer than ``max_norm`` are made as long."""
    rows = gather(params, ids)
    return rows if max_norm is None else _shortened(rows, max_norm)


@operation
def _shortened(rows: Any, most: Any) -> jax.Array:
    length = jnp.sqrt(jnp.sum(jnp.square(rows), -1, keepdims=True))
    return rows * (most / jnp.maximum(length, most))


@compiled("depth_radius")
def local_response_normalization(
    input: Any,
    depth_radius: int = 5,
    bias: Any = 1.0,
    alpha: Any = 1.0,
    beta: Any = 0.5,
    name: str | None = None,
) -> jax.Array:
    """Return images divided by the strength of the channels nearby, ``tf.nn.local_response_normalization``."""
    x = jnp.asarray(input)
    squares = jnp.pad(jnp.square(x), [(0, 0)] * (x.ndim - 1) + [(depth_radius, depth_radius)])
    near = sum(squares[..., i : i + x.shape[-1]] for i in range(2 * depth_radius + 1))
    return x / (bias + alpha * near) ** beta
