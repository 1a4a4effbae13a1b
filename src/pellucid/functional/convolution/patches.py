"""Patches and a matrix product: what each position reads is laid out as a row, and the kernel is a matrix."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.functional.convolution import taps
from pellucid.functional.convolution.geometry import Ints, Window


def output(x: jax.Array, kernel: jax.Array, window: Window) -> jax.Array:
    """Return the convolution: rows of patches times the kernel as a (taps * in, out) matrix."""
    return _patches(x, window) @ kernel.reshape(-1, kernel.shape[-1])


def input_gradient(kernel: jax.Array, g: jax.Array, window: Window, spatial: Ints) -> jax.Array:
    """Return the gradient for the input: that of the patches, put back tap by tap where they were read."""
    channels, outputs = kernel.shape[-2:]
    rows = g @ kernel.reshape(-1, outputs).T  # (batch, *positions, taps * in)
    parts = [rows[..., c : c + channels] for c in range(0, rows.shape[-1], channels)]
    return taps.write(parts, window, spatial)


def kernel_gradient(x: jax.Array, g: jax.Array, window: Window) -> jax.Array:
    """Return the gradient for the kernel: patches times ``g``, summed over all rows and positions."""
    axes = tuple(range(g.ndim - 1))
    y = lax.dot_general(_patches(x, window), g, ((axes, axes), ((), ())))
    return y.reshape(*window.sizes, x.shape[-1], g.shape[-1])


def kernel_gradient_by_rows(x: jax.Array, g: jax.Array, window: Window) -> jax.Array:
    """Return the gradient for the kernel from patches that are laid out with the positions last.

    For few channels: each row of a patch matrix is then copied in runs as long as the image is wide.
    """
    batch, channels, outputs = x.shape[0], x.shape[-1], g.shape[-1]
    planes = jnp.moveaxis(x, -1, 1)[..., None]  # (batch, in, *spatial, 1)
    cells = taps.read(planes.reshape(-1, *planes.shape[2:]), window)
    rows = jnp.stack([c.reshape(batch, channels, -1) for c in cells], 1)
    rows = rows.reshape(batch, len(cells) * channels, -1)
    products = jnp.einsum("brp,bpo->bro", rows, g.reshape(batch, -1, outputs))
    return jnp.sum(products, 0).reshape(*window.sizes, channels, outputs)


def _patches(x: jax.Array, window: Window) -> jax.Array:
    """Return what each position reads, tap after tap: shape (batch, *positions, taps * in)."""
    cells = taps.read(x, window)
    return jnp.concatenate(cells, -1) if len(cells) > 1 else cells[0]
