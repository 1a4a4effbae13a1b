"""A check of numbers that stand for what is missing, such as -9999, and were left among what was measured."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import DISTANCES, ENCODING
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK, WILD
from pellucid.insight.doctor.checks.tasks import loss_of, task_of
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

WIDEST = 200
"""Columns that are looked at: those of tables and series, and no pictures."""
DIFFERENT = 20
"""Different numbers from which on a column is measured, and not a code, a flag or a count of few."""
GAP = 10.0
"""How many times the whole range of the other numbers the gap is wide: another order of magnitude. Skewed amounts that
were cut at a top, such as gains at 99999, lie up to about 4 ranges beyond the others of a sample."""


@check(
    "D113",
    "One number stands for what is missing",
    faults=("F31", "F06"),
    explains=(*STUCK, *WILD, *FLAT, "D101", "D102", "D121"),
)
def sentinel(facts: Facts) -> Iterator[Sign]:
    """A -9999 for a missing value is read as a measurement: it rules the mean, the spread, the loss and the gradients.

    Compared: the smallest and the largest number of each column with all others of it. Thresholds: the number comes
    three times at each step of a row, as often as one in 5000, and less than half of the time; it lies ``GAP`` ranges
    beyond all others, of which ``DIFFERENT`` are different. One outlier does not come back to the last digit. A 0 is
    padding, and a ``Masking`` layer or a layer of one's own may leave such numbers out: silent, as of weighted targets.
    """
    if facts.data is None or any(
        layer.kind == "Masking" or not layer.ours for layer in facts.layers
    ):
        return
    for column in inputs_of(facts):
        is_id = any(layer.kind in ENCODING for layer in first_layers(facts, column))
        if not is_id:
            yield from _signs(column, "x")
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or task.kind != "numbers" or facts.fit.weighted:
            continue
        if loss_of(output) in DISTANCES:
            yield from _signs(facts.data.training.y[output.name], "y")


def _signs(column: Column, which: str) -> Iterator[Sign]:
    """Yield a sign for the first column of an input or a target that holds such a number."""
    if len(column.shape) > 2:
        return
    width = column.shape[-1] if column.shape else 1
    steps = column.shape[0] if len(column.shape) == 2 else 1
    numbers = column.rows.reshape(-1, width)
    for place in range(width if width <= WIDEST else 0):
        found = _sentinel(numbers[:, place], steps)
        if found is None:
            continue
        value, count, low, high = found
        evidence = (
            f"{value:.6g} comes {count} times among {len(numbers)} numbers of column {place}; all others lie between "
            f"{low:.4g} and {high:.4g}.",
        )
        repair = Repair(
            f"{which}[np.isclose({which}, {value:.6g})] = np.nan; then leave these rows out or fill them, before "
            f"scaling"
        )
        where = Place(None, which, column.name or (f"column {place}" if width > 1 else None))
        yield Sign("warning", 0.9, where, evidence, repair)
        return


def _sentinel(numbers: np.ndarray, steps: int) -> tuple[float, int, float, float] | None:
    """Return the number that stands for what is missing, how often it comes, and the range of all others."""
    # Windows of a series hold each of its numbers once at each of their steps, so that one outlier comes that often.
    least = max(3 * steps, len(numbers) / 5000)
    for value in (float(numbers.min()), float(numbers.max())):
        others = numbers[numbers != value]
        count = len(numbers) - len(others)
        if value == 0 or not least <= count < 0.5 * len(numbers):
            continue
        low, high = float(others.min()), float(others.max())
        gap = max(low - value, value - high)
        if gap > GAP * (high - low) and len(np.unique(others)) >= DIFFERENT:
            return value, count, low, high
    return None
