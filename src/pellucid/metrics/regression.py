"""Errors of predicted numbers: means over the whole set."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Integer, Limit
from pellucid.functional import measures
from pellucid.metrics.means import MeanOfMeasure
from pellucid.metrics.metric import State


class MeanSquaredError(MeanOfMeasure):
    """The mean of the squared differences.

    Equation: ``m = 1/N sum_n 1/d sum_i (y_ni - t_ni)^2`` with the predictions ``y``, the targets ``t``, ``N``
    rows and ``d`` outputs.

    Args:
        name: Default "mean_squared_error".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(MeanSquaredError()([[0.0], [1.0]], [[1.0], [3.0]]))
        2.5

    As in Keras; as scikit-learn's ``mean_squared_error``.
    """

    direction = "min"
    measure = staticmethod(measures.mean_squared_error)

    def __init__(self, name: str | None = "mean_squared_error", dtype: Any = None):
        super().__init__(name, dtype)


class RootMeanSquaredError(MeanSquaredError):
    """The root of the mean of the squared differences, in the unit of the targets.

    Equation: ``m = sqrt(1/N sum_n 1/d sum_i (y_ni - t_ni)^2)`` with the predictions ``y``, the targets ``t``,
    ``N`` rows and ``d`` outputs: the root of the mean over the set, not the mean of roots.

    Args:
        name: Default "root_mean_squared_error".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(RootMeanSquaredError()([[0.0], [1.0]], [[1.0], [8.0]]))
        5.0

    As in Keras; as scikit-learn's ``root_mean_squared_error`` for one output (it takes the mean of the outputs' roots).
    """

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: Any = None):
        super().__init__(name, dtype)

    def compute(self, state: State) -> Array:
        """Return the root of the mean."""
        return jnp.sqrt(super().compute(state))


class MeanAbsoluteError(MeanOfMeasure):
    """The mean of the absolute differences, in the unit of the targets.

    Equation: ``m = 1/N sum_n 1/d sum_i |y_ni - t_ni|`` with the predictions ``y``, the targets ``t``, ``N``
    rows and ``d`` outputs.

    Args:
        name: Default "mean_absolute_error".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(MeanAbsoluteError()([[0.0], [1.0]], [[1.0], [3.0]]))
        1.5

    As in Keras; as scikit-learn's ``mean_absolute_error``.
    """

    direction = "min"
    measure = staticmethod(measures.mean_absolute_error)

    def __init__(self, name: str | None = "mean_absolute_error", dtype: Any = None):
        super().__init__(name, dtype)


class MeanAbsolutePercentageError(MeanOfMeasure):
    """The mean error in per cent of the target; not for targets near zero.

    Equation: ``m = 100/N sum_n 1/d sum_i |y_ni - t_ni| / max(|t_ni|, 1e-7)`` with the predictions ``y``, the
    targets ``t``, ``N`` rows and ``d`` outputs.

    Args:
        name: Default "mean_absolute_percentage_error".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(MeanAbsolutePercentageError()([[4.0]], [[5.0]]))
        25.0

    As in Keras; scikit-learn's is a hundredth of it.
    """

    direction = "min"
    measure = staticmethod(measures.mean_absolute_percentage_error)

    def __init__(self, name: str | None = "mean_absolute_percentage_error", dtype: Any = None):
        super().__init__(name, dtype)


class MeanSquaredLogarithmicError(MeanOfMeasure):
    """The mean of the squared differences of logarithms.

    Equation: ``m = 1/N sum_n 1/d sum_i (log(1 + y_ni) - log(1 + t_ni))^2`` with the predictions ``y``, the
    targets ``t``, ``N`` rows and ``d`` outputs.

    Args:
        name: Default "mean_squared_logarithmic_error".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(MeanSquaredLogarithmicError()([[0.0]], [[1.7182818]]))
        1.0

    As in Keras; as scikit-learn's ``mean_squared_log_error``.
    """

    direction = "min"
    measure = staticmethod(measures.mean_squared_logarithmic_error)

    def __init__(self, name: str | None = "mean_squared_logarithmic_error", dtype: Any = None):
        super().__init__(name, dtype)


class LogCoshError(MeanOfMeasure):
    """The mean of the logarithms of the hyperbolic cosines of the errors.

    Equation: ``m = 1/N sum_n 1/d sum_i log(cosh(y_ni - t_ni))`` with the predictions ``y``, the targets ``t``,
    ``N`` rows and ``d`` outputs.

    Args:
        name: Default "logcosh".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(LogCoshError()([[0.0]], [[1.0]]))
        0.4338

    As in Keras.
    """

    direction = "min"
    measure = staticmethod(measures.log_cosh)

    def __init__(self, name: str | None = "logcosh", dtype: Any = None):
        super().__init__(name, dtype)


class CosineSimilarity(MeanOfMeasure):
    """The mean cosine of the angle between target and prediction; 1 is best.

    Equation: ``m = 1/N sum_n sum_i t_ni y_ni / (|t_n| |y_n|)`` with the targets ``t``, the predictions ``y``
    and ``N`` rows.

    Args:
        name: Default "cosine_similarity".
        dtype: See :class:`~pellucid.metrics.Metric`.
        axis: The axis of the vectors; default the last.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(CosineSimilarity()([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]))
        0.5

    As in Keras. The loss of that name has the opposite sign.
    """

    limits: ClassVar[dict[str, Limit]] = {"axis": Integer()}
    options = ("axis",)
    measure = staticmethod(measures.cosine_similarity)

    def __init__(self, name: str | None = "cosine_similarity", dtype: Any = None, axis: int = -1):
        super().__init__(name, dtype)
        self.axis = axis

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return the cosine of each row."""
        return -super().values(y_true, y_pred)
