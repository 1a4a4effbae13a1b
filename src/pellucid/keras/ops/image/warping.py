"""Images taken at other places: moved, turned, sheared, in perspective, bent."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy import ndimage

from pellucid.core.errors import ArgumentError
from pellucid.functional.projection import projection
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import images_to_last, real
from pellucid.keras.ops.image.filters import blurred
from pellucid.keras.random import Draw

ORDERS = {"nearest": 0, "bilinear": 1}
FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def _order(who: str, interpolation: str) -> int:
    if interpolation not in ORDERS:
        raise ArgumentError(
            who,
            f"`interpolation` may be 'nearest' or 'bilinear', but {interpolation!r} came.",
            'interpolation="bilinear"',
        )
    return ORDERS[interpolation]


def _taken(x: jax.Array, places: jax.Array, order: int, fill_mode: str, fill: Any) -> jax.Array:
    """Return an array at places given axis by axis, in its own dtype."""
    if fill_mode not in FILL_MODES:
        raise ArgumentError(
            "fill_mode",
            f"one of {', '.join(FILL_MODES)} is allowed, but {fill_mode!r} came.",
            'fill_mode="constant"',
        )
    found = ndimage.map_coordinates(real(x), list(places), order, fill_mode, fill)
    whole = jnp.issubdtype(x.dtype, jnp.integer)
    return (jnp.round(found) if whole else found).astype(x.dtype)


@operation
def map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: Any = 0
) -> jax.Array:
    """Return an array at other places.

    Args:
        inputs: The array.
        coordinates: The places, one array per axis of ``inputs``; their shape is the answer's.
        order: 0 for the nearest number, 1 for those around.
        fill_mode: What stands outside: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"``, ``"reflect"``.
        fill_value: The constant.
    """
    return _taken(jnp.asarray(inputs), jnp.asarray(coordinates), order, fill_mode, fill_value)


def _at(
    x: jax.Array, rows: jax.Array, columns: jax.Array, order: int, mode: str, fill: Any
) -> jax.Array:
    """Return images (batch, height, width, channels), each at its own places (batch, height, width)."""

    def channel(image: jax.Array, down: jax.Array, across: jax.Array) -> jax.Array:
        return _taken(image, jnp.stack([down, across]), order, mode, fill)

    every_channel = jax.vmap(channel, in_axes=(-1, None, None), out_axes=-1)
    return jax.vmap(every_channel)(x, rows, columns)


def _projected(x: jax.Array, factors: jax.Array, order: int, mode: str, fill: Any) -> jax.Array:
    """Return images under projections: 8 factors ``a0 ... a7`` for each image.

    Equation: the pixel ``(u, v)`` comes from ``(a0 u + a1 v + a2, a3 u + a4 v + a5) / (a6 u + a7 v + 1)``.
    """
    down, across = jnp.meshgrid(*(jnp.arange(float(n)) for n in x.shape[1:3]), indexing="ij")
    a = factors[:, :, None, None]
    depth = a[:, 6] * across + a[:, 7] * down + 1
    columns = (a[:, 0] * across + a[:, 1] * down + a[:, 2]) / depth
    rows = (a[:, 3] * across + a[:, 4] * down + a[:, 5]) / depth
    return _at(x, rows, columns, order, mode, fill)


def _for_each(x: jax.Array, values: jax.Array, rank: int) -> jax.Array:
    """Return values for each image: those of one for all."""
    values = values[None] if values.ndim == rank else values
    return jnp.broadcast_to(values, (x.shape[0], *values.shape[1:]))


@operation
def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> jax.Array:
    """Return images moved, turned and sheared.

    Args:
        images: One image or a batch.
        transform: ``(a0, a1, a2, b0, b1, b2, 0, 0)`` for all or for each: the pixel ``(u, v)`` comes from
            ``(a0 u + a1 v + a2, b0 u + b1 v + b2)``, ``u`` to the right.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: What stands outside.
        fill_value: The constant.
        data_format: Where the channels are.
    """
    x, back = images_to_last(images, data_format)
    factors = _for_each(x, real(transform), 1).at[:, 6:].set(0)
    order = _order("affine_transform", interpolation)
    return back(_projected(x, factors, order, fill_mode, fill_value))


@operation
def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> jax.Array:
    """Return images seen from elsewhere.

    Args:
        images: One image or a batch.
        start_points: Four corners ``(x, y)`` in the images, shape (4, 2) or (batch, 4, 2).
        end_points: Where these corners come to be.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_value: What stands outside.
        data_format: Where the channels are.
    """
    x, back = images_to_last(images, data_format)
    start, end = (_for_each(x, real(points), 2) for points in (start_points, end_points))
    factors = jax.vmap(projection)(end, start)
    order = _order("perspective_transform", interpolation)
    return back(_projected(x, factors, order, "constant", fill_value))


def _bent(
    key: jax.Array,
    images: Any,
    alpha: float,
    sigma: float,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
    data_format: str | None,
) -> jax.Array:
    x, back = images_to_last(images, data_format)
    noise = sigma * jax.random.normal(key, (*x.shape[:3], 2))
    points = 2 * int(3 * sigma) + 1
    moved = alpha * blurred(noise, (points, points), (sigma, sigma))
    down, across = jnp.meshgrid(*(jnp.arange(float(n)) for n in x.shape[1:3]), indexing="ij")
    order = _order("elastic_transform", interpolation)
    rows, columns = down + moved[..., 0], across + moved[..., 1]
    return back(_at(x, rows, columns, order, fill_mode, fill_value))


_elastic = Draw(_bent, "elastic_transform")


def elastic_transform(
    images: Any,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Any:
    """Return images whose pixels are moved by normally distributed noise times ``alpha``, smooth over ``sigma``."""
    settings = (alpha, sigma, interpolation, fill_mode, fill_value, data_format)
    return _elastic(seed, images, *settings)
