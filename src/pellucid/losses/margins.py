"""Margin losses: nothing to pay when the answer is right by a margin."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.functional import measures
from pellucid.losses.loss import MeasuredLoss


class Hinge(MeasuredLoss):
    """The loss of the support vector machine.

    Equation: ``J = 1/d sum_i max(1 - t_i y_i, 0)`` per row, with the signs ``t`` (-1 or 1; 0 counts as -1), the
    scores ``y`` and ``d`` outputs.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "hinge".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(Hinge()([[1.0], [0.0]], [[0.5], [-2.0]]))
        0.25

    See :func:`~pellucid.functional.measures.hinge`. As in Keras; PyTorch has none for signs.
    """

    target: ClassVar[str] = "sign"
    measure = staticmethod(measures.hinge)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "hinge",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class SquaredHinge(MeasuredLoss):
    """The mean of the squared hinges, smooth at the margin.

    Equation: ``J = 1/d sum_i max(1 - t_i y_i, 0)^2`` per row, with the signs ``t`` (-1 or 1; 0 counts as -1),
    the scores ``y`` and ``d`` outputs.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "squared_hinge".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(SquaredHinge()([[1.0], [-1.0]], [[0.5], [0.0]]))
        0.625

    See :func:`~pellucid.functional.measures.squared_hinge`. As in Keras; PyTorch has none for signs.
    """

    target: ClassVar[str] = "sign"
    measure = staticmethod(measures.squared_hinge)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class CategoricalHinge(MeasuredLoss):
    """By how much the right class fails to lead the best other class by 1.

    Equation: ``J = max(n - p + 1, 0)`` per row, with ``p`` the score of the right class and ``n`` the best
    score of the others.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "categorical_hinge".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: one-hot targets and predictions (batch, classes).

    Example:
        >>> float(CategoricalHinge()([[0, 1]], [[0.5, 1.0]]))
        0.5

    See :func:`~pellucid.functional.measures.categorical_hinge`. As in Keras.
    """

    target: ClassVar[str] = "one_hot"
    measure = staticmethod(measures.categorical_hinge)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
