"""Bring targets and predictions to one shape, and refuse what could only be broadcast.

The commonest silent mistake of all frameworks: targets of shape (8,) minus predictions of shape (8, 1) give an (8, 8)
table of differences, and the network learns the mean. Here a trailing axis of one is matched; anything else is refused.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError

EPSILON = 1e-7
"""Keras's smallest number: probabilities are kept this far from 0 and 1, and divisors from 0."""


def as_float(x: Any) -> Array:
    """Return ``x`` as an array of real numbers; integers and booleans become float32.

    >>> as_float([1, 2]).dtype
    dtype('float32')
    """
    x = jnp.asarray(x)
    return x if jnp.issubdtype(x.dtype, jnp.floating) else x.astype(jnp.float32)


def align(who: str, y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """Return targets and predictions as real arrays of one shape.

    Args:
        who: The loss or metric, for the message.
        y_true: Targets.
        y_pred: Predictions; their dtype is the dtype of both results.

    Returns:
        Two arrays of equal shape. A trailing axis of one that only one of them has is added to (N,), and removed from
        (N, T, 1), as Keras does.

    Raises:
        ShapeError: The shapes differ in any other way.

    Example:
        >>> y_true, y_pred = align("mse", [1, 2, 3], [[1.0], [2.0], [4.0]])
        >>> y_true.shape, y_pred.shape
        ((3, 1), (3, 1))
    """
    y_pred = as_float(y_pred)
    y_true, y_pred = match_trailing(jnp.asarray(y_true), y_pred)
    if y_true.shape != y_pred.shape or y_pred.ndim == 0:
        raise shape_mismatch(who, y_true.shape, y_pred.shape)
    return y_true.astype(y_pred.dtype), y_pred


def match_trailing(a: Array, b: Array) -> tuple[Array, Array]:
    """Add or remove a trailing axis of one where the ranks of two arrays differ by it, else leave them."""
    if a.ndim == b.ndim + 1 and a.shape[-1] == 1:
        return (a, b[:, None]) if b.ndim == 1 else (a[..., 0], b)
    if b.ndim == a.ndim + 1 and b.shape[-1] == 1:
        return (a[:, None], b) if a.ndim == 1 else (a, b[..., 0])
    return a, b


def shape_mismatch(who: str, true: tuple[int, ...], pred: tuple[int, ...]) -> ShapeError:
    """Build the error for targets and predictions that do not belong together."""
    if not true or not pred:
        repair = "give arrays of at least one axis, (batch,)"
    elif true[0] != pred[0]:
        repair = f"give as many targets as predictions; here {true[0]} against {pred[0]}"
    elif len(true) <= 1 < len(pred):
        repair = (
            f"Dense(1) as last layer for one number per row, or targets of shape {pred}; "
            "for class numbers: loss='sparse_categorical_crossentropy'"
        )
    else:
        repair = f"targets and predictions of one shape, e.g. y_true of shape {pred}"
    return ShapeError(
        who,
        f"targets of shape {true} do not fit predictions of shape {pred}; they would have to be broadcast.",
        repair,
    )


def class_axis(who: str, y_pred: Any, axis: int) -> Array:
    """Return predictions as real numbers after checking that they have the axis of the classes.

    Raises:
        ShapeError: There is no such axis, or it has a single class, whose probability is always 1.
    """
    y_pred = as_float(y_pred)
    if not -y_pred.ndim <= axis < y_pred.ndim:
        raise ShapeError(
            who,
            f"the classes should lie on axis {axis}, but the predictions have shape {y_pred.shape}.",
            "predictions of shape (batch, classes)",
        )
    if y_pred.shape[axis] == 1:
        raise ShapeError(
            who,
            f"one class alone always has probability 1; the predictions have shape {y_pred.shape}.",
            "Dense(1, activation='sigmoid') with loss='binary_crossentropy' for two classes",
        )
    return y_pred


def is_zero(number: Any) -> bool:
    """Tell whether ``number`` is a Python zero; an array in a compiled program never counts as zero.

    >>> is_zero(0.0), is_zero(jnp.float32(0.0))
    (True, False)
    """
    return isinstance(number, (int, float)) and number == 0
