"""The lowering that XLA compiles to Eigen's convolution, also inside of loops.

XLA:CPU has a fast convolution, Eigen's, which packs patches block by block in the cache. It takes it only for the axis order
(batch, *spatial, channels) and (*sizes, in, out). A pass brings other orders to that one, but only in the entry
computation: a gradient as XLA writes it, with batch and channels exchanged, falls to a plain nest of loops as soon as it
stands in the body of a `while`, as every step of a training does. Here the exchange is written out, so all three roles have that order.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.functional.convolution.geometry import Ints, Pairs, Window
from pellucid.functional.convolution.xla import layout


def output(x: jax.Array, kernel: jax.Array, window: Window) -> jax.Array:
    """Return the convolution."""
    return _convolve(x, kernel, window.padding, strides=window.strides, dilation=window.dilation)


def input_gradient(kernel: jax.Array, g: jax.Array, window: Window, spatial: Ints) -> jax.Array:
    """Return the gradient for the input: ``g`` with zeros between its cells, convolved with the kernel turned round."""
    rank = len(spatial)
    turned = jnp.flip(kernel, range(rank)).swapaxes(-1, -2)
    pairs = tuple(
        (reach - 1 - low, n + low - (m - 1) * stride - 1)
        for n, m, reach, stride, (low, _) in zip(
            spatial, g.shape[1:-1], window.reach, window.strides, window.padding, strict=True
        )
    )
    return _convolve(g, turned, pairs, spread=window.strides, dilation=window.dilation)


def kernel_gradient(x: jax.Array, g: jax.Array, window: Window) -> jax.Array:
    """Return the gradient for the kernel: ``x`` convolved with ``g`` as a large kernel, the batch in the place of channels."""
    rank = x.ndim - 2
    pairs = tuple(
        (low, (k - 1) * d + (m - 1) * s + 1 - n - low)
        for n, m, k, d, s, (low, _) in zip(
            x.shape[1:-1],
            g.shape[1:-1],
            window.sizes,
            window.dilation,
            window.strides,
            window.padding,
            strict=True,
        )
    )
    spatial = tuple(range(1, rank + 1))
    images = x.transpose(rank + 1, *spatial, 0)  # (in, *spatial, batch)
    weights = g.transpose(*spatial, 0, rank + 1)  # (*positions, batch, out)
    y = _convolve(images, weights, pairs, strides=window.dilation, dilation=window.strides)
    return y.transpose(*spatial, 0, rank + 1)


def _convolve(
    x: jax.Array,
    kernel: jax.Array,
    padding: Pairs,
    strides: Ints | None = None,
    spread: Ints | None = None,
    dilation: Ints | None = None,
) -> jax.Array:
    """Convolve arrays whose axes are in the order that Eigen takes."""
    rank = x.ndim - 2
    return lax.conv_general_dilated(
        x,
        kernel,
        window_strides=strides or (1,) * rank,
        padding=padding,
        lhs_dilation=spread,
        rhs_dilation=dilation,
        dimension_numbers=layout(rank),
    )
