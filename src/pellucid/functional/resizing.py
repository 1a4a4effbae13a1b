"""Images of another size: cells repeated, or numbers between the cells computed."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp

METHODS = {
    "nearest": "nearest",
    "bilinear": "linear",
    "bicubic": "cubic",
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
}
"""Interpolations by name, with JAX's name of each."""


def repeat_cells(x: jax.Array, factors: Sequence[int]) -> jax.Array:
    """Repeat every cell along every spatial axis.

    Equation: ``y[i, c] = x[floor(i / f), c]`` with the factor ``f``; ``i`` and ``f`` have one part per axis.

    Args:
        x: Shape (batch, *spatial, channels).
        factors: How often cells are repeated, one number per spatial axis.

    Returns:
        Shape (batch, *spatial times factors, channels).

    Example:
        >>> repeat_cells(jnp.array([1, 2]).reshape(1, 2, 1), [3]).ravel()
        Array([1, 1, 1, 2, 2, 2], dtype=int32)
    """
    for axis, factor in enumerate(factors, start=1):
        x = jnp.repeat(x, factor, axis=axis)
    return x


def interpolate(
    x: jax.Array, sizes: Sequence[int], method: str = "bilinear", antialias: bool = False
) -> jax.Array:
    """Resize images: output cells take the weighted mean of the input cells around the place they come from.

    Equation: along each axis of ``n`` input and ``m`` output cells, output cell ``i`` comes from the place
    ``(i + 1/2) n / m - 1/2``; the weights of the cells around it follow from their distance and the method, and sum to
    one.

    Args:
        x: Shape (batch, *spatial, channels), floats.
        sizes: The new sizes, one number per spatial axis.
        method: One of ``METHODS``: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"``, ``"lanczos5"``.
        antialias: Whether cells of smaller images take the mean of all cells that they stand for. Default False.

    Returns:
        Shape (batch, *sizes, channels).

    Example:
        >>> interpolate(jnp.array([0.0, 4.0]).reshape(1, 2, 1), [4]).ravel()
        Array([0., 1., 3., 4.], dtype=float32)

    As ``torch.nn.functional.interpolate`` with ``align_corners=False``.
    """
    shape = (x.shape[0], *sizes, x.shape[-1])
    return jax.image.resize(x, shape, METHODS[method], antialias=antialias)


def crop_to_ratio(images: jax.Array, height: int, width: int) -> tuple[jax.Array, tuple[int, int]]:
    """Return the largest middle part of images in the proportions ``height : width``, and its first row and column.

    >>> part, start = crop_to_ratio(jnp.ones((1, 6, 2, 1)), 1, 1)
    >>> part.shape, start
    ((1, 2, 2, 1), (2, 0))
    """
    rows, columns = images.shape[1:3]
    high = max(min(rows, int(columns * height / width)), 1)
    wide = max(min(columns, int(rows * width / height)), 1)
    top, left = (rows - high) // 2, (columns - wide) // 2
    return images[:, top : top + high, left : left + wide], (top, left)


def pad_to_ratio(
    images: jax.Array, height: int, width: int, value: float = 0.0
) -> tuple[jax.Array, tuple[int, int]]:
    """Return images filled up to the proportions ``height : width``, as much on both sides, and where they begin.

    >>> whole, start = pad_to_ratio(jnp.ones((1, 6, 2, 1)), 1, 1)
    >>> whole.shape, start
    ((1, 6, 6, 1), (0, 2))
    """
    rows, columns = images.shape[1:3]
    top = (max(rows, int(columns * height / width)) - rows) // 2
    left = (max(columns, int(rows * width / height)) - columns) // 2
    edges = ((0, 0), (top, top), (left, left), (0, 0))
    return jnp.pad(images, edges, constant_values=value), (top, left)
