"""Old functions of images, series and their layers: convolutions by rank, padding, pooling, normalization."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.resizing import interpolate, repeat_cells
from pellucid.keras import ops
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import from_last, to_last


def conv1d(
    x: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """Return the convolution of series."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv2d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Return the convolution of images."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv3d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1, 1),
) -> Any:
    """Return the convolution of volumes."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any = None,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Return the transposed convolution of images; ``output_shape`` follows from the other arguments."""
    return ops.conv_transpose(x, kernel, strides, padding, None, data_format, dilation_rate)


def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Return each channel's convolution by its own kernels."""
    return ops.depthwise_conv(x, depthwise_kernel, strides, padding, data_format, dilation_rate)


def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Return the convolution of each channel, and then of all channels place by place."""
    settings = (strides, padding, data_format, dilation_rate)
    return ops.separable_conv(x, depthwise_kernel, pointwise_kernel, *settings)


separable_conv1d = separable_conv2d


def pool2d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """Return the largest number or (``"avg"``) the mean of every window."""
    pool = ops.max_pool if pool_mode == "max" else ops.average_pool
    return pool(x, pool_size, strides, padding, data_format)


def pool3d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """Return the largest number or the mean of every window of volumes."""
    return pool2d(x, pool_size, strides, padding, data_format, pool_mode)


@operation
def bias_add(x: Any, bias: Any, data_format: str | None = None) -> jax.Array:
    """Return ``x`` with a bias for each channel."""
    x, bias = jnp.asarray(x), jnp.asarray(bias)
    first = data_format == "channels_first" and x.ndim > 2 and bias.ndim == 1
    return x + (bias.reshape(-1, *(1,) * (x.ndim - 2)) if first else bias)


# Edges and sizes.


@operation
def _padded(x: Any, padding: Any, data_format: str | None) -> jax.Array:
    x = to_last(jnp.asarray(x), data_format)
    return from_last(jnp.pad(x, ((0, 0), *padding, (0, 0))), data_format)


def temporal_padding(x: Any, padding: tuple[int, int] = (1, 1)) -> Any:
    """Return series with zeros before and behind."""
    return _padded(x, (tuple(padding),), "channels_last")


def spatial_2d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Return images with zeros around them."""
    return _padded(x, tuple(map(tuple, padding)), data_format)


def spatial_3d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Return volumes with zeros around them."""
    return _padded(x, tuple(map(tuple, padding)), data_format)


@operation
def resize_images(
    x: Any,
    height_factor: int,
    width_factor: int,
    data_format: str | None = None,
    interpolation: str = "nearest",
) -> jax.Array:
    """Return images so many times as high and wide."""
    x = to_last(jnp.asarray(x), data_format)
    factors = (height_factor, width_factor)
    if interpolation == "nearest":
        return from_last(repeat_cells(x, factors), data_format)
    wanted = [n * f for n, f in zip(x.shape[1:3], factors, strict=True)]
    return from_last(interpolate(x, wanted, interpolation), data_format)


@operation
def resize_volumes(
    x: Any,
    depth_factor: int,
    height_factor: int,
    width_factor: int,
    data_format: str | None = None,
) -> jax.Array:
    """Return volumes so many times as deep, high and wide."""
    x = to_last(jnp.asarray(x), data_format)
    return from_last(repeat_cells(x, (depth_factor, height_factor, width_factor)), data_format)


# Normalization.


def batch_normalization(
    x: Any,
    mean: Any,
    var: Any,
    beta: Any = None,
    gamma: Any = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Any:
    """Return ``gamma (x - mean) / sqrt(var + epsilon) + beta``."""
    return ops.batch_normalization(x, mean, var, axis, beta, gamma, epsilon)


@operation
def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Any, epsilon: float = 1e-3
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return the normalized batch, and the mean and variance that it had."""
    x, along = jnp.asarray(x), tuple(reduction_axes)
    mean, variance = jnp.mean(x, along, keepdims=True), jnp.var(x, along, keepdims=True)
    found = (x - mean) * jax.lax.rsqrt(variance + epsilon)
    found = found if gamma is None else found * jnp.asarray(gamma).reshape(mean.shape)
    found = found if beta is None else found + jnp.asarray(beta).reshape(mean.shape)
    return found, jnp.squeeze(mean, along), jnp.squeeze(variance, along)
