"""F-scores: precision and recall in one number."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Limit, Real
from pellucid.metrics.averages import AVERAGE, average_scores
from pellucid.metrics.counts import one_column_each
from pellucid.metrics.metric import Metric, State, weights_like
from pellucid.metrics.sums import add_to, divide, new_sum, total_of, tree_sum


class FBetaScore(Metric):
    """The weighted harmonic mean of precision and recall.

    Equation: ``F = (1 + b^2) P R / (b^2 P + R) = (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP)`` per class, with
    the precision ``P``, the recall ``R``, ``b`` = ``beta`` and the counts of true positives, false negatives
    and false positives; 0 where all are 0.

    Args:
        average: "macro" (default): mean over the classes; "weighted": weighted by how often each class occurs;
            "micro": from the summed counts; None: one score per class (a vector, which histories leave out).
        beta: How many times more important recall is than precision, above 0; default 1.
        threshold: Scores above it mean yes, for several labels per row; None (default): the largest score of
            the row, and 0.5 for a single output.
        name: Default "fbeta_score".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); class numbers (batch,) are understood beside (batch, classes).

    Example:
        >>> float(FBetaScore(beta=2.0)([0, 1, 1], [[0.6], [0.9], [0.4]]))
        0.5

    As scikit-learn's ``fbeta_score``. Keras's default is ``average=None``; it wants 2-d one-hot targets, and
    calls a single output always yes unless a threshold is given.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "average": AVERAGE,
        "beta": Real(0, closed="neither"),
        "threshold": Real(0, 1, closed="right", optional=True),
    }

    def __init__(
        self,
        average: str | None = "macro",
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ):
        super().__init__(name, dtype)
        self.average = average
        self.beta = beta
        self.threshold = threshold

    @property
    def scalar(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether the result is one number."""
        return self.average is not None

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return counts of zero, per output."""
        outputs = y_pred.shape[-1] if len(y_pred.shape) > 1 else 1
        return {name: new_sum((outputs,)) for name in ("hits", "false", "missed")}

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Count one batch."""
        outputs = state["hits"].shape[-1]
        true, scores = one_column_each(self.name, y_true, y_pred)
        weight = weights_like(sample_weight, scores).reshape(-1, outputs)
        true, scores = true.reshape(-1, outputs), scores.reshape(-1, outputs)
        if self.threshold is None and outputs > 1:
            yes = jax.nn.one_hot(jnp.argmax(scores, axis=-1), outputs)
        else:
            yes = (scores > (0.5 if self.threshold is None else self.threshold)).astype(jnp.float32)
        return {
            "hits": add_to(state["hits"], tree_sum(weight * yes * true)),
            "false": add_to(state["false"], tree_sum(weight * yes * (1 - true))),
            "missed": add_to(state["missed"], tree_sum(weight * (1 - yes) * true)),
        }

    def compute(self, state: State) -> Array:
        """Return the score."""
        hits, false, missed = (total_of(state[name]) for name in ("hits", "false", "missed"))
        all_classes = self.threshold is not None
        return average_scores(self.score, hits, false, missed, self.average, all_classes)

    def score(self, hits: Array, false: Array, missed: Array) -> Array:
        """Return F from hits, false alarms and misses."""
        square = self.beta**2
        return divide((1 + square) * hits, (1 + square) * hits + square * missed + false)


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall.

    Equation: ``F1 = 2 P R / (P + R) = 2 TP / (2 TP + FN + FP)`` per class, with the precision ``P``, the recall
    ``R`` and the counts of true positives, false negatives and false positives; 0 where all are 0.

    Args:
        average: "macro" (default): mean over the classes; "weighted": weighted by how often each class occurs;
            "micro": from the summed counts; None: one score per class (a vector, which histories leave out).
        threshold: Scores above it mean yes, for several labels per row; None (default): the largest score of
            the row, and 0.5 for a single output.
        name: Default "f1_score".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); class numbers (batch,) are understood beside (batch, classes).

    Example:
        >>> float(F1Score()([0, 1, 1], [[0.6], [0.9], [0.4]]))
        0.5

    As scikit-learn's ``f1_score``. Keras's default is ``average=None``; it wants 2-d one-hot targets, and calls
    a single output always yes unless a threshold is given.
    """

    def __init__(
        self,
        average: str | None = "macro",
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ):
        super().__init__(average, 1.0, threshold, name, dtype)
