"""A check of a column that only numbers the rows: an index that was left among the features."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import ENCODING
from pellucid.insight.doctor.checks.pairs import places_of, standardised
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of, is_table
from pellucid.insight.doctor.checks.symptoms import FOOLED
from pellucid.insight.doctor.checks.tasks import task_of
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

ROWS = 50
"""Rows, at least: of fewer, whole numbers that are all different may be few enough to be measured."""
SLACK = 2.0
"""How many times as many numbers as rows there may be: half of a table may have been split off, or left out."""
SURE = 10.0
"""Of k numbers out of m all are different by chance with a probability of about exp(-k**2 / (2 m)): below exp(-10)."""
NOISE = 0.3
"""Up to this likeness of neighbours the other columns know nothing of the order; in time and on grids they are alike to
0.5 and more, and what chance makes of 50 rows is 0.14."""
REST = 0.9
"""As in D107: where another column follows the target as well, the target is a plain function of the inputs."""


@check("D114", "A column numbers the rows", faults=("F33", "F31"), explains=(*FOOLED, "D107"))
def numbered(facts: Facts) -> Iterator[Sign]:
    """The number of a row is no property of it; in a file that is sorted by the answer it gives the answer away.

    Compared: a column's numbers with evenly spaced ones, of which there are at most ``SLACK`` times as many as rows in
    all; all are different (``SURE``). A warning where the target is sorted along the column: each class in one block,
    or in two of joined files, while chance makes ten times as many; or a number that only rises, or only falls. Else a
    hint. Silent of a time or a grid: there, the other columns are alike in neighbours, less what the target explains
    (``NOISE``).
    """
    if facts.data is None:
        return
    held = facts.data.validation
    rows = facts.data.training.count + (held.count if held else 0)
    for column in inputs_of(facts):
        is_wide = is_table(column) and column.shape[0] >= 2 and len(column.rows) >= ROWS
        if not is_wide or any(layer.kind in ENCODING for layer in first_layers(facts, column)):
            continue
        for which in range(column.shape[0]):
            count = _numbering(column, which, SLACK * rows)
            if count:
                yield from _sign(facts, column, which, count)
                break


def _numbering(column: Column, which: int, most: float) -> int:
    """Return how many evenly spaced numbers there are from a column's first to its last one; 0 where it is no index."""
    numbers = column.flat[:, which]
    ordered = np.sort(numbers)
    gaps = np.diff(ordered)
    if not gaps.all():
        return 0
    places = places_of(column)
    line = numbers[0] + (places - places[0]) * (numbers[-1] - numbers[0]) / (places[-1] - places[0])
    if np.abs(numbers - line).max() < 0.05 * np.ptp(numbers) / column.count:
        return column.count  # a sample of rows in their order: their gaps are those of the sample
    # The smallest gap is one step, but for its rounding; small gaps together say the step, and all gaps say it best.
    step = float(np.median(gaps[gaps < 1.5 * gaps.min()]))
    steps = np.round(gaps / step)
    count = int(steps.sum()) + 1
    if count > most or len(numbers) ** 2 < 2 * SURE * count:
        return 0
    step = (ordered[-1] - ordered[0]) / (count - 1)
    grid = ordered[0] + step * np.concatenate([[0.0], np.cumsum(steps)])
    return count if np.abs(ordered - grid).max() < 0.05 * step else 0


def _sign(facts: Facts, column: Column, which: int, count: int) -> Iterator[Sign]:
    """Yield a warning where a target is sorted along such a column, else a hint; nothing of a time or a grid."""
    assert facts.data is not None
    along = np.argsort(column.flat[:, which])
    others = standardised(np.delete(column.flat, which, axis=1))[along]
    sorting = ""
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or len(task.values) != len(along):
            continue
        if task.is_exclusive:
            labels = np.unique(task.labels, return_inverse=True)[1].reshape(-1)[along]
            sorting = sorting or _blocks(labels)
            means = np.array([others[labels == k].mean(axis=0) for k in range(labels.max() + 1)])
            others = others - means[labels]
        elif task.width == 1 and np.ptp(task.values):
            target = standardised(task.values)[along]
            slopes = target.T @ others / len(target)
            sorting = sorting or _one_way(target[:, 0], slopes)
            others = others - target @ slopes
    if not others.size or _likeness(others) > NOISE:
        return
    evidence = [
        f"The {len(along)} numbers of column {which} that were looked at are all different and stand on {count} evenly "
        f"spaced places, as the numbers of rows do.",
    ]
    level: Level = "warning" if sorting else "hint"
    evidence += [f"Along it the target is sorted ({sorting})."] if sorting else []
    place = Place(None, "x", f"{column.name} column {which}".strip())
    repair = Repair(f"x = np.delete(x, {which}, axis=1), or read_csv(..., index_col=0)")
    yield Sign(level, 0.85 if sorting else 0.5, place, tuple(evidence), repair)


def _blocks(labels: np.ndarray) -> str:
    """Return how seldom the class changes, where each class is one block, or two of joined files; else nothing."""
    changes = int((np.diff(labels) != 0).sum())
    shares = np.bincount(labels) / len(labels)
    chance = (len(labels) - 1) * (1 - float(np.sum(shares**2)))
    if changes > 2 * len(shares) - 1 or 10 * changes > chance:
        return ""
    return f"changes of class: {changes}, by chance {chance:.0f}"


def _one_way(target: np.ndarray, alike: np.ndarray) -> str:
    """Return that numbers only rise or only fall while no other column follows them; else nothing."""
    steps = np.diff(target)
    if not ((steps >= 0).all() or (steps <= 0).all()) or np.abs(alike).max(initial=0.0) >= REST:
        return ""
    return f"it never {'falls' if steps.sum() > 0 else 'rises'}"


def _likeness(columns: np.ndarray) -> float:
    """Return the correlation of neighbouring rows, the median of all columns that are not constant."""
    columns = columns - columns.mean(axis=0)
    sizes = np.square(columns).mean(axis=0)
    moving = sizes > 1e-9
    if not moving.any():
        return 1.0
    alike = (columns[1:] * columns[:-1]).mean(axis=0)[moving] / sizes[moving]
    return float(np.median(alike))
