"""Normalisation: bringing numbers to mean 0 and variance 1, then to a learned mean and scale.

All of it is ``gamma (x - mean) / sqrt(variance + epsilon) + beta``; batch and layer normalisation differ only in the
axes over which mean and variance are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp


def moments(
    x: jax.Array,
    axes: Sequence[int],
    mask: jax.Array | None = None,
    over: str | None = None,
) -> tuple[jax.Array, jax.Array]:
    """Return mean and biased variance over ``axes``, which stay as axes of size 1.

    Equation: ``mean = sum x / n`` and ``variance = sum (x - mean)^2 / n`` with ``n`` the count of numbers averaged. The
    variance is taken in a second pass, since ``mean(x^2) - mean^2`` loses all digits when the mean is large.

    Args:
        x: Any array of floats.
        axes: The axes to average over.
        mask: True where a number counts; broadcasts against ``x``. All count when None. The others may be NaN.
        over: The axis of a mapped program (``jax.shard_map``, ``jax.vmap``) along which the other rows of the batch
            are, which count too; None for none.

    Example:
        >>> mean, variance = moments(jnp.array([[1.0, 10.0], [3.0, 10.0]]), axes=(0,))
        >>> mean, variance
        (Array([[ 2., 10.]], dtype=float32), Array([[1., 0.]], dtype=float32))
    """
    axes = tuple(axes)
    if mask is None:
        mean = jnp.mean(x, axis=axes, keepdims=True)
        variance = jnp.mean(jnp.square(x - mean), axis=axes, keepdims=True)
        return (mean, variance) if over is None else joined_moments(mean, variance, over)
    counted = jnp.broadcast_to(mask, x.shape)
    count = jnp.maximum(jnp.sum(counted.astype(x.dtype), axis=axes, keepdims=True), 1)
    # A product with the mask would keep NaN: zero times NaN is NaN.
    mean = jnp.sum(jnp.where(counted, x, 0), axis=axes, keepdims=True) / count
    centred = jnp.where(counted, x - mean, 0)
    variance = jnp.sum(jnp.square(centred), axis=axes, keepdims=True) / count
    return (mean, variance) if over is None else joined_moments(mean, variance, over, count)


def joined_moments(
    mean: jax.Array, variance: jax.Array, over: str, count: Any = 1.0
) -> tuple[jax.Array, jax.Array]:
    """Return mean and variance of all numbers along an axis of a mapped program, from those of each.

    Equation: ``mean = sum w_k mean_k`` and ``variance = sum w_k (variance_k + (mean_k - mean)^2)`` with the shares
    ``w_k = count_k / sum count``. All are sent in one message.
    """
    sent = jnp.stack(jnp.broadcast_arrays(mean, variance, jnp.asarray(count, mean.dtype)))
    means, variances, counts = jnp.moveaxis(jax.lax.all_gather(sent, over), 1, 0)
    shares = counts / jnp.sum(counts, axis=0)
    mean = jnp.sum(shares * means, axis=0)
    return mean, jnp.sum(shares * (variances + jnp.square(means - mean)), axis=0)


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
    mask: jax.Array | None = None,
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
        mask: As in :func:`moments`.

    Example:
        >>> layer_norm(jnp.array([[1.0, 3.0], [10.0, 30.0]]), epsilon=0.0)
        Array([[-1.,  1.],
               [-1.,  1.]], dtype=float32)

    Source: Ba, Kiros and Hinton, Layer Normalization, 2016, https://arxiv.org/abs/1607.06450.
    Differs from PyTorch: ``epsilon`` is 1e-3 where PyTorch has 1e-5.
    """
    if mask is None and not rms_scaling:
        centred = _standardised(x, tuple(axes), epsilon)
        scaled = centred if gamma is None else centred * gamma
        return scaled if beta is None else scaled + beta
    mean, variance = moments(x, axes, mask)
    if rms_scaling:
        return batch_norm(x, jnp.zeros_like(mean), variance, gamma, epsilon=epsilon)
    return batch_norm(x, mean, variance, gamma, beta, epsilon=epsilon)


@partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _standardised(x: jax.Array, axes: tuple[int, ...], epsilon: float) -> jax.Array:
    """Return ``(x - mean) / sqrt(variance + epsilon)`` over ``axes``."""
    return _standardised_and_scale(x, axes, epsilon)[0]


def _standardised_and_scale(
    x: jax.Array, axes: tuple[int, ...], epsilon: float
) -> tuple[jax.Array, jax.Array]:
    mean, variance = moments(x, axes)
    scale = jax.lax.rsqrt(variance + epsilon)
    return (x - mean) * scale, scale


@_standardised.defjvp
def _standardised_tangent(
    axes: tuple[int, ...], epsilon: float, primals: Any, tangents: Any
) -> tuple[jax.Array, jax.Array]:
    """Return ``dn = r (dx - mean(dx) - n mean(n dx))`` with the outputs ``n`` and ``r = 1 / sqrt(variance + epsilon)``.

    It takes half the passes over the rows that the derivative of mean and variance takes one after the other.
    """
    (x,), (change,) = primals, tangents
    normalised, scale = _standardised_and_scale(x, axes, epsilon)
    mean = jnp.mean(change, axis=axes, keepdims=True)
    along = jnp.mean(normalised * change, axis=axes, keepdims=True)
    return normalised, scale * (change - mean - normalised * along)


def group_norm(
    x: jax.Array,
    groups: int,
    gamma: jax.Array | None = None,
    beta: jax.Array | None = None,
    *,
    axis: int = -1,
    epsilon: float = 1e-3,
    mask: jax.Array | None = None,
) -> jax.Array:
    """Normalise every group of features of a row by its own mean and variance.

    Equation: as :func:`batch_norm`, with mean and variance over all places and all features of one group of one row.

    Args:
        x: Shape (batch, ..., features).
        groups: How many; divides the number of features.
        gamma: The learned scale, shape (features,); None for 1.
        beta: The learned mean, shape (features,); None for 0.
        axis: The axis of the features.
        epsilon: A small number that keeps the division finite.
        mask: As in :func:`moments`.

    Example:
        >>> group_norm(jnp.array([[1.0, 3.0, 10.0, 30.0]]), 2, epsilon=0.0)
        Array([[-1.,  1., -1.,  1.]], dtype=float32)

    Source: Wu and He, Group Normalization, 2018, https://arxiv.org/abs/1803.08494.
    """

    def in_groups(each: jax.Array) -> jax.Array:  # (batch, ..., groups, features / groups)
        last = jnp.moveaxis(each, axis, -1)
        return last.reshape(*last.shape[:-1], groups, -1)

    grouped = in_groups(x)
    axes = [each for each in range(1, grouped.ndim) if each != grouped.ndim - 2]
    counted = None if mask is None else in_groups(jnp.broadcast_to(mask, x.shape))
    mean, variance = moments(grouped, axes, counted)
    each = grouped.shape[-2:]
    normalised = batch_norm(
        grouped,
        mean,
        variance,
        None if gamma is None else gamma.reshape(each),
        None if beta is None else beta.reshape(each),
        epsilon=epsilon,
    )
    return jnp.moveaxis(normalised.reshape(*grouped.shape[:-2], -1), -1, axis)


def rms_norm(
    x: jax.Array,
    scale: jax.Array | None = None,
    *,
    axes: Sequence[int] = (-1,),
    epsilon: float = 1e-6,
    mask: jax.Array | None = None,
) -> jax.Array:
    """Divide every row by its root mean square.

    Equation: ``y = scale x / sqrt(mean(x^2) + epsilon)``.

    Args:
        x: Shape (batch, ..., features).
        scale: The learned scale; broadcasts against ``x``; None for 1.
        axes: The axes to average over.
        epsilon: A small number that keeps the division finite.
        mask: As in :func:`moments`.

    Example:
        >>> rms_norm(jnp.array([[1.0, 7.0]]), epsilon=0.0)
        Array([[0.2, 1.4]], dtype=float32)

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019, https://arxiv.org/abs/1910.07467.
    """
    squared = jnp.square(x)
    if mask is None:
        square = jnp.mean(squared, axis=tuple(axes), keepdims=True)
    else:
        square, _ = moments(squared, axes, mask)
    normalised = x * jax.lax.rsqrt(square + epsilon)
    return normalised if scale is None else normalised * scale


def unit_norm(x: jax.Array, *, axes: Sequence[int] = (-1,), epsilon: float = 1e-12) -> jax.Array:
    """Scale every row to length 1; a row shorter than ``epsilon`` is divided by ``epsilon``.

    Equation: ``y = x / max(||x||, epsilon)`` with the Euclidean length ``||x||``.

    Args:
        x: Any array of floats.
        axes: The axes over which the length is taken.
        epsilon: The least length, above 0.

    Example:
        >>> unit_norm(jnp.array([[3.0, 4.0], [0.0, 0.0]]))
        Array([[0.6, 0.8],
               [0. , 0. ]], dtype=float32)
    """
    square = jnp.sum(jnp.square(x), axis=tuple(axes), keepdims=True)
    # Under the root stands no zero, so the derivative is finite at a row of zeros too.
    return x * jax.lax.rsqrt(jnp.maximum(square, epsilon**2))
