"""Accuracies: the share of right answers, by the form of targets and predictions."""

from __future__ import annotations

from typing import Any, ClassVar

from jax import Array

from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.metrics.matches import (
    accuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from pellucid.metrics.means import MeanOfRows


class Accuracy(MeanOfRows):
    """The share of predictions that equal their targets exactly; for predicted class numbers.

    Equation: ``a = 1/N sum_n [y_n = t_n]`` with the predictions ``y``, the targets ``t`` and ``N`` rows.

    Args:
        name: Default "accuracy".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, ...).

    Example:
        >>> float(Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
        0.75

    As in Keras. The name ``"accuracy"`` in ``compile`` stands for the binary, categorical or sparse one that fits.
    """

    def __init__(self, name: str | None = "accuracy", dtype: Any = None):
        super().__init__(name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return 1 or 0 per value."""
        return accuracy(y_true, y_pred)


class BinaryAccuracy(MeanOfRows):
    """The share of right yes/no answers.

    Equation: ``a = 1/N sum_n [(y_n > s) = (t_n > 1/2)]`` with the scores ``y``, the targets ``t``, the
    threshold ``s`` and ``N`` answers.

    Args:
        name: Default "binary_accuracy".
        dtype: See :class:`~pellucid.metrics.Metric`.
        threshold: Above it, a score means yes: 0.5 for probabilities (default); 0 for logits (``from_logits=True``)
            and for scores of the hinge losses.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(BinaryAccuracy()([1, 1, 0, 0], [[0.98], [1.0], [0.0], [0.6]]))
        0.75

    As in Keras for targets 0/1; targets -1/1 and soft targets are understood too, and no answer is right for one beyond
    -1 and 1. The name ``"accuracy"`` takes 0 as
    threshold by itself when the loss works on logits or signs, where Keras keeps 0.5.
    """

    limits: ClassVar[dict[str, Limit]] = {"threshold": Real()}

    def __init__(
        self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5
    ):
        super().__init__(name, dtype)
        self.threshold = threshold

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return 1 or 0 per answer."""
        return binary_accuracy(y_true, y_pred, self.threshold)


class CategoricalAccuracy(MeanOfRows):
    """The share of rows whose largest score is that of the right class; one-hot targets.

    Equation: ``a = 1/N sum_n [argmax_i y_ni = argmax_i t_ni]`` with the scores ``y``, the one-hot targets
    ``t``, ``N`` rows.

    Args:
        name: Default "categorical_accuracy".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, classes).

    Example:
        >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]))
        0.5

    As in Keras.
    """

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None):
        super().__init__(name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return 1 or 0 per row."""
        return categorical_accuracy(y_true, y_pred)


class SparseCategoricalAccuracy(MeanOfRows):
    """The share of rows whose largest score is that of the right class; class numbers as targets.

    Equation: ``a = 1/N sum_n [argmax_i y_ni = c_n]`` with the scores ``y``, the class numbers ``c`` and ``N`` rows.

    Args:
        name: Default "sparse_categorical_accuracy".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets (batch,), (batch, 1) or (batch, positions); predictions (batch, classes) or (batch,
    positions, classes).

    Example:
        >>> float(SparseCategoricalAccuracy()([1, 0], [[0.2, 0.8], [0.4, 0.6]]))
        0.5

    As in Keras.
    """

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None):
        super().__init__(name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return 1 or 0 per row."""
        return sparse_categorical_accuracy(y_true, y_pred)


class TopKCategoricalAccuracy(MeanOfRows):
    """The share of rows whose right class is among the ``k`` largest scores; one-hot targets.

    Equation: ``a = 1/N sum_n [rank of class c_n among the scores of row n <= k]``, ``c_n`` the right class, ``N`` rows.

    Args:
        k: How many guesses are allowed, at least 1; default 5.
        name: Default "top_k_categorical_accuracy".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, classes).

    Example:
        >>> float(
        ...     TopKCategoricalAccuracy(k=2)(
        ...         [[1, 0, 0], [0, 0, 1]], [[0.3, 0.5, 0.2], [0.3, 0.5, 0.2]]
        ...     )
        ... )
        0.5

    Among equal scores the lower class number comes first; Keras counts all of them.
    """

    limits: ClassVar[dict[str, Limit]] = {"k": Integer(1)}

    def __init__(
        self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: Any = None
    ):
        super().__init__(name, dtype)
        self.k = k

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return 1 or 0 per row."""
        return top_k_categorical_accuracy(y_true, y_pred, self.k)


class SparseTopKCategoricalAccuracy(MeanOfRows):
    """The share of rows whose right class is among the ``k`` largest scores; class numbers as targets.

    Equation: ``a = 1/N sum_n [rank of class c_n among the scores of row n <= k]``, ``c_n`` the right class, ``N`` rows.

    Args:
        k: How many guesses are allowed, at least 1; default 5.
        name: Default "sparse_top_k_categorical_accuracy".
        dtype: See :class:`~pellucid.metrics.Metric`.
        from_sorted_ids: Whether predictions are class numbers, best first, instead of scores; default False.

    Shapes: targets (batch,) or (batch, 1); predictions (batch, classes).

    Example:
        >>> float(SparseTopKCategoricalAccuracy(k=2)([0, 2], [[0.3, 0.5, 0.2], [0.3, 0.5, 0.2]]))
        0.5

    Among equal scores the lower class number comes first; Keras counts all of them.
    """

    limits: ClassVar[dict[str, Limit]] = {"k": Integer(1), "from_sorted_ids": Boolean()}

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ):
        super().__init__(name, dtype)
        self.k = k
        self.from_sorted_ids = from_sorted_ids

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return 1 or 0 per row."""
        return sparse_top_k_categorical_accuracy(y_true, y_pred, self.k, self.from_sorted_ids)
