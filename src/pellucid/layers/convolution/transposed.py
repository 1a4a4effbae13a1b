"""Transposed convolution: the way back, from few cells to many."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Integer, Limit
from pellucid.functional.convolution import transposed_convolution
from pellucid.layers.convolution.base import ConvolutionLayer
from pellucid.layers.spatial import Sizes, per_axis


class TransposedConvolution(ConvolutionLayer):
    """The base of ``Conv1DTranspose``, ``Conv2DTranspose`` and ``Conv3DTranspose``, which differ in their rank only."""

    limits: ClassVar[dict[str, Limit]] = {"filters": Integer(1)}
    kernel: jax.Array

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
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
        self.output_padding = (
            None if output_padding is None else per_axis(output_padding, self.rank)
        )
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = kernel_constraint
        self.refuse_strides_with_dilation()
        self._refuse_wide_output_padding()

    def build(self, input_shape: Any) -> None:
        """Declare kernel and bias for the inputs' channels."""
        channels = self.input_channels(input_shape)
        self.kernel = self.add_weight(
            (*self.kernel_size, self.filters, channels),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.declare_bias(self.filters)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the sum of the kernels that all input cells write."""
        outputs = transposed_convolution(
            self.prepare(inputs, self.kernel.shape[-1]),
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            output_padding=self.output_padding,
            dilation=self.dilation_rate,
        )
        return self.finish(outputs)

    def _refuse_wide_output_padding(self) -> None:
        pairs = zip(self.output_padding or (), self.strides, strict=False)
        if any(more >= stride for more, stride in pairs):
            raise ArgumentError(
                type(self).__name__,
                f"`output_padding` must be below `strides` {self.strides}, but it is {self.output_padding}.",
                "output_padding=None: the output is as large as the strides ask for",
            )


class Conv1DTranspose(TransposedConvolution):
    """Lets every step of a series write a kernel into a longer one: the transpose of :class:`Conv1D`.

    Equation: ``y[s i + d a - l, o] += x[i, c] W[a, o, c]`` over all ``i``, ``a`` and ``c``, then ``f(y + b)``: the
    inputs ``x``, the kernel ``W``, the bias ``b``, the activation ``f``, the stride ``s``, the dilation ``d``, the
    cells ``l`` that ``padding`` cuts off at the beginning.

    Args:
        filters: The number of output channels ``o``, at least 1.
        kernel_size: The number of taps, at least 1.
        strides: Output steps from one input step to the next, at least 1: 2 doubles the length. Default 1.
        padding: ``"valid"``: every kernel is whole; ``"same"``: the output has ``steps strides`` steps. Default
            ``"valid"``.
        output_padding: Further steps at the end, below ``strides``. Default None: what ``padding`` says.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, at least 1; above 1 only with stride 1. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, positions, filters), with ``steps strides`` positions for
        ``"same"`` and ``(steps - 1) strides + max(kernel_size, strides)`` for ``"valid"``; kernel: (kernel_size,
        filters, channels); bias: (filters,)

    Raises:
        ShapeError: The inputs are no series, or have other channels than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Conv1DTranspose
        >>> layer = Conv1DTranspose(1, 2, strides=2, kernel_initializer="ones")
        >>> layer(jnp.array([[[1.0], [5.0]]]))[0, :, 0]
        Array([1., 1., 5., 5.], dtype=float32)

    Source: Dumoulin and Visin, A Guide to Convolution Arithmetic, 2016, https://arxiv.org/abs/1603.07285.
    Differs from PyTorch: its ``padding`` counts the cells that are cut off on both sides; its ``output_padding`` is 0.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=1),
        "strides": Sizes(rank=1),
        "dilation_rate": Sizes(rank=1),
        "output_padding": Sizes(rank=1, low=0, optional=True),
    }


class Conv2DTranspose(TransposedConvolution):
    """Lets every cell of an image write a kernel into a larger one: the transpose of :class:`Conv2D`.

    Equation: ``y[s i + d a - l, o] += x[i, c] W[a, o, c]`` over all ``i``, ``a`` and ``c``, then ``f(y + b)``, where
    ``i`` and ``a`` have a row and a column: the inputs ``x``, the kernel ``W``, the bias ``b``, the activation ``f``,
    the stride ``s``, the dilation ``d``, the cells ``l`` that ``padding`` cuts off at the beginning.

    Args:
        filters: The number of output channels ``o``, at least 1.
        kernel_size: Height and width of the kernel, or one number for both, at least 1.
        strides: Output cells from one input cell to the next, one number or two: 2 doubles the size. Default 1.
        padding: ``"valid"``: every kernel is whole; ``"same"``: the output has ``strides`` times the size. Default
            ``"valid"``.
        output_padding: Further cells at the end, below ``strides``, one number or two. Default None: what ``padding``
            says.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps, one number or two; above 1 only with stride 1. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, rows, columns, filters), with ``height strides``
        rows for ``"same"`` and ``(height - 1) strides + max(kernel height, strides)`` for ``"valid"``; kernel:
        (*kernel size, filters, channels); bias: (filters,)

    Raises:
        ShapeError: The inputs are no images, or have other channels than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Conv2DTranspose
        >>> Conv2DTranspose(8, 3, strides=2, padding="same")(jnp.zeros((1, 7, 7, 16))).shape
        (1, 14, 14, 8)

    Source: Zeiler et al., Deconvolutional Networks, 2010; Dumoulin and Visin, A Guide to Convolution Arithmetic, 2016,
    https://arxiv.org/abs/1603.07285.
    Differs from PyTorch: its ``padding`` counts the cells that are cut off on both sides; its ``output_padding`` is 0.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=2),
        "strides": Sizes(rank=2),
        "dilation_rate": Sizes(rank=2),
        "output_padding": Sizes(rank=2, low=0, optional=True),
    }


class Conv3DTranspose(TransposedConvolution):
    """Lets every cell of a volume write a kernel into a larger one: the transpose of :class:`Conv3D`.

    Equation: that of :class:`Conv2DTranspose` with one axis more: ``y[s i + d a - l, o] += x[i, c] W[a, o, c]`` over
    all ``i``, ``a`` and ``c``, then ``f(y + b)``.

    Args:
        filters: The number of output channels ``o``, at least 1.
        kernel_size: Depth, height and width of the kernel, or one number for all, at least 1.
        strides: Output cells from one input cell to the next, one number or three. Default 1.
        padding: ``"valid"``: every kernel is whole; ``"same"``: the output has ``strides`` times the size. Default
            ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        output_padding: Further cells at the end, below ``strides``, one number or three. Default None: what
            ``padding`` says.
        dilation_rate: The distance of neighbouring taps, one number or three; above 1 only with stride 1. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        **kwargs: ``kernel_initializer``, ``bias_initializer``, ``kernel_regularizer``, ``bias_regularizer``,
            ``activity_regularizer``, ``kernel_constraint``, ``bias_constraint`` as in :class:`Conv2DTranspose`;
            ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: (batch, planes, rows, columns, filters), sizes as in
        :class:`Conv2DTranspose`; kernel: (*kernel size, filters, channels); bias: (filters,)

    Raises:
        ShapeError: The inputs are no volumes, or have other channels than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Conv3DTranspose
        >>> Conv3DTranspose(2, 2, strides=2)(jnp.zeros((1, 3, 4, 5, 1))).shape
        (1, 6, 8, 10, 2)

    Source: Dumoulin and Visin, A Guide to Convolution Arithmetic, 2016, https://arxiv.org/abs/1603.07285.
    Differs from PyTorch: as :class:`Conv2DTranspose`.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {
        "kernel_size": Sizes(rank=3),
        "strides": Sizes(rank=3),
        "dilation_rate": Sizes(rank=3),
        "output_padding": Sizes(rank=3, low=0, optional=True),
    }

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        output_padding: Any = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        **kwargs: Any,
    ):
        # Keras has `data_format` and `output_padding` the other way round here than in one and two dimensions.
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            **kwargs,
        )
