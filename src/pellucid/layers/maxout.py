"""The maxout layer: a learned activation."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.limits import Boolean, Integer, Limit
from pellucid.functional.dense import dense
from pellucid.layers.checks import as_float, require_feature_axis, require_size
from pellucid.modules import Layer


class Maxout(Layer):
    """Takes for every unit the largest of several affine maps: a piecewise linear activation that is learned.

    Equation: ``y_j = max_k (x W + b)[k, j]`` with the inputs ``x``, the kernel ``W``, the bias ``b`` and the pieces
    ``k = 0 ... pieces - 1``. Two pieces can become ``max(0, x w)``, the rectifier, or ``|x w|``; more can follow any
    convex function.

    Args:
        units: The number of outputs per row, at least 1.
        pieces: The number of affine maps for each unit, at least 1. Default 2.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        kernel_constraint: Applied to ``W`` after each update. Default None.
        bias_constraint: Applied to ``b`` after each update. Default None.
        **kwargs: ``name``, ``dtype``, ``activity_regularizer`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ..., features); outputs: (batch, ..., units); kernel: (features, pieces units), piece by piece;
        bias: (pieces units,)

    Raises:
        ShapeError: The inputs have no feature axis, or another number of features than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Maxout
        >>> layer = Maxout(1, pieces=2)
        >>> x = jnp.array([[-3.0], [2.0]])
        >>> layer(x).shape
        (2, 1)
        >>> layer.set_weights([jnp.array([[1.0, -1.0]]), jnp.zeros(2)])  # max(x, -x)
        >>> layer(x)[:, 0]
        Array([3., 2.], dtype=float32)

    Source: Goodfellow et al., Maxout Networks, 2013, https://arxiv.org/abs/1302.4389.
    Keras 3 and PyTorch have no such layer; Keras 1 had it as ``MaxoutDense``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "units": Integer(1),
        "pieces": Integer(1),
        "use_bias": Boolean(),
    }
    kernel: jax.Array
    bias: jax.Array

    def __init__(
        self,
        units: int,
        pieces: int = 2,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.units = units
        self.pieces = pieces
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint

    def build(self, input_shape: Any) -> None:
        """Declare one kernel and bias for all pieces."""
        require_feature_axis(self, input_shape)
        self.kernel = self.add_weight(
            (input_shape[-1], self.pieces * self.units),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                (self.pieces * self.units,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the largest piece for every unit."""
        require_size(self, inputs.shape, -1, self.kernel.shape[0])
        bias = self.bias if self.use_bias else None
        pieces = dense(as_float(inputs, self), self.kernel, bias)
        return pieces.reshape(*inputs.shape[:-1], self.pieces, self.units).max(axis=-2)
