"""The fully connected layer."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.limits import Boolean, Integer, Limit
from pellucid.functional import activations
from pellucid.functional.dense import dense
from pellucid.layers.checks import as_float, require_feature_axis, require_size
from pellucid.layers.low_rank import LowRankLayer


class Dense(LowRankLayer):
    """Connects every input feature to every unit.

    Equation: ``y = f(x W + b)`` with the inputs ``x``, the kernel ``W``, the bias ``b`` and the activation ``f``.

    Args:
        units: The number of outputs per row, at least 1.
        activation: Name or function applied to ``x W + b``. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``, e.g. ``"l2"`` or ``regularizers.L2(1e-4)``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        lora_rank: Freezes ``W`` and learns a change of this rank, at least 1; see :meth:`enable_lora`. Default None.
        lora_alpha: The strength of that change. Default None, the rank.
        **kwargs: ``name``, ``trainable``, ``dtype``, ``input_shape``, ``input_dim`` as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ..., features); outputs: (batch, ..., units); kernel: (features, units); bias: (units,)

    Raises:
        ShapeError: The inputs have no feature axis, or another number of features than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Dense
        >>> layer = Dense(1, kernel_initializer="ones", bias_initializer="ones")
        >>> layer(jnp.array([[1.0, 2.0]]))
        Array([[4.]], dtype=float32)

    Differs from Keras: no quantisation inside the layer. Differs from PyTorch: the number of input features is
    inferred, the kernel is (features, units), and both start values differ (``torch.nn.Linear``: uniform in
    ``±1/sqrt(features)`` for kernel and bias).
    """

    limits: ClassVar[dict[str, Limit]] = {"units": Integer(1), "use_bias": Boolean()}
    kernel: jax.Array
    bias: jax.Array

    def __init__(
        self,
        units: int,
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
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint

    def build(self, input_shape: Any) -> None:
        """Declare kernel and bias for rows of ``input_shape[-1]`` features."""
        require_feature_axis(self, input_shape)
        self.kernel = self.add_weight(
            (input_shape[-1], self.units),
            self.kernel_initializer,
            trainable=self.lora_rank is None,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                (self.units,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.declare_pair()

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return ``f(x W + b)``."""
        require_size(self, inputs.shape, -1, self.kernel.shape[0])
        bias = self.bias if self.use_bias else None
        return self.activate(self.activation, dense(as_float(inputs, self), self.kernel, bias))
