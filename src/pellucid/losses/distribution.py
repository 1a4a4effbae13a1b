"""Losses for distributions, counts, embeddings and sequences."""

from __future__ import annotations

from typing import Any, ClassVar

from jax import Array

from pellucid.core.limits import Boolean, Limit, Real
from pellucid.functional import measures
from pellucid.losses.loss import Loss, MeasuredLoss


class KLDivergence(MeasuredLoss):
    """The Kullback-Leibler divergence of the predicted distribution from the true one; behind a softmax.

    Equation: ``J = sum_i t_i log(t_i / y_i)`` per row, with the probabilities ``t`` (targets) and ``y`` (predictions).

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "kl_divergence".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, classes).

    Example:
        >>> float(KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]]))
        0.1438

    See :func:`~pellucid.functional.measures.kl_divergence`. As in Keras; PyTorch's ``KLDivLoss`` wants logarithms.
    """

    target: ClassVar[str] = "distribution"
    measure = staticmethod(measures.kl_divergence)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "kl_divergence",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)

    @property
    def head(self) -> str:
        """It needs probabilities."""
        return "softmax"


class Poisson(MeasuredLoss):
    """The loss for counts; behind an activation that is positive, such as ``exponential`` or ``softplus``.

    Equation: ``J = 1/d sum_i (y_i - t_i log(y_i + 1e-7))`` per row, with the predicted rates ``y``, the counts
    ``t`` and ``d`` outputs.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "poisson".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(Poisson()([[3.0]], [[1.0]]))
        1.0

    See :func:`~pellucid.functional.measures.poisson`. As in Keras; PyTorch's ``PoissonNLLLoss`` takes the
    logarithm of the rate by default.
    """

    target: ClassVar[str] = "count"
    measure = staticmethod(measures.poisson)

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "poisson",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)


class Circle(Loss):
    """Brings embeddings of one class together and others apart.

    Equation: see :func:`~pellucid.functional.measures.circle`.

    Args:
        gamma: Scale, above 0; default 80.
        margin: Margin, from 0 to 1; default 0.4.
        remove_diagonal: Whether a row is not compared with itself; default True.
        reduction: See :class:`~pellucid.losses.Loss`; the mean (default) is over the rows with a loss above 0.
        name: Default "circle".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets (batch,) or (batch, 1), class numbers; predictions (batch, features), rows of length 1.

    Example:
        >>> float(Circle()([0, 0, 1], [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])) > 10
        True

    Source: Sun et al., 2020. As in Keras; PyTorch has none.
    """

    divisible: ClassVar[bool] = False  # rows are compared with each other
    limits: ClassVar[dict[str, Limit]] = {
        "gamma": Real(0, closed="neither"),
        "margin": Real(0, 1),
        "remove_diagonal": Boolean(),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("gamma", "margin")

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.gamma = gamma
        self.margin = margin
        self.remove_diagonal = remove_diagonal

    def call(self, y_true: Any, y_pred: Any) -> Array:
        """Return one value per row, shape (batch,)."""
        return measures.circle(
            y_true,
            y_pred,
            remove_diagonal=self.remove_diagonal,
            gamma=self.gamma,
            margin=self.margin,
        )

    def mask(self, y_true: Any, values: Array) -> Array | None:
        """Return which rows have something to learn from."""
        return values > 0


class CTC(Loss):
    """Loss of label sequences whose place among the frames is not known, e.g. speech; on logits.

    Equation: see :func:`~pellucid.functional.measures.ctc`.

    Args:
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "ctc".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets (batch, labels), class numbers from 1, filled up with 0; predictions (batch, frames,
    classes), logits.

    Example:
        >>> float(CTC()([[1]], [[[0.0, 0.0], [0.0, 0.0]]]))
        0.2877

    Source: Graves et al., 2006. As in Keras; PyTorch's ``CTCLoss`` wants log probabilities with the frames first.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "ctc",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Any, y_pred: Any) -> Array:
        """Return one value per sequence, shape (batch,)."""
        return measures.ctc(y_true, y_pred)
