"""Focal cross-entropies, for classification in which one class is rare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.functional import measures
from pellucid.losses.crossentropy import SigmoidLoss, SoftmaxLoss


class BinaryFocalCrossentropy(SigmoidLoss):
    """Cross-entropy of yes/no questions in which confident right answers count little; behind a sigmoid.

    Equation: ``J = 1/d sum_i w_i (1 - q_i)^gamma H_i`` per row, with ``H`` the binary cross-entropy, ``q`` the
    probability given to the right answer, and ``w`` = ``alpha`` for the answer 1, ``1 - alpha`` for 0 with
    class balancing, else 1.

    Args:
        apply_class_balancing: Whether to weigh the two answers by ``alpha``; default False.
        alpha: Weight of the answer 1, from 0 to 1; default 0.25.
        gamma: Focus, at least 0; 0 gives the cross-entropy; default 2.
        from_logits: Whether predictions are logits (a linear last layer); default False.
        label_smoothing: Moves targets towards 1/2 by this share, from 0 to 1; default 0.
        axis: The axis of the mean; default the last.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "binary_focal_crossentropy".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(BinaryFocalCrossentropy()([[1.0]], [[0.5]]))
        0.1733

    See :func:`~pellucid.functional.measures.binary_focal_crossentropy`. As in Keras; PyTorch core has none.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "apply_class_balancing": Boolean(),
        "alpha": Real(0, 1),
        "gamma": Real(0),
        "from_logits": Boolean(),
        "label_smoothing": Real(0, 1),
        "axis": Integer(),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("alpha", "gamma", "label_smoothing")
    options = (
        "apply_class_balancing",
        "alpha",
        "gamma",
        "from_logits",
        "label_smoothing",
        "axis",
    )
    measure = staticmethod(measures.binary_focal_crossentropy)

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.apply_class_balancing = apply_class_balancing
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class CategoricalFocalCrossentropy(SoftmaxLoss):
    """Cross-entropy of one class among several in which confident right answers count little; behind a softmax.

    Equation: ``J = - sum_i alpha_i (1 - p_i)^gamma t_i log p_i`` per row, with the one-hot targets ``t`` and
    the probabilities ``p``.

    Args:
        alpha: Weight of all classes, or a list with one weight per class, each from 0 to 1; default 0.25.
        gamma: Focus, at least 0; 0 gives ``alpha`` times the cross-entropy; default 2.
        from_logits: Whether predictions are logits (a linear last layer); default False.
        label_smoothing: Moves targets towards ``1 / classes`` by this share, from 0 to 1; default 0.
        axis: The axis of the classes; default the last.
        reduction: See :class:`~pellucid.losses.Loss`; default the mean over the batch.
        name: Default "categorical_focal_crossentropy".
        dtype: Dtype of the computation; default that of the predictions.

    Shapes: targets and predictions (batch, classes) or (batch, positions, classes).

    Example:
        >>> float(CategoricalFocalCrossentropy()([[0, 1]], [[0.5, 0.5]]))
        0.0433

    See :func:`~pellucid.functional.measures.categorical_focal_crossentropy`. As in Keras; PyTorch core has none.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "gamma": Real(0),
        "from_logits": Boolean(),
        "label_smoothing": Real(0, 1),
        "axis": Integer(),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("gamma", "label_smoothing")
    options = ("alpha", "gamma", "from_logits", "label_smoothing", "axis")
    measure = staticmethod(measures.categorical_focal_crossentropy)

    def __init__(
        self,
        alpha: float | Sequence[float] = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
    ):
        super().__init__(name, reduction, dtype)
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis
