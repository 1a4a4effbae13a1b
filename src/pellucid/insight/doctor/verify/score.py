"""How good predictions are, row by row, on scales that do not hang on the loss that was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.insight.doctor.verify.task import Task, fitted, probabilities, yes_no

LEAST_PROBABILITY = 1e-7
"""Cross-entropies count no probability as smaller, as losses do: one sure mistake must not be infinite."""
MOST_ERROR = 10.0
"""In judging, a row's squared error counts at most so many times the targets' variance: one wild row, or one seed in
which a training diverged, must not outweigh all others. The R² that is shown is not bounded."""


@dataclass(frozen=True)
class Score:
    """One number of one output after one training.

    Attributes:
        value: The number as it is shown.
        rows: What each row adds, bounded, more being better; its mean is what is judged, ``(rows,)``.
        worth: What lies between a constant answer and a perfect one, on the scale of ``rows``.
    """

    value: float
    rows: np.ndarray
    worth: float


Scores = Mapping[str, Score]
"""By name: ``accuracy``, ``balanced accuracy``, ``cross-entropy``; or ``R²``."""

JUDGED: Mapping[str, Sequence[str]] = {
    "classes": ("balanced accuracy", "cross-entropy"),
    "yes-no": ("balanced accuracy", "cross-entropy"),
    "numbers": ("R²", "R²"),
}
"""By task the numbers that decide, in order: the second only where the first did not move."""


def scores_of(task: Task, outputs: np.ndarray, loss: Any, classes: Any) -> dict[str, Score]:
    r"""Measure one output.

    Accuracy is the share of right answers. Balanced accuracy is its mean over the classes, so a constant answer reaches
    :math:`1/K` however uneven they are. Cross-entropy is :math:`-\log p` of the right answer.
    :math:`R^2 = 1 - \sum (y - \hat y)^2 / \sum (y - \bar y)^2`, all columns together.

    Args:
        task: The question, with the truth.
        outputs: What the model gave for the same rows, targets' scaling undone.
        loss: The loss it was trained on.
        classes: The labels by unit, or None.
    """
    if task.kind == "numbers":
        return {"R²": r_squared(task.truth, outputs)}
    if task.kind == "yes-no":
        yes = yes_no(outputs, task.truth, loss)
        right = ((yes > 0.5) == (task.truth == 1)) & np.isfinite(yes)
        chance = np.where(task.truth == 1, yes, 1 - yes)
    else:
        scores, found = probabilities(task, outputs, loss, classes)
        right = (scores.argmax(axis=-1) == task.truth) & np.isfinite(found).all(axis=-1)
        chance = np.take_along_axis(found, task.truth[..., None], axis=-1)[..., 0]
    chance = np.clip(np.nan_to_num(chance, nan=0.0), LEAST_PROBABILITY, 1)
    return {
        "accuracy": _score(right.astype(float), 1.0),
        "balanced accuracy": _score(right * _weights(task), _beyond_constant(task)),
        "cross-entropy": _score(np.log(chance), _entropy(task), sign=-1),
    }


def r_squared(truth: np.ndarray, outputs: np.ndarray) -> Score:
    """Return the coefficient of determination."""
    given = fitted(outputs.astype(float), truth)
    errors = ((truth - given) ** 2).reshape(len(truth), -1).sum(axis=1)
    spread = ((truth - truth.mean(axis=0)) ** 2).reshape(len(truth), -1).sum(axis=1).mean()
    errors = errors / (spread or 1.0)
    bounded = np.minimum(np.nan_to_num(errors, nan=MOST_ERROR, posinf=MOST_ERROR), MOST_ERROR)
    return Score(float(1 - errors.mean()), 1 - bounded, 1.0)


def joined(scores: Mapping[str, Scores], kinds: Mapping[str, str], stage: int) -> np.ndarray:
    """Return what each row is worth by the numbers of a stage, the mean over the outputs.

    A constant answer and a perfect one are 1 apart on this scale, whatever is measured.
    """
    parts = [each[JUDGED[kinds[name]][stage]] for name, each in scores.items()]
    return np.mean([part.rows / part.worth for part in parts], axis=0)


def is_uneven(task: Task) -> bool:
    """Tell whether classes differ so much in number that accuracy alone misleads: twofold."""
    shares = task.shares if task.kind == "classes" else np.append(task.shares, 1 - task.shares)
    present = shares[shares > 0]
    return bool(present.max() > 2 * present.min())


def _score(values: np.ndarray, worth: float, sign: int = 1) -> Score:
    rows = values.reshape(len(values), -1).mean(axis=1)
    return Score(float(sign * rows.mean()), rows, worth)


def _weights(task: Task) -> np.ndarray:
    """What a right answer counts, so that each class counts the same in all."""
    if task.kind == "classes":
        present = (task.shares > 0).sum()
        return 1 / (present * task.shares[task.truth])
    yes = task.truth.reshape(len(task.truth), -1) == 1
    counts = np.where(yes, task.shares, 1 - task.shares)
    both = np.where((task.shares > 0) & (task.shares < 1), 2, 1)
    return (1 / (both * counts)).reshape(task.truth.shape)


def _beyond_constant(task: Task) -> float:
    present = 2 if task.kind == "yes-no" else int((task.shares > 0).sum())
    return 1 - 1 / max(present, 2)


def _entropy(task: Task) -> float:
    """The cross-entropy of the best constant answer."""
    shares = task.shares
    if task.kind == "yes-no":
        return float((_surprise(shares) + _surprise(1 - shares)).mean()) or 1.0
    return float(_surprise(shares).sum()) or 1.0


def _surprise(shares: np.ndarray) -> np.ndarray:
    return -shares * np.log(np.where(shares > 0, shares, 1.0))
