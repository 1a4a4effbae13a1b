"""The confusion matrix: how often each class was taken for each other."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Choice, Integer, Limit
from pellucid.metrics.classes import class_pairs, number_of_classes
from pellucid.metrics.metric import Metric, State
from pellucid.metrics.sums import add_to, divide, new_sum, total_of


def count_pairs(true: Array, predicted: Array, weight: Array, classes: int) -> Array:
    """Return a (classes, classes) table of weights by true (row) and predicted class (column).

    A product of two one-hot tables; pairs with a number that is no class are left out.
    """
    numbers = jnp.arange(classes)
    rows = (true[:, None] == numbers) * weight[:, None]
    columns = (predicted[:, None] == numbers).astype(jnp.float32)
    return jnp.matmul(rows.T, columns, precision="highest")


class ConfusionMatrix(Metric):
    """The table of true against predicted classes.

    Equation: ``C_ij = sum_n w_n [t_n = i] [y_n = j]`` with the true class ``t_n``, the predicted class ``y_n``
    and the sample weight ``w_n`` of row ``n``.

    Args:
        num_classes: Number of classes, at least 2; default the size of the predictions' last axis (2 for a
            single score).
        normalize: None for counts (default), "true" for shares of each row, "pred" of each column, "all" of the whole.
        name: Default "confusion_matrix".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets (batch,) class numbers or (batch, classes) one-hot; predictions (batch, classes) scores, (batch, 1)
    probabilities, or (batch,) class numbers; the result is (classes, classes).

    Example:
        >>> ConfusionMatrix()([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]).tolist()
        [[1.0, 0.0], [1.0, 1.0]]

    As scikit-learn's ``confusion_matrix``; Keras has none. It is no number, so histories leave it out.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_classes": Integer(2, optional=True),
        "normalize": Choice(("true", "pred", "all"), optional=True),
    }
    scalar = False

    def __init__(
        self,
        num_classes: int | None = None,
        normalize: str | None = None,
        name: str | None = "confusion_matrix",
        dtype: Any = None,
    ):
        super().__init__(name, dtype)
        self.num_classes = num_classes
        self.normalize = normalize

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return a table of zeros."""
        classes = self.num_classes or number_of_classes(y_true, y_pred)
        return {"table": new_sum((classes, classes))}

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Count one batch."""
        pairs = class_pairs(self.name, y_true, y_pred, sample_weight)
        table = count_pairs(*pairs, state["table"].shape[-1])
        return {"table": add_to(state["table"], table)}

    def compute(self, state: State) -> Array:
        """Return the table."""
        table = total_of(state["table"])
        if self.normalize is None:
            return table
        axis = {"true": 1, "pred": 0, "all": None}[self.normalize]
        return divide(table, jnp.sum(table, axis=axis, keepdims=True))
