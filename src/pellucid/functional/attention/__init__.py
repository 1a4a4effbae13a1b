"""Attention as pure functions: scores, masks, weights, and the weighted mean of the values."""

from pellucid.functional.attention.additive import additive_scores, attend
from pellucid.functional.attention.dot_product import (
    attention_with_weights,
    dot_product_attention,
)
from pellucid.functional.attention.masks import both, causal_mask, window_mask
from pellucid.functional.attention.softmax import masked_softmax

__all__ = [
    "additive_scores",
    "attend",
    "attention_with_weights",
    "both",
    "causal_mask",
    "dot_product_attention",
    "masked_softmax",
    "window_mask",
]
