"""A layer that shares another layer's weights: the transpose of what that layer does."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.errors import ArgumentTypeError, UsageError
from pellucid.core.limits import Boolean, Limit
from pellucid.core.specs import as_shape
from pellucid.functional import activations
from pellucid.functional.dense import dense
from pellucid.layers.checks import as_float, require_feature_axis, require_size, who
from pellucid.modules import Layer
from pellucid.modules.binding import declare


class Tied(Layer):
    """Goes the way of a ``Dense`` or ``Embedding`` layer back, with the same weights transposed.

    Equation: ``y = f(x Wᵀ + b)`` with the other layer's kernel (or table of embeddings) ``W``, an own bias ``b``
    and the activation ``f``. Both uses add to the gradient of ``W``.

    Args:
        layer: The ``Dense`` or ``Embedding`` layer whose weights are shared; called before this one, or made with
            ``input_shape=``.
        activation: Name or function. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        bias_regularizer: A penalty on ``b``. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ..., units of the other layer); outputs: (batch, ..., its input features, or its vocabulary)

    Raises:
        ArgumentTypeError: The other layer has neither a kernel of two axes nor embeddings.

    Example:
        >>> from pellucid import Sequential
        >>> from pellucid.layers import Dense, Input, Tied
        >>> encoder = Dense(3, activation="sigmoid")
        >>> autoencoder = Sequential([Input(shape=(8,)), encoder, Tied(encoder)])
        >>> autoencoder.output_shape, autoencoder.count_params()
        ((None, 8), 35)

    Source: Press, Wolf, Using the output embedding to improve language models, 2017,
    https://arxiv.org/abs/1608.05859.
    Differs from Keras: ``ReversibleEmbedding`` does this for embeddings only. Differs from PyTorch: there one
    assigns the parameter, ``decoder.weight = encoder.weight``.
    """

    limits: ClassVar[dict[str, Limit]] = {"use_bias": Boolean()}
    bias: jax.Array

    def __init__(
        self,
        layer: Layer,
        activation: Any = None,
        use_bias: bool = True,
        bias_initializer: Any = "zeros",
        bias_regularizer: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if not isinstance(layer, Layer):
            raise ArgumentTypeError(
                type(self).__name__,
                f"`layer` must be a layer with weights to share, but it is {layer!r:.60}.",
                "encoder = layers.Dense(32); decoder = layers.Tied(encoder)",
            )
        self.layer = layer
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = initializers.get(bias_initializer)
        self.bias_regularizer = regularizers.get(bias_regularizer)

    def build(self, input_shape: Any) -> None:
        """Declare the bias: one number for each input feature of the other layer."""
        require_feature_axis(self, input_shape)
        if not self.layer.built:
            declare(self.layer, self._shape_of_other())
        if self.use_bias:
            self.bias = self.add_weight(
                (self._shared_slot().shape[0],),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
            )

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return ``f(x Wᵀ + b)``."""
        if self._scope is not None and self._scope.building and not self.layer.built:
            self._scope.build(self.layer, (self._shape_of_other(),))
        shared = getattr(self.layer, self._name_of_shared())
        require_size(self, inputs.shape, -1, shared.shape[1])
        bias = self.bias if self.use_bias else None
        return self.activate(self.activation, dense(as_float(inputs, self), shared.T, bias))

    def _shape_of_other(self) -> Any:
        """Return the shape of what the other layer takes, which it was told but has not seen yet."""
        if self.layer._input_shape is None:
            raise UsageError(
                who(self),
                f"the layer '{self.layer.name}' whose weights it shares has none yet.",
                "let the model call that layer first, or say its inputs: layers.Dense(32, input_shape=(784,))",
            )
        return (None, *as_shape(self.layer._input_shape))

    def _name_of_shared(self) -> str:
        for name in ("kernel", "embeddings"):
            if name in self.layer._weights:
                return name
        raise ArgumentTypeError(
            who(self), f"{self.layer!r:.60} has neither a kernel nor embeddings to share."
        )

    def _shared_slot(self) -> Any:
        slot = self.layer._weights[self._name_of_shared()]
        if len(slot.shape) != 2:
            raise ArgumentTypeError(
                who(self),
                f"the kernel of '{self.layer.name}' has the shape {slot.shape}; only matrices can be shared so.",
            )
        return slot
