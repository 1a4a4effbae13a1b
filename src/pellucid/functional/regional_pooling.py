"""Pooling into a fixed number of regions: one region for all, or a grid of them whatever the input's size."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np


def masked_mean(
    x: jax.Array, axes: Sequence[int], mask: jax.Array | None = None, keepdims: bool = False
) -> jax.Array:
    """Return the mean over ``axes`` of the numbers that count.

    Equation: ``y = sum_i m_i x_i / sum_i m_i`` with the mask ``m`` as 0 and 1; 0 where nothing counts.

    Args:
        x: Any array of floats.
        axes: The axes to average over.
        mask: True where a number counts; broadcasts against ``x``. All count when None. What does not count may be
            anything, NaN included.
        keepdims: Whether the axes stay, with size 1.

    Example:
        >>> x = jnp.array([[1.0, 3.0, jnp.nan]])
        >>> masked_mean(x, [1], jnp.array([[True, True, False]]))
        Array([2.], dtype=float32)
    """
    axes = tuple(axes)
    if mask is None:
        return jnp.mean(x, axis=axes, keepdims=keepdims)
    counted = jnp.broadcast_to(mask, x.shape)
    total = jnp.sum(jnp.where(counted, x, 0), axis=axes, keepdims=keepdims)
    count = jnp.sum(counted, axis=axes, keepdims=keepdims, dtype=x.dtype)
    return total / jnp.maximum(count, 1)


def masked_max(
    x: jax.Array, axes: Sequence[int], mask: jax.Array | None = None, keepdims: bool = False
) -> jax.Array:
    """Return the largest number over ``axes`` of those that count; 0 where nothing counts.

    Args:
        x: Any array of floats.
        axes: The axes to search.
        mask: True where a number counts; broadcasts against ``x``. All count when None.
        keepdims: Whether the axes stay, with size 1.

    Example:
        >>> x = jnp.array([[-1.0, -3.0, 9.0]])
        >>> masked_max(x, [1], jnp.array([[True, True, False]]))
        Array([-1.], dtype=float32)
    """
    axes = tuple(axes)
    if mask is None:
        return jnp.max(x, axis=axes, keepdims=keepdims)
    counted = jnp.broadcast_to(mask, x.shape)
    largest = jnp.max(jnp.where(counted, x, -jnp.inf), axis=axes, keepdims=keepdims)
    return jnp.where(jnp.any(counted, axis=axes, keepdims=keepdims), largest, 0)


def adaptive_average_pool(x: jax.Array, sizes: Sequence[int]) -> jax.Array:
    """Return the mean of every region of a grid of ``sizes`` regions that together cover the input.

    Equation: ``y_i = sum_t x_t / (e_i - b_i)`` over ``t = b_i ... e_i - 1`` with ``b_i = floor(i n / m)`` and
    ``e_i = ceil((i + 1) n / m)`` along every axis: ``n`` cells, ``m`` regions. Where ``m`` divides ``n`` these are
    windows of ``n / m`` cells, else neighbours overlap by a cell.

    Args:
        x: Shape (batch, *spatial, channels).
        sizes: The number ``m`` of regions along every spatial axis.

    Returns:
        Shape (batch, *sizes, channels).

    Example:
        >>> series = jnp.array([1.0, 2.0, 3.0, 4.0, 6.0]).reshape(1, 5, 1)
        >>> adaptive_average_pool(series, [2]).ravel()
        Array([2.       , 4.3333335], dtype=float32)

    As PyTorch's ``adaptive_avg_pool2d``.
    """
    for axis, regions in enumerate(sizes, start=1):
        cells, real = _regions(x, axis, regions)
        if real is None:
            x = jnp.mean(cells, axis=axis + 1)
            continue
        real = real.reshape(real.shape + (1,) * (x.ndim - axis - 1))
        x = jnp.sum(jnp.where(real, cells, 0), axis=axis + 1) / jnp.sum(real, axis=1, dtype=x.dtype)
    return x


def adaptive_max_pool(x: jax.Array, sizes: Sequence[int]) -> jax.Array:
    """Return the largest number of every region of a grid of ``sizes`` regions; regions as in adaptive_average_pool.

    Args:
        x: Shape (batch, *spatial, channels).
        sizes: The number of regions along every spatial axis.

    Returns:
        Shape (batch, *sizes, channels).

    Example:
        >>> adaptive_max_pool(jnp.array([1.0, 5.0, 2.0, 4.0, 3.0]).reshape(1, 5, 1), [2]).ravel()
        Array([5., 4.], dtype=float32)

    As PyTorch's ``adaptive_max_pool2d``; of equal largest numbers the gradient goes to all in equal parts.
    """
    for axis, regions in enumerate(sizes, start=1):
        cells, real = _regions(x, axis, regions)
        if real is not None:
            real = real.reshape(real.shape + (1,) * (x.ndim - axis - 1))
            cells = jnp.where(real, cells, -jnp.inf)
        x = jnp.max(cells, axis=axis + 1)
    return x


def _regions(x: jax.Array, axis: int, regions: int) -> tuple[jax.Array, np.ndarray | None]:
    """Return the cells of every region in a new axis after ``axis``, and which of them are real (None for all).

    Regions of unequal length are filled up with cells that are not real.
    """
    size = x.shape[axis]
    if size % regions == 0:
        return x.reshape(*x.shape[:axis], regions, size // regions, *x.shape[axis + 1 :]), None
    begin = np.arange(regions) * size // regions
    end = -(-np.arange(1, regions + 1) * size // regions)
    cells = begin[:, None] + np.arange((end - begin).max())
    return jnp.take(x, np.minimum(cells, size - 1), axis=axis), cells < end[:, None]
