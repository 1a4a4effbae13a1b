"""What one tap of the kernel reads at all positions: the bricks of every lowering that is not XLA's convolution."""

from __future__ import annotations

import itertools

import jax
import numpy as np
from jax import lax

from pellucid.functional.convolution.geometry import Ints, Window


def read(x: jax.Array, window: Window) -> list[jax.Array]:
    """Return for each tap, in row-major order, the cells it reads: shape (batch, *positions, channels).

    Example:
        >>> import jax.numpy as jnp
        >>> window = Window(sizes=(2,), strides=(1,), padding=((1, 0),), dilation=(1,))
        >>> [cells.ravel().tolist() for cells in read(jnp.array([[[1.0], [2.0]]]), window)]
        [[0.0, 1.0], [1.0, 2.0]]
    """
    positions = window.output(x.shape[1:-1])
    if any(v for pair in window.padding for v in pair):
        widths = [(0, 0, 0), *((low, high, 0) for low, high in window.padding), (0, 0, 0)]
        x = lax.pad(x, np.zeros((), x.dtype)[()], widths)
    cells = []
    for start in _starts(window):
        stop = [
            a + (m - 1) * s + 1 for a, m, s in zip(start, positions, window.strides, strict=True)
        ]
        cells.append(
            lax.slice(
                x,
                (0, *start, 0),
                (x.shape[0], *stop, x.shape[-1]),
                (1, *window.strides, 1),
            )
        )
    return cells


def write(parts: list[jax.Array], window: Window, spatial: Ints) -> jax.Array:
    """Add up what each tap contributes to the cells it reads: the transpose of :func:`read`.

    Args:
        parts: For each tap (batch, *positions, channels).
        window: Where the taps lie.
        spatial: Spatial sizes of the result.
    """
    total = None
    for start, part in zip(_starts(window), parts, strict=True):
        widths = [(0, 0, 0)]
        for a, m, n, s, (low, _) in zip(
            start, part.shape[1:-1], spatial, window.strides, window.padding, strict=True
        ):
            widths.append((a - low, n - (a - low) - (m - 1) * s - 1, s - 1))
        placed = lax.pad(part, np.zeros((), part.dtype)[()], [*widths, (0, 0, 0)])
        total = placed if total is None else total + placed
    assert total is not None
    return total


def _starts(window: Window) -> list[Ints]:
    """Return the cell of the padded input that each tap reads at the first position."""
    return [
        tuple(t * d for t, d in zip(tap, window.dilation, strict=True))
        for tap in itertools.product(*map(range, window.sizes))
    ]
