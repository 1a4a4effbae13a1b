"""Margin losses: nothing to pay when the answer is right by a margin, more the further it is wrong."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from pellucid.functional.measures.align import align


def as_signs(y_true: Array) -> Array:
    """Return the signs of labels -1/1 or 0/1: a 0 counts as -1.

    >>> as_signs(jnp.array([0.0, 1.0, -1.0])).tolist()
    [-1.0, 1.0, -1.0]
    """
    return jnp.where(y_true == 0, -1.0, y_true).astype(y_true.dtype)


def hinge(y_true: Any, y_pred: Any) -> Array:
    """Return the loss of the support vector machine.

    Equation: ``J = 1/d sum_i max(1 - t_i y_i, 0)`` with the signs ``t`` (-1 or 1; 0 counts as -1), the scores ``y`` and
    ``d`` outputs; derivative ``-t_i / d`` where ``t_i y_i < 1``, else 0.

    Args:
        y_true: Signs ``t``, -1/1 or 0/1, shape (batch, outputs).
        y_pred: Scores ``y``, any numbers, same shape.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> hinge([[1.0], [0.0]], [[0.25], [-2.0]]).tolist()
        [0.75, 0.0]

    Source: Cortes and Vapnik, 1995. Keras converts 0/1 only if the whole batch is made of 0 and 1.
    """
    y_true, y_pred = align("hinge", y_true, y_pred)
    return jnp.mean(jnp.maximum(1.0 - as_signs(y_true) * y_pred, 0.0), axis=-1)


def squared_hinge(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of the squared hinges, which is smooth at the margin.

    Equation: ``J = 1/d sum_i max(1 - t_i y_i, 0)^2`` with the signs ``t`` (-1 or 1; 0 counts as -1), the scores
    ``y`` and ``d`` outputs.

    Args:
        y_true: Signs ``t``, -1/1 or 0/1, shape (batch, outputs).
        y_pred: Scores ``y``, any numbers, same shape.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> squared_hinge([[1.0], [-1.0]], [[0.5], [0.0]]).tolist()
        [0.25, 1.0]

    As in Keras; PyTorch has no such loss for signs.
    """
    y_true, y_pred = align("squared_hinge", y_true, y_pred)
    return jnp.mean(jnp.square(jnp.maximum(1.0 - as_signs(y_true) * y_pred, 0.0)), axis=-1)


def categorical_hinge(y_true: Any, y_pred: Any) -> Array:
    """Return by how much the right class fails to lead the best other class by 1.

    Equation: ``J = max(n - p + 1, 0)`` with ``p = sum_i t_i y_i`` the score of the right class, ``n = max_i (1
    - t_i) y_i`` the best score of the others (0 if all are negative), one-hot targets ``t`` and scores ``y``.

    Args:
        y_true: One-hot targets ``t``, shape (batch, classes).
        y_pred: Scores ``y``, same shape.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> categorical_hinge([[0.0, 1.0]], [[0.5, 1.0]]).tolist()
        [0.5]

    Source: Crammer and Singer, 2001. As in Keras; PyTorch's ``multi_margin_loss`` sums over all other classes.
    """
    y_true, y_pred = align("categorical_hinge", y_true, y_pred)
    right = jnp.sum(y_true * y_pred, axis=-1)
    best_other = jnp.max((1.0 - y_true) * y_pred, axis=-1)
    return jnp.maximum(best_other - right + 1.0, 0.0)
