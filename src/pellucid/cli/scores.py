"""How good predictions are, and how good an answer without a network would be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ClassScore:
    """The test of a classification.

    Attributes:
        rows: Test rows.
        accuracy: Fraction that was right.
        low: Lower end of the 95 % interval of the accuracy (Wilson), which says how sure ``rows`` rows make us.
        high: Its upper end.
        trivial: Accuracy of always answering the most frequent class of the training rows.
        trivial_label: That class.
        confusion: Rows of each true class (rows) that were given each label (columns).
    """

    rows: int
    accuracy: float
    low: float
    high: float
    trivial: float
    trivial_label: str
    confusion: np.ndarray

    @property
    def line(self) -> str:
        """The result in one line."""
        return (
            f"accuracy {100 * self.accuracy:.1f} % (95 % interval {100 * self.low:.1f} to {100 * self.high:.1f}) on "
            f"{count(self.rows)} it never saw; always answering '{self.trivial_label}' gives {100 * self.trivial:.1f} %"
        )


@dataclass(frozen=True)
class QuantityScore:
    """The test of a regression, in the target's own unit.

    Attributes:
        rows: Test rows.
        mae: Mean absolute error.
        rmse: Root of the mean squared error.
        r2: Explained fraction of the variance, 1 - (mean squared error) / (variance of the test targets); NaN where all
            test targets are equal.
        trivial_mae: Mean absolute error of always answering the mean of the training rows.
        trivial_value: That mean.
    """

    rows: int
    mae: float
    rmse: float
    r2: float
    trivial_mae: float
    trivial_value: float

    @property
    def line(self) -> str:
        """The result in one line."""
        explained = "" if math.isnan(self.r2) else f" (R² {self.r2:.3f})"
        return (
            f"mean absolute error {amount(self.mae)}{explained} on {count(self.rows)} it never saw; always "
            f"answering the mean, {amount(self.trivial_value)}, gives {amount(self.trivial_mae)}"
        )


def count(rows: int) -> str:
    """Say a number of rows.

    >>> count(1), count(1500)
    ('1 row', '1,500 rows')
    """
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def amount(value: float) -> str:
    """Say a quantity with about four digits.

    >>> amount(37790.2), amount(1.69057), amount(0.00001)
    ('37,790', '1.691', '1e-05')
    """
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"


def score_classes(
    truth: np.ndarray, answers: np.ndarray, y_train: np.ndarray, labels: np.ndarray
) -> ClassScore:
    """Score labels.

    Args:
        truth: True labels of the test rows.
        answers: The network's labels for them.
        y_train: Labels of the training rows.
        labels: All labels, in the order of the confusion matrix.

    >>> score = score_classes(
    ...     np.array([0, 1, 1]), np.array([0, 1, 0]), np.array([1, 1, 0]), np.array([0, 1])
    ... )
    >>> round(score.accuracy, 3), round(score.trivial, 3), score.confusion.tolist()
    (0.667, 0.667, [[1, 0], [1, 1]])
    """
    names, counts = np.unique(y_train, return_counts=True)
    majority = names[counts.argmax()]
    low, high = wilson(int((truth == answers).sum()), len(truth))
    places = {label: place for place, label in enumerate(labels.tolist())}
    confusion = np.zeros((len(labels), len(labels)), int)
    for true, answer in zip(truth.tolist(), answers.tolist(), strict=True):
        confusion[places[true], places[answer]] += 1
    return ClassScore(
        len(truth),
        float((truth == answers).mean()),
        low,
        high,
        float((truth == majority).mean()),
        str(majority),
        confusion,
    )


def score_quantities(truth: np.ndarray, answers: np.ndarray, y_train: np.ndarray) -> QuantityScore:
    """Score quantities, all in the same unit.

    >>> score = score_quantities(np.array([1.0, 3.0]), np.array([1.0, 2.0]), np.array([2.0]))
    >>> score.mae, score.r2, score.trivial_mae
    (0.5, 0.5, 1.0)
    """
    error, mean = answers - truth, float(y_train.mean())
    variance = float(truth.var())
    squared = float((error**2).mean())
    return QuantityScore(
        len(truth),
        float(np.abs(error).mean()),
        math.sqrt(squared),
        1 - squared / variance if variance else math.nan,
        float(np.abs(truth - mean).mean()),
        mean,
    )


def wilson(right: int, rows: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a fraction (E. B. Wilson, 1927); honest for few rows, unlike ``p ± z s``.

    >>> [round(end, 3) for end in wilson(97, 100)]
    [0.915, 0.99]
    """
    p, share = right / rows, z * z / rows
    middle = (p + share / 2) / (1 + share)
    half = z * math.sqrt(p * (1 - p) / rows + share / (4 * rows)) / (1 + share)
    return max(0.0, middle - half), min(1.0, middle + half)
