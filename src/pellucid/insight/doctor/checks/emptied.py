"""A check of pictures in which nothing stands: numbers that were cut to 0, and files that could not be read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.inputs import place_of
from pellucid.insight.doctor.checks.pairs import paired
from pellucid.insight.doctor.checks.scale import inputs_of
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Repair, Sign

SMALLEST = 16
"""Numbers of a picture up to which all may be the same by chance, or because little was measured."""
FEWEST = 5
SHARE = 0.1
CUT = 0.05
"""Empty pictures, at least: a tenth of all; a twentieth where only 0 and 1 occur. Fashion-MNIST, MNIST and CIFAR-10
have none, nor as 0 and 1 by the bound 127; of ``x // 255`` it is 8, 9 and 66 in a hundred."""


@check(
    "D116",
    "Pictures in which nothing stands",
    faults=("F31",),
    explains=(*STUCK, "D103", "D124", "D130"),
)
def empty_pictures(facts: Facts) -> Iterator[Sign]:
    """A picture whose numbers are all the same says nothing, and all such pictures are one and the same row.

    So it is where whole numbers were divided without a remainder (``x // 255`` leaves 1 where brightness was full, and
    0 elsewhere), and where a loader hands on zeros for files that it cannot read. Thresholds: ``SHARE``, ``CUT`` and
    ``FEWEST``. Silent where all empty pictures have the same answer: then nothing is what they show.
    """
    for column in inputs_of(facts):
        if len(column.shape) != 3 or min(column.shape[:2]) < 2:
            continue
        flat = column.flat
        empty = np.ptp(flat, axis=1) == 0
        if flat.shape[1] <= SMALLEST or empty.sum() < FEWEST or empty.all():
            continue
        values = np.unique(flat)
        is_cut = np.array_equal(values, [0, 1])
        if empty.mean() >= (CUT if is_cut else SHARE) and not _is_meant(facts, column):
            yield _sign(column, empty, values, is_cut)


def _sign(column: Column, empty: np.ndarray, values: np.ndarray, is_cut: bool) -> Sign:
    """Return how many pictures are empty, and the numbers that occur where they are two."""
    evidence = [
        f"In {empty.mean():.0%} of the {len(empty)} pictures looked at all numbers are the same."
    ]
    if len(values) == 2:
        evidence.append(f"Only {values[0]:.4g} and {values[1]:.4g} occur.")
    name = column.name or None
    x = "x" if name is None else f'x["{name}"]'
    line = f"keep = np.ptp({x}.reshape(len({x}), -1), axis=1) > 0; x, y = x[keep], y[keep]"
    if is_cut:
        line = f"{x} = {x} / 255, of the pixels as they were read; x // 255 cuts off all but 255"
    return Sign("warning", 0.85, place_of(column), tuple(evidence), Repair(line))


def _is_meant(facts: Facts, column: Column) -> bool:
    """Tell whether all empty pictures have the same answer, such as an empty mask; not where pictures are their own."""
    assert facts.data is not None
    for target in facts.data.training.y.values():
        if target.rows.dtype.kind not in "biuf":
            continue
        x, y = paired(column, target)
        asked = y[np.ptp(x, axis=1) == 0]
        if len(asked) and (asked == asked[0]).all() and not np.array_equal(x, y):
            return True
    return False
