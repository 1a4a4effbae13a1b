"""Dot-product attention as Luong drew it."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Choice, Limit
from pellucid.functional.attention import additive_scores
from pellucid.layers.attention.scored import ScoredAttention


class Attention(ScoredAttention):
    """Lets every step of a query gather the values whose keys point in its direction.

    Equation: ``o[t] = sum_s w[t, s] v[s]`` with ``w[t] = softmax(z[t])`` over the steps ``s`` of the source. The score
    is ``z[t, s] = c q[t] · k[s]`` for ``score_mode="dot"``, and ``z[t, s] = g sum_d tanh(c (q[t, d] + k[s, d]))`` for
    ``"concat"``, with the scales ``c`` (learned with ``use_scale``, else 1) and ``g`` (learned).

    Args:
        use_scale: Whether ``c`` is learned, from 1 on. Default False.
        score_mode: ``"dot"`` or ``"concat"``. Default ``"dot"``.
        dropout: The part of the weights ``w`` that is dropped in training, in [0, 1). Enters programs as an array.
            Default 0.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: The list ``[query, value]``, the values being their own keys, or ``[query, value, key]``.
        mask: The list ``[query_mask, value_mask]``, each of shape (batch, steps) or None. Masked steps of the query
            give 0, masked steps of the source are not looked at.
        return_attention_scores: Also return the weights ``w``. Default False.
        use_causal_mask: Let step ``t`` look at steps ``s <= t`` only. Default False.

    Shapes:
        query: (batch, steps, features); value: (batch, source, value features); key: (batch, source, features);
        outputs: (batch, steps, value features); weights: (batch, steps, source); scale, concat_score_weight: ()

    Raises:
        ArgumentTypeError: The inputs are not a list of two or three arrays.
        ShapeError: They are no series, or their sizes do not fit.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Attention
        >>> query, value = jnp.array([[[9.0, 0.0]]]), jnp.array([[[9.0, 0.0], [0.0, 9.0]]])
        >>> Attention()([query, value])
        Array([[[9., 0.]]], dtype=float32)

    Source: Luong, Pham and Manning, Effective Approaches to Attention-based Neural Machine Translation, 2015,
    https://arxiv.org/abs/1508.04025.
    Differs from Keras: a step that may look at nothing gathers 0, not the mean of what is hidden; the weights returned
    are those before dropping. Differs from PyTorch: has no such layer; its ``scaled_dot_product_attention`` divides the
    scores by the root of the number of features.
    """

    limits: ClassVar[dict[str, Limit]] = {"score_mode": Choice(("dot", "concat"))}
    scale: jax.Array
    concat_score_weight: jax.Array

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(use_scale, dropout, seed, **kwargs)
        self.score_mode = score_mode

    def build(self, input_shape: Any) -> None:
        """Declare the scales, single numbers."""
        self._require_list(input_shape)
        if self.use_scale:
            self.scale = self.add_weight((), "ones")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight((), "ones")

    def score(self, query: jax.Array, key: jax.Array) -> jax.Array:
        """Return the scores of all pairs, shape (batch, steps, source)."""
        if self.use_scale:
            query = self.scale * query
        if self.score_mode == "dot":
            return jnp.matmul(query, jnp.swapaxes(key, 1, 2))
        key = self.scale * key if self.use_scale else key
        return self.concat_score_weight * additive_scores(query, key)
