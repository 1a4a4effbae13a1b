"""Precision and recall: of one class at thresholds, of the top k, or averaged over classes."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Limit
from pellucid.metrics.averages import AVERAGE, average_scores
from pellucid.metrics.classes import class_pairs, number_of_classes
from pellucid.metrics.confusion import count_pairs
from pellucid.metrics.counts import AtThresholds, Thresholds
from pellucid.metrics.metric import State
from pellucid.metrics.sums import add_to, divide, new_sum, total_of


class AnswerShare(AtThresholds):
    """The base of precision and recall: a share of the counts, at thresholds or averaged over classes."""

    limits: ClassVar[dict[str, Limit]] = {"average": AVERAGE}

    def __init__(
        self,
        thresholds: Thresholds = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        average: str | None = None,
    ):
        super().__init__(name, dtype)
        self.thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self.average = average

    @staticmethod
    def share(hits: Array, false: Array, missed: Array) -> Array:
        """Return the share from hits, false alarms and misses."""
        raise NotImplementedError

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return counts of zero."""
        if self.average is None:
            return super().start(y_true, y_pred, samples)
        classes = number_of_classes(y_true, y_pred)
        return {"table": new_sum((classes, classes))}

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Count one batch."""
        if self.average is None:
            return super().add(state, y_true, y_pred, sample_weight)
        pairs = class_pairs(self.name, y_true, y_pred, sample_weight)
        return {"table": add_to(state["table"], count_pairs(*pairs, state["table"].shape[-1]))}

    def compute(self, state: State) -> Array:
        """Return the share; 0 where there was nothing to share."""
        if self.average is None:
            counts = self.counts_of(state)
            return self.shown(
                self.share(
                    counts["true_positives"], counts["false_positives"], counts["false_negatives"]
                )
            )
        table = total_of(state["table"])
        hits = jnp.diagonal(table)
        false, missed = jnp.sum(table, axis=0) - hits, jnp.sum(table, axis=1) - hits
        return average_scores(self.share, hits, false, missed, self.average, all_classes=False)


class Precision(AnswerShare):
    """How many of the answers yes are right.

    Equation: ``P = TP / (TP + FP)`` with the true positives ``TP`` and false positives ``FP``; 0 where there
    was no yes.

    Args:
        thresholds: One number from 0 to 1, or a list of them (the result is a vector then); default 0.5.
        top_k: If given, the ``k`` largest scores of each row count as yes, whatever their size.
        class_id: If given, only this column counts.
        name: Default "precision".
        dtype: See :class:`~pellucid.metrics.Metric`.
        average: For one class among several: "macro", "micro" or "weighted" average over the classes of the predicted
            (largest) class's precision; the arguments before it do not matter then. Default None.

    Shapes: targets and predictions (batch, outputs); class numbers (batch,) are understood beside (batch, classes).

    Example:
        >>> float(Precision()([0, 1, 1, 1], [0.6, 0.9, 0.4, 0.8]))
        0.6667
        >>> float(Precision(average="macro")([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]))
        0.75

    As in Keras; ``average`` as scikit-learn's ``precision_score``.
    """

    @staticmethod
    def share(hits: Array, false: Array, missed: Array) -> Array:
        """Return ``TP / (TP + FP)``."""
        return divide(hits, hits + false)


class Recall(AnswerShare):
    """How many of the targets yes were found.

    Equation: ``R = TP / (TP + FN)`` with the true positives ``TP`` and false negatives ``FN``; 0 where there
    was nothing to find.

    Args:
        thresholds: One number from 0 to 1, or a list of them (the result is a vector then); default 0.5.
        top_k: If given, the ``k`` largest scores of each row count as yes, whatever their size.
        class_id: If given, only this column counts.
        name: Default "recall".
        dtype: See :class:`~pellucid.metrics.Metric`.
        average: For one class among several: "macro", "micro" or "weighted" average over the classes of the predicted
            (largest) class's recall; the arguments before it do not matter then. Default None.

    Shapes: targets and predictions (batch, outputs); class numbers (batch,) are understood beside (batch, classes).

    Example:
        >>> float(Recall()([0, 1, 1, 1], [0.6, 0.9, 0.4, 0.8]))
        0.6667
        >>> float(Recall(average="macro")([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]))
        0.75

    As in Keras; ``average`` as scikit-learn's ``recall_score``.
    """

    @staticmethod
    def share(hits: Array, false: Array, missed: Array) -> Array:
        """Return ``TP / (TP + FN)``."""
        return divide(hits, hits + missed)
