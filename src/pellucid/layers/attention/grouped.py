"""Grouped-query attention: several heads of the query share the keys and values of one."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid import initializers, regularizers
from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Integer, Limit
from pellucid.layers.attention.headed import HeadedAttention


class GroupQueryAttention(HeadedAttention):
    """Multi-head attention in which groups of heads share keys and values, which saves memory while generating.

    Equation: as :class:`MultiHeadAttention`, where head ``h`` of the query looks at head ``h // r`` of keys and values,
    ``r = num_query_heads / num_key_value_heads``. One head of keys and values: multi-query attention; as many as of the
    query: multi-head attention.

    Args:
        head_dim: The width of each head, at least 1.
        num_query_heads: The number of heads of the query, at least 1.
        num_key_value_heads: The number of heads of keys and values, a divisor of ``num_query_heads``.
        dropout: The part of the weights that is dropped in training, in [0, 1). Enters programs as an array. Default 0.
        use_bias: Whether all projections add a bias. Default True.
        sliding_window: How far a step may look to either side, itself counted; None for any distance. Default None.
        flash_attention: As in :class:`MultiHeadAttention`. Default None.
        kernel_initializer: Starting values of all kernels. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of all biases. Default ``"zeros"``.
        kernel_regularizer: A penalty on each kernel. Default None.
        bias_regularizer: A penalty on each bias. Default None.
        activity_regularizer: A penalty on the outputs, mean over the batch. Default None.
        kernel_constraint: Applied to each kernel after each update. Default None.
        bias_constraint: Applied to each bias after each update. Default None.
        use_gate: Whether the heads are multiplied by ``sigmoid`` of one more projection of the query. Default False.
        seed: An integer that is folded into the layer's key, or None. Default None.
        position_encoding: A layer applied to queries and keys in heads, such as ``RotaryEmbedding()``. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        As :class:`MultiHeadAttention`'s.

    Shapes:
        query: (batch, steps, features); value and key: (batch, source, features); outputs: (batch, steps, features);
        weights: (batch, num_query_heads, steps, source); kernels: as :class:`MultiHeadAttention`'s, with
        ``num_key_value_heads`` for keys and values

    Raises:
        ArgumentError: The heads of the query cannot be shared out evenly.
        ShapeError: The inputs are no series, or their sizes do not fit.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GroupQueryAttention
        >>> layer, x = (
        ...     GroupQueryAttention(4, num_query_heads=6, num_key_value_heads=2),
        ...     jnp.ones((1, 3, 8)),
        ... )
        >>> layer(x, x).shape, layer.key_kernel.shape
        ((1, 3, 8), (8, 2, 4))

    Source: Ainslie et al., GQA: Training Generalized Multi-Query Transformer Models, 2023,
    https://arxiv.org/abs/2305.13245.
    Differs from Keras: as :class:`MultiHeadAttention`. Differs from PyTorch: has no such layer, only the argument
    ``enable_gqa`` of ``scaled_dot_product_attention``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "head_dim": Integer(1),
        "num_query_heads": Integer(1),
        "num_key_value_heads": Integer(1),
    }

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        position_encoding: Any = None,
        **kwargs: Any,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if num_query_heads % num_key_value_heads:
            raise ArgumentError(
                "GroupQueryAttention",
                f"{num_query_heads} heads of the query cannot share {num_key_value_heads} heads evenly.",
                f"GroupQueryAttention({head_dim}, {num_query_heads}, num_key_value_heads=1)",
            )
        self.head_dim = self._key_width = self._value_width = int(head_dim)
        self.num_query_heads = self._heads = int(num_query_heads)
        self.num_key_value_heads = self._key_heads = int(num_key_value_heads)
        self.dropout = dropout
        self.use_bias = use_bias
        self.sliding_window = sliding_window
        self.flash_attention = flash_attention
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.use_gate = use_gate
        self.seed = seed
        self.position_encoding = position_encoding
