"""Additive attention as Bahdanau drew it."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.functional.attention import additive_scores
from pellucid.layers.attention.scored import ScoredAttention


class AdditiveAttention(ScoredAttention):
    """Lets every step of a query gather values, scored by what query and key excite together.

    Equation: ``o[t] = sum_s w[t, s] v[s]`` with ``w[t] = softmax(z[t])`` over the steps ``s`` of the source, and the
    score ``z[t, s] = sum_d c[d] tanh(q[t, d] + k[s, d])`` with the scale ``c`` of each feature (learned with
    ``use_scale``, else 1).

    Args:
        use_scale: Whether ``c`` is learned. Default True.
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
        outputs: (batch, steps, value features); weights: (batch, steps, source); scale: (features,)

    Raises:
        ArgumentTypeError: The inputs are not a list of two or three arrays.
        ShapeError: They are no series, or their sizes do not fit.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AdditiveAttention
        >>> query, value = jnp.zeros((1, 1, 2)), jnp.array([[[1.0, 1.0], [1.0, 1.0]]])
        >>> AdditiveAttention()([query, value], return_attention_scores=True)
        (Array([[[1., 1.]]], dtype=float32), Array([[[0.5, 0.5]]], dtype=float32))

    Bahdanau's own layer also projects query and key before the sum: put a ``Dense`` before each.

    Source: Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, 2015,
    https://arxiv.org/abs/1409.0473.
    Differs from Keras: a step that may look at nothing gathers 0, not the mean of what is hidden; the weights returned
    are those before dropping. Differs from PyTorch: has no such layer.
    """

    scale: jax.Array

    def __init__(
        self,
        use_scale: bool = True,
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(use_scale, dropout, seed, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Declare a scale for each feature of the query."""
        self._require_list(input_shape)
        if self.use_scale:
            self.scale = self.add_weight((input_shape[0][-1],), "glorot_uniform")

    def score(self, query: jax.Array, key: jax.Array) -> jax.Array:
        """Return the scores of all pairs, shape (batch, steps, source)."""
        return additive_scores(query, key, self.scale if self.use_scale else None)
