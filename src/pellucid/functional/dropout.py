"""Dropout that keeps mean and variance, and dropout by Gaussian factors."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from pellucid.functional.noise import uniform

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
SATURATION = -SELU_ALPHA * SELU_SCALE
"""What ``selu`` comes down to for very negative numbers: the number that stands for a dropped unit."""


def alpha_dropout(
    x: jax.Array, rate: jax.Array | float, key: jax.Array, shape: Sequence[int] | None = None
) -> jax.Array:
    """Set a random part of the numbers to selu's lowest value, and restore mean 0 and variance 1.

    Equation: ``y = a (x m + s (1 - m)) + b`` with ``m`` = 1 with probability ``1 - rate``, else 0, the saturation
    ``s = -1.7581``, ``a = ((1 - rate) (1 + rate s^2))^(-1/2)`` and ``b = -a s rate``.

    Args:
        x: Any array of floats, of mean 0 and variance 1.
        rate: The probability of a drop, in [0, 1).
        key: A JAX key; the same key gives the same mask.
        shape: The shape of the mask ``m``, which broadcasts against ``x``; the shape of ``x`` when None.

    Example:
        >>> x = jax.random.normal(jax.random.key(1), (100_000,))
        >>> y = alpha_dropout(x, 0.3, jax.random.key(0))
        >>> bool(abs(y.mean()) < 0.02), bool(abs(y.std() - 1) < 0.02)
        (True, True)

    Source: Klambauer et al., Self-Normalizing Neural Networks, 2017, https://arxiv.org/abs/1706.02515.
    """
    rate = jnp.asarray(rate, x.dtype)
    drawn = uniform(key, x.shape if shape is None else shape)
    kept = drawn < (1 - rate).astype(drawn.dtype)
    scale = jax.lax.rsqrt((1 - rate) * (1 + rate * SATURATION**2))
    return scale * jnp.where(kept, x, jnp.asarray(SATURATION, x.dtype)) - scale * SATURATION * rate


def gaussian_dropout(x: jax.Array, rate: jax.Array | float, key: jax.Array) -> jax.Array:
    """Multiply every number by a normally distributed factor of mean 1.

    Equation: ``y = x (1 + sqrt(rate / (1 - rate)) e)`` with every number of ``e`` from the standard normal
    distribution: the factors' variance is that of dropout with this rate.

    Args:
        x: Any array of floats.
        rate: Of the dropout that it stands for, in [0, 1).
        key: A JAX key; the same key gives the same factors.

    Example:
        >>> y = gaussian_dropout(jnp.ones(100_000), 0.2, jax.random.key(0))
        >>> round(float(y.mean()), 2), round(float(y.std()), 2)
        (1.0, 0.5)

    Source: Srivastava et al., Dropout, 2014, section 10, https://jmlr.org/papers/v15/srivastava14a.html.
    """
    rate = jnp.asarray(rate, x.dtype)
    return x * (1 + jnp.sqrt(rate / (1 - rate)) * jax.random.normal(key, x.shape, x.dtype))
