"""Images blurred by bell curves, each image by its own."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def bell(points: int, sigma: jax.Array, reach: jax.Array | None = None) -> jax.Array:
    """Return normal curves over an odd or even number of points, each of sum 1: (..., points).

    Equation: ``w_i = exp(-i^2 / 2 sigma^2) / sum_j exp(-j^2 / 2 sigma^2)``, ``i`` counted from the middle.

    Args:
        points: How many points.
        sigma: The standard deviations, above 0, shape (...).
        reach: How far from the middle a curve goes, shape (...); beyond it is 0. Default None, to the last point.

    >>> bell(3, jnp.array(1.0)).round(4).tolist()
    [0.2741..., 0.4519..., 0.2741...]
    """
    places = jnp.arange(points, dtype=sigma.dtype) - (points - 1) / 2
    curve = jnp.exp(-0.5 * jnp.square(places / sigma[..., None]))
    if reach is not None:
        curve = jnp.where(jnp.abs(places) <= reach[..., None], curve, 0)
    return curve / jnp.sum(curve, -1, keepdims=True)


def weighted_neighbours(images: jax.Array, weights: jax.Array, axis: int) -> jax.Array:
    """Return each pixel's weighted sum over its neighbours along an axis; what lies outside is 0.

    Args:
        images: Shape (batch, height, width, channels).
        weights: Shape (batch, neighbours), the pixel itself in the middle.
        axis: 1 for columns of the image, 2 for its rows.

    >>> weighted_neighbours(jnp.ones((1, 1, 3, 1)), jnp.array([[1.0, 2.0, 4.0]]), 2)[
    ...     0, 0, :, 0
    ... ].tolist()
    [6.0, 7.0, 3.0]
    """
    size, count = images.shape[axis], weights.shape[-1]
    before = (count - 1) // 2
    edges = [(0, 0)] * images.ndim
    edges[axis] = (before, count - 1 - before)
    padded = jnp.pad(images, edges)
    each = weights[:, :, None, None, None]
    parts = [
        each[:, i] * jax.lax.slice_in_dim(padded, i, i + size, axis=axis) for i in range(count)
    ]
    return sum(parts[1:], parts[0])


def gaussian_blur(
    images: jax.Array,
    sigma: jax.Array,
    points: tuple[int, int],
    reach: jax.Array | None = None,
) -> jax.Array:
    """Return images blurred by bell curves along both axes; what lies outside is 0.

    Args:
        images: Shape (batch, height, width, channels).
        sigma: How far the curves reach down and across, in pixels, above 0, shape (batch, 2).
        points: Neighbours that count, down and across.
        reach: As in :func:`bell`, shape (batch, 2). Default None.
    """
    reaches = (None, None) if reach is None else (reach[:, 0], reach[:, 1])
    for axis in (0, 1):
        curve = bell(points[axis], sigma[:, axis], reaches[axis])
        images = weighted_neighbours(images, curve.astype(images.dtype), axis + 1)
    return images
