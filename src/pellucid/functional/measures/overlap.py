"""Measures of overlap between a true and a predicted region, for segmentation."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from pellucid.functional.measures.align import EPSILON, align

Axes = int | tuple[int, ...] | None


def dice(y_true: Any, y_pred: Any, axis: Axes = None) -> Array:
    """Return one minus the Dice coefficient: 0 for equal regions, 1 for regions without overlap.

    Equation: ``J = 1 - 2 sum t y / (sum t + sum y + 1e-7)`` with the true membership ``t`` and the predicted one ``y``.

    Args:
        y_true: Membership ``t`` from 0 to 1, shape (batch, height, width, classes).
        y_pred: Predicted membership ``y``, same shape.
        axis: The axes to sum over; None (default) takes the whole batch as one region; ``(1, 2, 3)`` gives one
            value per image.

    Returns:
        One value, or one per entry of the axes that are left.

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> dice([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]], axis=-1).tolist()
        [0.3333]

    Source: Dice, 1945; Milletari, Navab and Ahmadi, 2016. As in Keras; PyTorch has none.
    """
    y_true, y_pred = align("dice", y_true, y_pred)
    both = jnp.sum(y_true * y_pred, axis=axis)
    return 1 - 2 * both / (jnp.sum(y_true, axis=axis) + jnp.sum(y_pred, axis=axis) + EPSILON)


def tversky(
    y_true: Any, y_pred: Any, alpha: Any = 0.5, beta: Any = 0.5, axis: Axes = None
) -> Array:
    """Return one minus the Tversky index, a Dice loss that weighs the two kinds of error differently.

    Equation: ``J = 1 - B / (B + alpha M + beta F + 1e-7)`` with ``B = sum t y`` (in both), ``M = sum t (1 -
    y)`` (missed), ``F = sum (1 - t) y`` (falsely found), the true membership ``t`` and the predicted one ``y``.

    Args:
        y_true: Membership ``t`` from 0 to 1, shape (batch, height, width, classes).
        y_pred: Predicted membership ``y``, same shape.
        alpha: Weight of what was missed, at least 0; default 0.5.
        beta: Weight of what was falsely found, at least 0; default 0.5.
        axis: The axes to sum over; None (default) takes the whole batch as one region.

    Returns:
        One value, or one per entry of the axes that are left.

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> tversky([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]], alpha=1.0, axis=-1).tolist()
        [0.5]

    Source: Salehi, Erdogmus and Gholipour, 2017. The same numbers as Keras 3, whose text names ``alpha`` and
    ``beta`` the other way round than it computes them; with 0.5 and 0.5 it is the Dice loss.
    """
    y_true, y_pred = align("tversky", y_true, y_pred)
    both = jnp.sum(y_true * y_pred, axis=axis)
    missed = jnp.sum(y_true * (1 - y_pred), axis=axis)
    false = jnp.sum((1 - y_true) * y_pred, axis=axis)
    return 1 - both / (both + alpha * missed + beta * false + EPSILON)
