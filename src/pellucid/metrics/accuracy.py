"""Accuracies: the share of right answers, by the form of targets and predictions."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.functional.measures import align, as_float
from pellucid.metrics.classes import predicted_class, true_class
from pellucid.metrics.means import MeanOfRows


def accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where target and prediction are equal, else 0.

    Args:
        y_true: Targets, any shape.
        y_pred: Predictions, same shape (a trailing axis of one is matched).

    >>> accuracy([1, 2, 3], [1, 0, 3]).tolist()
    [1.0, 0.0, 1.0]
    """
    y_true, y_pred = align("accuracy", y_true, y_pred)
    return (y_true == y_pred).astype(jnp.float32)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: Any = 0.5) -> Array:
    """Return 1 where the prediction is on the same side of the threshold as the target is of 1/2, else 0.

    Args:
        y_true: Targets 0/1 (or -1/1), shape (batch, outputs).
        y_pred: Scores, same shape (a trailing axis of one is matched).
        threshold: Above it, a score means yes; 0.5 for probabilities (default), 0 for logits.

    >>> binary_accuracy([[1.0], [0.0]], [[0.8], [0.6]]).tolist()
    [[1.0], [0.0]]

    As in Keras for targets 0/1; Keras calls a prediction wrong whenever the target is neither 0 nor 1.
    """
    y_true, y_pred = align("binary_accuracy", y_true, y_pred)
    return ((y_true > 0.5) == (y_pred > threshold)).astype(jnp.float32)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where the largest score is that of the right class, else 0; one-hot targets.

    Args:
        y_true: One-hot targets, shape (batch, classes).
        y_pred: Scores, same shape.

    >>> categorical_accuracy([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]).tolist()
    [1.0, 0.0]
    """
    y_true, y_pred = align("categorical_accuracy", y_true, y_pred)
    return (jnp.argmax(y_true, axis=-1) == jnp.argmax(y_pred, axis=-1)).astype(jnp.float32)


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where the largest score is that of the right class, else 0; class numbers as targets.

    Args:
        y_true: Class numbers, shape (batch,) or (batch, 1), or (batch, positions).
        y_pred: Scores, shape (batch, classes) or (batch, positions, classes).

    >>> sparse_categorical_accuracy([1, 0], [[0.2, 0.8], [0.4, 0.6]]).tolist()
    [1.0, 0.0]
    """
    y_pred = as_float(y_pred)
    labels = _labels("sparse_categorical_accuracy", y_true, y_pred)
    return (labels == predicted_class(y_pred)).astype(jnp.float32)


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Array:
    """Return 1 where the right class is among the ``k`` largest scores, else 0; one-hot targets.

    Args:
        y_true: One-hot targets, shape (batch, classes).
        y_pred: Scores, same shape.
        k: How many guesses are allowed, at least 1; default 5.

    >>> top_k_categorical_accuracy([[1, 0, 0]], [[0.3, 0.5, 0.2]], k=2).tolist()
    [1.0]
    """
    y_true, y_pred = align("top_k_categorical_accuracy", y_true, y_pred)
    return _among_first(jnp.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> Array:
    """Return 1 where the right class is among the ``k`` largest scores, else 0; class numbers as targets.

    Args:
        y_true: Class numbers, shape (batch,) or (batch, 1).
        y_pred: Scores, shape (batch, classes); or class numbers, best first, with ``from_sorted_ids``.
        k: How many guesses are allowed, at least 1; default 5.
        from_sorted_ids: Whether ``y_pred`` holds class numbers; default False.

    >>> sparse_top_k_categorical_accuracy([0, 2], [[0.3, 0.5, 0.2], [0.3, 0.5, 0.2]], k=2).tolist()
    [1.0, 0.0]

    Among equal scores the lower class number comes first, so that ``k=1`` is the accuracy. Keras counts all of them as
    among the first ``k``, by which a network that says the same for every class is always right.
    """
    y_pred = as_float(y_pred)
    labels = _labels("sparse_top_k_categorical_accuracy", y_true, y_pred)
    if from_sorted_ids:
        return jnp.any(labels[..., None] == y_pred[..., :k], axis=-1).astype(jnp.float32)
    return _among_first(labels, y_pred, k)


def _labels(who: str, y_true: Any, y_pred: Array) -> Array:
    y_true = jnp.asarray(y_true)
    one_hot = y_true.shape == y_pred.shape and y_pred.shape[-1:] != (1,)
    if y_pred.ndim < 2 or one_hot:
        raise ShapeError(
            who,
            f"class numbers and one score per class are needed, but there are targets of shape {y_true.shape} and "
            f"predictions of shape {y_pred.shape}.",
            "metrics=['categorical_accuracy'] for one-hot targets, ['binary_accuracy'] for a single output",
        )
    return true_class(who, y_true, y_pred)


def _among_first(labels: Array, scores: Array, k: int) -> Array:
    classes = jnp.arange(scores.shape[-1])
    own = jnp.take_along_axis(scores, labels[..., None], axis=-1)
    before = (scores > own) | ((scores == own) & (classes < labels[..., None]))
    return (jnp.sum(before, axis=-1) < k).astype(jnp.float32)


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

    As in Keras for targets 0/1; targets -1/1 and soft targets are understood too. The name ``"accuracy"`` takes 0 as
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
