"""Convolution of every channel on its own."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.limits import Integer, Limit
from pellucid.functional.convolution import depthwise_convolution
from pellucid.layers.convolution.base import ConvolutionLayer
from pellucid.layers.spatial import Sizes


class DepthwiseConvolution(ConvolutionLayer):
    """The base of ``DepthwiseConv1D`` and ``DepthwiseConv2D``, which differ in their rank only."""

    limits: ClassVar[dict[str, Limit]] = {"depth_multiplier": Integer(1)}
    kernel: jax.Array

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
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
        self.depth_multiplier = depth_multiplier
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.depthwise_constraint = depthwise_constraint

    def build(self, input_shape: Any) -> None:
        """Declare ``depth_multiplier`` kernels for every channel, and the bias."""
        channels = self.input_channels(input_shape)
        self.kernel = self.add_weight(
            (*self.kernel_size, channels, self.depth_multiplier),
            self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.declare_bias(channels * self.depth_multiplier)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return every channel, convolved with its kernels."""
        x = self.prepare(inputs, self.kernel.shape[-2])
        self.require_fit(x)
        outputs = depthwise_convolution(
            x,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
        )
        return self.finish(outputs)


class DepthwiseConv1D(DepthwiseConvolution):
    """Convolves every channel of a series on its own; channels do not mix.

    Equation: ``y[i, c m + k] = f(sum_a x[s i + d a, c] W[a, c, k] + b[c m + k])`` with the inputs ``x``, the kernel
    ``W``, the bias ``b``, the activation ``f``, the stride ``s``, the dilation ``d``, the multiplier ``m`` and ``k = 0
    ... m - 1``.

    Args:
        kernel_size: The number of taps, at least 1.
        strides: How many steps the kernel moves at a time, at least 1. Default 1.
        padding: ``"valid"`` or ``"same"``, see :class:`~pellucid.layers.Conv1D`. Default ``"valid"``.
        depth_multiplier: The number ``m`` of kernels, and of output channels, for each channel, at least 1. Default 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, at least 1. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        depthwise_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        depthwise_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        depthwise_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, positions, channels m); kernel: (kernel_size, channels, m);
        bias: (channels m,)

    Raises:
        ShapeError: The inputs are no series, have other channels than at the first call, or fewer steps than taps.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import DepthwiseConv1D
        >>> series = jnp.array([[[1.0, 10.0], [2.0, 20.0]]])
        >>> DepthwiseConv1D(2, depthwise_initializer="ones")(series)
        Array([[[ 3., 30.]]], dtype=float32)

    Source: Chollet, Xception, 2017, https://arxiv.org/abs/1610.02357.
    Differs from PyTorch: there it is ``Conv1d`` with as many groups as channels.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=1),
        "strides": Sizes(rank=1),
        "dilation_rate": Sizes(rank=1),
    }


class DepthwiseConv2D(DepthwiseConvolution):
    """Convolves every channel of an image on its own; channels do not mix.

    Equation: ``y[i, j, c m + k] = f(sum_{a, e} x[s i + d a, s j + d e, c] W[a, e, c, k] + b[c m + k])`` with the
    inputs ``x``, the kernel ``W``, the bias ``b``, the activation ``f``, the stride ``s``, the dilation ``d``, the
    multiplier ``m`` and ``k = 0 ... m - 1``.

    Args:
        kernel_size: Height and width of the kernel, or one number for both, at least 1.
        strides: How many cells the kernel moves at a time, one number or two, at least 1. Default 1.
        padding: ``"valid"`` or ``"same"``, see :class:`~pellucid.layers.Conv2D`. Default ``"valid"``.
        depth_multiplier: The number ``m`` of kernels, and of output channels, for each channel, at least 1. Default 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, one number or two, at least 1. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        depthwise_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        depthwise_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        depthwise_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, rows, columns, channels m); kernel: (*kernel size,
        channels, m); bias: (channels m,)

    Raises:
        ShapeError: The inputs are no images, have other channels than at the first call, or are smaller than the
            kernel.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import DepthwiseConv2D
        >>> DepthwiseConv2D(3, depth_multiplier=2)(jnp.zeros((1, 8, 8, 4))).shape
        (1, 6, 6, 8)

    Source: Chollet, Xception, 2017, https://arxiv.org/abs/1610.02357.
    Differs from PyTorch: there it is ``Conv2d`` with as many groups as channels.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=2),
        "strides": Sizes(rank=2),
        "dilation_rate": Sizes(rank=2),
    }
