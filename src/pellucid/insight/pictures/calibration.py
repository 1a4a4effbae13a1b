"""Calibration: of the answers given with 80 % probability, are 80 % right?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, unknown_name
from pellucid.core.late import LateModule
from pellucid.insight.pictures.answers import answers_of

# Matplotlib takes longer to import than all else here, and numbers alone need no picture.
drawing: Any = LateModule("pellucid.insight.pictures.drawing.calibration")

STRATEGIES = ("uniform", "quantile")
NORMAL_95 = 1.959964


@dataclass(frozen=True, eq=False)
class Calibration:
    """What :func:`calibration` found.

    Attributes:
        kind: ``"binary"``, the probability of the second class, or ``"top label"``, that of the most probable class.
        edges: The bins' edges, rising, (bins + 1,).
        count: Rows in each bin, (bins,).
        confidence: The mean probability in each bin; NaN in an empty one.
        frequency: How often it came true; NaN in an empty one.
        expected_calibration_error: The mean distance of the two, weighted by the rows.
        maximum_calibration_error: The largest distance.
        brier: The mean squared error of the probabilities: of two classes of the second one's (0 to 1), of more summed
            over all classes (0 to 2).
        label: The second class's label, or None.
    """

    kind: str
    edges: np.ndarray
    count: np.ndarray
    confidence: np.ndarray
    frequency: np.ndarray
    expected_calibration_error: float
    maximum_calibration_error: float
    brier: float
    label: str | None = None

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Between which frequencies each bin's lies with 95 % (Wilson's interval); NaN in an empty bin."""
        rows = np.where(self.count > 0, self.count, np.nan)
        z2 = NORMAL_95**2
        middle = (self.frequency + z2 / (2 * rows)) / (1 + z2 / rows)
        spread = self.frequency * (1 - self.frequency) / rows + z2 / (4 * rows**2)
        half = NORMAL_95 * np.sqrt(spread) / (1 + z2 / rows)
        return middle - half, middle + half

    def draw(self, path: str | Path | None = None) -> Any:
        """Draw the reliability diagram with the rows of each bin below, and save it when a path is given.

        Args:
            path: A file name ending in .png, .svg or .pdf, or None.

        Returns:
            The matplotlib figure, which belongs to no window.
        """
        return drawing.draw(self, path)


def calibration(
    model: Any, x: Any, y: Any, *, bins: int = 10, strategy: str = "uniform"
) -> Calibration:
    r"""Compare the probabilities that a classifier gives with how often it is right.

    Equation: ``ECE = sum_b n_b / n |freq_b - conf_b|`` over bins ``b`` of probability: ``n_b`` rows, ``conf_b`` their
    mean probability, ``freq_b`` the share that came true. Brier score of two classes ``mean_n (p_n - t_n)^2``, of more
    ``mean_n sum_k (p_nk - t_nk)^2``.

    Args:
        model: A classifier with probabilities: one sigmoid unit, a softmax, or the logits of either.
        x: Inputs; rows that the model was not trained on, else it looks better than it is.
        y: Targets: labels as the model was trained with, class numbers, or one-hot rows.
        bins: Number of bins, at least 1. Default 10.
        strategy: ``"uniform"`` (default): bins of equal width, from 0 to 1, each with its upper edge; ``"quantile"``:
            of equally many rows.

    Returns:
        The :class:`Calibration`; ``.draw("calibration.png")`` draws it.

    Raises:
        ArgumentError: The model gives scores or numbers, no probabilities.
        TargetError: A label that the model does not know.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1, "sigmoid", kernel_initializer="zeros")])
        >>> found = insight.calibration(model, np.ones((4, 1)), [0, 1, 1, 1], bins=2)
        >>> found.expected_calibration_error, found.brier
        (0.25, 0.25)

    Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017; Brier, "Verification of
    forecasts expressed in terms of probability", 1950. Two softmax units are taken as two classes, like one sigmoid
    unit; scikit-learn's ``calibration_curve`` gives the same points for two classes.
    """
    who = "calibration"
    if strategy not in STRATEGIES:
        raise unknown_name("strategy of bins", strategy, STRATEGIES)
    if bins < 1:
        raise ArgumentError(who, f"`bins` must be an integer of at least 1, but it is {bins}.")
    answers = answers_of(who, model, x, y)
    given = answers.probability
    if given is None:
        raise ArgumentError(
            who,
            "the model gives scores, whose sign decides, and no probabilities.",
            "Dense(1, activation='sigmoid') with loss='binary_crossentropy'",
        )
    truth = np.eye(given.shape[1])[answers.true]
    binary = given.shape[1] == 2
    if binary:
        probability, came_true = given[:, 1], answers.true == 1
        brier = np.mean((probability - came_true) ** 2)
    else:
        probability, came_true = given.max(1), answers.predicted == answers.true
        brier = np.mean(((given - truth) ** 2).sum(1))
    edges = np.linspace(0, 1, bins + 1)
    if strategy == "quantile":
        edges = np.unique(np.quantile(probability, edges))
        edges = np.array([0.0, 1.0]) if len(edges) < 2 else edges
    counted = _in_bins(probability, came_true, edges)
    count, confidence, frequency = counted
    distance = np.abs(frequency - confidence)[count > 0]
    return Calibration(
        "binary" if binary else "top label",
        edges,
        *counted,
        expected_calibration_error=float((distance * count[count > 0]).sum() / count.sum()),
        maximum_calibration_error=float(distance.max()),
        brier=float(brier),
        label=answers.labels[1] if binary else None,
    )


def _in_bins(
    probability: np.ndarray, came_true: np.ndarray, edges: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows, mean probability and share that came true of each bin."""
    bins = len(edges) - 1
    place = np.searchsorted(edges[1:-1], probability)
    count = np.bincount(place, minlength=bins)
    rows = np.where(count > 0, count, np.nan)
    confidence = np.bincount(place, probability, bins) / rows
    return count, confidence, np.bincount(place, came_true, bins) / rows
