"""What both blocks of a transformer share: their parts, and how a part is joined to its shortcut."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers
from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Boolean, Instance, Integer, Limit, Real
from pellucid.functional import activations
from pellucid.layers.attention.multi_head import MultiHeadAttention
from pellucid.layers.checks import who
from pellucid.layers.dense import Dense
from pellucid.layers.noise import Dropout
from pellucid.layers.normalization.layer_normalization import LayerNormalization
from pellucid.modules import Layer


class TransformerBlock(Layer):
    """The base of both blocks: what their parts are, and how a part is joined to its shortcut."""

    limits: ClassVar[dict[str, Limit]] = {
        "intermediate_dim": Integer(1),
        "num_heads": Integer(1),
        "dropout": Real(0, 1, closed="left"),
        "layer_norm_epsilon": Real(0),
        "norm_first": Boolean(),
        "position_encoding": Instance((Layer,), "a layer such as RotaryEmbedding()", optional=True),
    }
    intermediate_dense: Dense
    output_dense: Dense

    def __init__(
        self,
        intermediate_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        activation: Any = "relu",
        layer_norm_epsilon: float = 1e-5,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        norm_first: bool = False,
        position_encoding: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.intermediate_dim = int(intermediate_dim)
        self.num_heads = int(num_heads)
        self.dropout = dropout
        self.activation = activations.get(activation)
        self.layer_norm_epsilon = layer_norm_epsilon
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.norm_first = norm_first
        self.position_encoding = position_encoding

    def _common(self) -> dict[str, Any]:
        return {
            "kernel_initializer": self.kernel_initializer,
            "bias_initializer": self.bias_initializer,
            "dtype": self.dtype,
        }

    def _attention(self, features: int, position_encoding: Any = None) -> MultiHeadAttention:
        if features % self.num_heads:
            divisor = max(n for n in range(1, self.num_heads) if features % n == 0)
            raise ArgumentError(
                who(self),
                f"{features} features cannot be shared out evenly to {self.num_heads} heads.",
                f"{type(self).__name__}({self.intermediate_dim}, num_heads={divisor})",
            )
        return MultiHeadAttention(
            self.num_heads,
            features // self.num_heads,
            dropout=self.dropout,
            position_encoding=position_encoding,
            **self._common(),
        )

    def _norm(self) -> LayerNormalization:
        return LayerNormalization(epsilon=self.layer_norm_epsilon, dtype=self.dtype)

    def _drop(self) -> Dropout:
        return Dropout(self.dropout, dtype=self.dtype)

    def _make_feed_forward(self, features: int) -> None:
        self.intermediate_dense = Dense(
            self.intermediate_dim, activation=self.activation, **self._common()
        )
        self.intermediate_dropout = self._drop()
        self.output_dense = Dense(features, **self._common())
        self.output_dropout = self._drop()
        self.feed_forward_norm = self._norm()

    def _feed_forward(self, x: jax.Array) -> jax.Array:
        """Return what the small network makes of each step: wide, activated, narrow again."""
        wide = self.intermediate_dropout(self.intermediate_dense(x))
        return self.output_dropout(self.output_dense(wide))

    def _with_shortcut(self, x: jax.Array, part: Any, norm: Any) -> jax.Array:
        """Return ``x + part(norm(x))``, or ``norm(x + part(x))`` in the order of the first transformer."""
        return x + part(norm(x)) if self.norm_first else norm(x + part(x))
