"""Convolution in two parts: every channel on its own, then a mixture of the channels of every cell."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.limits import Integer, Limit
from pellucid.functional.convolution import depthwise_convolution
from pellucid.functional.dense import dense
from pellucid.layers.convolution.base import ConvolutionLayer
from pellucid.layers.spatial import Sizes


class SeparableConvolution(ConvolutionLayer):
    """The base of ``SeparableConv1D`` and ``SeparableConv2D``, which differ in their rank only."""

    limits: ClassVar[dict[str, Limit]] = {"filters": Integer(1), "depth_multiplier": Integer(1)}
    depthwise_kernel: jax.Array
    pointwise_kernel: jax.Array

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            bias_initializer,
            bias_regularizer,
            bias_constraint,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.filters = filters
        self.depth_multiplier = depth_multiplier
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.pointwise_initializer = initializers.get(pointwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer)
        self.depthwise_constraint = depthwise_constraint
        self.pointwise_constraint = pointwise_constraint

    def build(self, input_shape: Any) -> None:
        """Declare the kernels of both parts, and the bias."""
        channels = self.input_channels(input_shape)
        self.depthwise_kernel = self.add_weight(
            (*self.kernel_size, channels, self.depth_multiplier),
            self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        # Ones in the place of the window's sizes, as in Keras, so that weights can be exchanged.
        self.pointwise_kernel = self.add_weight(
            (*[1] * self.rank, channels * self.depth_multiplier, self.filters),
            self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        self.declare_bias(self.filters)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs after both parts."""
        x = self.prepare(inputs, self.depthwise_kernel.shape[-2])
        self.require_fit(x)
        each = depthwise_convolution(
            x,
            self.depthwise_kernel,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
        )
        mixed = dense(each, self.pointwise_kernel.reshape(self.pointwise_kernel.shape[-2:]), None)
        return self.finish(mixed)


class SeparableConv1D(SeparableConvolution):
    """Convolves every channel of a series on its own, then mixes the channels of every step.

    Equation: ``y[i, o] = f(sum_q z[i, q] P[q, o] + b[o])`` with ``z[i, c m + k] = sum_a x[s i + d a, c] D[a, c, k]``:
    the inputs ``x``, the depthwise kernel ``D``, the pointwise kernel ``P``, the bias ``b``, the activation ``f``, the
    stride ``s``, the dilation ``d``, the multiplier ``m`` and ``k = 0 ... m - 1``.

    Args:
        filters: The number of output channels ``o``, at least 1.
        kernel_size: The number of taps, at least 1.
        strides: How many steps the kernel moves at a time, at least 1. Default 1.
        padding: ``"valid"`` or ``"same"``, see :class:`~pellucid.layers.Conv1D`. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, at least 1. Default 1.
        depth_multiplier: The number ``m`` of depthwise kernels for each channel, at least 1. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        depthwise_initializer: Starting values of ``D``. Default ``"glorot_uniform"``.
        pointwise_initializer: Starting values of ``P``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        depthwise_regularizer: A penalty on ``D``. Default None.
        pointwise_regularizer: A penalty on ``P``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        depthwise_constraint: Applied to ``D`` after each update. Default None.
        pointwise_constraint: Applied to ``P`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, positions, filters); depthwise kernel: (kernel_size,
        channels, m); pointwise kernel: (1, channels m, filters); bias: (filters,)

    Raises:
        ShapeError: The inputs are no series, have other channels than at the first call, or fewer steps than taps.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import SeparableConv1D
        >>> layer = SeparableConv1D(
        ...     1, 2, depthwise_initializer="ones", pointwise_initializer="ones"
        ... )
        >>> layer(jnp.array([[[1.0, 10.0], [2.0, 20.0]]]))
        Array([[[33.]]], dtype=float32)

    Source: Chollet, Xception, 2017, https://arxiv.org/abs/1610.02357.
    Differs from PyTorch: there it is two ``Conv1d``, the first with as many groups as channels.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=1),
        "strides": Sizes(rank=1),
        "dilation_rate": Sizes(rank=1),
    }


class SeparableConv2D(SeparableConvolution):
    """Convolves every channel of an image on its own, then mixes the channels of every cell: fewer weights than Conv2D.

    Equation: ``y[i, j, o] = f(sum_q z[i, j, q] P[q, o] + b[o])`` with the result ``z`` of a
    :class:`~pellucid.layers.DepthwiseConv2D` without bias, the pointwise kernel ``P``, the bias ``b`` and the
    activation ``f``. The depthwise kernel is called ``D``, its multiplier ``m``.

    Args:
        filters: The number of output channels ``o``, at least 1.
        kernel_size: Height and width of the kernel, or one number for both, at least 1.
        strides: How many cells the kernel moves at a time, one number or two, at least 1. Default 1.
        padding: ``"valid"`` or ``"same"``, see :class:`~pellucid.layers.Conv2D`. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, one number or two, at least 1. Default 1.
        depth_multiplier: The number ``m`` of depthwise kernels for each channel, at least 1. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        depthwise_initializer: Starting values of ``D``. Default ``"glorot_uniform"``.
        pointwise_initializer: Starting values of ``P``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        depthwise_regularizer: A penalty on ``D``. Default None.
        pointwise_regularizer: A penalty on ``P``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        depthwise_constraint: Applied to ``D`` after each update. Default None.
        pointwise_constraint: Applied to ``P`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, rows, columns, filters); depthwise kernel: (*kernel
        size, channels, m); pointwise kernel: (1, 1, channels m, filters); bias: (filters,)

    Raises:
        ShapeError: The inputs are no images, have other channels than at the first call, or are smaller than the
            kernel.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import SeparableConv2D
        >>> layer = SeparableConv2D(16, 3)
        >>> layer(jnp.zeros((1, 8, 8, 4))).shape, layer.count_params()
        ((1, 6, 6, 16), 116)

    Source: Chollet, Xception, 2017, https://arxiv.org/abs/1610.02357.
    Differs from PyTorch: there it is two ``Conv2d``, the first with as many groups as channels.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=2),
        "strides": Sizes(rank=2),
        "dilation_rate": Sizes(rank=2),
    }
