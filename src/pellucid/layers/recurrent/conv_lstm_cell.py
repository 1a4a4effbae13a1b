"""The cell of the long short-term memory over series of images."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid import initializers, regularizers
from pellucid.core.errors import ShapeError
from pellucid.core.limits import Boolean, Integer, Limit
from pellucid.functional import activations
from pellucid.functional.convolution.geometry import window_for
from pellucid.functional.recurrent import conv_lstm
from pellucid.layers.checks import as_float, who
from pellucid.layers.recurrent.cell import Cell
from pellucid.layers.recurrent.lstm import UnitForgetBias
from pellucid.layers.spatial import AXES, DATA_FORMAT, PADDING, channel_axis, per_axis


class ConvLSTMCell(Cell):
    """One step of the convolutional LSTM; :class:`ConvLSTM2D` explains the arguments.

    Args:
        rank: The number of axes of an image: 1, 2 or 3.
        filters: The number of output channels.
        kernel_size: The sizes of both kernels.
        **kwargs: All others as in :class:`ConvLSTM2D`.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "rank": Integer(1, 3),
        "filters": Integer(1),
        "padding": PADDING,
        "data_format": DATA_FORMAT,
        "unit_forget_bias": Boolean(),
    }
    blocks: ClassVar[int] = 4
    state_count: ClassVar[int] = 2

    def __init__(
        self,
        rank: int,
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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = kernel_constraint
        self.recurrent_constraint = recurrent_constraint
        self.bias_constraint = bias_constraint
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.seed = seed
        self.rank = rank
        self.filters = int(filters)
        self.kernel_size = per_axis(kernel_size, rank)
        self.strides = per_axis(strides, rank)
        self.padding = padding.lower()
        self.data_format = data_format
        self.dilation_rate = per_axis(dilation_rate, rank)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias
        self._sizes: tuple[int, ...] = ()

    @property
    def state_size(self) -> list[Any]:
        """The shape of each state without the batch, known after the build."""
        shape = (*self._sizes, self.filters)
        if self.data_format == "channels_first":
            shape = (self.filters, *self._sizes)
        return [shape] * self.state_count

    @property
    def output_size(self) -> int:
        """The number of channels of the output."""
        return self.filters

    def build(self, input_shape: Any) -> None:
        """Declare both kernels and the bias for images of this shape; it also fixes the shape of the states."""
        first = self.data_format == "channels_first"
        spatial = tuple(input_shape[2:] if first else input_shape[1:-1])
        self._sizes = self._output_sizes(spatial)
        channels, width = input_shape[channel_axis(self.data_format)], 4 * self.filters
        self.declare_weights(
            (*self.kernel_size, channels, width),
            (*self.kernel_size, self.filters, width),
            (width,),
        )

    def call(
        self, inputs: jax.Array, states: Any, training: Any = False
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Return the output of one step, and the new states."""
        return self.run_series(inputs[:, None], states, training=training, return_sequences=False)

    def run_series(
        self, x: jax.Array, states: Any, *, training: Any, return_sequences: bool, **how: Any
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Return the outputs of a whole series of images, and the last states."""
        x = self._last(self._dropped(as_float(x, self), training, 1), 2)
        states = [self._last(as_float(state, self), 1) for state in states]
        spatial = tuple(x.shape[2:-1])
        if self._output_sizes(spatial) != self._sizes or x.shape[-1] != self.kernel.shape[-2]:
            raise ShapeError(
                who(self),
                f"it was built for {self.kernel.shape[-2]} channels and states of {self._sizes}, "
                f"but it got images of {spatial} with {x.shape[-1]} channels.",
                "make a fresh layer for other images: layer.clone()",
            )
        outputs, last = conv_lstm(
            x,
            self.kernel,
            self.recurrent_kernel,
            self._biased(),
            states,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
            activation=self.activation,
            recurrent_activation=self.recurrent_activation,
            recurrent_factor=self._recurrent_factor(states[0], training),
            return_sequences=return_sequences,
            **how,
        )
        axis = 2 if return_sequences else 1
        return self._back(outputs, axis), [self._back(state, 1) for state in last]

    def _output_sizes(self, spatial: tuple[int, ...]) -> tuple[int, ...]:
        if len(spatial) != self.rank or None in spatial:
            raise ShapeError(
                who(self),
                f"it needs images of {self.rank} known sizes ({', '.join(AXES[self.rank])}) in every step, "
                f"but they have {spatial}.",
                "give the sizes: Input(shape=(steps, height, width, channels))",
            )
        window = window_for(
            spatial,
            sizes=self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
        )
        return window.output(spatial)

    def _bias_start(self) -> Any:
        return (
            UnitForgetBias(self.bias_initializer)
            if self.unit_forget_bias
            else self.bias_initializer
        )

    def _last(self, x: jax.Array, axis: int) -> jax.Array:
        return jnp.moveaxis(x, axis, -1) if self.data_format == "channels_first" else x

    def _back(self, x: jax.Array, axis: int) -> jax.Array:
        return jnp.moveaxis(x, -1, axis) if self.data_format == "channels_first" else x
