"""The best of one share that can be had while another is at least a given value, over evenly spaced thresholds."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array

from pellucid.core.limits import Integer, Limit, Real
from pellucid.metrics.counts import ThresholdMetric
from pellucid.metrics.metric import State
from pellucid.metrics.sums import divide


class OperatingPoint(ThresholdMetric):
    """The base of the metrics that choose a threshold.

    Attributes:
        wanted: Name of the argument that holds the value to keep.
        kept: The two counts whose share is to be kept: its numerator and what is added to it below the line.
        sought: The two counts of the share that is to be as large as possible.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_thresholds": Integer(1),
        "class_id": Integer(0, optional=True),
    }
    wanted: ClassVar[str]
    kept: ClassVar[tuple[str, str]]
    sought: ClassVar[tuple[str, str]]
    num_thresholds: int

    @property
    def cuts(self) -> np.ndarray:
        """Evenly spaced thresholds from 0 to 1, or 0.5 alone."""
        if self.num_thresholds == 1:
            return np.array([0.5], np.float32)
        return np.linspace(0, 1, self.num_thresholds).astype(np.float32)

    def compute(self, state: State) -> Array:
        """Return the largest sought share among the thresholds that keep the wanted value; 0 if none does."""
        counts = self.counts_of(state)
        kept, sought = (
            divide(counts[a], counts[a] + counts[b]) for a, b in (self.kept, self.sought)
        )
        return jnp.max(jnp.where(kept >= getattr(self, self.wanted), sought, 0.0))


class SensitivityAtSpecificity(OperatingPoint):
    """The best sensitivity that can be had with a specificity of at least the given value.

    Equation: ``max_s R(s)`` over the thresholds ``s`` with ``S(s) >= specificity``, where ``R = TP / (TP + FN)`` and
    ``S = TN / (TN + FP)``; 0 if no threshold reaches it.

    Args:
        specificity: The specificity to keep, from 0 to 1.
        num_thresholds: How many evenly spaced thresholds are tried, at least 1; default 200.
        class_id: If given, only this column of the predictions counts.
        name: Default "sensitivity_at_specificity".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
        0.5

    As in Keras; scikit-learn gives the whole curve (``roc_curve``, ``precision_recall_curve``).
    """

    limits: ClassVar[dict[str, Limit]] = {"specificity": Real(0, 1)}
    wanted = "specificity"
    kept = ("true_negatives", "false_positives")
    sought = ("true_positives", "false_negatives")

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(name, dtype)
        self.specificity = specificity
        self.num_thresholds = num_thresholds
        self.class_id = class_id


class SpecificityAtSensitivity(OperatingPoint):
    """The best specificity that can be had with a sensitivity of at least the given value.

    Equation: ``max_s S(s)`` over the thresholds ``s`` with ``R(s) >= sensitivity``, where ``S = TN / (TN + FP)`` and
    ``R = TP / (TP + FN)``; 0 if no threshold reaches it.

    Args:
        sensitivity: The sensitivity to keep, from 0 to 1.
        num_thresholds: How many evenly spaced thresholds are tried, at least 1; default 200.
        class_id: If given, only this column of the predictions counts.
        name: Default "specificity_at_sensitivity".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
        0.6667

    As in Keras; scikit-learn gives the whole curve (``roc_curve``, ``precision_recall_curve``).
    """

    limits: ClassVar[dict[str, Limit]] = {"sensitivity": Real(0, 1)}
    wanted = "sensitivity"
    kept = ("true_positives", "false_negatives")
    sought = ("true_negatives", "false_positives")

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(name, dtype)
        self.sensitivity = sensitivity
        self.num_thresholds = num_thresholds
        self.class_id = class_id


class PrecisionAtRecall(OperatingPoint):
    """The best precision that can be had with a recall of at least the given value.

    Equation: ``max_s P(s)`` over the thresholds ``s`` with ``R(s) >= recall``, where ``P = TP / (TP + FP)`` and
    ``R = TP / (TP + FN)``; 0 if no threshold reaches it.

    Args:
        recall: The recall to keep, from 0 to 1.
        num_thresholds: How many evenly spaced thresholds are tried, at least 1; default 200.
        class_id: If given, only this column of the predictions counts.
        name: Default "precision_at_recall".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
        0.5

    As in Keras; scikit-learn gives the whole curve (``roc_curve``, ``precision_recall_curve``).
    """

    limits: ClassVar[dict[str, Limit]] = {"recall": Real(0, 1)}
    wanted = "recall"
    kept = ("true_positives", "false_negatives")
    sought = ("true_positives", "false_positives")

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(name, dtype)
        self.recall = recall
        self.num_thresholds = num_thresholds
        self.class_id = class_id


class RecallAtPrecision(OperatingPoint):
    """The best recall that can be had with a precision of at least the given value.

    Equation: ``max_s R(s)`` over the thresholds ``s`` with ``P(s) >= precision``, where ``R = TP / (TP + FN)`` and
    ``P = TP / (TP + FP)``; 0 if no threshold reaches it.

    Args:
        precision: The precision to keep, from 0 to 1.
        num_thresholds: How many evenly spaced thresholds are tried, at least 1; default 200.
        class_id: If given, only this column of the predictions counts.
        name: Default "recall_at_precision".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs).

    Example:
        >>> float(RecallAtPrecision(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
        1.0

    As in Keras; scikit-learn gives the whole curve (``roc_curve``, ``precision_recall_curve``).
    """

    limits: ClassVar[dict[str, Limit]] = {"precision": Real(0, 1)}
    wanted = "precision"
    kept = ("true_positives", "false_positives")
    sought = ("true_positives", "false_negatives")

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(name, dtype)
        self.precision = precision
        self.num_thresholds = num_thresholds
        self.class_id = class_id
