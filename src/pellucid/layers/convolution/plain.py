"""Convolution of series, images and volumes."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Integer, Limit
from pellucid.functional.convolution import convolution
from pellucid.layers.checks import who
from pellucid.layers.convolution.base import ConvolutionLayer
from pellucid.layers.low_rank import LowRankLayer
from pellucid.layers.spatial import KINDS, Sizes, Word


class Convolution(ConvolutionLayer, LowRankLayer):
    """The base of ``Conv1D``, ``Conv2D`` and ``Conv3D``, which differ in their rank only."""

    limits: ClassVar[dict[str, Limit]] = {"filters": Integer(1), "groups": Integer(1)}
    kernel: jax.Array

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
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
        self.groups = groups
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = kernel_constraint
        self.refuse_strides_with_dilation()
        if filters % groups:
            raise ArgumentError(
                type(self).__name__,
                f"`filters` must be a multiple of `groups`, but {filters} is none of {groups}.",
                f"filters={-(-filters // groups) * groups}, or groups=1",
            )

    def build(self, input_shape: Any) -> None:
        """Declare kernel and bias for the inputs' channels."""
        channels = self.input_channels(input_shape)
        if channels % self.groups:
            raise ShapeError(
                who(self),
                f"the inputs' channels must be a multiple of `groups`, but {channels} is none of {self.groups}.",
                f"groups=1, or {KINDS[self.rank]} of {-(-channels // self.groups) * self.groups} channels",
            )
        self.kernel = self.add_weight(
            (*self.kernel_size, channels // self.groups, self.filters),
            self.kernel_initializer,
            trainable=self.lora_rank is None,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.declare_bias(self.filters)
        self.declare_pair()

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs, convolved with the kernel."""
        x = self.prepare(inputs, self.kernel.shape[-2] * self.groups)
        self.require_fit(x)
        return self.finish(self.convolution_op(x, self.kernel))

    def convolution_op(self, inputs: jax.Array, kernel: jax.Array) -> jax.Array:
        """Return inputs, channels last, convolved with a kernel; a subclass may do it in another way."""
        return convolution(
            inputs,
            kernel,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
            groups=self.groups,
        )


class Conv1D(Convolution):
    """Slides a kernel over the steps of a series, so that a pattern is found whenever it comes.

    Equation: ``y[i, o] = f(sum_{a, c} x[s i + d a, c] W[a, c, o] + b[o])`` with the inputs ``x``, the kernel ``W``,
    the bias ``b``, the activation ``f``, the stride ``s`` and the dilation ``d``; ``a`` runs over the taps, ``c`` over
    the channels.

    Args:
        filters: The number of output channels ``o``, at least 1.
        kernel_size: The number of taps, at least 1.
        strides: How many steps the kernel moves at a time, at least 1. Default 1.
        padding: ``"valid"``: the kernel stays inside; ``"same"``: zeros around the series keep its length (for stride
            1); ``"causal"``: zeros before it do, and no output sees a later step. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, at least 1; above 1 only with stride 1. Default 1.
        groups: Blocks of channels that do not see each other; divides ``filters`` and the inputs' channels. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        lora_rank: Freezes ``W`` and learns a change of this rank, at least 1; see :meth:`enable_lora`. Default None.
        lora_alpha: The strength of that change. Default None, the rank.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, positions, filters), with ``steps - kernel_size + 1``
        positions for ``"valid"``, else ``steps``, divided by the stride and rounded up; kernel: (kernel_size, channels
        / groups, filters); bias: (filters,)

    Raises:
        ShapeError: The inputs are no series, have other channels than at the first call, or fewer steps than taps.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Conv1D
        >>> layer = Conv1D(1, 2, padding="causal", kernel_initializer="ones")
        >>> layer(jnp.array([[[1.0], [2.0], [4.0]]]))[0, :, 0]
        Array([1., 3., 6.], dtype=float32)

    Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998; causal and dilated: van den
    Oord et al., WaveNet, 2016, https://arxiv.org/abs/1609.03499.
    Differs from Keras: inputs have one batch axis, not several. Differs from PyTorch: channels last, the number of
    input channels is inferred, the kernel is (taps, in, out), and both start values differ.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=1),
        "strides": Sizes(rank=1),
        "dilation_rate": Sizes(rank=1),
        "padding": Word(("valid", "same", "causal")),
    }


class Conv2D(Convolution):
    """Slides a kernel over images, so that a pattern is found wherever it lies.

    Equation: ``y[i, j, o] = f(sum_{a, e, c} x[s i + d a, s j + d e, c] W[a, e, c, o] + b[o])`` with the inputs ``x``,
    the kernel ``W``, the bias ``b``, the activation ``f``, the stride ``s`` and the dilation ``d``; ``a`` and ``e``
    run over the kernel's rows and columns, ``c`` over the channels.

    Args:
        filters: The number of output channels ``o``, at least 1.
        kernel_size: Height and width of the kernel, or one number for both, at least 1.
        strides: How many cells the kernel moves at a time, one number or two, at least 1. Default 1.
        padding: ``"valid"``: the kernel stays inside; ``"same"``: zeros around the image keep its size (for stride 1).
            Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, one number or two; above 1 only with stride 1. Default 1.
        groups: Blocks of channels that do not see each other; divides ``filters`` and the inputs' channels. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        lora_rank: Freezes ``W`` and learns a change of this rank, at least 1; see :meth:`enable_lora`. Default None.
        lora_alpha: The strength of that change. Default None, the rank.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, rows, columns, filters), with ``height - kernel
        height + 1`` rows for ``"valid"``, else ``height``, divided by the stride and rounded up; columns likewise;
        kernel: (*kernel size, channels / groups, filters); bias: (filters,)

    Raises:
        ShapeError: The inputs are no images, have other channels than at the first call, or are smaller than the
            kernel.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Conv2D
        >>> image = jnp.arange(9.0).reshape(1, 3, 3, 1)
        >>> Conv2D(1, 2, kernel_initializer="ones")(image)[0, :, :, 0]
        Array([[ 8., 12.],
               [20., 24.]], dtype=float32)

    Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.
    Differs from Keras: inputs have one batch axis, not several. Differs from PyTorch: channels last, the number of
    input channels is inferred, the kernel is (height, width, in, out), ``"same"`` allows strides, and both start
    values differ.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=2),
        "strides": Sizes(rank=2),
        "dilation_rate": Sizes(rank=2),
    }


class Conv3D(Convolution):
    """Slides a kernel over volumes, e.g. scans or short films.

    Equation: that of :class:`Conv2D` with one axis more: ``y[i, o] = f(sum_{a, c} x[s i + d a, c] W[a, c, o] + b[o])``
    with positions ``i`` and taps ``a`` of three numbers each.

    Args:
        filters: The number of output channels ``o``, at least 1.
        kernel_size: Depth, height and width of the kernel, or one number for all, at least 1.
        strides: How many cells the kernel moves at a time, one number or three, at least 1. Default 1.
        padding: ``"valid"``: the kernel stays inside; ``"same"``: zeros around the volume keep its size (for stride
            1). Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, one number or three; above 1 only with stride 1. Default 1.
        groups: Blocks of channels that do not see each other; divides ``filters`` and the inputs' channels. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        lora_rank: Freezes ``W`` and learns a change of this rank, at least 1; see :meth:`enable_lora`. Default None.
        lora_alpha: The strength of that change. Default None, the rank.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: (batch, planes, rows, columns, filters), sizes as in
        :class:`Conv2D`; kernel: (*kernel size, channels / groups, filters); bias: (filters,)

    Raises:
        ShapeError: The inputs are no volumes, have other channels than at the first call, or are smaller than the
            kernel.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Conv3D
        >>> Conv3D(4, (2, 3, 3), padding="same")(jnp.zeros((1, 5, 8, 8, 1))).shape
        (1, 5, 8, 8, 4)

    Source: Ji et al., 3D Convolutional Neural Networks for Human Action Recognition, 2013.
    Differs from Keras: inputs have one batch axis, not several. Differs from PyTorch: as :class:`Conv2D`.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=3),
        "strides": Sizes(rank=3),
        "dilation_rate": Sizes(rank=3),
    }
