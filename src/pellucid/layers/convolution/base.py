"""What all convolution layers share: the window's arguments, bias, activation and channels first."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Boolean, Limit
from pellucid.core.specs import Shape
from pellucid.functional import activations
from pellucid.layers.spatial import (
    DATA_FORMAT,
    PADDING,
    channel_axis,
    channels_back,
    channels_last,
    per_axis,
    require_channels,
    require_rank,
    require_room,
)
from pellucid.modules import Layer


class ConvolutionLayer(Layer):
    """The base of convolution layers; a subclass says its ``rank`` and declares its kernels.

    A subclass's ``build`` begins with :meth:`input_channels`, its ``call`` with :meth:`prepare` and ends with
    :meth:`finish`.

    Args:
        kernel_size: The sizes of the kernel, one number or one per axis.
        strides: How many cells the kernel moves at a time. Default 1.
        padding: ``"valid"`` or ``"same"``. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        dilation_rate: The distance of neighbouring taps of the kernel. Default 1.
        activation: Name or function applied to the outputs. Default None, nothing.
        use_bias: Whether a bias is added. Default True.
        bias_initializer: Starting values of the bias. Default ``"zeros"``.
        bias_regularizer: A penalty on the bias. Default None.
        bias_constraint: Applied to the bias after each update. Default None.
        **kwargs: ``name``, ``activity_regularizer`` and others as in :class:`~pellucid.Layer`.
    """

    rank: ClassVar[int] = 0
    limits: ClassVar[dict[str, Limit]] = {
        "padding": PADDING,
        "data_format": DATA_FORMAT,
        "use_bias": Boolean(),
    }
    bias: jax.Array

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        bias_initializer: Any = "zeros",
        bias_regularizer: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.kernel_size = per_axis(kernel_size, self.rank)
        self.strides = per_axis(strides, self.rank)
        self.padding = padding.lower()
        self.data_format = data_format
        self.dilation_rate = per_axis(dilation_rate, self.rank)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = initializers.get(bias_initializer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.bias_constraint = bias_constraint

    def input_channels(self, input_shape: Shape) -> int:
        """Return how many channels inputs of a shape have."""
        require_rank(self, input_shape, self.rank, self.data_format)
        return input_shape[channel_axis(self.data_format)]  # pyright: ignore[reportReturnType]

    def declare_bias(self, channels: int) -> None:
        """Declare one bias per output channel, if there is to be one."""
        if self.use_bias:
            self.bias = self.add_weight(
                (channels,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def prepare(self, inputs: jax.Array, channels: int) -> jax.Array:
        """Return the inputs with channels last, if they fit kernels built for ``channels``."""
        x = channels_last(self, inputs, self.rank, self.data_format)
        require_channels(self, x, channels, self.data_format)
        return x

    def require_fit(self, x: jax.Array) -> None:
        """Refuse inputs that a kernel which must lie inside them is too large for."""
        if self.padding == "valid":
            reach = [
                (size - 1) * hole + 1
                for size, hole in zip(self.kernel_size, self.dilation_rate, strict=True)
            ]
            require_room(self, x.shape[1:-1], reach, "kernel")

    def finish(self, outputs: jax.Array) -> jax.Array:
        """Add the bias, bring the channels back, and apply the activation."""
        outputs = outputs + self.bias if self.use_bias else outputs
        return self.activate(self.activation, channels_back(outputs, self.data_format))

    def refuse_strides_with_dilation(self) -> None:
        """Refuse a kernel that leaves out cells both between its taps and between its positions, as Keras does."""
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                type(self).__name__,
                f"`strides` {self.strides} and `dilation_rate` {self.dilation_rate} cannot both be above 1.",
                f"strides=1, and layers.MaxPooling{self.rank}D() after it to halve the size",
            )

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: an output mixes several steps."""
