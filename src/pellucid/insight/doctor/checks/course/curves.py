"""What checks ask of a course: whole curves, their noise, how they end, and what they are measured against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pellucid.insight.doctor.checks.kinds import DROPOUTS
from pellucid.insight.doctor.checks.tasks import task_of
from pellucid.insight.doctor.checks.theory import of_all_rows
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Facts

EPOCHS, UPDATES = 3, 30
"""A shorter course says nothing: a few numbers have no trend, and after a few updates everything is at its start."""
WHOLE = "whole model"


@dataclass(frozen=True)
class Descent:
    """How the loss of a training went.

    Attributes:
        course: The course.
        loss: The training loss by epoch, ``(epochs,)``, all finite.
        start: What learning had to beat: the first epoch's loss, or the best constant answer's if that is lower.
        constant: The loss of the best constant answer; None where it is not known.
        updates: Updates in all; None where not known.
    """

    course: Course
    loss: np.ndarray
    start: float
    constant: float | None
    updates: int | None

    @property
    def end(self) -> float:
        """The loss at the end: the middle one of the last tenth of the epochs, of three at least."""
        return float(
            np.median(self.loss[-max(min(3, len(self.loss) // 2), len(self.loss) // 10) :])
        )

    @property
    def left(self) -> float:
        """The part of the loss without learning that is left at the end."""
        return self.end / self.start if self.start > 0 else 1.0

    @property
    def is_falling(self) -> bool:
        """Whether the last third falls steadily: by a tenth, and in four of five epochs."""
        part = self.loss[-max(3, len(self.loss) // 3) :]
        return part[-1] < 0.9 * part[0] and float(np.mean(np.diff(part) < 0)) >= 0.8

    @property
    def is_flat(self) -> bool:
        """Whether the second half brought less than a hundredth of what learning had to beat."""
        half = self.loss[len(self.loss) // 2 :]
        third = max(1, len(half) // 3)
        return bool(np.median(half[:third]) - np.median(half[-third:]) < 0.01 * self.start)


def descent(facts: Facts) -> Descent | None:
    """Return how the loss went; None where the course is too short, or not finite."""
    course = facts.course
    loss = course.column("loss") if course else None
    if course is None or loss is None or len(loss) < EPOCHS or not np.all(np.isfinite(loss)):
        return None
    updates = len(loss) * course.steps if course.steps else None
    if updates is not None and updates < UPDATES:
        return None
    constant = of_all_rows(facts)
    if constant is not None and (constant <= 0 or has_penalty(facts)):
        constant = None
    start = float(loss[0]) if constant is None else min(float(loss[0]), constant)
    return Descent(course, loss, start, constant, updates)


def has_penalty(facts: Facts) -> bool:
    """Tell whether regularizers are part of the loss in the curves, so that it cannot be held against a constant's."""
    return any(
        value
        for layer in facts.layers
        for name, value in layer.config.items()
        if name.endswith("_regularizer")
    )


def column(facts: Facts, name: str) -> np.ndarray | None:
    """Return a column of the course with three epochs or more, all finite; else None."""
    values = facts.course.column(name) if facts.course else None
    if values is None or len(values) < EPOCHS or not np.all(np.isfinite(values)):
        return None
    return values


def noise(values: np.ndarray) -> float:
    """Return the standard deviation of a curve about its trend, which second differences do not see.

    Equation: ``1.4826 median|d2| / sqrt(6)``, the median absolute deviation of second differences of white noise.

    >>> noise(np.array([5.0, 4.0, 3.0, 2.0, 1.0]))
    0.0
    """
    if len(values) < 4:
        return float("inf")
    return float(1.4826 * np.median(np.abs(np.diff(values, 2))) / np.sqrt(6))


def measured(facts: Facts, quantity: str) -> dict[str, np.ndarray]:
    """Return a quantity of the record by place, ``(steps,)`` each; empty where it was not measured."""
    record = facts.course.record if facts.course else None
    if record is None or quantity not in record:
        return {}
    return {place: values for place, values in record[quantity].items() if values.ndim == 1}


def in_layers(facts: Facts, quantity: str) -> dict[str, np.ndarray]:
    """Return a quantity of the record by layer, in the order of the computation; the whole model's is left out."""
    found = measured(facts, quantity)
    order = {layer.path: turn for turn, layer in enumerate(facts.layers)}
    places = [place for place in found if place != WHOLE]
    return {
        place: found[place]
        for place in sorted(places, key=lambda p: order.get(p.partition("#")[0], len(order)))
    }


def ended_at(values: np.ndarray) -> float:
    """Return the middle one of the last three finite numbers of a record; NaN where there is none."""
    finite = values[np.isfinite(values)]
    return float(np.median(finite[-3:])) if len(finite) else float("nan")


def began_at(values: np.ndarray) -> float:
    """Return the middle one of the first three finite numbers of a record; NaN where there is none."""
    finite = values[np.isfinite(values)]
    return float(np.median(finite[:3])) if len(finite) else float("nan")


def middle(found: dict[str, np.ndarray], at: slice = slice(None)) -> float | None:
    """Return the median over layers and steps; None without a finite number."""
    numbers = [v for values in found.values() for v in values[at] if np.isfinite(v)]
    return float(np.median(numbers)) if numbers else None


def held_rows(facts: Facts) -> int | None:
    """Return how many rows are validated on; None where it is not known."""
    if facts.data is None:
        return None
    if facts.data.validation is not None:
        return facts.data.validation.count
    return round(facts.data.training.count * facts.fit.validation_split) or None


def score_name(facts: Facts) -> str | None:
    """Return the course's metric that is a share of right answers, or None."""
    known = (
        "accuracy",
        "acc",
        "binary_accuracy",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
    )
    names = facts.course.columns if facts.course else ()
    return next((name for name in known if name in names), None)


def scores(facts: Facts) -> bool:
    """Tell whether the accuracy, of validation if there is one, is half-way from the commonest class's share to 1."""
    share = commonest(facts)
    score = accuracy(facts, "val_")
    score = accuracy(facts) if score is None else score
    return share is not None and score is not None and score > share + 0.5 * (1 - share)


def commonest(facts: Facts) -> float | None:
    """Return the share of the commonest class, which a constant answer gets right; None where there are no classes."""
    task = task_of(facts, facts.outputs[0]) if len(facts.outputs) == 1 else None
    if task is None or not task.is_exclusive:
        return None
    return float(np.unique(task.labels, return_counts=True)[1].max() / len(task.labels))


def accuracy(facts: Facts, where: str = "") -> float | None:
    """Return the share of right answers at the end, the middle one of three epochs; of validation with ``"val_"``."""
    name = score_name(facts)
    values = facts.course.column(where + name) if facts.course and name else None
    return None if values is None or not len(values) else float(np.median(values[-3:]))


def above_chance(facts: Facts, where: str = "") -> float | None:
    """Return how far the share of right answers is above the commonest class's share, in standard errors.

    The standard error of a share ``p`` of ``n`` rows is ``sqrt(p (1 - p) / n)``.
    """
    share, score = commonest(facts), accuracy(facts, where)
    rows = held_rows(facts) if where else facts.data.training.count if facts.data else None
    if share is None or score is None or not rows:
        return None
    return (score - share) / float(np.sqrt(max(share * (1 - share), 1e-4) / rows))


def is_noisy(facts: Facts) -> bool:
    """Tell whether training mode makes the loss larger than it is: dropout, noise, augmentation, weights."""
    kinds = {layer.kind for layer in facts.layers}
    noisy = bool(kinds & DROPOUTS) or any(
        k.startswith(("Random", "Gaussian", "Mix", "Cut")) for k in kinds
    )
    recurrent = any(
        layer.config.get(name)
        for layer in facts.layers
        for name in ("dropout", "recurrent_dropout")
    )
    return noisy or recurrent or bool(facts.fit.class_weight) or facts.fit.weighted


POOR = 0.8
"""With this part of the loss without learning left, a training has come to little."""
LARGE = 0.05
"""An update of this part of the weights is no small step; a thousandth is usual."""


def is_long(facts: Facts) -> bool:
    """Tell whether the record reaches far enough."""
    record = facts.course.record if facts.course else None
    return record is not None and bool(record.steps) and record.steps[-1] >= UPDATES


def is_poor(found: Descent | None) -> bool:
    """Tell whether little was learnt, by the loss; a course without a known constant answer is not judged."""
    return found is not None and found.constant is not None and found.left > POOR


def killed(facts: Facts) -> tuple[str, float] | None:
    """Return a layer whose units were alive and died under steps that were too large, and how large these were."""
    ratio = middle(in_layers(facts, "update_ratio"), slice(0, 3))
    if ratio is None or ratio <= LARGE or not is_long(facts) or not is_poor(descent(facts)):
        return None
    for path, shares in in_layers(facts, "dead_share").items():
        if ended_at(shares) >= 0.9 and began_at(shares) <= 0.6:
            return path, ratio
    return None
