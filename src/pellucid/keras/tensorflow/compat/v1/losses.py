"""Losses of TensorFlow 1, ``tf.losses.softmax_cross_entropy(labels, logits)``: the weighted mean over the batch."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.tensorflow.nn.losses import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits,
)


@operation
def _mean(values: Any, weights: Any) -> jax.Array:
    """Return the mean of the weighted values over those whose weight is not 0."""
    weights = jnp.broadcast_to(jnp.asarray(weights, values.dtype), values.shape)
    return jnp.sum(values * weights) / jnp.maximum(jnp.sum(weights != 0), 1)


@operation
def _smoothed(labels: Any, share: float, even: float | None = None) -> jax.Array:
    """Return labels of which a share is spread evenly."""
    labels = jnp.asarray(labels, "float32")
    level = 1 / labels.shape[-1] if even is None else even
    return labels * (1 - share) + level * share


def sigmoid_cross_entropy(
    multi_class_labels: Any, logits: Any, weights: Any = 1.0, label_smoothing: float = 0
) -> Any:
    """Return the mean cross-entropy of yes/no questions."""
    labels = _smoothed(multi_class_labels, label_smoothing, 0.5)
    return _mean(sigmoid_cross_entropy_with_logits(labels, logits), weights)


def softmax_cross_entropy(
    onehot_labels: Any, logits: Any, weights: Any = 1.0, label_smoothing: float = 0
) -> Any:
    """Return the mean cross-entropy of classes given as rows of probabilities."""
    labels = _smoothed(onehot_labels, label_smoothing)
    return _mean(softmax_cross_entropy_with_logits(labels, logits), weights)


def sparse_softmax_cross_entropy(labels: Any, logits: Any, weights: Any = 1.0) -> Any:
    """Return the mean cross-entropy of classes given by number."""
    return _mean(sparse_softmax_cross_entropy_with_logits(labels, logits), weights)
