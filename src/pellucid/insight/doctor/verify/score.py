"""How good predictions are, row by row, on scales that do not hang on the loss that was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.insight.doctor.verify.task import Task, fitted, probabilities, yes_no

LEAST_PROBABILITY = 1e-7
"""Cross-entropies count no probability as smaller, as losses do: one sure mistake must not be infinite."""
LEAST_SKILL = -1.0
"""A training that came out as far below a constant answer as a perfect one is above it, or further, counts so in all
its rows: how wild a diverged training is must not outweigh the others. The numbers that are shown are not bounded."""


@dataclass(frozen=True)
class Score:
    """One number of one output after one training.

    Attributes:
        value: The number as it is shown.
        rows: What each row adds to its mean, more being better, ``(rows,)``.
        best: The mean of ``rows`` of a perfect answer.
        worth: By how much that is better than a constant one.
    """

    value: float
    rows: np.ndarray
    best: float
    worth: float

    @property
    def skill(self) -> np.ndarray:
        """By row how good the answers are, where a constant one has 0 and a perfect one 1 in the mean."""
        found = 1 - (self.best - self.rows) / self.worth
        is_bounded = found.mean() > LEAST_SKILL  # not so for NaN
        return found if is_bounded else np.full_like(found, LEAST_SKILL)


Scores = Mapping[str, Score]
"""By name: ``accuracy``, ``balanced accuracy``, ``cross-entropy``; or ``R²``."""

JUDGED: Mapping[str, Sequence[str]] = {
    "classes": ("balanced accuracy", "balanced cross-entropy"),
    "yes-no": ("balanced accuracy", "balanced cross-entropy"),
    "numbers": ("R²", "R²"),
}
"""By task the numbers that decide, in order: the second only where the first did not move."""
BALANCED = tuple(JUDGED["classes"])
"""Numbers that say more than the plain ones only where classes are uneven."""


def scores_of(task: Task, outputs: np.ndarray, loss: Any, classes: Any) -> dict[str, Score]:
    r"""Measure one output.

    Accuracy is the share of right answers, and cross-entropy :math:`-\log p` of the right answer. Balanced, they are
    the mean over the classes of what each has: a constant answer reaches :math:`1/K` and :math:`\log K`, however
    uneven they are.
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
        answers, found = probabilities(task, outputs, loss, classes)
        right = answers == task.truth
        chance = np.take_along_axis(found, task.truth[..., None], axis=-1)[..., 0]
    chance = np.clip(np.nan_to_num(chance, nan=0.0), LEAST_PROBABILITY, 1)
    return {
        "accuracy": _score(right.astype(float), 1.0, _beyond_constant(task)),
        "balanced accuracy": _score(right * _weights(task), 1.0, _beyond_constant(task)),
        "cross-entropy": _score(np.log(chance), 0.0, _entropy(task.shares, task), sign=-1),
        "balanced cross-entropy": _score(
            np.log(chance) * _weights(task), 0.0, _entropy(_even(task), task), sign=-1
        ),
    }


def r_squared(truth: np.ndarray, outputs: np.ndarray) -> Score:
    """Return the coefficient of determination."""
    given = fitted(outputs.astype(float), truth)
    errors = ((truth - given) ** 2).reshape(len(truth), -1).sum(axis=1)
    spread = ((truth - truth.mean(axis=0)) ** 2).reshape(len(truth), -1).sum(axis=1).mean()
    rows = 1 - errors / (spread or 1.0)
    return Score(float(rows.mean()), rows, 1.0, 1.0)


def joined(scores: Mapping[str, Scores], kinds: Mapping[str, str], stage: int) -> np.ndarray:
    """Return the skill by row in the numbers of a stage, the mean over the outputs."""
    return np.mean(
        [each[JUDGED[kinds[name]][stage]].skill for name, each in scores.items()], axis=0
    )


def is_uneven(task: Task) -> bool:
    """Tell whether classes differ so much in number that accuracy alone misleads: twofold."""
    shares = task.shares if task.kind == "classes" else np.append(task.shares, 1 - task.shares)
    present = shares[shares > 0]
    return bool(present.max() > 2 * present.min())


def _score(values: np.ndarray, best: float, worth: float, sign: int = 1) -> Score:
    rows = values.reshape(len(values), -1).mean(axis=1)
    return Score(float(sign * rows.mean()), rows, best, worth)


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


def _even(task: Task) -> np.ndarray:
    """The shares as they count once the classes are balanced."""
    if task.kind == "yes-no":
        return np.where((task.shares > 0) & (task.shares < 1), 0.5, task.shares)
    return (task.shares > 0) / (task.shares > 0).sum()


def _entropy(shares: np.ndarray, task: Task) -> float:
    """The cross-entropy of the best constant answer."""
    if task.kind == "yes-no":
        return float((_surprise(shares) + _surprise(1 - shares)).mean()) or 1.0
    return float(_surprise(shares).sum()) or 1.0


def _surprise(shares: np.ndarray) -> np.ndarray:
    return -shares * np.log(np.where(shares > 0, shares, 1.0))
