"""Counts of right and wrong yes/no answers at one or several thresholds, and the counts themselves as metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Integer, Limit
from pellucid.functional.measures import align
from pellucid.metrics.classes import true_class
from pellucid.metrics.metric import Metric, State, weights_like
from pellucid.metrics.sums import add_to, new_sum, total_of

COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
Thresholds = float | Sequence[float] | None


@dataclass(frozen=True)
class Shares(Limit):
    """A number from 0 to 1, or a list of them."""

    def describe(self) -> str:
        """Say what is allowed."""
        return "a number in [0, 1] or a list of such numbers"

    def allows(self, value: Any) -> bool:
        """Tell whether it is a number in [0, 1] or a list of them."""
        try:
            numbers = np.atleast_1d(np.asarray(value, np.float64))
        except (TypeError, ValueError):
            return False
        return numbers.size > 0 and bool(np.all((numbers >= 0) & (numbers <= 1)))

    def bad_value(self) -> Any:
        """Return a number that is no share."""
        return 1.5


def one_column_each(who: str, y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """Return targets and scores of one shape, class numbers turned into one-hot rows; targets are 0 or 1."""
    y_true, y_pred = jnp.asarray(y_true), jnp.asarray(y_pred)
    classes = y_pred.shape[-1] if y_pred.ndim > 1 else 1
    if classes > 1 and y_true.shape in (y_pred.shape[:-1], (*y_pred.shape[:-1], 1)):
        y_true = jax.nn.one_hot(true_class(who, y_true, y_pred), classes)
    y_true, y_pred = align(who, y_true, y_pred)
    return (y_true > 0.5).astype(jnp.float32), y_pred


def count_answers(true: Array, scores: Array, weight: Array, thresholds: Array) -> Array:
    """Return the weights of true positives, false positives, true negatives and false negatives, shape (4, thresholds).

    Args:
        true: 0 or 1, shape (n,).
        scores: Shape (n,); above a threshold they mean yes.
        weight: Shape (n,).
        thresholds: Shape (thresholds,).
    """
    yes = (scores[:, None] > thresholds).astype(jnp.float32)
    sides = jnp.stack([weight * true, weight * (1 - true)])
    positives = jnp.matmul(sides, yes, precision="highest")
    negatives = jnp.matmul(sides, 1 - yes, precision="highest")
    return jnp.stack([positives[0], positives[1], negatives[1], negatives[0]])


class ThresholdMetric(Metric):
    """The base of the metrics made of yes/no counts at thresholds.

    Attributes:
        cuts: The thresholds, shape (thresholds,).
        top_k: Only this many largest scores of a row count as yes, or None.
        class_id: The one column that is looked at, or None for all.
    """

    top_k: int | None = None
    class_id: int | None = None

    @property
    def cuts(self) -> np.ndarray:
        """The thresholds, shape (thresholds,)."""
        raise NotImplementedError(f"{type(self).__name__}.cuts is not written yet")

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return counts of zero."""
        return {"counts": new_sum((len(COUNTS), len(self.cuts)))}

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Count one batch."""
        true, scores = one_column_each(self.name, y_true, y_pred)
        weight = weights_like(sample_weight, scores)
        if self.top_k is not None:
            scores = keep_top(self.name, scores, self.top_k)
        if self.class_id is not None:
            check_column(self.name, scores, self.class_id)
            true, scores, weight = (a[..., self.class_id] for a in (true, scores, weight))
        counted = count_answers(
            true.reshape(-1),
            scores.reshape(-1),
            weight.reshape(-1),
            jnp.asarray(self.cuts, jnp.float32),
        )
        return {"counts": add_to(state["counts"], counted)}

    def counts_of(self, state: State) -> dict[str, Array]:
        """Return the four counts by name, each of shape (thresholds,)."""
        return dict(zip(COUNTS, total_of(state["counts"]), strict=True))


def keep_top(who: str, scores: Array, k: int) -> Array:
    """Return scores with all but the ``k`` largest of each row set to minus infinity."""
    if scores.ndim < 2 or k > scores.shape[-1]:
        raise ShapeError(
            who,
            f"the top {k} of each row are asked for, but the predictions have shape {scores.shape}.",
            f"predictions of shape (batch, classes) with at least {k} classes",
        )
    _, best = lax.top_k(scores, k)
    kept = jnp.any(best[..., None] == jnp.arange(scores.shape[-1]), axis=-2)
    return jnp.where(kept, scores, -jnp.inf)


def check_column(who: str, scores: Array, class_id: int) -> None:
    """Refuse a class that the predictions do not have."""
    if scores.ndim < 2 or not 0 <= class_id < scores.shape[-1]:
        raise ShapeError(
            who,
            f"class {class_id} is asked for, but the predictions have shape {scores.shape}.",
            "a class_id from 0 to classes - 1, and predictions of shape (batch, classes)",
        )


class AtThresholds(ThresholdMetric):
    """The base of the metrics with a free choice of thresholds; one number for one threshold, else one for each."""

    limits: ClassVar[dict[str, Limit]] = {
        "thresholds": Shares(optional=True),
        "top_k": Integer(1, optional=True),
        "class_id": Integer(0, optional=True),
    }
    thresholds: Thresholds = None

    @property
    def cuts(self) -> np.ndarray:
        """The thresholds; without any, 0.5, or none at all where the top ``k`` count as yes."""
        default = 0.5 if self.top_k is None else -1e10
        chosen = default if self.thresholds is None else self.thresholds
        return np.atleast_1d(np.asarray(chosen, np.float32))

    @property
    def scalar(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether there is one threshold, and so one number."""
        return len(self.cuts) == 1

    def shown(self, values: Array) -> Array:
        """Return the number for the only threshold, or the vector for several."""
        return values[0] if len(self.cuts) == 1 else values


class AnswerCount(AtThresholds):
    """The base of the four counts."""

    counted: ClassVar[str]

    def __init__(self, thresholds: Thresholds = None, name: str | None = None, dtype: Any = None):
        super().__init__(name, dtype)
        self.thresholds = thresholds

    def compute(self, state: State) -> Array:
        """Return the count."""
        return self.shown(self.counts_of(state)[self.counted])


class TruePositives(AnswerCount):
    """The (weighted) number of rightly found yes: target 1, score above the threshold.

    Equation: ``TP = sum_n w_n [t_n = 1] [y_n > s]`` with the targets ``t``, the scores ``y``, the weights
    ``w``, the threshold ``s``.

    Args:
        thresholds: One number from 0 to 1, or a list of them (the result is a vector then); default 0.5.
        name: Default "true_positives".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(TruePositives()([0, 1, 1, 1], [0.2, 0.9, 0.4, 0.8]))
        2.0

    As in Keras.
    """

    counted = "true_positives"


class FalsePositives(AnswerCount):
    """The (weighted) number of false alarms: target 0, score above the threshold.

    Equation: ``FP = sum_n w_n [t_n = 0] [y_n > s]`` with the targets ``t``, the scores ``y``, the weights
    ``w``, the threshold ``s``.

    Args:
        thresholds: One number from 0 to 1, or a list of them (the result is a vector then); default 0.5.
        name: Default "false_positives".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(FalsePositives()([0, 1, 0, 0], [0.2, 0.9, 0.6, 0.8]))
        2.0

    As in Keras.
    """

    counted = "false_positives"
    direction = "min"


class TrueNegatives(AnswerCount):
    """The (weighted) number of rightly given no: target 0, score not above the threshold.

    Equation: ``TN = sum_n w_n [t_n = 0] [y_n <= s]`` with the targets ``t``, the scores ``y``, the weights
    ``w``, the threshold ``s``.

    Args:
        thresholds: One number from 0 to 1, or a list of them (the result is a vector then); default 0.5.
        name: Default "true_negatives".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(TrueNegatives()([0, 1, 0, 0], [0.2, 0.9, 0.6, 0.3]))
        2.0

    As in Keras.
    """

    counted = "true_negatives"


class FalseNegatives(AnswerCount):
    """The (weighted) number of misses: target 1, score not above the threshold.

    Equation: ``FN = sum_n w_n [t_n = 1] [y_n <= s]`` with the targets ``t``, the scores ``y``, the weights
    ``w``, the threshold ``s``.

    Args:
        thresholds: One number from 0 to 1, or a list of them (the result is a vector then); default 0.5.
        name: Default "false_negatives".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(FalseNegatives()([0, 1, 1, 1], [0.2, 0.9, 0.4, 0.8]))
        1.0

    As in Keras.
    """

    counted = "false_negatives"
    direction = "min"
