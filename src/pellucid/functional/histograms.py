"""Values spread by how often they occur: equalization of a whole image, and of its parts with limited contrast."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

WHOLE = 1e-3
"""A value so little below a whole level counts as that level: rounding must not move pixels to the bin below."""


def levels_of(values: jax.Array, bins: int) -> jax.Array:
    """Return in which of ``bins`` levels values from 0 to 1 lie; 1 alone is in the last.

    >>> levels_of(jnp.array([0.0, 0.3, 1.0]), 5).tolist()
    [0, 1, 4]
    """
    return jnp.clip(jnp.floor(values * (bins - 1) + WHOLE).astype(jnp.int32), 0, bins - 1)


def counts_of(levels: jax.Array, bins: int) -> jax.Array:
    """Return how often each level occurs along the last axis: (..., pixels) to (..., bins).

    >>> counts_of(jnp.array([0, 2, 2]), 3).tolist()
    [1, 0, 2]
    """

    def count(row: jax.Array) -> jax.Array:
        return jnp.zeros(bins, jnp.int32).at[row].add(1)

    flat = jax.vmap(count)(levels.reshape(-1, levels.shape[-1]))
    return flat.reshape(*levels.shape[:-1], bins)


def equalized(values: jax.Array, bins: int = 256) -> jax.Array:
    """Return values such that each part of the range occurs about equally often.

    Equation: ``y = round(255 (C(k) - C_0) / (C(last) - C_0))`` with the number ``C(k)`` of values up to the
    level ``k`` of ``x``, and ``C_0`` that of the lowest level that occurs. What has one level only stays.

    Args:
        values: From 0 to 1, shape (..., pixels); each row of pixels is equalized by itself.
        bins: The number of levels, at least 2. Default 256.

    >>> equalized(jnp.array([0.1, 0.1, 0.11, 0.12])).tolist()
    [0.0, 0.0, 128.0, 255.0]
    """
    levels = levels_of(values, bins)
    counts = counts_of(levels, bins)
    total = jnp.cumsum(counts, -1)
    pixels = values.shape[-1]
    lowest = jnp.min(jnp.where(total > 0, total, pixels), -1, keepdims=True)
    wide = jnp.promote_types(values.dtype, jnp.float32)
    above = 255 * (total - lowest).astype(wide) / jnp.maximum(pixels - lowest, 1)
    table = jnp.clip(jnp.round(above), 0, 255).astype(values.dtype)
    spread = jnp.take_along_axis(table, levels, -1)
    return jnp.where(jnp.sum(counts > 0, -1, keepdims=True) > 1, spread, 255 * values)


def locally_equalized(
    images: jax.Array, clip_limit: float, grid: tuple[int, int], bins: int = 256
) -> jax.Array:
    """Return images equalized tile by tile, with limited contrast and without seams (CLAHE).

    Equation: in each tile of ``P`` pixels no level counts more than ``clip_limit P / bins``; what is cut off is shared
    by all levels. With the sums ``C`` of these counts, a pixel of level ``k`` becomes ``(C(k) - C(0)) / (P - C(0))``,
    and between the middles of four tiles the mean of their answers by nearness.

    Args:
        images: From 0 to 1, shape (batch, height, width, channels).
        clip_limit: How much more than evenly a level may occur; 0 or less does not limit.
        grid: The number of tiles down and across.
        bins: The number of levels. Default 256.

    Source: Zuiderveld, Contrast limited adaptive histogram equalization, 1994.
    """
    height, width = images.shape[1:3]
    sizes = tuple(-(-size // tiles) for size, tiles in zip((height, width), grid, strict=True))
    levels = levels_of(images, bins)
    maps = _tile_maps(levels, clip_limit, grid, sizes, bins, images.dtype)
    rows, columns = (
        _nearby(size, step, tiles, images.dtype)
        for size, step, tiles in zip((height, width), sizes, grid, strict=True)
    )
    # (batch, channels, down, across, bins), read at the level of each pixel: (batch, channels, height, width).
    pixels = jnp.moveaxis(levels, -1, 1)
    found = jnp.zeros(pixels.shape, images.dtype)
    first = jnp.arange(pixels.shape[0])[:, None, None, None]
    second = jnp.arange(pixels.shape[1])[:, None, None]
    for down, near in rows:
        for across, close in columns:
            taken = maps[first, second, down[:, None], across, pixels]
            found = found + near[:, None] * close * taken
    return jnp.moveaxis(found, 1, -1)


def _tile_maps(
    levels: jax.Array,
    limit: float,
    grid: tuple[int, int],
    sizes: tuple[int, ...],
    bins: int,
    dtype: Any,
) -> jax.Array:
    """Return for each tile what becomes of each level: (batch, channels, down, across, bins)."""
    batch, height, width, channels = levels.shape
    edges = tuple(
        (0, tiles * step - size)
        for size, tiles, step in zip((height, width), grid, sizes, strict=True)
    )
    whole = jnp.pad(levels, ((0, 0), *edges, (0, 0)), mode="symmetric")
    tiles = whole.reshape(batch, grid[0], sizes[0], grid[1], sizes[1], channels)
    tiles = tiles.transpose(0, 5, 1, 3, 2, 4).reshape(batch, channels, *grid, -1)
    pixels = tiles.shape[-1]
    # Half precision cannot count the pixels of a tile.
    counts = counts_of(tiles, bins).astype(jnp.promote_types(dtype, jnp.float32))
    if limit > 0:
        most = jnp.minimum(counts, limit * pixels / bins)
        counts = most + jnp.sum(counts - most, -1, keepdims=True) / bins
    total = jnp.cumsum(counts, -1)
    first = total[..., :1]
    rest = pixels - first
    return jnp.clip((total - first) / jnp.where(rest == 0, 1, rest), 0, 1).astype(dtype)


def _nearby(size: int, step: int, tiles: int, dtype: Any) -> list[tuple[jax.Array, jax.Array]]:
    """Return for each pixel along an axis the two tiles whose middles are next, and how near they are."""
    place = (jnp.arange(size, dtype=dtype) - step / 2) / step
    before = jnp.floor(place)
    part = place - before
    index = before.astype(jnp.int32)
    return [
        (jnp.clip(index, 0, tiles - 1), 1 - part),
        (jnp.clip(index + 1, 0, tiles - 1), part),
    ]
