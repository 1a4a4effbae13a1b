"""The long short-term memory over series of images: for series of lines, images and volumes."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Limit
from pellucid.layers.recurrent.conv_lstm_cell import ConvLSTMCell
from pellucid.layers.recurrent.owning import for_cell, reads_from_cell
from pellucid.layers.recurrent.rnn import Recurrent
from pellucid.layers.spatial import AXES, Sizes, per_axis


def sizes_of(rank: int) -> dict[str, Limit]:
    """Return what the arguments of a layer over images of this rank may be."""
    sizes = Sizes(rank=rank)
    window = {"kernel_size": sizes, "strides": sizes, "dilation_rate": sizes}
    return {**ConvLSTMCell.all_limits(), **window}


@reads_from_cell(ConvLSTMCell)
class ConvLSTM(Recurrent):
    """The base of the three layers, `ConvLSTM2D` among them, which explains the arguments."""

    image_rank: ClassVar[int] = 0

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ):
        super().__init__(
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        if (
            max(per_axis(strides, self.image_rank))
            > 1
            < max(per_axis(dilation_rate, self.image_rank))
        ):
            raise ArgumentError(
                type(self).__name__,
                f"strides={strides} and dilation_rate={dilation_rate} cannot both be larger than 1.",
                "strides=1 or dilation_rate=1",
            )
        self.cell = ConvLSTMCell(
            self.image_rank,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            recurrent_activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            unit_forget_bias,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            name="conv_lstm_cell",
            **for_cell(kwargs),
        )

    def _wanted_shape(self) -> str:
        axes = AXES[self.image_rank] if self.image_rank > 1 else ("length",)
        return f"(batch, steps, {', '.join(axes)}, channels)"


class ConvLSTM1D(ConvLSTM):
    """Carries a memory along a series of lines: an LSTM whose products are convolutions.

    Equation: ``i, f, g, o`` are the four blocks of channels of ``x_t * W + h_(t-1) * U + b`` with the convolution
    ``*``; with ``s`` the gates' activation and ``a`` the activation, ``c_t = s(f) c_(t-1) + s(i) a(g)`` and ``h_t =
    s(o) a(c_t)``. The recurrent convolution keeps the size (stride 1, padding "same").

    Args:
        filters: The number of output channels, at least 1.
        kernel_size: The size of both windows, one number or one per axis.
        strides: How far the inputs' window moves, one number or one per axis. Default 1.
        padding: ``"valid"`` or ``"same"``, of the inputs' convolution. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of the taps of the inputs' window. Default 1.
        activation: Name or function ``a``. Default ``"tanh"``.
        recurrent_activation: Name or function ``s`` of the gates. Default ``"sigmoid"``.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        recurrent_initializer: Starting values of ``U``. Default ``"orthogonal"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        unit_forget_bias: Whether the bias of the forget gate starts at 1. Default True.
        kernel_regularizer: A penalty on ``W``. Default None.
        recurrent_regularizer: A penalty on ``U``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        recurrent_constraint: Applied to ``U`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        dropout: The part of the inputs that is set to zero in training, in [0, 1): the same cells in all steps.
            Default 0.
        recurrent_dropout: The same for ``h_(t-1)`` in the recurrent convolution. Default 0.
        seed: An integer that is folded into the key of the dropout, or None. Default None.
        return_sequences: Whether all outputs are returned, or the last one. Default False.
        return_state: Whether the last ``h`` and the last ``c`` are returned behind the outputs. Default False.
        go_backwards: Whether the last step comes first. Default False.
        stateful: Whether the last states of a batch are the first of the next. Default False.
        **kwargs: ``unroll``, ``zero_output_for_mask`` and ``batch_size`` as in :class:`RNN`; ``name``, ``trainable``,
            ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, length, channels); outputs: (batch, new length, filters), with the
        steps behind the batch where ``return_sequences`` is set; kernel: (*kernel_size, channels, 4 filters);
        recurrent_kernel: (*kernel_size, filters, 4 filters); bias: (4 filters,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ConvLSTM1D
        >>> ConvLSTM1D(4, 3, padding="same")(jnp.ones((2, 3, 5, 1))).shape
        (2, 5, 4)

    Call arguments, errors and masks: :class:`RNN`.
    Source: Shi et al., Convolutional LSTM Network, 2015, https://arxiv.org/abs/1506.04214, without its peepholes.
    Differs from Keras: all gates share the masks of the dropout. PyTorch has none.
    """

    series_rank: ClassVar[int | None] = 4
    image_rank: ClassVar[int] = 1
    limits: ClassVar[dict[str, Limit]] = sizes_of(1)


class ConvLSTM2D(ConvLSTM):
    """Carries a memory along a series of images: an LSTM whose products are convolutions.

    Equation: ``i, f, g, o`` are the four blocks of channels of ``x_t * W + h_(t-1) * U + b`` with the convolution
    ``*``; with ``s`` the gates' activation and ``a`` the activation, ``c_t = s(f) c_(t-1) + s(i) a(g)`` and ``h_t =
    s(o) a(c_t)``. The recurrent convolution keeps the size (stride 1, padding "same").

    Args:
        filters: The number of output channels, at least 1.
        kernel_size: The size of both windows, one number or one per axis.
        strides: How far the inputs' window moves, one number or one per axis. Default 1.
        padding: ``"valid"`` or ``"same"``, of the inputs' convolution. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of the taps of the inputs' window. Default 1.
        activation: Name or function ``a``. Default ``"tanh"``.
        recurrent_activation: Name or function ``s`` of the gates. Default ``"sigmoid"``.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        recurrent_initializer: Starting values of ``U``. Default ``"orthogonal"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        unit_forget_bias: Whether the bias of the forget gate starts at 1. Default True.
        kernel_regularizer: A penalty on ``W``. Default None.
        recurrent_regularizer: A penalty on ``U``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        recurrent_constraint: Applied to ``U`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        dropout: The part of the inputs that is set to zero in training, in [0, 1): the same cells in all steps.
            Default 0.
        recurrent_dropout: The same for ``h_(t-1)`` in the recurrent convolution. Default 0.
        seed: An integer that is folded into the key of the dropout, or None. Default None.
        return_sequences: Whether all outputs are returned, or the last one. Default False.
        return_state: Whether the last ``h`` and the last ``c`` are returned behind the outputs. Default False.
        go_backwards: Whether the last step comes first. Default False.
        stateful: Whether the last states of a batch are the first of the next. Default False.
        **kwargs: ``unroll``, ``zero_output_for_mask`` and ``batch_size`` as in :class:`RNN`; ``name``, ``trainable``,
            ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, height, width, channels); outputs: (batch, new height, new width, filters), with the
        steps behind the batch where ``return_sequences`` is set; kernel: (*kernel_size, channels, 4 filters);
        recurrent_kernel: (*kernel_size, filters, 4 filters); bias: (4 filters,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ConvLSTM2D
        >>> ConvLSTM2D(4, 3, padding="same")(jnp.ones((2, 3, 5, 5, 1))).shape
        (2, 5, 5, 4)

    Call arguments, errors and masks: :class:`RNN`.
    Source: Shi et al., Convolutional LSTM Network, 2015, https://arxiv.org/abs/1506.04214, without its peepholes.
    Differs from Keras: all gates share the masks of the dropout. PyTorch has none.
    """

    series_rank: ClassVar[int | None] = 5
    image_rank: ClassVar[int] = 2
    limits: ClassVar[dict[str, Limit]] = sizes_of(2)


class ConvLSTM3D(ConvLSTM):
    """Carries a memory along a series of volumes: an LSTM whose products are convolutions.

    Equation: ``i, f, g, o`` are the four blocks of channels of ``x_t * W + h_(t-1) * U + b`` with the convolution
    ``*``; with ``s`` the gates' activation and ``a`` the activation, ``c_t = s(f) c_(t-1) + s(i) a(g)`` and ``h_t =
    s(o) a(c_t)``. The recurrent convolution keeps the size (stride 1, padding "same").

    Args:
        filters: The number of output channels, at least 1.
        kernel_size: The size of both windows, one number or one per axis.
        strides: How far the inputs' window moves, one number or one per axis. Default 1.
        padding: ``"valid"`` or ``"same"``, of the inputs' convolution. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of the taps of the inputs' window. Default 1.
        activation: Name or function ``a``. Default ``"tanh"``.
        recurrent_activation: Name or function ``s`` of the gates. Default ``"sigmoid"``.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        recurrent_initializer: Starting values of ``U``. Default ``"orthogonal"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        unit_forget_bias: Whether the bias of the forget gate starts at 1. Default True.
        kernel_regularizer: A penalty on ``W``. Default None.
        recurrent_regularizer: A penalty on ``U``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        recurrent_constraint: Applied to ``U`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        dropout: The part of the inputs that is set to zero in training, in [0, 1): the same cells in all steps.
            Default 0.
        recurrent_dropout: The same for ``h_(t-1)`` in the recurrent convolution. Default 0.
        seed: An integer that is folded into the key of the dropout, or None. Default None.
        return_sequences: Whether all outputs are returned, or the last one. Default False.
        return_state: Whether the last ``h`` and the last ``c`` are returned behind the outputs. Default False.
        go_backwards: Whether the last step comes first. Default False.
        stateful: Whether the last states of a batch are the first of the next. Default False.
        **kwargs: ``unroll``, ``zero_output_for_mask`` and ``batch_size`` as in :class:`RNN`; ``name``, ``trainable``,
            ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, depth, height, width, channels); outputs: (batch, new depth, new height, new width,
        filters), with the steps behind the batch where ``return_sequences`` is set; kernel: (*kernel_size, channels,
        4 filters); recurrent_kernel: (*kernel_size, filters, 4 filters); bias: (4 filters,)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ConvLSTM3D
        >>> ConvLSTM3D(4, 3, padding="same")(jnp.ones((2, 3, 4, 5, 5, 1))).shape
        (2, 4, 5, 5, 4)

    Call arguments, errors and masks: :class:`RNN`.
    Source: Shi et al., Convolutional LSTM Network, 2015, https://arxiv.org/abs/1506.04214, without its peepholes.
    Differs from Keras: all gates share the masks of the dropout. PyTorch has none.
    """

    series_rank: ClassVar[int | None] = 6
    image_rank: ClassVar[int] = 3
    limits: ClassVar[dict[str, Limit]] = sizes_of(3)
