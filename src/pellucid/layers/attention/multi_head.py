"""Multi-head attention, the heart of the transformer."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid import initializers, regularizers
from pellucid.core.limits import Instance, Integer, Limit
from pellucid.layers.attention.headed import HeadedAttention


def sizes(value: Any) -> tuple[int, ...] | None:
    """Return an integer or several as a tuple, None as None."""
    if value is None:
        return None
    return (int(value),) if isinstance(value, int) else tuple(int(size) for size in value)


class MultiHeadAttention(HeadedAttention):
    """Lets every step of a query gather values in several ways at once, each head by a projection of its own.

    Equation: ``y = concat(o_1, ..., o_n) W + b`` with ``o_h[t] = sum_s w_h[t, s] v_h[s]`` and the weights
    ``w_h[t] = softmax(q_h[t] · k_h[s] / sqrt(key_dim))`` over the steps ``s`` of the source; queries ``q_h``, keys
    ``k_h`` and values ``v_h`` are the inputs times kernels of each head plus biases.

    Args:
        num_heads: The number of heads ``n``, at least 1.
        key_dim: The width of each head's queries and keys, at least 1.
        value_dim: The width of each head's values. Default None, ``key_dim``.
        dropout: The part of the weights ``w`` that is dropped in training, in [0, 1). Enters programs as an array.
            Default 0.
        use_bias: Whether all projections add a bias. Default True.
        output_shape: The features of the outputs, an integer or several. Default None, the query's.
        attention_axes: The axes that attention goes over, where the inputs have more than steps; the others count as
            batch. Default None, all between batch and features.
        sliding_window: How far a step may look to either side, itself counted; None for any distance. Default None.
        flash_attention: Whether a fused kernel is used where the platform has one (NVIDIA's cards, half precision, no
            dropout, no masks but the causal one). It has no second derivative. Default None, which means yes.
        kernel_initializer: Starting values of all kernels. Default ``"glorot_uniform"``, with the fans of a kernel of
            three axes.
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
        query: What looks. value: What is gathered. key: What is looked at; the values when None.
        query_mask, value_mask, key_mask: Shape (batch, steps), False in the padding, whose numbers, whatever they are,
            then reach no output but their own and no gradient. Filled with the masks that the inputs carry.
        attention_mask: Shape (batch, steps, source) or (batch, heads, steps, source), True where a step may look.
        return_attention_scores: Also return the weights ``w``. Default False.
        use_causal_mask: Let step ``t`` look at steps ``s <= t`` only. Default False.

    Shapes:
        query: (batch, steps, features); value and key: (batch, source, features); outputs: (batch, steps, features);
        weights ``w``: (batch, heads, steps, source); kernels of query, key: (features, num_heads, key_dim), of value:
        (features, num_heads, value_dim), of the outputs: (num_heads, value_dim, features)

    Raises:
        ArgumentTypeError: No values were given.
        ShapeError: The inputs are no series, or their sizes do not fit, or a mask does not fit the axes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import MultiHeadAttention
        >>> layer, x = MultiHeadAttention(num_heads=2, key_dim=4), jnp.ones((1, 3, 8))
        >>> outputs, weights = layer(x, x, return_attention_scores=True, use_causal_mask=True)
        >>> outputs.shape, weights[0, 1].round(2)
        ((1, 3, 8), Array([[1.  , 0.  , 0.  ],
               [0.5 , 0.5 , 0.  ],
               [0.33, 0.33, 0.33]], dtype=float32))

    Source: Vaswani et al., Attention Is All You Need, 2017, https://arxiv.org/abs/1706.03762. The gate: Qiu et al.,
    Gated Attention for Large Language Models, 2025, https://arxiv.org/abs/2505.06708.
    Differs from Keras: a step that may look at nothing gathers 0, not the mean of what is hidden; an explicit
    ``query_mask`` counts; ``activity_regularizer`` speaks of the layer's outputs, not of each projection's;
    ``position_encoding`` is new. Differs from PyTorch: the sizes of the inputs are inferred, kernels are split by
    heads, masks are True where looking is allowed, and the kernels start smaller.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_heads": Integer(1),
        "key_dim": Integer(1),
        "value_dim": Integer(1, optional=True),
        "output_shape": Instance((int, list, tuple), "an integer or several", optional=True),
        "attention_axes": Instance((int, list, tuple), "an axis or several", optional=True),
    }

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: Any = None,
        attention_axes: Any = None,
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
        self.num_heads = self._heads = self._key_heads = int(num_heads)
        self.key_dim = self._key_width = int(key_dim)
        self.value_dim = self._value_width = int(key_dim if value_dim is None else value_dim)
        self.dropout = dropout
        self.use_bias = use_bias
        self._output_shape = sizes(output_shape)
        self.attention_axes = attention_axes
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
