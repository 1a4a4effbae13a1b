"""The blocks that transformers are stacked from: attention, then a small network for each step, with shortcuts."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.core.errors import ShapeError
from pellucid.functional.padding import clear_padding
from pellucid.layers.attention.multi_head import MultiHeadAttention
from pellucid.layers.attention.positions import require_series
from pellucid.layers.attention.transformer_parts import TransformerBlock
from pellucid.layers.checks import as_float, who


class TransformerEncoderBlock(TransformerBlock):
    """Lets every step gather from all others, then works on each step alone; one layer of a transformer's encoder.

    Equation: ``h = norm(x + attention(x, x))`` and ``y = norm(h + feed_forward(h))``; with ``norm_first``
    ``h = x + attention(norm(x), norm(x))`` and ``y = h + feed_forward(norm(h))``. Here
    ``feed_forward(h) = f(h W + b) V + c`` with the activation ``f``, and every part is followed by dropout.

    Args:
        intermediate_dim: The units of the small network's hidden layer, at least 1.
        num_heads: The number of heads, a divisor of the number of features.
        dropout: The part that is dropped of the attention's weights, of the hidden layer and of both parts' outputs, in
            training, in [0, 1). Default 0.
        activation: Name or function ``f``. Default ``"relu"``.
        layer_norm_epsilon: As ``epsilon`` of :class:`LayerNormalization`. Default 1e-5.
        kernel_initializer: Starting values of all kernels. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of all biases. Default ``"zeros"``.
        norm_first: Normalise before each part instead of after the shortcut; deep stacks train more easily. Default
            False.
        position_encoding: A layer for queries and keys in heads, such as ``RotaryEmbedding()``. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: Shape (batch, steps), False in the padding; filled with the mask that the inputs carry.
        attention_mask: Shape (batch, steps, steps), True where a step may look. Default None.
        use_causal_mask: Let step ``t`` look at steps ``s <= t`` only: a language model. Default False.

    Shapes:
        inputs and outputs: (batch, steps, features)

    Raises:
        ArgumentError: The heads do not divide the features.
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import TransformerEncoderBlock
        >>> TransformerEncoderBlock(intermediate_dim=16, num_heads=2)(jnp.ones((2, 5, 8))).shape
        (2, 5, 8)

    Source: Vaswani et al., Attention Is All You Need, 2017, https://arxiv.org/abs/1706.03762; ``norm_first``: Xiong et
    al., On Layer Normalization in the Transformer Architecture, 2020, https://arxiv.org/abs/2002.04745.
    Keras has no such layer. Differs from KerasHub's ``TransformerEncoder``: the hidden layer is dropped too, as in
    PyTorch; ``norm_first`` is ``normalize_first`` there. Differs from PyTorch's ``TransformerEncoderLayer``: the batch
    comes first, the number of features is inferred, no dropout by default, masks are True where looking is allowed.
    """

    def build(self, input_shape: Any) -> None:
        """Make the parts for the inputs' number of features; their weights follow when they are called."""
        require_series(self, input_shape)
        self.attention = self._attention(input_shape[-1], self.position_encoding)
        self.attention_dropout = self._drop()
        self.attention_norm = self._norm()
        self._make_feed_forward(input_shape[-1])

    def call(
        self,
        inputs: jax.Array,
        mask: jax.Array | None = None,
        attention_mask: jax.Array | None = None,
        use_causal_mask: bool = False,
    ) -> jax.Array:
        """Return the inputs after both parts."""

        def attend(x: jax.Array) -> jax.Array:
            gathered = self.attention(
                x,
                x,
                query_mask=mask,
                value_mask=mask,
                attention_mask=attention_mask,
                use_causal_mask=use_causal_mask,
            )
            return self.attention_dropout(gathered)

        x = clear_padding(as_float(inputs, self), mask)
        x = self._with_shortcut(x, attend, self.attention_norm)
        return self._with_shortcut(x, self._feed_forward, self.feed_forward_norm)


class TransformerDecoderBlock(TransformerBlock):
    """Lets every step gather from the steps before it, then from an encoder's outputs; one layer of a decoder.

    Equation: ``h = norm(x + attention(x, x))``, looking back only, ``g = norm(h + attention(h, c))`` with the context
    ``c``, and ``y = norm(g + feed_forward(g))``; with ``norm_first`` as in :class:`TransformerEncoderBlock`. Without a
    context the middle part is left out: a language model's block.

    Args:
        intermediate_dim: The units of the small network's hidden layer, at least 1.
        num_heads: The number of heads of both attentions, a divisor of the number of features.
        dropout: The part that is dropped, as in :class:`TransformerEncoderBlock`. Default 0.
        activation: Name or function of the hidden layer. Default ``"relu"``.
        layer_norm_epsilon: As ``epsilon`` of :class:`LayerNormalization`. Default 1e-5.
        kernel_initializer: Starting values of all kernels. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of all biases. Default ``"zeros"``.
        norm_first: Normalise before each part instead of after the shortcut. Default False.
        position_encoding: A layer for queries and keys in heads of the first attention, such as ``RotaryEmbedding()``.
            Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        context: What an encoder made of the source, or None.
        inputs_mask: Shape (batch, steps), False in the padding; filled with the mask that the inputs carry.
        context_mask: Shape (batch, source), the same for the context.
        use_causal_mask: Let step ``t`` look at steps ``s <= t`` of its own series only. Default True.

    Shapes:
        inputs and outputs: (batch, steps, features); context: (batch, source, context features)

    Raises:
        ArgumentError: The heads do not divide the features.
        ShapeError: Inputs or context are no series, or a context comes that was not there at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import TransformerDecoderBlock
        >>> block = TransformerDecoderBlock(intermediate_dim=16, num_heads=2)
        >>> block(jnp.ones((2, 5, 8)), jnp.ones((2, 7, 6))).shape
        (2, 5, 8)

    Source: Vaswani et al., Attention Is All You Need, 2017, https://arxiv.org/abs/1706.03762.
    Keras has no such layer. Differs from KerasHub's ``TransformerDecoder``: as the encoder block; no cache inside the
    layer. Differs from PyTorch's ``TransformerDecoderLayer``: as the encoder block; it looks back only, unless told
    otherwise.
    """

    cross_attention: MultiHeadAttention | None

    def build(self, inputs_shape: Any, context_shape: Any = None) -> None:
        """Make the parts for the inputs' number of features; their weights follow when they are called."""
        require_series(self, inputs_shape)
        features = inputs_shape[-1]
        self.attention = self._attention(features, self.position_encoding)
        self.attention_dropout = self._drop()
        self.attention_norm = self._norm()
        self.cross_attention = None
        if context_shape is not None:
            require_series(self, context_shape)
            self.cross_attention = self._attention(features)
            self.cross_dropout = self._drop()
            self.cross_norm = self._norm()
        self._make_feed_forward(features)

    def call(
        self,
        inputs: jax.Array,
        context: jax.Array | None = None,
        inputs_mask: jax.Array | None = None,
        context_mask: jax.Array | None = None,
        use_causal_mask: bool = True,
    ) -> jax.Array:
        """Return the inputs after all parts."""
        cross = self.cross_attention
        if (context is None) != (cross is None):
            raise ShapeError(
                who(self),
                "it was built without a context."
                if cross is None
                else "it was built with a context.",
                "make a fresh block for the other use: block.clone()",
            )

        def look_back(x: jax.Array) -> jax.Array:
            masks = {"query_mask": inputs_mask, "value_mask": inputs_mask}
            return self.attention_dropout(
                self.attention(x, x, use_causal_mask=use_causal_mask, **masks)
            )

        def look_over(x: jax.Array) -> jax.Array:
            masks = {"query_mask": inputs_mask, "value_mask": context_mask}
            return self.cross_dropout(cross(x, context, **masks))  # pyright: ignore[reportOptionalCall]

        x = clear_padding(as_float(inputs, self), inputs_mask)
        x = self._with_shortcut(x, look_back, self.attention_norm)
        if cross is not None:
            x = self._with_shortcut(x, look_over, self.cross_norm)
        return self._with_shortcut(x, self._feed_forward, self.feed_forward_norm)
