"""The lowering that XLA compiles to a library's convolution, also inside of loops.

XLA:CPU has two fast convolutions, YNNPACK's and Eigen's, which pack patches block by block in the cache. It takes
them only for the axis order (batch, *spatial, channels) and (*sizes, in, out). A pass brings other orders to that one,
but only in the entry computation: a gradient as XLA writes it, with batch and channels exchanged, falls to a plain nest
of loops as soon as it stands in the body of a `while`, as every step of a training does. Here the exchange is written
out, so that all three roles have that order.

Two oddities are met by small changes of the question, which README.md measures. YNNPACK's convolution is up to three
times slower on an input that needs no padding than on one that does; so a row of zeros is added, and the row it makes
is dropped. And it is not called where both sides have at most 16 channels; so two columns of the output become one.
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
    """Return the gradient for the kernel: ``x`` convolved with ``g`` as a large kernel, the batch as channels."""
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
    if _is_slow(pairs, weights.shape):
        weights = jnp.pad(weights, [(0, 1), *[(0, 0)] * (rank + 1)])
        pairs = ((0, window.strides[0]), *pairs[1:])
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
    """Convolve arrays whose axes are in the order that the libraries take."""
    rank = x.ndim - 2
    ones = (1,) * rank
    window = Window(kernel.shape[:-2], strides or ones, padding, dilation or ones)
    if (
        _is_narrow(kernel)
        and window.strides[1] == window.dilation[1] == 1
        and spread in (None, ones)
    ):
        columns = window.output(x.shape[1:-1])[1]
        if columns % 2 == 0:
            return _in_pairs(x, kernel, window)
    slow = _is_slow(padding, kernel.shape)
    if slow:
        padding = ((0, window.strides[0]), *padding[1:])
    y = lax.conv_general_dilated(
        x,
        kernel,
        window_strides=window.strides,
        padding=padding,
        lhs_dilation=spread,
        rhs_dilation=dilation,
        dimension_numbers=layout(rank),
    )
    return y[:, :-1] if slow else y


def _is_slow(padding: Pairs, kernel: Ints) -> bool:
    """Whether YNNPACK takes this convolution (two axes, more than 16 channels on a side) and would be slow at it."""
    return (
        len(padding) == 2
        and max(kernel[-2:]) > 16
        and kernel[-2] >= 4
        and not any(map(any, padding))
    )


def _is_narrow(kernel: jax.Array) -> bool:
    """Whether neither side has the more than 16 channels that YNNPACK asks for, but two columns of outputs would."""
    return kernel.ndim == 4 and max(kernel.shape[-2:]) <= 16 < 2 * kernel.shape[-1]


def _in_pairs(x: jax.Array, kernel: jax.Array, window: Window) -> jax.Array:
    """Return the convolution with two neighbouring columns of the output as channels of one position."""
    left, right = (jnp.pad(kernel, [(0, 0), widths, (0, 0), (0, 0)]) for widths in ((0, 1), (1, 0)))
    both = jnp.concatenate([left, right], -1)  # (rows, columns + 1, in, 2 * out)
    y = _convolve(x, both, window.padding, (window.strides[0], 2), dilation=window.dilation)
    return y.reshape(*y.shape[:2], -1, kernel.shape[-1])
