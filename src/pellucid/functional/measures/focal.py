"""Focal cross-entropies: easy cases count less, for data in which one class is rare."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.functional.measures.align import EPSILON, align, class_axis
from pellucid.functional.measures.crossentropy import binary_terms, log_probabilities, smooth


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: Any = 0.25,
    gamma: Any = 2.0,
    from_logits: bool = False,
    label_smoothing: Any = 0.0,
    axis: int = -1,
) -> Array:
    """Return the cross-entropy of yes/no questions in which confident right answers count little.

    Equation: ``J = 1/d sum_i w_i (1 - q_i)^gamma H_i`` with ``H`` the binary cross-entropy, ``q = t p + (1 -
    t)(1 - p)`` the probability given to the right answer, ``w = alpha t + (1 - alpha)(1 - t)`` with class
    balancing (else 1), targets ``t``, probabilities ``p`` and ``d`` outputs.

    Args:
        y_true: Targets ``t`` from 0 to 1, shape (batch, outputs).
        y_pred: Probabilities ``p`` (or logits), same shape.
        apply_class_balancing: Whether to weigh the two answers by ``alpha``; default False.
        alpha: Weight of the answer 1, from 0 to 1; default 0.25.
        gamma: Focus, at least 0; 0 gives the cross-entropy; default 2.
        from_logits: Whether ``y_pred`` are logits; default False.
        label_smoothing: Moves targets towards 1/2 by this share, from 0 to 1; default 0.
        axis: The axis of the mean; default the last.

    Returns:
        One value per row, shape (batch,), in nats.

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> binary_focal_crossentropy([[1.0]], [[0.5]]).tolist()
        [0.1733]

    Source: Lin et al., "Focal Loss for Dense Object Detection", 2017. As in Keras; PyTorch core has none.
    """
    y_true, y_pred = align("binary_focal_crossentropy", y_true, y_pred)
    y_true = smooth(y_true, label_smoothing, 0.5)
    p = jax.nn.sigmoid(y_pred) if from_logits else y_pred
    right = y_true * p + (1 - y_true) * (1 - p)
    terms = focus(right, gamma) * binary_terms(y_true, y_pred, from_logits)
    if apply_class_balancing:
        terms = (y_true * alpha + (1 - y_true) * (1 - alpha)) * terms
    return jnp.mean(terms, axis=axis)


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: Any = 2.0,
    from_logits: bool = False,
    label_smoothing: Any = 0.0,
    axis: int = -1,
) -> Array:
    """Return the cross-entropy of one class among several in which confident right answers count little.

    Equation: ``J = - sum_i alpha_i (1 - p_i)^gamma t_i log p_i`` with the one-hot targets ``t`` and the
    probabilities ``p``, made to sum to 1.

    Args:
        y_true: One-hot targets ``t``, shape (batch, classes).
        y_pred: Probabilities ``p`` (or logits), same shape.
        alpha: Weight of all classes, or one weight per class, each from 0 to 1; default 0.25.
        gamma: Focus, at least 0; 0 gives ``alpha`` times the cross-entropy; default 2.
        from_logits: Whether ``y_pred`` are logits; default False.
        label_smoothing: Moves targets towards ``1 / classes`` by this share, from 0 to 1; default 0.
        axis: The axis of the classes; default the last.

    Returns:
        One value per row, shape (batch,), in nats.

    Raises:
        ShapeError: The shapes differ, or there is only one class.

    Example:
        >>> categorical_focal_crossentropy([[0, 1]], [[0.5, 0.5]]).tolist()
        [0.0433]

    Source: Lin et al., 2017. As in Keras; PyTorch core has none.
    """
    y_pred = class_axis("categorical_focal_crossentropy", y_pred, axis)
    y_true, y_pred = align("categorical_focal_crossentropy", y_true, y_pred)
    y_true = smooth(y_true, label_smoothing, 1 / y_pred.shape[axis])
    log_p = log_probabilities(y_pred, from_logits, axis)
    alpha = jnp.asarray(alpha, y_pred.dtype)
    return -jnp.sum(alpha * focus(jnp.exp(log_p), gamma) * y_true * log_p, axis=axis)


def focus(right: Array, gamma: Any) -> Array:
    """Return ``(1 - right)^gamma``, with a finite gradient where the answer is perfectly right."""
    return jnp.power(jnp.maximum(1 - right, EPSILON), gamma)
