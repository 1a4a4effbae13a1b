"""The area under the ROC or the precision-recall curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from pellucid.core.limits import Boolean, Choice, Integer, Limit
from pellucid.functional.measures import EPSILON
from pellucid.metrics.counts import Shares, count_answers, one_column_each
from pellucid.metrics.curves import binned_area, exact_area, exact_counts
from pellucid.metrics.function import append, lengthen, new_buffer
from pellucid.metrics.metric import Metric, State, weights_like
from pellucid.metrics.sums import add_to, divide, new_sum, total_of


class AUC(Metric):
    """The area under a curve of yes/no answers over all thresholds; exact by default.

    Equation: for ROC the probability that a random positive row has a higher score than a random negative one
    (equal scores count half); for PR the average precision ``sum_i (R_i - R_(i-1)) P_i`` over all thresholds,
    with the recall ``R`` and the precision ``P``.

    Args:
        num_thresholds: None (default): exact, all scores are kept until the end. A number above 1: that many
            evenly spaced thresholds, with Keras's sums, for sets too large to keep.
        curve: "ROC" (default), "PR" or "PRGAIN".
        summation_method: "interpolation" (default), "minoring" or "majoring": height of the pieces between two points.
        name: Default "auc".
        dtype: See :class:`~pellucid.metrics.Metric`.
        thresholds: Thresholds of your own, from 0 to 1, instead of evenly spaced ones.
        multi_label: Whether to take the mean of the areas of the outputs, instead of one area for all answers together.
        num_labels: Number of outputs with ``multi_label``; found by itself.
        label_weights: Weights of the outputs; default equal.
        from_logits: Whether scores are logits; matters only with thresholds.

    Shapes: targets and predictions (batch, outputs); class numbers (batch,) are understood beside (batch, classes).

    Example:
        >>> float(AUC()([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
        0.75
        >>> float(AUC(curve="PR")([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
        0.8333

    As scikit-learn's ``roc_auc_score`` and ``average_precision_score``; 0 if one of the two answers does not
    occur. Keras's default is 200 thresholds, wrong in the second or third digit where the scores lie close
    together.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_thresholds": Integer(2, optional=True),
        "curve": Choice(("ROC", "PR", "PRGAIN")),
        "summation_method": Choice(("interpolation", "minoring", "majoring")),
        "thresholds": Shares(optional=True),
        "multi_label": Boolean(),
        "num_labels": Integer(1, optional=True),
        "from_logits": Boolean(),
    }

    def __init__(
        self,
        num_thresholds: int | None = None,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = "auc",
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
    ):
        super().__init__(name, dtype)
        self.num_thresholds = num_thresholds
        self.curve = curve
        self.summation_method = summation_method
        self.thresholds = thresholds
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = label_weights
        self.from_logits = from_logits

    @property
    def cuts(self) -> np.ndarray | None:
        """The thresholds, a little below 0 and above 1 at the ends; None for all."""
        if self.thresholds is not None:
            inner = np.sort(np.asarray(self.thresholds, np.float32))
        elif self.num_thresholds is not None:
            inner = np.linspace(0, 1, self.num_thresholds)[1:-1]
        else:
            return None
        return np.concatenate([[-EPSILON], inner, [1 + EPSILON]]).astype(np.float32)

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return empty buffers, or counts of zero."""
        if self.cuts is None:
            return new_buffer({"y_true": y_true, "y_pred": y_pred}, samples)
        columns = y_pred.shape[-1] if self.multi_label else 1
        return {"counts": new_sum((columns, 4, len(self.cuts)))}

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Keep or count one batch."""
        if self.cuts is None:
            one_column_each(self.name, y_true, y_pred)
            return append(state, {"y_true": y_true, "y_pred": y_pred}, sample_weight)
        scores = jax.nn.sigmoid(y_pred) if self.from_logits else y_pred
        columns = self.columns(y_true, scores, sample_weight)
        cuts = jnp.asarray(self.cuts)
        counted = jax.vmap(lambda true, score, weight: count_answers(true, score, weight, cuts))(
            *columns
        )
        return {"counts": add_to(state["counts"], counted)}

    def make_room(self, state: State, rows: int) -> State:
        """Return the state with longer buffers."""
        return lengthen(state, rows) if self.cuts is None else state

    def columns(self, y_true: Any, y_pred: Any, weight: Any) -> tuple[Array, Array, Array]:
        """Return targets, scores and weights, shape (areas, answers): one area for each output, or one for all."""
        true, scores = one_column_each(self.name, y_true, y_pred)
        weights = weights_like(weight, scores)
        if self.label_weights is not None and not self.multi_label:
            weights = weights * jnp.asarray(self.label_weights, jnp.float32)
        shape = (-1, scores.shape[-1]) if self.multi_label else (-1, 1)
        true, scores, weights = (a.reshape(shape).T for a in (true, scores, weights))
        return true, scores, weights

    def compute(self, state: State) -> Array:
        """Return the area, or the mean of the outputs' areas."""
        if self.cuts is None:
            columns = self.columns(state["y_true"], state["y_pred"], state["weight"])
            areas = jax.vmap(
                lambda *column: exact_area(
                    *exact_counts(*column), self.curve, self.summation_method
                )
            )(*columns)
        else:
            areas = jax.vmap(self.area_of_counts)(total_of(state["counts"]))
        if self.label_weights is None or not self.multi_label:
            return jnp.mean(areas)
        weights = jnp.asarray(self.label_weights, jnp.float32)
        return divide(jnp.sum(areas * weights), jnp.sum(weights))

    def area_of_counts(self, counts: Array) -> Array:
        """Return the area from the four counts at the thresholds."""
        hits, false, right_no, missed = counts
        positives, negatives = hits[0] + missed[0], false[0] + right_no[0]
        return binned_area(hits, false, positives, negatives, self.curve, self.summation_method)
