"""Convolutions and pooling, of any rank and either place of the channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional import convolution, pooling, regional_pooling
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import from_last, per_axis, real, to_last


def _padding(padding: Any) -> Any:
    return padding.lower() if isinstance(padding, str) else padding


def _operands(inputs: Any, *kernels: Any) -> list[jax.Array]:
    """Return inputs and kernels as fractions of one dtype."""
    arrays = [real(inputs), *map(real, kernels)]
    dtype = jnp.result_type(*arrays)
    return [array.astype(dtype) for array in arrays]


@operation
def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: Any = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> jax.Array:
    """Return the convolution of inputs by a kernel (*sizes, in, out); fewer channels in it mean groups."""
    x, kernel = _operands(inputs, kernel)
    x = to_last(x, data_format)
    groups = max(x.shape[-1] // kernel.shape[-2], 1)
    found = convolution.convolution(
        x,
        kernel,
        strides=strides,
        padding=_padding(padding),
        dilation=dilation_rate,
        groups=groups,
    )
    return from_last(found, data_format)


@operation
def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: Any = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> jax.Array:
    """Return each channel's convolution by its own kernels, (*sizes, in, multiplier)."""
    x, kernel = _operands(inputs, kernel)
    found = _depthwise(to_last(x, data_format), kernel, strides, padding, dilation_rate)
    return from_last(found, data_format)


def _depthwise(x: Any, kernel: Any, strides: Any, padding: Any, dilation: Any) -> jax.Array:
    return convolution.depthwise_convolution(
        x, kernel, strides=strides, padding=_padding(padding), dilation=dilation
    )


@operation
def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: Any = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> jax.Array:
    """Return the convolution of each channel, and then of all channels place by place."""
    x, depthwise, pointwise = _operands(inputs, depthwise_kernel, pointwise_kernel)
    found = _depthwise(to_last(x, data_format), depthwise, strides, padding, dilation_rate)
    return from_last(convolution.convolution(found, pointwise), data_format)


@operation
def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> jax.Array:
    """Return the transposed convolution by a kernel (*sizes, out, in)."""
    x, kernel = _operands(inputs, kernel)
    found = convolution.transposed_convolution(
        to_last(x, data_format),
        kernel,
        strides=strides,
        padding=_padding(padding),
        output_padding=output_padding,
        dilation=dilation_rate,
    )
    return from_last(found, data_format)


# Pooling.


def _pooled(function: Callable[..., Any], inputs: Any, data_format: str | None) -> jax.Array:
    return from_last(function(to_last(jnp.asarray(inputs), data_format)), data_format)


@operation
def max_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Return the largest number of every window."""

    def pool(x: jax.Array) -> jax.Array:
        return pooling.max_pool(x, pool_size, strides, _padding(padding))

    return _pooled(pool, inputs, data_format)


@operation
def average_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Return the mean of every window, over its cells inside the input."""

    def pool(x: jax.Array) -> jax.Array:
        return pooling.average_pool(real(x), pool_size, strides, _padding(padding))

    return _pooled(pool, inputs, data_format)


@operation
def adaptive_max_pool(inputs: Any, output_size: Any, data_format: str | None = None) -> jax.Array:
    """Return the largest number of every region of a grid of ``output_size`` regions."""

    def pool(x: jax.Array) -> jax.Array:
        return regional_pooling.adaptive_max_pool(x, per_axis(output_size, x.ndim - 2))

    return _pooled(pool, inputs, data_format)


@operation
def adaptive_average_pool(
    inputs: Any, output_size: Any, data_format: str | None = None
) -> jax.Array:
    """Return the mean of every region of a grid of ``output_size`` regions."""

    def pool(x: jax.Array) -> jax.Array:
        return regional_pooling.adaptive_average_pool(x, per_axis(output_size, x.ndim - 2))

    return _pooled(pool, inputs, data_format)
