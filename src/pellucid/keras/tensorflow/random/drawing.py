"""Random numbers: first a key is taken, then numbers are drawn with it by a pure function."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.tensorflow.compiled import compiled
from pellucid.keras.tensorflow.dtypes import device_dtype
from pellucid.keras.tensorflow.random.keys import key_for, key_of
from pellucid.keras.tensorflow.static import integer, integers


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Draw from a normal distribution, ``tf.random.normal``."""
    return draw_normal(
        key_for(seed), mean, stddev, shape=integers(shape), dtype=device_dtype(dtype)
    )


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: Any = None,
) -> Any:
    """Draw from a normal distribution, the same for the same seed, ``tf.random.stateless_normal``."""
    return draw_normal(key_of(seed), mean, stddev, shape=integers(shape), dtype=device_dtype(dtype))


@compiled("shape", "dtype")
def draw_normal(key: Any, mean: Any, stddev: Any, shape: Any, dtype: str) -> jax.Array:
    """Draw from a normal distribution with a key."""
    drawn = jax.random.normal(key, tuple(shape), dtype)
    return drawn * jnp.asarray(stddev, dtype) + jnp.asarray(mean, dtype)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Draw from a normal distribution cut off at two standard deviations, ``tf.random.truncated_normal``."""
    return draw_truncated(
        key_for(seed), mean, stddev, shape=integers(shape), dtype=device_dtype(dtype)
    )


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: Any = None,
) -> Any:
    """Draw from a cut-off normal distribution, the same for the same seed."""
    return draw_truncated(
        key_of(seed), mean, stddev, shape=integers(shape), dtype=device_dtype(dtype)
    )


@compiled("shape", "dtype")
def draw_truncated(key: Any, mean: Any, stddev: Any, shape: Any, dtype: str) -> jax.Array:
    """Draw from a cut-off normal distribution with a key."""
    drawn = jax.random.truncated_normal(key, -2.0, 2.0, tuple(shape), dtype)
    return drawn * jnp.asarray(stddev, dtype) + jnp.asarray(mean, dtype)


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Draw evenly from ``minval`` to below ``maxval``, ``tf.random.uniform``; whole numbers with an int dtype."""
    high = 1 if maxval is None else maxval
    return draw_uniform(
        key_for(seed), minval, high, shape=integers(shape), dtype=device_dtype(dtype)
    )


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
    alg: Any = None,
) -> Any:
    """Draw evenly, the same for the same seed, ``tf.random.stateless_uniform``."""
    high = 1 if maxval is None else maxval
    return draw_uniform(
        key_of(seed), minval, high, shape=integers(shape), dtype=device_dtype(dtype)
    )


@compiled("shape", "dtype")
def draw_uniform(key: Any, low: Any, high: Any, shape: Any, dtype: str) -> jax.Array:
    """Draw evenly with a key."""
    if jnp.issubdtype(dtype, jnp.integer):
        return jax.random.randint(key, tuple(shape), jnp.asarray(low), jnp.asarray(high), dtype)
    low, high = jnp.asarray(low, dtype), jnp.asarray(high, dtype)
    return jax.random.uniform(key, tuple(shape), dtype) * (high - low) + low


def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """Draw class numbers for each row of logits, shape (rows, num_samples), ``tf.random.categorical``."""
    return draw_classes(
        key_for(seed), logits, count=integer(num_samples), dtype=device_dtype(dtype or "int64")
    )


def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = "int64", name: str | None = None
) -> Any:
    """Draw class numbers, the same for the same seed, ``tf.random.stateless_categorical``."""
    return draw_classes(key_of(seed), logits, count=integer(num_samples), dtype=device_dtype(dtype))


@compiled("count", "dtype")
def draw_classes(key: Any, logits: Any, count: int, dtype: str) -> jax.Array:
    """Draw class numbers with a key."""
    logits = jnp.asarray(logits)
    drawn = jax.random.categorical(key, logits, -1, shape=(count, logits.shape[0]))
    return drawn.T.astype(dtype)


def shuffle(value: Any, seed: Any = None, name: str | None = None) -> Any:
    """Return the rows in another order, ``tf.random.shuffle``."""
    return _shuffled(key_for(seed), value)


@compiled()
def _shuffled(key: Any, value: Any) -> jax.Array:
    return jax.random.permutation(key, jnp.asarray(value), axis=0)


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Draw from a gamma distribution, shape (*shape, *alpha.shape), ``tf.random.gamma``."""
    rate = 1.0 if beta is None else beta
    return _gamma(key_for(seed), alpha, rate, shape=integers(shape), dtype=device_dtype(dtype))


@compiled("shape", "dtype")
def _gamma(key: Any, alpha: Any, rate: Any, shape: Any, dtype: str) -> jax.Array:
    alpha, rate = jnp.broadcast_arrays(jnp.asarray(alpha, dtype), jnp.asarray(rate, dtype))
    return jax.random.gamma(key, alpha, (*shape, *alpha.shape), dtype) / rate


def poisson(
    shape: Any, lam: Any, dtype: Any = "float32", seed: Any = None, name: str | None = None
) -> Any:
    """Draw counts from a Poisson distribution, shape (*shape, *lam.shape), ``tf.random.poisson``."""
    return _poisson(key_for(seed), lam, shape=integers(shape), dtype=device_dtype(dtype))


@compiled("shape", "dtype")
def _poisson(key: Any, lam: Any, shape: Any, dtype: str) -> jax.Array:
    lam = jnp.asarray(lam, "float32")
    return jax.random.poisson(key, lam, (*shape, *lam.shape)).astype(dtype)
