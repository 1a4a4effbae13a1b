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


def interpolate(x: jax.Array, sizes: Sequence[int], method: str = "bilinear") -> jax.Array:
    """Resize images: output cells take the weighted mean of the input cells around the place they come from.

    Equation: along each axis of ``n`` input and ``m`` output cells, output cell ``i`` comes from the place
    ``(i + 1/2) n / m - 1/2``; the weights of the cells around it follow from their distance and the method, and sum to
    one.

    Args:
        x: Shape (batch, *spatial, channels), floats.
        sizes: The new sizes, one number per spatial axis.
        method: One of ``METHODS``: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"``, ``"lanczos5"``.

    Returns:
        Shape (batch, *sizes, channels).

    Example:
        >>> interpolate(jnp.array([0.0, 4.0]).reshape(1, 2, 1), [4]).ravel()
        Array([0., 1., 3., 4.], dtype=float32)

    As ``torch.nn.functional.interpolate`` with ``align_corners=False``; smaller images are not smoothed first.
    """
    shape = (x.shape[0], *sizes, x.shape[-1])
    return jax.image.resize(x, shape, METHODS[method], antialias=False)
