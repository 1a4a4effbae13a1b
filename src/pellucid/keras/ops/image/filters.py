"""What pixels are among their neighbours: windows, blur, edges, and how alike two images are."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.blurring import bell
from pellucid.functional.convolution import depthwise_convolution
from pellucid.functional.convolution.geometry import window_for
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import from_last, images_to_last, per_axis, real, to_last


@operation
def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Return the windows of images as channels: cell after cell, all channels of each."""
    x, back = images_to_last(images, data_format)
    return back(_patches(x, size, strides, dilation_rate, padding))


@operation
def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Return the windows of volumes as channels."""
    x = jnp.asarray(volumes)
    alone = x.ndim == 4
    x = to_last(x[None] if alone else x, data_format)
    found = from_last(_patches(x, size, strides, dilation_rate, padding), data_format)
    return found[0] if alone else found


def _patches(x: jax.Array, size: Any, strides: Any, dilation: Any, padding: str) -> jax.Array:
    """Return windows (batch, *positions, cells * channels)."""
    rank = x.ndim - 2
    cells = per_axis(size, rank)
    steps = cells if strides is None else per_axis(strides, rank)
    gaps = per_axis(dilation, rank)
    window = window_for(x.shape[1:-1], cells, steps, padding.lower(), gaps)
    positions = window.output(x.shape[1:-1])
    x = jnp.pad(x, ((0, 0), *window.padding, (0, 0)))
    for axis, (count, step, gap, cell) in enumerate(
        zip(positions, steps, gaps, cells, strict=True), start=1
    ):
        places = jnp.arange(count)[:, None] * step + jnp.arange(cell) * gap
        # The axis becomes two: positions stay, cells go behind those of the axes before.
        x = jnp.moveaxis(jnp.take(x, places, axis=axis), axis + 1, -2)
    return x.reshape(*x.shape[: rank + 1], -1)


@operation
def gaussian_blur(
    images: Any, kernel_size: Any = (3, 3), sigma: Any = (1.0, 1.0), data_format: str | None = None
) -> jax.Array:
    """Return smoothed images: each pixel the weighted mean of its neighbours, zeros outside.

    Args:
        images: One image or a batch.
        kernel_size: Neighbours that count, (across, down).
        sigma: How far their weights reach, (across, down).
        data_format: Where the channels are.
    """
    x, back = images_to_last(images, data_format)
    spread = (float(sigma),) * 2 if jnp.ndim(sigma) == 0 else tuple(map(float, sigma))
    found = blurred(real(x), per_axis(kernel_size, 2)[::-1], spread[::-1])
    return back(found.astype(x.dtype))


def blurred(x: jax.Array, points: tuple[int, ...], sigma: tuple[float, ...]) -> jax.Array:
    """Return images (batch, height, width, channels) with a bell curve run over rows and columns."""
    down, across = (bell(n, jnp.asarray(s)) for n, s in zip(points, sigma, strict=True))
    return _filtered(x, jnp.outer(down, across), "same")


def _filtered(x: jax.Array, kernel: jax.Array, padding: Any) -> jax.Array:
    """Return each channel's convolution by one kernel (height, width)."""
    kernels = jnp.broadcast_to(kernel[..., None, None], (*kernel.shape, x.shape[-1], 1))
    return depthwise_convolution(x, kernels.astype(x.dtype), padding=padding)


SOBEL = ((-1.0, -2.0, -1.0), (0.0, 0.0, 0.0), (1.0, 2.0, 1.0))
"""The change from row to row, smoothed along the row; its transpose from column to column."""


@operation
def sobel_edges(images: Any, data_format: str | None = None) -> jax.Array:
    """Return how much images change downwards and to the right, along a new last axis; outside they are 0."""
    x, back = images_to_last(real(images), data_format)
    kernel = jnp.asarray(SOBEL)
    both = [back(_filtered(x, k, "same")) for k in (kernel, kernel.T)]
    return jnp.stack(both, axis=-1)


@operation
def ssim(
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> jax.Array:
    """Return the structural similarity of images, 1 for equal ones.

    Equation: the mean over places of ``(2 m1 m2 + c1) (2 v12 + c2) / ((m1^2 + m2^2 + c1) (v1 + v2 + c2))`` with means
    ``m``, variances ``v`` and covariance ``v12`` under a bell curve, ``c1 = (k1 max)^2`` and ``c2 = (k2 max)^2``.

    Source: Wang et al., 2004.
    """
    x, _ = images_to_last(real(image1), data_format)
    y, _ = images_to_last(real(image2), data_format)
    alone = jnp.ndim(image1) == 3
    curve = bell(filter_size, jnp.asarray(filter_sigma))
    kernel = jnp.outer(curve, curve)

    def mean(values: jax.Array) -> jax.Array:
        return _filtered(values, kernel, "valid")

    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    m1, m2 = mean(x), mean(y)
    spread = mean(jnp.square(x) + jnp.square(y)) - jnp.square(m1) - jnp.square(m2)
    common = mean(x * y) - m1 * m2
    light = (2 * m1 * m2 + c1) / (jnp.square(m1) + jnp.square(m2) + c1)
    alike = jnp.mean(light * (2 * common + c2) / (spread + c2), axis=(1, 2, 3))
    return alike[0] if alone else alike
