"""Losses for numbers: squared, absolute and relative errors and their robust relatives."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.core.limits import Integer, Limit, Real
from pellucid.functional import measures
from pellucid.losses.loss import MeasuredLoss


class RealLoss(MeasuredLoss):
    """The base of the losses whose targets are any real numbers."""

    target: ClassVar[str] = "real"


class MeanSquaredError(RealLoss):
    """The mean of the squared differences, the usual loss for numbers.

    Equation: ``J = 1/d sum_i (y_i - t_i)^2`` per row, with the predictions ``y``, the targets ``t`` and ``d``
    outputs; then the mean over the batch.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "mean_squared_error".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(MeanSquaredError()([[0.0], [1.0]], [[1.0], [3.0]]))
        2.5

    See :func:`~pellucid.functional.measures.mean_squared_error`. As in Keras and PyTorch (``MSELoss``), except
    that shapes which differ are refused.
    """

    measure = staticmethod(measures.mean_squared_error)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class HalfSquaredError(RealLoss):
    """Half the squared differences, the loss of textbooks: its derivative is ``y - t``.

    Equation: ``J = 1/d sum_i 1/2 (y_i - t_i)^2`` per row, with the predictions ``y``, the targets ``t`` and
    ``d`` outputs; then the mean over the batch.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "half_squared_error".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(HalfSquaredError()([[1.0]], [[3.0]]))
        2.0

    See :func:`~pellucid.functional.measures.half_squared_error`. Keras and PyTorch have none.
    """

    measure = staticmethod(measures.half_squared_error)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "half_squared_error",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class MeanAbsoluteError(RealLoss):
    """The mean of the absolute differences; outliers weigh less than in the squared error.

    Equation: ``J = 1/d sum_i |y_i - t_i|`` per row, with the predictions ``y``, the targets ``t`` and ``d`` outputs.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "mean_absolute_error".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(MeanAbsoluteError()([[0.0], [1.0]], [[1.0], [3.0]]))
        1.5

    See :func:`~pellucid.functional.measures.mean_absolute_error`. As in Keras and PyTorch (``L1Loss``).
    """

    measure = staticmethod(measures.mean_absolute_error)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class MeanAbsolutePercentageError(RealLoss):
    """The mean error in per cent of the target; not for targets near zero.

    Equation: ``J = 100/d sum_i |y_i - t_i| / max(|t_i|, 1e-7)`` per row, with the predictions ``y``, the
    targets ``t`` and ``d`` outputs.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "mean_absolute_percentage_error".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(MeanAbsolutePercentageError()([[4.0]], [[5.0]]))
        25.0

    See :func:`~pellucid.functional.measures.mean_absolute_percentage_error`. As in Keras; PyTorch has none.
    """

    measure = staticmethod(measures.mean_absolute_percentage_error)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class MeanSquaredLogarithmicError(MeasuredLoss):
    """The mean of the squared differences of logarithms: it measures ratios of numbers of at least 0.

    Equation: ``J = 1/d sum_i (log(1 + y_i) - log(1 + t_i))^2`` per row, with the predictions ``y``, the targets
    ``t`` and ``d`` outputs.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "mean_squared_logarithmic_error".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(MeanSquaredLogarithmicError()([[0.0]], [[1.7182818]]))
        1.0

    See :func:`~pellucid.functional.measures.mean_squared_logarithmic_error`. As in Keras; PyTorch has none.
    """

    target: ClassVar[str] = "count"
    measure = staticmethod(measures.mean_squared_logarithmic_error)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class Huber(RealLoss):
    """Square for small errors, straight for large ones.

    Equation: with ``e = y - t``: ``1/2 e^2 if |e| <= delta else delta |e| - 1/2 delta^2``, the mean over the outputs.

    Args:
        delta: Where the straight part begins, above 0, in the unit of the targets; default 1.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "huber_loss".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(Huber(delta=1.0)([[0.0], [0.0]], [[0.5], [3.0]]))
        1.3125

    See :func:`~pellucid.functional.measures.huber`. As in Keras and PyTorch (``HuberLoss``).
    """

    limits: ClassVar[dict[str, Limit]] = {"delta": Real(0, closed="neither")}
    hyperparameters: ClassVar[tuple[str, ...]] = ("delta",)
    options = ("delta",)
    measure = staticmethod(measures.huber)

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.delta = delta


class LogCosh(RealLoss):
    """The logarithm of the hyperbolic cosine of the errors: a smooth relative of Huber's loss.

    Equation: ``J = 1/d sum_i log(cosh(y_i - t_i))`` per row, with the predictions ``y``, the targets ``t`` and
    ``d`` outputs.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "log_cosh".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(LogCosh()([[0.0]], [[1.0]]))
        0.4338

    See :func:`~pellucid.functional.measures.log_cosh`. As in Keras; PyTorch has none.
    """

    measure = staticmethod(measures.log_cosh)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "log_cosh",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class CosineSimilarity(RealLoss):
    """Minus the cosine of the angle between target and prediction: minimising it aligns them.

    Equation: ``J = - sum_i t_i y_i / (|t| |y|)`` per row, with the targets ``t`` and the predictions ``y``;
    from -1 to 1.

    Args:
        axis: The axis of the vectors; default the last.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "cosine_similarity".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(CosineSimilarity()([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]))
        -0.5

    See :func:`~pellucid.functional.measures.cosine_similarity`. As in Keras; PyTorch's function has the opposite sign.
    """

    limits: ClassVar[dict[str, Limit]] = {"axis": Integer()}
    options = ("axis",)
    measure = staticmethod(measures.cosine_similarity)

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.axis = axis
