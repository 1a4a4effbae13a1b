"""Images as blocks: windows as columns, blocks as channels; and complex numbers from size and angle."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import per_axis, real, to_last


@operation
def polar(abs_: Any, angle: Any) -> jax.Array:
    """Return complex numbers of a size and an angle."""
    size, angle = real(abs_), real(angle)
    return jax.lax.complex(size * jnp.cos(angle), size * jnp.sin(angle))


@operation
def unfold(
    x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> jax.Array:
    """Return the windows of images as columns.

    Args:
        x: Shape (batch, channels, height, width).
        kernel_size: Sizes of the window; like all that follow a number or one per axis.
        dilation: Distance of its cells.
        padding: Zeros around the image.
        stride: Distance of windows.

    Returns:
        Shape (batch, channels * cells, windows).
    """
    sizes, gaps, edge, step = (per_axis(v, 2) for v in (kernel_size, dilation, padding, stride))
    x = _with_edge(jnp.asarray(x), edge)
    cells = [x[..., rows, :][..., columns] for rows, columns in _cells(x.shape, sizes, gaps, step)]
    columns = jnp.stack(cells, axis=2)  # (batch, channels, cells, positions, positions)
    return columns.reshape(x.shape[0], x.shape[1] * len(cells), -1)


@operation
def fold(
    x: Any,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> jax.Array:
    """Return images that are the sums of windows given as columns: the transpose of :func:`unfold`.

    Args:
        x: Shape (batch, channels * cells, windows).
        output_size: (height, width) of the images.
        kernel_size: As in :func:`unfold`, like all that follow.
        dilation: See there.
        padding: See there.
        stride: See there.
    """
    sizes, gaps, edge, step = (per_axis(v, 2) for v in (kernel_size, dilation, padding, stride))
    height, width = per_axis(output_size, 2)
    x = jnp.asarray(x)
    channels = x.shape[1] // (sizes[0] * sizes[1])
    total = _with_edge(jnp.zeros((x.shape[0], channels, height, width), x.dtype), edge)
    places = _cells(total.shape, sizes, gaps, step)
    columns = x.reshape(x.shape[0], channels, len(places), -1)
    for cell, (rows, across) in enumerate(places):
        window = total[..., rows, :][..., across]
        part = columns[:, :, cell].reshape(window.shape)
        total = total.at[..., rows, across].add(part)
    return total[..., edge[0] : edge[0] + height, edge[1] : edge[1] + width]


def _with_edge(x: jax.Array, edge: tuple[int, ...]) -> jax.Array:
    return jnp.pad(x, ((0, 0), (0, 0), (edge[0],) * 2, (edge[1],) * 2))


def _cells(shape: Any, sizes: Any, gaps: Any, steps: Any) -> list[tuple[slice, slice]]:
    """Return for each cell of a window where its rows and columns stand in the image."""
    along = []
    for n, size, gap, step in zip(shape[2:], sizes, gaps, steps, strict=True):
        positions = (n - gap * (size - 1) - 1) // step + 1
        starts = [cell * gap for cell in range(size)]
        along.append([slice(s, s + (positions - 1) * step + 1, step) for s in starts])
    return [(rows, columns) for rows in along[0] for columns in along[1]]


@operation
def depth_to_space(x: Any, block_size: int, data_format: str = "channels_last") -> jax.Array:
    """Return images ``block_size`` times as high and wide; each block takes its cells from the channels of one.

    Channels are numbered cell after cell with the channels last, channel after channel with the channels first.
    """
    x, b, last = jnp.asarray(x), block_size, data_format == "channels_last"
    batch, height, width, channels = x.shape if last else to_last(x, data_format).shape
    depth = channels // b**2
    if last:
        parts = x.reshape(batch, height, width, b, b, depth).transpose(0, 1, 3, 2, 4, 5)
        return parts.reshape(batch, height * b, width * b, depth)
    parts = x.reshape(batch, depth, b, b, height, width).transpose(0, 1, 4, 2, 5, 3)
    return parts.reshape(batch, depth, height * b, width * b)


@operation
def space_to_depth(x: Any, block_size: int, data_format: str = "channels_last") -> jax.Array:
    """Return images of blocks: the cells of each block become channels, numbered as in :func:`depth_to_space`."""
    x, b, last = jnp.asarray(x), block_size, data_format == "channels_last"
    batch, height, width, depth = x.shape if last else to_last(x, data_format).shape
    high, wide = height // b, width // b
    if last:
        parts = x.reshape(batch, high, b, wide, b, depth).transpose(0, 1, 3, 2, 4, 5)
        return parts.reshape(batch, high, wide, -1)
    parts = x.reshape(batch, depth, high, b, wide, b).transpose(0, 1, 3, 5, 2, 4)
    return parts.reshape(batch, -1, high, wide)
