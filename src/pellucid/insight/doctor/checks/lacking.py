"""Classes that rows are held back of, and that no row is trained on."""

from __future__ import annotations

import numpy as np

from pellucid.insight.doctor.checks.tasks import Task
from pellucid.insight.doctor.facts.data import Column

FEWEST, SHARE = 10, 0.01
"""Rows of a class, and their share of all that are held back, from which it is worth a word."""
CHANCE = 1e-6


def only_held(task: Task, column: Column, held: Column) -> str:
    """Return which class has validation rows and no training row, and its share; empty without one.

    Of k rows of a class all fall into a part that has a share p of the rows with a chance of p ** k; a millionth is
    asked, divided by the number of classes.
    """
    if not task.is_exclusive or not np.isfinite(held.flat).all():
        return ""
    there = labels_of(task, held)
    classes, counts = np.unique(there, return_counts=True)
    lone = ~np.isin(classes, task.labels)
    if not is_mixed(task.labels) and column.count > len(column.rows):
        beyond = (classes < column.low) | (classes > column.high)
        lone &= beyond & (task.width == 1)
    if not lone.any():
        return ""
    count = int(counts[lone].max())
    part = len(there) / (len(there) + len(task.labels))
    if count < max(FEWEST, SHARE * len(there)) or part**count * len(classes) > CHANCE:
        return ""
    name = classes[lone][counts[lone].argmax()]
    more = int(lone.sum()) - 1
    others = f" (and there are {more} more like it)" if more else ""
    return (
        f"{count / len(there):.1%} of the validation rows are of class {name:g}{others}; none of the "
        f"{len(task.labels)} training rows looked at is."
    )


def labels_of(task: Task, held: Column) -> np.ndarray:
    """Return the classes of the rows that are held back, read as those of the task."""
    return held.flat.argmax(axis=1) if task.width > 1 else held.flat[:, 0]


def is_cut(task: Task, held: Column) -> bool:
    """Tell whether the classes of most training rows are not held back, as where sorted rows were cut in two."""
    return float(np.isin(task.labels, labels_of(task, held)).mean()) < 0.5


def is_mixed(labels: np.ndarray) -> bool:
    """Tell whether labels stand in no order, so that a sample of every tenth row meets all classes.

    If classes take turns, it meets some of them only: then neighbours in the sample agree always, or more seldom than
    by chance (4 standard errors are asked, and at most halfway from chance to always).

    >>> is_mixed(np.random.default_rng(0).integers(0, 5, 300))
    True
    >>> is_mixed(np.arange(3000)[::2] % 10), is_mixed(np.repeat([0, 1], 50))
    (False, False)
    """
    chance = float(np.square(np.unique(labels, return_counts=True)[1] / len(labels)).sum())
    agree = float((labels[1:] == labels[:-1]).mean())
    error = (chance * (1 - chance) / len(labels)) ** 0.5
    return chance < 0.8 and chance - 4 * error < agree < (1 + chance) / 2
