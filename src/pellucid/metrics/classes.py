"""Which class each row has and which one is predicted, whatever form targets and predictions come in."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError
from pellucid.metrics.metric import weights_like


def predicted_class(y_pred: Any, threshold: Any = 0.5) -> Array:
    """Return class numbers from predictions.

    Args:
        y_pred: Class numbers (integers), one score per class, shape (batch, ..., classes), or one score of the positive
            class, shape (batch,) or (batch, ..., 1).
        threshold: Above it, the score of the positive class means class 1.

    Returns:
        int32, shape (batch, ...) without the class axis. Of equal scores the first class wins.

    >>> predicted_class(jnp.array([[0.1, 0.9], [0.8, 0.2]])).tolist()
    [1, 0]
    >>> predicted_class(jnp.array([[0.7], [0.2]])).tolist()
    [1, 0]
    """
    y_pred = jnp.asarray(y_pred)
    if not jnp.issubdtype(y_pred.dtype, jnp.floating):
        single = y_pred.ndim > 1 and y_pred.shape[-1] == 1
        return (y_pred[..., 0] if single else y_pred).astype(jnp.int32)
    if y_pred.ndim == 1:
        return (y_pred > threshold).astype(jnp.int32)
    if y_pred.shape[-1] == 1:
        return (y_pred[..., 0] > threshold).astype(jnp.int32)
    return jnp.argmax(y_pred, axis=-1).astype(jnp.int32)


def true_class(who: str, y_true: Any, y_pred: Any) -> Array:
    """Return class numbers from targets: class numbers, shape (batch, ...) or (batch, ..., 1), or one-hot rows.

    Raises:
        ShapeError: The targets fit the predictions in neither form.
    """
    y_true, y_pred = jnp.asarray(y_true), jnp.asarray(y_pred)
    scores = jnp.issubdtype(y_pred.dtype, jnp.floating) and y_pred.ndim > 1
    rows = y_pred.shape[:-1] if scores or y_pred.shape[1:] == (1,) else y_pred.shape
    if y_true.shape == rows:
        return y_true.astype(jnp.int32)
    if y_true.shape == (*rows, 1):
        return y_true[..., 0].astype(jnp.int32)
    if scores and y_true.shape == y_pred.shape:
        return jnp.argmax(y_true, axis=-1).astype(jnp.int32)
    raise ShapeError(
        who,
        f"targets of shape {y_true.shape} do not fit predictions of shape {y_pred.shape}.",
        f"class numbers of shape {rows}, or one-hot rows of the predictions' shape",
    )


def class_pairs(
    who: str, y_true: Any, y_pred: Any, sample_weight: Any
) -> tuple[Array, Array, Array]:
    """Return true classes, predicted classes and weights as three flat arrays of equal length."""
    predicted = predicted_class(y_pred)
    true = true_class(who, y_true, y_pred)
    weight = weights_like(sample_weight, true)
    return true.reshape(-1), predicted.reshape(-1), weight.reshape(-1)


def number_of_classes(y_true: Any, y_pred: Any) -> int:
    """Return how many classes the predictions know: the size of the last axis, and 2 for a single score."""
    single = len(y_pred.shape) == 1 or y_pred.shape[-1] == 1
    return 2 if single else int(y_pred.shape[-1])
