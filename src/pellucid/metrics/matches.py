"""Right or wrong, per prediction: the plain functions under the accuracies."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError
from pellucid.functional.measures import align, as_float
from pellucid.metrics.classes import predicted_class, true_class


def accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where target and prediction are equal, else 0.

    Args:
        y_true: Targets, any shape.
        y_pred: Predictions, same shape (a trailing axis of one is matched).

    >>> accuracy([1, 2, 3], [1, 0, 3]).tolist()
    [1.0, 0.0, 1.0]
    """
    y_true, y_pred = align("accuracy", y_true, y_pred)
    return (y_true == y_pred).astype(jnp.float32)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: Any = 0.5) -> Array:
    """Return 1 where the prediction is on the same side of the threshold as the target is of 1/2, else 0.

    No prediction is right for a target beyond -1 and 1, which is neither yes nor no.

    Args:
        y_true: Targets 0/1 (or -1/1), shape (batch, outputs).
        y_pred: Scores, same shape (a trailing axis of one is matched).
        threshold: Above it, a score means yes; 0.5 for probabilities (default), 0 for logits.

    >>> binary_accuracy([[1.0], [0.0]], [[0.8], [0.6]]).tolist()
    [[1.0], [0.0]]
    >>> binary_accuracy([[7.0], [1.0]], [[6.9], [0.8]]).tolist()
    [[0.0], [1.0]]

    As in Keras for targets 0/1; Keras calls a prediction wrong whenever the target is neither 0 nor 1.
    """
    y_true, y_pred = align("binary_accuracy", y_true, y_pred)
    is_answer = jnp.abs(y_true) <= 1
    return (is_answer & ((y_true > 0.5) == (y_pred > threshold))).astype(jnp.float32)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where the largest score is that of the right class, else 0; one-hot targets.

    Args:
        y_true: One-hot targets, shape (batch, classes).
        y_pred: Scores, same shape.

    >>> categorical_accuracy([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]).tolist()
    [1.0, 0.0]
    """
    y_true, y_pred = align("categorical_accuracy", y_true, y_pred)
    return (jnp.argmax(y_true, axis=-1) == jnp.argmax(y_pred, axis=-1)).astype(jnp.float32)


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where the largest score is that of the right class, else 0; class numbers as targets.

    Args:
        y_true: Class numbers, shape (batch,) or (batch, 1), or (batch, positions).
        y_pred: Scores, shape (batch, classes) or (batch, positions, classes).

    >>> sparse_categorical_accuracy([1, 0], [[0.2, 0.8], [0.4, 0.6]]).tolist()
    [1.0, 0.0]
    """
    y_pred = as_float(y_pred)
    labels = _labels("sparse_categorical_accuracy", y_true, y_pred)
    return (labels == predicted_class(y_pred)).astype(jnp.float32)


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Array:
    """Return 1 where the right class is among the ``k`` largest scores, else 0; one-hot targets.

    Args:
        y_true: One-hot targets, shape (batch, classes).
        y_pred: Scores, same shape.
        k: How many guesses are allowed, at least 1; default 5.

    >>> top_k_categorical_accuracy([[1, 0, 0]], [[0.3, 0.5, 0.2]], k=2).tolist()
    [1.0]
    """
    y_true, y_pred = align("top_k_categorical_accuracy", y_true, y_pred)
    return _among_first(jnp.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> Array:
    """Return 1 where the right class is among the ``k`` largest scores, else 0; class numbers as targets.

    Args:
        y_true: Class numbers, shape (batch,) or (batch, 1).
        y_pred: Scores, shape (batch, classes); or class numbers, best first, with ``from_sorted_ids``.
        k: How many guesses are allowed, at least 1; default 5.
        from_sorted_ids: Whether ``y_pred`` holds class numbers; default False.

    >>> sparse_top_k_categorical_accuracy([0, 2], [[0.3, 0.5, 0.2], [0.3, 0.5, 0.2]], k=2).tolist()
    [1.0, 0.0]

    Among equal scores the lower class number comes first, so that ``k=1`` is the accuracy. Keras counts all of them as
    among the first ``k``, by which a network that says the same for every class is always right.
    """
    y_pred = as_float(y_pred)
    labels = _labels("sparse_top_k_categorical_accuracy", y_true, y_pred)
    if from_sorted_ids:
        return jnp.any(labels[..., None] == y_pred[..., :k], axis=-1).astype(jnp.float32)
    return _among_first(labels, y_pred, k)


def _labels(who: str, y_true: Any, y_pred: Array) -> Array:
    y_true = jnp.asarray(y_true)
    one_hot = y_true.shape == y_pred.shape and y_pred.shape[-1:] != (1,)
    if y_pred.ndim < 2 or one_hot:
        raise ShapeError(
            who,
            f"class numbers and one score per class are needed, but there are targets of shape {y_true.shape} and "
            f"predictions of shape {y_pred.shape}.",
            "metrics=['categorical_accuracy'] for one-hot targets, ['binary_accuracy'] for a single output",
        )
    return true_class(who, y_true, y_pred)


def _among_first(labels: Array, scores: Array, k: int) -> Array:
    classes = jnp.arange(scores.shape[-1])
    own = jnp.take_along_axis(scores, labels[..., None], axis=-1)
    before = (scores > own) | ((scores == own) & (classes < labels[..., None]))
    known = (labels >= 0) & (labels < scores.shape[-1])
    return (known & (jnp.sum(before, axis=-1) < k)).astype(jnp.float32)
