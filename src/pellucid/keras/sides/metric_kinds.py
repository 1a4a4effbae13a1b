"""What single metrics have in Keras beside the others: forms of arguments, and numbers that scripts expect."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

import pellucid
from pellucid.keras.sides.metric import MetricSide
from pellucid.keras.tensor import as_array
from pellucid.metrics.averages import average_scores
from pellucid.metrics.sums import total_of


class AUCSide(MetricSide, pellucid.metrics.AUC):  # pyright: ignore[reportIncompatibleVariableOverride]
    """Mixed into AUC: the thresholds, where some were asked for, with those at both ends."""

    @property
    def cuts(self) -> Any:
        """The thresholds, or None for all."""
        own = vars(self)
        given = SimpleNamespace(thresholds=own["_thresholds"], num_thresholds=own["_number"])
        return pellucid.metrics.AUC.cuts.fget(given)  # pyright: ignore[reportOptionalCall]

    @property
    def thresholds(self) -> Any:
        """The thresholds, or None for all."""
        return None if self.cuts is None else [float(cut) for cut in self.cuts]

    @thresholds.setter
    def thresholds(self, value: Any) -> None:
        vars(self)["_thresholds"] = value

    @property
    def num_thresholds(self) -> Any:
        """How many thresholds there are, or None for all."""
        return None if self.cuts is None else len(self.cuts)

    @num_thresholds.setter
    def num_thresholds(self, value: Any) -> None:
        vars(self)["_number"] = value


class FScoreSide(MetricSide):
    """Mixed into the F scores: one score per class by default, and every class counts."""

    def compute(self, state: Any) -> Array:
        """Return the score; a class that no row has or names counts 0, as in Keras."""
        hits, false, missed = (total_of(state[name]) for name in ("hits", "false", "missed"))
        return average_scores(self.score, hits, false, missed, self.average, all_classes=True)


class TopSide(MetricSide):
    """Mixed into precision and recall: with ``top_k``, scores of shape (n,) are those of one row."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch."""
        if self.top_k is not None and np.ndim(as_array(y_pred)) == 1:
            given = (y_true, y_pred, sample_weight)
            y_true, y_pred, sample_weight = (
                None if each is None else as_array(each)[None] for each in given
            )
        super().update_state(y_true, y_pred, sample_weight)


class SparseSide(MetricSide):
    """Mixed into accuracies of class numbers: numbers in another arrangement of rows are taken in their order."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch."""
        true, scores = jnp.asarray(as_array(y_true)), jnp.asarray(as_array(y_pred))
        rows = scores.shape[:-1]
        if true.shape[:1] != scores.shape[:1] and true.size == np.prod(rows):
            true = true.reshape(rows)
        super().update_state(true, scores, sample_weight)


class IoUSide(MetricSide):
    """Mixed into the intersections over unions."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch; weights count with their fractions, and Keras would cut those off."""
        weight = None if sample_weight is None else np.asarray(as_array(sample_weight)).dtype
        dtype = vars(self).get("dtype")
        if weight is not None and weight.kind == "f" and (dtype is None or "int" in str(dtype)):
            warnings.warn(
                f"'{self.name}': the sample weights are float, the counts of Keras are int, and casting cuts fractions "
                "off; here fractions count. In Keras write dtype='float32'.",
                stacklevel=2,
            )
        super().update_state(y_true, y_pred, sample_weight)


KINDS: dict[type, type] = {
    pellucid.metrics.AUC: AUCSide,
    pellucid.metrics.FBetaScore: FScoreSide,
    pellucid.metrics.Precision: TopSide,
    pellucid.metrics.Recall: TopSide,
    pellucid.metrics.SparseCategoricalAccuracy: SparseSide,
    pellucid.metrics.SparseTopKCategoricalAccuracy: SparseSide,
    pellucid.metrics.IoU: IoUSide,
}


def side_of(plain: type) -> type:
    """Return what is mixed into one of Pellucid's metrics."""
    return next((side for kind, side in KINDS.items() if issubclass(plain, kind)), MetricSide)
