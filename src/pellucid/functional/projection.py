"""Images in perspective, and bent."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from pellucid.functional.blurring import gaussian_blur
from pellucid.functional.resampling import take_at


def projection(start: jax.Array, end: jax.Array) -> jax.Array:
    """Return the 8 factors of the projection that takes four points to four others.

    Equation: ``a0 ... a7`` such that each start ``(x, y)`` has the end ``u = (a0 x + a1 y + a2) / (a6 x + a7 y + 1)``,
    ``v = (a3 x + a4 y + a5) / (a6 x + a7 y + 1)``: 8 linear equations.

    Args:
        start: Four points (x, y), shape (4, 2), no three on a line.
        end: Where they come to be, likewise.

    >>> corners = jnp.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> projection(corners, 2 * corners).round(4).tolist()
    [2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0]
    """
    zero, one = jnp.zeros(4, start.dtype), jnp.ones(4, start.dtype)
    (x, y), (u, v) = start.T, end.T
    along = jnp.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1)
    down = jnp.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1)
    return jnp.linalg.solve(jnp.concatenate([along, down]), jnp.concatenate([u, v]))


def projected(
    images: jax.Array,
    factors: jax.Array,
    interpolation: str = "bilinear",
    fill_value: jax.Array | float = 0.0,
) -> jax.Array:
    """Return images under projections.

    Equation: the pixel ``(x, y)`` comes from the place ``(u, v)`` of :func:`projection`.

    Args:
        images: Shape (batch, height, width, channels).
        factors: ``a0 ... a7``, shape (batch, 8).
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        fill_value: The colour outside. Default 0.
    """
    down, across = pixels(images)
    a = factors[:, :, None, None]
    depth = a[:, 6] * across + a[:, 7] * down + 1
    columns = (a[:, 0] * across + a[:, 1] * down + a[:, 2]) / depth
    rows = (a[:, 3] * across + a[:, 4] * down + a[:, 5]) / depth
    return take_at(images, rows, columns, "constant", interpolation, fill_value)


def pixels(images: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return the row and the column of each pixel, both (height, width)."""
    height, width = images.shape[1:3]
    down, across = jnp.meshgrid(jnp.arange(float(height)), jnp.arange(float(width)), indexing="ij")
    return down, across


def reach_of(sigma: jax.Array | float) -> jax.Array:
    """Return how many pixels from the middle a bell curve is counted: three times its width, rounded down."""
    return jnp.floor(3 * jnp.asarray(sigma))


def bent(
    images: jax.Array,
    noise: jax.Array,
    alpha: jax.Array,
    sigma: jax.Array,
    most: float,
    fill_mode: str = "reflect",
    interpolation: str = "bilinear",
    fill_value: jax.Array | float = 0.0,
) -> jax.Array:
    """Return images whose pixels are moved by smooth noise, as if drawn on rubber.

    Equation: ``y[p] = x[p + alpha (g_sigma * sigma n)[p]]`` with the noise ``n`` and the bell curve ``g_sigma``.

    Args:
        images: Shape (batch, height, width, channels).
        noise: Numbers from the standard normal distribution, down and across, shape (batch, height, width, 2).
        alpha: How far pixels move, shape (batch,).
        sigma: Over how many pixels the movement is smooth, shape (batch,).
        most: The largest ``sigma`` that may come, which decides how many neighbours are counted.
        fill_mode: What stands outside. Default ``"reflect"``.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        fill_value: The colour outside with ``"constant"``. Default 0.

    Source: Simard, Steinkraus, Platt, Best practices for convolutional neural networks applied to visual document
    analysis, 2003.
    """
    points = 2 * int(3 * most) + 1
    both = jnp.repeat(sigma[:, None], 2, axis=1)
    wide = noise * sigma[:, None, None, None]
    smooth = gaussian_blur(wide, jnp.maximum(both, 1e-6), (points, points), reach_of(both))
    moved = alpha[:, None, None, None] * smooth
    down, across = pixels(images)
    rows, columns = down + moved[..., 0], across + moved[..., 1]
    return take_at(images, rows, columns, fill_mode, interpolation, fill_value)
