"""Correlations of predicted with true vectors, row by row, as Keras has them."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Integer, Limit
from pellucid.functional.measures import align
from pellucid.metrics.means import MeanOfRows
from pellucid.metrics.sums import divide


def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Array:
    """Return the correlation of each row's targets with its predictions.

    Args:
        y_true: Targets, shape (batch, outputs).
        y_pred: Predictions, same shape.
        axis: The axis of the vectors; default the last.

    >>> pearson_correlation([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]]).tolist()
    [1.0]
    """
    true, predicted, _, product = _moments("pearson_correlation", y_true, y_pred, axis)
    return divide(product, jnp.sqrt(true * predicted))


def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Array:
    """Return Lin's concordance of each row's targets with its predictions: 1 only if they are equal.

    Args:
        y_true: Targets, shape (batch, outputs).
        y_pred: Predictions, same shape.
        axis: The axis of the vectors; default the last.

    >>> concordance_correlation([[0.0, 1.0, 2.0]], [[0.0, 1.0, 2.0]]).tolist()
    [1.0]
    """
    true, predicted, shift, product = _moments("concordance_correlation", y_true, y_pred, axis)
    return divide(2 * product, true + predicted + jnp.square(shift))


def _moments(who: str, y_true: Any, y_pred: Any, axis: int) -> tuple[Array, Array, Array, Array]:
    """Return the variances of targets and predictions, the difference of their means, and their covariance."""
    y_true, y_pred = align(who, y_true, y_pred)
    true_mean, mean = (jnp.mean(a, axis=axis, keepdims=True) for a in (y_true, y_pred))
    true, predicted = y_true - true_mean, y_pred - mean
    return (
        jnp.mean(jnp.square(true), axis=axis),
        jnp.mean(jnp.square(predicted), axis=axis),
        jnp.squeeze(true_mean - mean, axis),
        jnp.mean(true * predicted, axis=axis),
    )


class PearsonCorrelation(MeanOfRows):
    """The mean over rows of the correlation of targets and predictions within the row.

    Equation: ``r_n = cov(t_n, y_n) / sqrt(var(t_n) var(y_n))`` over the outputs of row ``n``, with its targets
    ``t`` and predictions ``y``; 0 for a row without spread; the mean over the rows.

    Args:
        name: Default "pearson_correlation".
        dtype: See :class:`~pellucid.metrics.Metric`.
        axis: The axis of the vectors; default the last.

    Shapes: targets and predictions (batch, outputs), with at least 2 outputs.

    Example:
        >>> float(PearsonCorrelation()([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]]))
        1.0

    As in Keras, which gives NaN for a row without spread. For one output over all rows use :class:`R2Score`.
    """

    limits: ClassVar[dict[str, Limit]] = {"axis": Integer()}

    def __init__(self, name: str | None = "pearson_correlation", dtype: Any = None, axis: int = -1):
        super().__init__(name, dtype)
        self.axis = axis

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return the correlation of each row."""
        return pearson_correlation(y_true, y_pred, self.axis)


class ConcordanceCorrelation(MeanOfRows):
    """The mean over rows of Lin's concordance of targets and predictions within the row.

    Equation: ``c_n = 2 cov(t_n, y_n) / (var(t_n) + var(y_n) + (mean(t_n) - mean(y_n))^2)`` over the outputs of
    row ``n``, with its targets ``t`` and predictions ``y``; the mean over the rows.

    Args:
        name: Default "concordance_correlation".
        dtype: See :class:`~pellucid.metrics.Metric`.
        axis: The axis of the vectors; default the last.

    Shapes: targets and predictions (batch, outputs), with at least 2 outputs.

    Example:
        >>> float(ConcordanceCorrelation()([[0.0, 1.0, 2.0]], [[0.0, 1.0, 2.0]]))
        1.0

    Source: Lin, 1989. As in Keras.
    """

    limits: ClassVar[dict[str, Limit]] = {"axis": Integer()}

    def __init__(
        self, name: str | None = "concordance_correlation", dtype: Any = None, axis: int = -1
    ):
        super().__init__(name, dtype)
        self.axis = axis

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return the concordance of each row."""
        return concordance_correlation(y_true, y_pred, self.axis)
