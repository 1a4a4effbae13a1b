"""Intersection over union: how well predicted regions cover the true ones, for segmentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.metrics.confusion import count_pairs
from pellucid.metrics.metric import Metric, State, weights_like
from pellucid.metrics.sums import add_to, divide, new_sum, total_of


class IoU(Metric):
    """The mean over chosen classes of intersection over union.

    Equation: ``IoU_c = TP / (TP + FP + FN)`` of class ``c``, with its true positives, false positives and false
    negatives among all places; the mean over the classes that occur.

    Args:
        num_classes: Number of classes, at least 2.
        target_class_ids: The classes that count.
        name: Default "io_u".
        dtype: See :class:`~pellucid.metrics.Metric`.
        ignore_class: A class number in the targets that marks places without a target. Default None.
        sparse_y_true: Whether targets are class numbers; else one-hot. Default True.
        sparse_y_pred: Whether predictions are class numbers; else scores. Default True.
        axis: The axis of the classes where they are not sparse; default the last.

    Shapes: targets and predictions (batch, ...), with a class axis where not sparse.

    Example:
        >>> float(IoU(num_classes=2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1]))
        0.3333

    As in Keras; as scikit-learn's ``jaccard_score`` with ``average="macro"`` over the same classes.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_classes": Integer(2),
        "ignore_class": Integer(optional=True),
        "sparse_y_true": Boolean(),
        "sparse_y_pred": Boolean(),
        "axis": Integer(),
    }

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ):
        super().__init__(name, dtype)
        self.num_classes = num_classes
        self.target_class_ids = target_class_ids
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return a table of zeros."""
        return {"table": new_sum((self.num_classes, self.num_classes))}

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Count one batch."""
        true = jnp.asarray(y_true) if self.sparse_y_true else jnp.argmax(y_true, axis=self.axis)
        predicted = self.classes_of(y_pred)
        weight = weights_like(sample_weight, true)
        if self.ignore_class is not None:
            weight = jnp.where(true == self.ignore_class, 0.0, weight)
        table = count_pairs(
            true.reshape(-1), predicted.reshape(-1), weight.reshape(-1), self.num_classes
        )
        return {"table": add_to(state["table"], table)}

    def classes_of(self, y_pred: Any) -> Array:
        """Return predicted class numbers."""
        return jnp.asarray(y_pred) if self.sparse_y_pred else jnp.argmax(y_pred, axis=self.axis)

    def compute(self, state: State) -> Array:
        """Return the mean over the target classes that occur; 0 if none does."""
        table = total_of(state["table"])
        both = jnp.diagonal(table)
        either = jnp.sum(table, axis=0) + jnp.sum(table, axis=1) - both
        chosen = jnp.asarray(self.target_class_ids)
        return divide(jnp.sum(divide(both, either)[chosen]), jnp.sum(either[chosen] > 0))


class BinaryIoU(IoU):
    """Intersection over union of the two answers of a yes/no question per place.

    Equation: ``IoU_c = TP / (TP + FP + FN)`` for the answers ``c`` = 0 and 1, scores of at least the threshold
    meaning 1; their mean.

    Args:
        target_class_ids: The answers that count; default both.
        threshold: Scores of at least this mean 1; default 0.5.
        name: Default "binary_io_u".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, ...).

    Example:
        >>> float(BinaryIoU(target_class_ids=[1])([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]))
        0.5

    As in Keras.
    """

    limits: ClassVar[dict[str, Limit]] = {"threshold": Real()}

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def classes_of(self, y_pred: Any) -> Array:
        """Return 1 where the score reaches the threshold."""
        return (jnp.asarray(y_pred) >= self.threshold).astype(jnp.int32)


class MeanIoU(IoU):
    """The mean over all classes of intersection over union.

    Equation: ``m = mean_c TP_c / (TP_c + FP_c + FN_c)`` over the classes ``c`` that occur.

    Args:
        num_classes: Number of classes, at least 2.
        name: Default "mean_io_u".
        dtype: See :class:`~pellucid.metrics.Metric`.
        ignore_class: A class number in the targets that marks places without a target. Default None.
        sparse_y_true: Whether targets are class numbers; else one-hot. Default True.
        sparse_y_pred: Whether predictions are class numbers; else scores. Default True.
        axis: The axis of the classes where they are not sparse; default the last.

    Shapes: targets and predictions (batch, ...), with a class axis where not sparse.

    Example:
        >>> float(MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1]))
        0.3333

    As in Keras.
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ):
        classes = range(num_classes)
        super().__init__(
            num_classes, classes, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis
        )


class OneHotIoU(IoU):
    """Intersection over union for one-hot targets and scores.

    Equation: see :class:`IoU`.

    Args:
        num_classes: Number of classes, at least 2.
        target_class_ids: The classes that count.
        name: Default "one_hot_io_u".
        dtype: See :class:`~pellucid.metrics.Metric`.
        ignore_class: A class that marks places without a target. Default None.
        sparse_y_pred: Whether predictions are class numbers; default False: scores.
        axis: The axis of the classes; default the last.

    Shapes: targets and predictions (batch, ..., classes).

    Example:
        >>> float(OneHotIoU(2, [0])([[1, 0], [1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]))
        0.5

    As in Keras.
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ):
        super().__init__(
            num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis
        )


class OneHotMeanIoU(MeanIoU):
    """Mean intersection over union for one-hot targets and scores.

    Equation: see :class:`MeanIoU`.

    Args:
        num_classes: Number of classes, at least 2.
        name: Default "one_hot_mean_io_u".
        dtype: See :class:`~pellucid.metrics.Metric`.
        ignore_class: A class that marks places without a target. Default None.
        sparse_y_pred: Whether predictions are class numbers; default False: scores.
        axis: The axis of the classes; default the last.

    Shapes: targets and predictions (batch, ..., classes).

    Example:
        >>> float(OneHotMeanIoU(2)([[1, 0], [1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]))
        0.5

    As in Keras.
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ):
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)
