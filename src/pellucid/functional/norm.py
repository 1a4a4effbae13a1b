"""Normalisation: bringing numbers to mean 0 and variance 1, then to a learned mean and scale.

All of it is ``gamma (x - mean) / sqrt(variance + epsilon) + beta``; batch and layer normalisation differ only in the
axes over which mean and variance are taken.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp


def moments(
    x: jax.Array, axes: Sequence[int], mask: jax.Array | None = None
) -> tuple[jax.Array, jax.Array]:
    """Return mean and biased variance over ``axes``, which stay as axes of size 1.

    Equation: ``mean = sum x / n`` and ``variance = sum (x - mean)^2 / n`` with ``n`` the count of numbers averaged. The
    variance is taken in a second pass, since ``mean(x^2) - mean^2`` loses all digits when the mean is large.

    Args:
        x: Any array of floats.
        axes: The axes to average over.
        mask: True where a number counts; broadcasts against ``x``. All count when None.

    Example:
        >>> mean, variance = moments(jnp.array([[1.0, 10.0], [3.0, 10.0]]), axes=(0,))
        >>> mean, variance
        (Array([[ 2., 10.]], dtype=float32), Array([[1., 0.]], dtype=float32))
    """
    axes = tuple(axes)
    if mask is None:
        mean = jnp.mean(x, axis=axes, keepdims=True)
        return mean, jnp.mean(jnp.square(x - mean), axis=axes, keepdims=True)
    weight = jnp.broadcast_to(mask, x.shape).astype(x.dtype)
    count = jnp.maximum(jnp.sum(weight, axis=axes, keepdims=True), 1)
    mean = jnp.sum(x * weight, axis=axes, keepdims=True) / count
    return mean, jnp.sum(jnp.square(x - mean) * weight, axis=axes, keepdims=True) / count


def batch_norm(
    x: jax.Array,
    mean: jax.Array,
    variance: jax.Array,
    gamma: jax.Array | None = None,
    beta: jax.Array | None = None,
    *,
    epsilon: float = 1e-3,
) -> jax.Array:
    """Return ``gamma (x - mean) / sqrt(variance + epsilon) + beta``.

    Args:
        x: Any array of floats.
        mean: Broadcasts against ``x``, like all that follow.
        variance: At least 0.
        gamma: The learned scale, or None for 1.
        beta: The learned mean, or None for 0.
        epsilon: A small number that keeps the division finite.

    Example:
        >>> x = jnp.array([[1.0], [3.0]])
        >>> batch_norm(x, *moments(x, axes=(0,)), epsilon=0.0)
        Array([[-1.],
               [ 1.]], dtype=float32)

    Source: Ioffe and Szegedy, Batch Normalization, 2015, https://arxiv.org/abs/1502.03167.
    """
    scale = jax.lax.rsqrt(variance + epsilon)
    scale = scale if gamma is None else scale * gamma
    centred = (x - mean) * scale
    return centred if beta is None else centred + beta


def layer_norm(
    x: jax.Array,
    gamma: jax.Array | None = None,
    beta: jax.Array | None = None,
    *,
    axes: Sequence[int] = (-1,),
    epsilon: float = 1e-3,
    rms_scaling: bool = False,
) -> jax.Array:
    """Normalise every row by its own mean and variance.

    Equation: as :func:`batch_norm`, with mean and variance over ``axes`` of ``x``; with ``rms_scaling`` it is
    ``gamma x / sqrt(variance + epsilon)``.

    Args:
        x: Shape (batch, ..., features).
        gamma: The learned scale; broadcasts against ``x``; None for 1.
        beta: The learned mean; broadcasts against ``x``; None for 0. Not used with ``rms_scaling``.
        axes: The axes to average over.
        epsilon: A small number that keeps the division finite.
        rms_scaling: Only scale, do not centre.

    Example:
        >>> layer_norm(jnp.array([[1.0, 3.0], [10.0, 30.0]]), epsilon=0.0)
        Array([[-1.,  1.],
               [-1.,  1.]], dtype=float32)

    Source: Ba, Kiros and Hinton, Layer Normalization, 2016, https://arxiv.org/abs/1607.06450.
    Differs from PyTorch: ``epsilon`` is 1e-3 where PyTorch has 1e-5.
    """
    mean, variance = moments(x, axes)
    if rms_scaling:
        return batch_norm(x, jnp.zeros_like(mean), variance, gamma, epsilon=epsilon)
    return batch_norm(x, mean, variance, gamma, beta, epsilon=epsilon)
