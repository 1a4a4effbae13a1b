"""The confusion matrix of a model: how often each class was taken for each other, with the labels' names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.late import LateModule
from pellucid.insight.pictures.answers import answers_of

# Matplotlib takes longer to import than all else here, and numbers alone need no picture.
drawing: Any = LateModule("pellucid.insight.pictures.drawing.confusion")


@dataclass(frozen=True, eq=False)
class Confusion:
    """What :func:`confusion_matrix` found.

    Attributes:
        counts: ``counts[i, j]`` rows of class ``i`` were taken for class ``j``, (classes, classes).
        labels: The classes' labels.
    """

    counts: np.ndarray
    labels: tuple[str, ...]

    @property
    def shares(self) -> np.ndarray:
        """Each class's rows as shares of that class; NaN for a class without rows."""
        return _divided(self.counts, self.counts.sum(1, keepdims=True))

    @property
    def accuracy(self) -> float:
        """The share of all rows that was answered rightly."""
        return float(np.trace(self.counts) / self.counts.sum())

    @property
    def recall(self) -> np.ndarray:
        """Of each class's rows the share that was found, (classes,)."""
        return np.diag(self.shares)

    @property
    def precision(self) -> np.ndarray:
        """Of what was taken for each class the share that is of it, (classes,)."""
        return _divided(np.diag(self.counts), self.counts.sum(0))

    def draw(self, path: str | Path | None = None) -> Any:
        """Draw the table, coloured by the shares of each class, and save the picture when a path is given.

        Args:
            path: A file name ending in .png, .svg or .pdf, or None.

        Returns:
            The matplotlib figure, which belongs to no window.
        """
        return drawing.draw(self, path)


def confusion_matrix(model: Any, x: Any, y: Any) -> Confusion:
    r"""Count how often each class was taken for each other.

    Equation: ``C_ij = sum_n [t_n = i] [p_n = j]`` with the true class ``t_n`` and the predicted class ``p_n`` of row
    ``n``: the most probable one; with one sigmoid unit the second class above 1/2.

    Args:
        model: A classifier: one sigmoid unit, a softmax, or the logits of either.
        x: Inputs.
        y: Targets: labels as the model was trained with, class numbers, or one-hot rows.

    Returns:
        The :class:`Confusion`; ``.draw("confusion.png")`` draws it.

    Raises:
        ArgumentError: The model tells no classes apart.
        TargetError: A label that the model does not know.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1, "sigmoid", kernel_initializer="ones")])
        >>> found = insight.confusion_matrix(model, [[-1.0], [1.0], [2.0]], [0, 0, 1])
        >>> found.counts.tolist(), found.recall.tolist()
        ([[1, 1], [0, 1]], [0.5, 1.0])

    As scikit-learn's ``confusion_matrix``, which takes predictions; :class:`pellucid.metrics.ConfusionMatrix` counts
    inside ``evaluate``.
    """
    answers = answers_of("confusion_matrix", model, x, y)
    classes = len(answers.labels)
    counts = np.bincount(answers.true * classes + answers.predicted, minlength=classes**2)
    return Confusion(counts.reshape(classes, classes), answers.labels)


def _divided(some: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, some / np.maximum(whole, 1), np.nan)
