"""A metric's state as Keras names it: variables that read and write parts of the sums that Pellucid keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid import metrics
from pellucid.keras.tensor import TensorShape, as_array
from pellucid.keras.variable import Variable
from pellucid.metrics.counts import COUNTS, AtThresholds, ThresholdMetric
from pellucid.metrics.means import MeanOfRows
from pellucid.metrics.sums import total_of

KERAS_ORDER = ("true_positives", "false_positives", "true_negatives", "false_negatives")
NAMES = {*KERAS_ORDER, "accumulator", "total", "count", "total_confusion_matrix"}
"""Names of variables that are also attributes of a metric."""

SHOWN: dict[str, tuple[str, ...]] = {
    "Precision": ("true_positives", "false_positives"),
    "Recall": ("true_positives", "false_negatives"),
    "TruePositives": ("true_positives",),
    "FalsePositives": ("false_positives",),
    "TrueNegatives": ("true_negatives",),
    "FalseNegatives": ("false_negatives",),
}
"""Which of the four counts a class shows; all of them, if it is not here."""

Reader = Callable[[Any], Any]
Writer = Callable[[Any, Any], Any]


class PartVariable(Variable):
    """A part of a metric's state, read from a variable that holds more and written to it.

    Args:
        whole: The variable that holds it.
        read: The part of an array.
        write: The array with another part, from the array and the part.
        name: The path.
    """

    __slots__ = ("_read", "_whole", "_write")

    def __init__(self, whole: Variable, read: Reader, write: Writer, name: str):
        super().__init__(read(whole.stored()), trainable=False, name=name)
        self._whole, self._read, self._write = whole, read, write

    @property
    def value(self) -> Any:
        """The part as it is now."""
        return self._read(self._whole.value)

    def stored(self) -> Any:
        """Return the part outside any trace."""
        return self._read(self._whole.stored())

    @property
    def shape(self) -> Any:
        """The shape."""
        return TensorShape(self.stored().shape)

    def assign(self, value: Any, *options: Any, **more: Any) -> Variable:
        """Replace the part by one of the same shape."""
        part = jnp.broadcast_to(jnp.asarray(as_array(value), jnp.float32), tuple(self.shape))
        self._whole.assign(self._write(self._whole.value, part))
        return self


def of_sum(whole: Variable, name: str) -> PartVariable:
    """Return the total of a sum with its rounding errors."""
    return PartVariable(whole, total_of, lambda _, part: jnp.stack([part, 0 * part]), name)


def of_counts(whole: Variable, place: int, name: str, columns: str = "none") -> PartVariable:
    """Return one of four counts at all thresholds; of several columns, shape (thresholds, columns).

    Args:
        whole: A sum of shape (4, thresholds), or (columns, 4, thresholds).
        place: Which of the four.
        name: The path.
        columns: "none", "one" (its axis is left out) or "several".
    """

    def read(array: Any) -> Any:
        total = total_of(array)
        if columns == "none":
            return total[place]
        return total[0, place] if columns == "one" else total[:, place].T

    def write(array: Any, part: Any) -> Any:
        part = part[None] if columns == "one" else part.T if columns == "several" else part
        at = (0, place) if columns == "none" else (0, slice(None), place)
        gone = (1, *at[1:])
        return jnp.asarray(array).at[at].set(part).at[gone].set(0)

    return PartVariable(whole, read, write, name)


def is_known_beforehand(metric: Any) -> bool:
    """Tell whether a metric's state has its shape before any batch was seen."""
    if isinstance(metric, metrics.AUC):
        return metric.cuts is not None and not metric.multi_label
    if isinstance(metric, AtThresholds):
        return getattr(metric, "average", None) is None
    if isinstance(metric, metrics.MetricFunction):
        return not metric.whole
    return isinstance(metric, (MeanOfRows, metrics.Mean, metrics.IoU, ThresholdMetric))


def parts_of(metric: Any, cells: dict[str, Variable]) -> list[Variable]:
    """Return the variables that Keras would have, over those that hold the state."""
    sums = [np.shape(cell.stored())[:1] == (2,) for cell in cells.values()]
    if "counts" in cells:
        columns = "none"
        if isinstance(metric, metrics.AUC):
            columns = "several" if metric.multi_label else "one"
        names = SHOWN.get(getattr(type(metric), "plain", type(metric)).__name__, KERAS_ORDER)
        places = [(COUNTS.index(name), f"{metric.name}/{name}") for name in names]
        return [of_counts(cells["counts"], place, name, columns) for place, name in places]
    if isinstance(metric, metrics.IoU):
        return [of_sum(cells["table"], f"{metric.name}/total_confusion_matrix")]
    if isinstance(metric, metrics.Sum):
        return [of_sum(cells["total"], f"{metric.name}/total")]
    if not all(sums):
        return list(cells.values())
    return [of_sum(cell, f"{metric.name}/{name}") for name, cell in cells.items()]
