"""Depthwise convolutions as sums of products, cell by cell: a matrix product has nothing to sum over.

XLA fuses the whole sum into one pass that keeps the output in registers; so a 3x3 kernel costs nine multiply-adds a
number and no memory for patches.
"""

from __future__ import annotations

from collections.abc import Iterable

import jax
import jax.numpy as jnp

from pellucid.functional.convolution import taps
from pellucid.functional.convolution.geometry import Ints, Window


def depthwise_output(x: jax.Array, kernel: jax.Array, window: Window) -> jax.Array:
    """Return the convolution of every channel on its own; ``kernel`` is (*sizes, 1, in * multiplier)."""
    rows = kernel.reshape(-1, kernel.shape[-1])
    multiplier = kernel.shape[-1] // x.shape[-1]
    wide = jnp.repeat(x, multiplier, -1) if multiplier > 1 else x
    return sum_of(cells * row for cells, row in zip(taps.read(wide, window), rows, strict=True))


def depthwise_input_gradient(
    kernel: jax.Array, g: jax.Array, window: Window, spatial: Ints, channels: int
) -> jax.Array:
    """Return the gradient for the input of :func:`depthwise_output`."""
    rows = kernel.reshape(-1, kernel.shape[-1])
    x = taps.write([g * row for row in rows], window, spatial)
    return jnp.sum(x.reshape(*x.shape[:-1], channels, -1), -1)


def depthwise_kernel_gradient(x: jax.Array, g: jax.Array, window: Window) -> jax.Array:
    """Return the gradient for the kernel of :func:`depthwise_output`."""
    multiplier = g.shape[-1] // x.shape[-1]
    wide = jnp.repeat(x, multiplier, -1) if multiplier > 1 else x
    sums = [jnp.sum(cells * g, range(g.ndim - 1)) for cells in taps.read(wide, window)]
    return jnp.stack(sums).reshape(*window.sizes, 1, g.shape[-1])


def sum_of(terms: Iterable[jax.Array]) -> jax.Array:
    """Return the sum from left to right, without a zero at its start."""
    first, *others = terms
    return sum(others, first)
