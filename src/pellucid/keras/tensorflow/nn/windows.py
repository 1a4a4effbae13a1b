"""Convolution and pooling with TensorFlow's arguments: strides of one, or one per axis, or with batch and channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.functional import pooling
from pellucid.functional.convolution.operations import (
    convolution as convolve,
    depthwise_convolution,
    transposed_convolution,
)
from pellucid.keras.operation import operation
from pellucid.keras.tensorflow.asking import shape
from pellucid.keras.tensorflow.compiled import compiled
from pellucid.keras.tensorflow.static import integers, pairs


def _per_axis(value: Any, rank: int, channels_first: bool) -> tuple[int, ...]:
    """Return one number for each spatial axis.

    >>> _per_axis([1, 2, 2, 1], 2, False), _per_axis(3, 2, False), _per_axis(None, 1, False)
    ((2, 2), (3, 3), (1,))
    """
    numbers = (1,) if value is None else integers(value)
    if len(numbers) == rank + 2:
        return numbers[2:] if channels_first else numbers[1:-1]
    return numbers * rank if len(numbers) == 1 else numbers


def _padding(value: Any, channels_first: bool) -> Any:
    """Return ``"same"``, ``"valid"`` or a pair of counts for each spatial axis."""
    if isinstance(value, str):
        return value.lower()
    found = pairs(value)
    return found[2:] if channels_first else found[1:-1]


def _is_first(data_format: str | None) -> bool:
    return bool(data_format) and data_format.startswith("NC")


def _last(x: Any, channels_first: bool) -> jax.Array:
    x = jnp.asarray(x)
    return jnp.moveaxis(x, 1, -1) if channels_first else x


def _back(x: jax.Array, channels_first: bool) -> jax.Array:
    return jnp.moveaxis(x, -1, 1) if channels_first else x


def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Slide a kernel over the spatial axes, ``tf.nn.convolution``; groups follow from the kernel's shape."""
    rank, first = len(shape(input)) - 2, _is_first(data_format)
    return _convolution(
        input,
        filters,
        strides=_per_axis(strides, rank, first),
        padding=_padding(padding, first),
        dilations=_per_axis(dilations, rank, first),
        first=first,
    )


@compiled("strides", "padding", "dilations", "first")
def _convolution(
    input: Any, filters: Any, strides: Any, padding: Any, dilations: Any, first: bool
) -> jax.Array:
    x, kernel = _last(input, first), jnp.asarray(filters)
    groups = x.shape[-1] // kernel.shape[-2]
    found = convolve(x, kernel, strides=strides, padding=padding, dilation=dilations, groups=groups)
    return _back(found, first)


conv2d = conv3d = convolution


def conv1d(
    input: Any,
    filters: Any,
    stride: Any = None,
    padding: Any = "VALID",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Slide a kernel over the steps of series, ``tf.nn.conv1d``."""
    return convolution(input, filters, stride, padding, data_format, dilations)


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Convolve every channel on its own, ``tf.nn.depthwise_conv2d``."""
    first = _is_first(data_format)
    return _depthwise(
        input,
        filter,
        strides=_per_axis(strides, 2, first),
        padding=_padding(padding, first),
        dilations=_per_axis(dilations, 2, first),
        first=first,
    )


@compiled("strides", "padding", "dilations", "first")
def _depthwise(
    input: Any, filter: Any, strides: Any, padding: Any, dilations: Any, first: bool
) -> jax.Array:
    found = depthwise_convolution(
        _last(input, first),
        jnp.asarray(filter),
        strides=strides,
        padding=padding,
        dilation=dilations,
    )
    return _back(found, first)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Convolve every channel on its own, then mix the channels, ``tf.nn.separable_conv2d``."""
    found = depthwise_conv2d(input, depthwise_filter, strides, padding, data_format, dilations)
    return convolution(found, pointwise_filter, 1, "VALID", data_format)


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Let every input cell add a copy of the kernel, ``tf.nn.conv2d_transpose``; kernels are (*sizes, out, in).

    Raises:
        ArgumentError: The output cannot have that shape.
    """
    rank, first = len(shape(input)) - 2, _is_first(data_format)
    found = _transposed(
        input,
        filters,
        strides=_per_axis(strides, rank, first),
        padding=_padding(padding, first),
        dilations=_per_axis(dilations, rank, first),
        first=first,
    )
    wanted, got = integers(output_shape)[1:], tuple(found.shape)[1:]
    if wanted != got and len(wanted) == len(got):
        raise ArgumentError(
            "tf.nn.conv_transpose",
            f"`output_shape` must be {(None, *got)} with these strides and this padding, but it is "
            f"{(None, *wanted)}.",
        )
    return found


conv1d_transpose = conv2d_transpose = conv3d_transpose = conv_transpose


@compiled("strides", "padding", "dilations", "first")
def _transposed(
    input: Any, filters: Any, strides: Any, padding: Any, dilations: Any, first: bool
) -> jax.Array:
    found = transposed_convolution(
        _last(input, first),
        jnp.asarray(filters),
        strides=strides,
        padding=padding,
        dilation=dilations,
    )
    return _back(found, first)


def _of_channels(ksize: Any, rank: int, channels_first: bool) -> int:
    """Return over how many channels a window goes."""
    sizes = integers(ksize) if hasattr(ksize, "__len__") else (ksize,)
    return sizes[1 if channels_first else -1] if len(sizes) == rank + 2 else 1


def _require_depth_alone(ksize: Any, strides: Any, depth: int) -> None:
    """Refuse windows over channels and places at once, and such that overlap, as TensorFlow does."""
    others = sorted(integers(ksize))[:-1]
    if max(others) > 1 or (strides is not None and integers(strides) != integers(ksize)):
        raise ArgumentError(
            "tf.nn pooling",
            f"a window over channels has size 1 elsewhere, and equal strides, but ksize={ksize}, strides={strides}.",
            f"ksize=(1, 1, 1, {depth}), strides=(1, 1, 1, {depth})",
        )


@operation
def _across_channels(x: Any, depth: int, first: bool, kind: str) -> jax.Array:
    x = _last(x, first)
    groups = x.reshape(*x.shape[:-1], x.shape[-1] // depth, depth)
    return _back(groups.max(-1) if kind == "max_pool" else groups.mean(-1), first)


def _pooling(name: str, function: Callable[..., Any], meaning: str) -> Callable[..., Any]:
    """Make ``tf.nn.<name>(input, ksize, strides, padding)``."""

    def compute(x: Any, sizes: Any, strides: Any, padding: Any, first: bool) -> jax.Array:
        return _back(function(_last(x, first), sizes, strides, padding), first)

    compute.__name__ = name_of_kind = name
    dispatched = compiled("sizes", "strides", "padding", "first")(compute)

    def pool(
        input: Any,
        ksize: Any,
        strides: Any,
        padding: Any,
        data_format: str | None = None,
        name: str | None = None,
    ) -> Any:
        rank, first = len(shape(input)) - 2, _is_first(data_format)
        if (depth := _of_channels(ksize, rank, first)) > 1:
            _require_depth_alone(ksize, strides, depth)
            return _across_channels(input, depth, first, name_of_kind)
        sizes = _per_axis(ksize, rank, first)
        moves = sizes if strides is None else _per_axis(strides, rank, first)
        return dispatched(
            input, sizes=sizes, strides=moves, padding=_padding(padding, first), first=first
        )

    pool.__name__, pool.__qualname__, pool.__doc__ = (
        name,
        name,
        f"Return {meaning} of every window.",
    )
    return pool


max_pool = max_pool1d = max_pool2d = max_pool3d = _pooling(
    "max_pool", pooling.max_pool, "the largest value"
)
avg_pool = avg_pool1d = avg_pool2d = avg_pool3d = _pooling(
    "avg_pool", pooling.average_pool, "the mean value"
)


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Any:
    """Add a number to each channel, ``tf.nn.bias_add``."""
    return _bias_add(value, bias, first=_is_first(data_format))


@operation
def _bias_add(value: Any, bias: Any, first: bool) -> jax.Array:
    value, bias = jnp.asarray(value), jnp.asarray(bias)
    return value + (bias.reshape(-1, *(1,) * (value.ndim - 2)) if first else bias)


@compiled("block_size", "data_format")
def depth_to_space(
    input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> jax.Array:
    """Return images with blocks of channels laid out as pixels, ``tf.nn.depth_to_space``."""
    x = _last(input, _is_first(data_format))
    n, h, w, c = x.shape
    x = x.reshape(n, h, w, block_size, block_size, c // block_size**2)
    # (n, h, w, down, right, c) to (n, h, down, w, right, c)
    x = x.transpose(0, 1, 3, 2, 4, 5).reshape(n, h * block_size, w * block_size, -1)
    return _back(x, _is_first(data_format))


@compiled("block_size", "data_format")
def space_to_depth(
    input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> jax.Array:
    """Return images with blocks of pixels laid out as channels, ``tf.nn.space_to_depth``."""
    x = _last(input, _is_first(data_format))
    n, h, w, c = x.shape
    x = x.reshape(n, h // block_size, block_size, w // block_size, block_size, c)
    x = x.transpose(0, 1, 3, 2, 4, 5).reshape(n, h // block_size, w // block_size, -1)
    return _back(x, _is_first(data_format))
