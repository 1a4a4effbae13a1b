"""Losses of overlap between a true and a predicted region, for segmentation."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.core.limits import Limit, Real
from pellucid.functional import measures
from pellucid.functional.measures.overlap import Axes
from pellucid.losses.loss import MeasuredLoss


class Dice(MeasuredLoss):
    """One minus the Dice coefficient: 0 for equal regions, 1 for regions without overlap.

    Equation: ``J = 1 - 2 sum t y / (sum t + sum y + 1e-7)`` with the true membership ``t`` and the predicted one ``y``.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean.
        name: Default "dice".
        axis: The axes to sum over; None (default) takes the whole batch as one region, which allows no sample weights;
            ``(1, 2, 3)`` gives one value per image.
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, height, width, classes).

    Example:
        >>> float(Dice(axis=-1)([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]))
        0.3333

    See :func:`~pellucid.functional.measures.dice`. As in Keras; PyTorch has none.
    """

    options = ("axis",)
    measure = staticmethod(measures.dice)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Axes = None,
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.axis = axis


class Tversky(MeasuredLoss):
    """A Dice loss that weighs what was missed and what was falsely found differently.

    Equation: ``J = 1 - B / (B + alpha M + beta F + 1e-7)`` with ``B = sum t y``, ``M = sum t (1 - y)`` (missed),
    ``F = sum (1 - t) y`` (falsely found), the true membership ``t`` and the predicted one ``y``.

    Args:
        alpha: Weight of what was missed, at least 0; default 0.5.
        beta: Weight of what was falsely found, at least 0; default 0.5.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean.
        name: Default "tversky".
        axis: The axes to sum over; None (default) takes the whole batch as one region.
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, height, width, classes).

    Example:
        >>> float(Tversky(alpha=1.0, axis=-1)([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]))
        0.5

    See :func:`~pellucid.functional.measures.tversky`. The same numbers as Keras 3, whose text names ``alpha``
    and ``beta`` the other way round.
    """

    limits: ClassVar[dict[str, Limit]] = {"alpha": Real(0), "beta": Real(0)}
    hyperparameters: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    options = ("alpha", "beta", "axis")
    measure = staticmethod(measures.tversky)

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Axes = None,
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.alpha = alpha
        self.beta = beta
        self.axis = axis
