"""Which lowering the CPU takes: a small rule over shapes, measured by `benchmarks/lowerings` (see README.md)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.functional.convolution import canonical, patches, products
from pellucid.functional.convolution.geometry import Ints, Window

Contraction = Callable[[jax.Array, jax.Array], jax.Array]

FEW_CHANNELS = 4
"""Up to so many input channels, the kernel's gradient comes from patches with the positions last."""

CHUNK = 2**18
"""The kernel's gradient is summed over chunks of rows of so many numbers, 1 MB, so that they stay in the L2 cache."""


def output(x: jax.Array, kernel: jax.Array, window: Window, groups: int) -> jax.Array:
    """Return the convolution."""
    if groups > 1:
        if kernel.shape[-2] == 1:
            return products.depthwise_output(x, kernel, window)
        return _by_group(partial(output, window=window, groups=1), x, kernel, groups)
    if kernel.shape[-2] == 3:
        x, kernel = _fourth_channel(x, -1), _fourth_channel(kernel, -2)
    return _engine(x, window).output(x, kernel, window)


def input_gradient(
    kernel: jax.Array, g: jax.Array, window: Window, spatial: Ints, groups: int
) -> jax.Array:
    """Return the gradient for the input."""
    if groups > 1:
        if kernel.shape[-2] == 1:
            return products.depthwise_input_gradient(kernel, g, window, spatial, groups)
        one = partial(input_gradient, window=window, spatial=spatial, groups=1)
        return _by_group(one, kernel, g, groups)
    return _engine(g, window).input_gradient(kernel, g, window, spatial)


def kernel_gradient(x: jax.Array, g: jax.Array, window: Window, groups: int) -> jax.Array:
    """Return the gradient for the kernel."""
    if groups > 1:
        if x.shape[-1] == groups:
            return products.depthwise_kernel_gradient(x, g, window)
        return _by_group(partial(kernel_gradient, window=window, groups=1), x, g, groups)
    if x.shape[-1] <= FEW_CHANNELS:
        return patches.kernel_gradient_by_rows(x, g, window)
    engine = _engine(x, window)
    if engine is patches:
        return patches.kernel_gradient(x, g, window)
    return _in_chunks(partial(canonical.kernel_gradient, window=window), x, g)


def _engine(x: jax.Array, window: Window) -> ModuleType:
    """Return the module that suits: the libraries know no float64, and are slow in 3-D and with one tap."""
    single = all(k == 1 for k in window.sizes)
    known = x.dtype in (jnp.float32, jnp.float16) and x.ndim <= 4
    return canonical if known and not single else patches


def _in_chunks(gradient: Contraction, x: jax.Array, g: jax.Array) -> jax.Array:
    """Return ``gradient(x, g)`` as a sum over chunks of rows."""
    batch = x.shape[0]
    rows = _chunk(batch, (x.size + g.size) // max(batch, 1))
    if rows >= batch:
        return gradient(x, g)
    full = batch // rows * rows
    chunks = tuple(a[:full].reshape(-1, rows, *a.shape[1:]) for a in (x, g))
    shape = jax.eval_shape(gradient, x, g)
    start = gradient(x[full:], g[full:]) if full < batch else jnp.zeros(shape.shape, shape.dtype)
    return lax.scan(lambda total, chunk: (total + gradient(*chunk), None), start, chunks)[0]


def _chunk(batch: int, numbers: int) -> int:
    """Return how many rows of so many numbers make a chunk: a divisor of the batch where one is near.

    >>> _chunk(128, 30_000), _chunk(30, 30_000), _chunk(37, 30_000)
    (8, 6, 8)
    """
    most = max(CHUNK // max(numbers, 1), 4)
    if most >= batch:
        return batch
    near = [n for n in range(most // 2 + 1, most + 1) if batch % n == 0]
    return near[-1] if near else most


def _fourth_channel(array: jax.Array, axis: int) -> jax.Array:
    """Return three channels with a fourth of zeros: Eigen packs four numbers at a time."""
    widths = [(0, 0)] * array.ndim
    widths[axis] = (0, 1)
    return jnp.pad(array, widths)


def _by_group(function: Contraction, a: jax.Array, b: jax.Array, groups: int) -> jax.Array:
    """Return the results of the groups of channels, one after the other, side by side."""
    y = lax.map(lambda pair: function(pair[0], pair[1]), (_split(a, groups), _split(b, groups)))
    y = jnp.moveaxis(y, 0, -2)
    return y.reshape(*y.shape[:-2], -1)


def _split(array: jax.Array, groups: int) -> jax.Array:
    """Return the last axis's groups as a leading axis."""
    return jnp.moveaxis(array.reshape(*array.shape[:-1], groups, -1), -2, 0)
