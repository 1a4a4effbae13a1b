"""Cross-entropies: the losses of classification.

Behind a sigmoid or softmax the trainer computes them from the numbers before it (:meth:`call_on_logits`), so
nobody has to choose between a stable loss and probabilities as output. ``from_logits=True`` is for networks
whose last layer is linear.
"""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.functional import measures
from pellucid.losses.loss import MeasuredLoss


class SigmoidLoss(MeasuredLoss):
    """The base of the losses for yes/no questions, one per output, that stand on a sigmoid."""

    target: ClassVar[str] = "binary"

    @property
    def head(self) -> str:
        """Sigmoid; or linear, if the loss takes logits."""
        return "linear" if self.from_logits else "sigmoid"

    @property
    def fused(self) -> str | None:
        """Sigmoid and loss have a joint form."""
        return "sigmoid"

    def call_on_logits(self, y_true: Any, logits: Any) -> Array:
        """Return ``call(y_true, sigmoid(logits))`` without rounding a probability to 0 or 1."""
        return self.measured(y_true, logits, from_logits=True)


class SoftmaxLoss(MeasuredLoss):
    """The base of the losses for one class among several that stand on a softmax."""

    target: ClassVar[str] = "one_hot"
    axis: int = -1

    @property
    def head(self) -> str:
        """Softmax; or linear, if the loss takes logits."""
        return "linear" if self.from_logits else "softmax"

    @property
    def fused(self) -> str | None:
        """Softmax and loss have a joint form, if both are over the last axis."""
        return "softmax" if self.axis == -1 else None

    def call_on_logits(self, y_true: Any, logits: Any) -> Array:
        """Return ``call(y_true, softmax(logits))`` without rounding a probability to 0 or 1."""
        return self.measured(y_true, logits, from_logits=True)


class BinaryCrossentropy(SigmoidLoss):
    """Cross-entropy of yes/no questions, one per output; behind a sigmoid.

    Equation: ``J = - 1/d sum_i (t_i log p_i + (1 - t_i) log(1 - p_i))`` per row, with the targets ``t``, the
    probabilities ``p`` and ``d`` outputs.

    Args:
        from_logits: Whether predictions are logits (a linear last layer); default False.
        label_smoothing: Moves targets towards 1/2 by this share, from 0 to 1; default 0.
        axis: The axis of the mean; default the last.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "binary_crossentropy".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> loss = BinaryCrossentropy()
        >>> float(loss([[1.0], [0.0]], [[0.5], [0.5]]))
        0.6931
        >>> loss.call_on_logits([[1.0]], [[-200.0]]).tolist()
        [200.0]

    See :func:`~pellucid.functional.measures.binary_crossentropy`. As in Keras; PyTorch has ``BCELoss`` for
    probabilities and ``BCEWithLogitsLoss`` for logits.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "from_logits": Boolean(),
        "label_smoothing": Real(0, 1),
        "axis": Integer(),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("label_smoothing",)
    options = ("from_logits", "label_smoothing", "axis")
    measure = staticmethod(measures.binary_crossentropy)

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class CategoricalCrossentropy(SoftmaxLoss):
    """Cross-entropy of one class among several, with one-hot targets; behind a softmax.

    Equation: ``J = - sum_i t_i log p_i`` per row, with the one-hot targets ``t`` and the probabilities ``p``.

    Args:
        from_logits: Whether predictions are logits (a linear last layer); default False.
        label_smoothing: Moves targets towards ``1 / classes`` by this share, from 0 to 1; default 0.
        axis: The axis of the classes; default the last.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "categorical_crossentropy".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, classes) or (batch, positions, classes).

    Example:
        >>> float(CategoricalCrossentropy()([[0, 1, 0]], [[0.25, 0.5, 0.25]]))
        0.6931

    See :func:`~pellucid.functional.measures.categorical_crossentropy`. As in Keras; PyTorch's
    ``CrossEntropyLoss`` always takes logits.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "from_logits": Boolean(),
        "label_smoothing": Real(0, 1),
        "axis": Integer(),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("label_smoothing",)
    options = ("from_logits", "label_smoothing", "axis")
    measure = staticmethod(measures.categorical_crossentropy)

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class SparseCategoricalCrossentropy(SoftmaxLoss):
    """Cross-entropy of one class among several, with class numbers as targets; behind a softmax.

    Equation: ``J = - log p_c`` per row, with the number ``c`` of the right class and the probabilities ``p``.

    Args:
        from_logits: Whether predictions are logits (a linear last layer); default False.
        ignore_class: A number in the targets that marks places without a target; they count in neither the sum nor
            the number of values. Default None.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        axis: The axis of the classes; default the last.
        name: Default "sparse_categorical_crossentropy".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets (batch,), (batch, 1) or (batch, positions); predictions (batch, classes) or (batch,
    positions, classes).

    Example:
        >>> float(SparseCategoricalCrossentropy()([1, 2], [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5]]))
        0.6931
        >>> float(SparseCategoricalCrossentropy(ignore_class=-1)([1, -1], [[0.5, 0.5], [0.1, 0.9]]))
        0.6931

    See :func:`~pellucid.functional.measures.sparse_categorical_crossentropy`. As in Keras; PyTorch's
    ``CrossEntropyLoss`` always takes logits, and its ``ignore_index`` is -100 by default.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "from_logits": Boolean(),
        "ignore_class": Integer(optional=True),
        "axis": Integer(),
    }
    target: ClassVar[str] = "class_index"
    options = ("from_logits", "ignore_class", "axis")
    measure = staticmethod(measures.sparse_categorical_crossentropy)

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def mask(self, y_true: Any, values: Array) -> Array | None:
        """Return which targets are not ``ignore_class``."""
        if self.ignore_class is None:
            return None
        return (jnp.asarray(y_true) != self.ignore_class).reshape(values.shape)


class CategoricalGeneralizedCrossEntropy(MeasuredLoss):
    """A cross-entropy that forgives wrong labels; behind a softmax.

    Equation: ``J = (1 - p_c^q) / q`` per row, with the probability ``p_c`` of the class that the label names.

    Args:
        q: Strength of the forgiveness, in (0, 1); near 0 it is the cross-entropy; default 0.5.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "categorical_generalized_cross_entropy".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets (batch,) or (batch, 1), class numbers; predictions (batch, classes).

    Example:
        >>> float(CategoricalGeneralizedCrossEntropy()([0], [[0.25, 0.75]]))
        1.0

    See :func:`~pellucid.functional.measures.categorical_generalized_cross_entropy`. As in Keras; PyTorch has none.
    """

    limits: ClassVar[dict[str, Limit]] = {"q": Real(0, 1, closed="neither")}
    hyperparameters: ClassVar[tuple[str, ...]] = ("q",)
    target: ClassVar[str] = "class_index"
    options = ("q",)
    measure = staticmethod(measures.categorical_generalized_cross_entropy)

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.q = q

    @property
    def head(self) -> str:
        """It needs probabilities."""
        return "softmax"
