"""Random disturbance that makes a network robust: dropout and Gaussian noise."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp


def dropout(
    x: jax.Array, rate: jax.Array | float, key: jax.Array, shape: Sequence[int] | None = None
) -> jax.Array:
    """Set a random part of the numbers to zero and scale up the rest, so that the expected value stays.

    Equation: ``y = x m / (1 - rate)`` with ``m`` = 1 with probability ``1 - rate``, else 0.

    Args:
        x: Any array of floats.
        rate: The probability of a zero, in [0, 1).
        key: A JAX key; the same key gives the same mask.
        shape: The shape of the mask ``m``, which broadcasts against ``x``; the shape of ``x`` when None.

    Example:
        >>> y = dropout(jnp.ones((1000,)), 0.5, jax.random.key(0))
        >>> sorted(set(y.tolist()))
        [0.0, 2.0]

    Source: Srivastava et al., Dropout, 2014, https://jmlr.org/papers/v15/srivastava14a.html.
    """
    keep = 1.0 - jnp.asarray(rate, x.dtype)
    kept = jax.random.bernoulli(key, keep, tuple(x.shape if shape is None else shape))
    return jnp.where(kept, x / keep, jnp.zeros((), x.dtype))


def gaussian_noise(x: jax.Array, stddev: jax.Array | float, key: jax.Array) -> jax.Array:
    """Return ``x + stddev e`` with every number of ``e`` drawn from the standard normal distribution.

    Args:
        x: Any array of floats.
        stddev: The noise's standard deviation, at least 0, in the unit of ``x``.
        key: A JAX key; the same key gives the same noise.

    Example:
        >>> y = gaussian_noise(jnp.zeros((1000,)), 2.0, jax.random.key(0))
        >>> bool(1.8 < y.std() < 2.2)
        True
    """
    return x + jnp.asarray(stddev, x.dtype) * jax.random.normal(key, x.shape, x.dtype)
