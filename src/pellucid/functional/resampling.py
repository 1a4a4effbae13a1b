"""Images taken at other places: moved, zoomed, rotated, resized.

Where an image is only moved and stretched along its axes, a row of the result is a weighted sum of rows, and
likewise a column: two matrix products with few numbers other than 0, which is several times faster on a CPU than
gathering pixels. Rotation and shear gather.

Outside the image the **fill mode** decides: ``"constant"`` (a fill value), ``"nearest"`` (the edge), ``"reflect"``
(``d c b a | a b c d | d c b a``) or ``"wrap"`` (``a b c d | a b c d``).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

FILL_MODES = ("reflect", "wrap", "constant", "nearest")
INTERPOLATIONS = ("bilinear", "nearest")


def inside(index: jax.Array, size: int, fill_mode: str) -> jax.Array:
    """Return for each whole number the place in ``0 ... size - 1`` that stands for it.

    >>> [
    ...     inside(jnp.array([-2, -1, 0, 3, 4]), 4, mode).tolist()
    ...     for mode in ("reflect", "wrap", "nearest")
    ... ]
    [[1, 0, 0, 3, 3], [2, 3, 0, 3, 0], [0, 0, 0, 3, 3]]
    """
    if fill_mode == "wrap":
        return index % size
    if fill_mode == "reflect":
        turned = index % (2 * size)
        return jnp.where(turned < size, turned, 2 * size - 1 - turned)
    return jnp.clip(index, 0, size - 1)


def corners(
    places: jax.Array, size: int, fill_mode: str, interpolation: str
) -> list[tuple[jax.Array, jax.Array]]:
    """Return for places along an axis the indices of the pixels that count there, and how much.

    Args:
        places: Real numbers; pixel ``i`` is at ``i``.
        size: Pixels along the axis.
        fill_mode: What stands outside; with ``"constant"`` the weights there are 0.
        interpolation: ``"bilinear"`` (two pixels) or ``"nearest"`` (one).
    """
    # Half-way between two pixels the one further from 0 is nearest, as in Keras; `round` would take the even one.
    nearest = jnp.sign(places) * jnp.floor(jnp.abs(places) + 0.5)
    first = nearest if interpolation == "nearest" else jnp.floor(places)
    pairs = [(first, jnp.ones_like(places))]
    if interpolation == "bilinear":
        part = places - first
        pairs = [(first, 1 - part), (first + 1, part)]
    found = []
    for place, weight in pairs:
        index = place.astype(jnp.int32)
        if fill_mode == "constant":
            weight = jnp.where((index >= 0) & (index < size), weight, 0)
        found.append((inside(index, size, fill_mode), weight))
    return found


def axis_weights(places: jax.Array, size: int, fill_mode: str, interpolation: str) -> jax.Array:
    """Return the matrix that takes a line of ``size`` pixels at places (..., places): (..., places, size).

    >>> axis_weights(jnp.array([[0.5, 3.0]]), 4, "nearest", "bilinear")[0].tolist()
    [[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    """
    pixels = jnp.arange(size)
    total = jnp.zeros((*places.shape, size), places.dtype)
    for index, weight in corners(places, size, fill_mode, interpolation):
        total = total + jnp.where(index[..., None] == pixels, weight[..., None], 0)
    return total


def take_along_axes(
    images: jax.Array,
    rows: jax.Array,
    columns: jax.Array,
    fill_mode: str = "reflect",
    interpolation: str = "bilinear",
    fill_value: jax.Array | float = 0.0,
) -> jax.Array:
    """Return images taken at the grid of ``rows`` and ``columns``, each image at its own or all at the same.

    Equation: ``y[n, i, j] = sum_kl R[n, i, k] C[n, j, l] x[n, k, l]`` with the weights ``R`` and ``C`` of
    :func:`axis_weights`.

    Args:
        images: Shape (batch, height, width, channels).
        rows: Places from the top, (batch, new height), or (new height,) for all images.
        columns: Places from the left, (batch, new width), or (new width,).
        fill_mode: What stands outside. Default ``"reflect"``.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        fill_value: The colour outside with ``"constant"``. Default 0.

    Returns:
        Shape (batch, new height, new width, channels).
    """
    _, height, width, _ = images.shape
    shifted = images - fill_value if fill_mode == "constant" else images
    down = axis_weights(rows, height, fill_mode, interpolation).astype(images.dtype)
    across = axis_weights(columns, width, fill_mode, interpolation).astype(images.dtype)
    taken = jnp.einsum("nik,nklc->nilc" if down.ndim == 3 else "ik,nklc->nilc", down, shifted)
    taken = jnp.einsum("njl,nilc->nijc" if across.ndim == 3 else "jl,nilc->nijc", across, taken)
    return taken + fill_value if fill_mode == "constant" else taken


def take_at(
    images: jax.Array,
    rows: jax.Array,
    columns: jax.Array,
    fill_mode: str = "reflect",
    interpolation: str = "bilinear",
    fill_value: jax.Array | float = 0.0,
) -> jax.Array:
    """Return images taken at single places, each pixel at its own.

    Args:
        images: Shape (batch, height, width, channels).
        rows: Places from the top, (batch, new height, new width).
        columns: Places from the left, likewise.
        fill_mode: What stands outside. Default ``"reflect"``.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        fill_value: The colour outside with ``"constant"``. Default 0.
    """
    batch, height, width, channels = images.shape
    shifted = images - fill_value if fill_mode == "constant" else images
    flat = shifted.reshape(batch, height * width, channels)
    total = jnp.zeros((batch, rows[0].size, channels), images.dtype)
    for row, down in corners(rows, height, fill_mode, interpolation):
        for column, across in corners(columns, width, fill_mode, interpolation):
            index = (row * width + column).reshape(batch, -1)
            pixels = jax.vmap(lambda image, at: image[at])(flat, index)
            total = total + pixels * (down * across).reshape(batch, -1, 1).astype(images.dtype)
    taken = total.reshape(*rows.shape, channels)
    return taken + fill_value if fill_mode == "constant" else taken


def transform(
    images: jax.Array,
    matrices: jax.Array,
    fill_mode: str = "reflect",
    interpolation: str = "bilinear",
    fill_value: jax.Array | float = 0.0,
    shifts: jax.Array | None = None,
) -> jax.Array:
    """Return images under linear maps about their centres, and shifted.

    Equation: ``y[p] = x[c + M (p - c) - s]`` for the pixel ``p = (row, column)``, the image's centre ``c``, the
    matrix ``M`` and the shift ``s``.

    Args:
        images: Shape (batch, height, width, channels).
        matrices: ``M``, shape (batch, 2, 2).
        fill_mode: What stands outside. Default ``"reflect"``.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        fill_value: The colour outside with ``"constant"``. Default 0.
        shifts: ``s``, how many pixels down and to the right, shape (batch, 2). Default None, none.

    Example:
        >>> quarter = jnp.array([[[0.0, 1.0], [-1.0, 0.0]]])
        >>> transform(jnp.arange(4.0).reshape(1, 2, 2, 1), quarter, "nearest")[0, ..., 0].tolist()
        [[1.0, 3.0], [0.0, 2.0]]
    """
    _, height, width, _ = images.shape
    middle = jnp.array([(height - 1) / 2, (width - 1) / 2])
    rows, columns = jnp.meshgrid(
        jnp.arange(height) - middle[0], jnp.arange(width) - middle[1], indexing="ij"
    )
    m = matrices[:, :, :, None, None]
    down = m[:, 0, 0] * rows + m[:, 0, 1] * columns + middle[0]
    across = m[:, 1, 0] * rows + m[:, 1, 1] * columns + middle[1]
    if shifts is not None:
        down, across = down - shifts[:, 0, None, None], across - shifts[:, 1, None, None]
    return take_at(images, down, across, fill_mode, interpolation, fill_value)
