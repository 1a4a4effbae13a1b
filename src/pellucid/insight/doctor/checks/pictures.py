"""Checks of pictures: whether their numbers were read in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.inputs import place_of
from pellucid.insight.doctor.checks.scale import inputs_of
from pellucid.insight.doctor.checks.symptoms import FOOLED, STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Repair, Sign

SMOOTHER = 0.7
"""How large the steps from pixel to pixel are in the better order, as a part of those in the order that came."""
SMALLEST = 8
"""Pixels of a side from which there is something to see."""


@check(
    "D112",
    "Pictures are read in the wrong order of axes",
    faults=("F31", "F32"),
    explains=(*STUCK, *FOOLED, "D125", "D132"),
)
def wrong_order(facts: Facts) -> Iterator[Sign]:
    """Numbers stored as (channels, height, width) and reshaped to (height, width, channels) are no pictures any more.

    A pixel is much like the one beside it, in every picture there is; the order in which neighbours are more alike is
    the one in which they were stored. Threshold: the mean step from pixel to pixel, downwards and in both directions
    together, is less than seven tenths of the one in the order that came. Of photographs, cells and digits that are
    read wrongly it is .1 to .55, of those that are read rightly 1.8 and more.
    """
    for column in inputs_of(facts):
        shape = column.shape
        is_picture = len(shape) == 3 and shape[2] in (2, 3, 4) and min(shape[:2]) >= SMALLEST
        if not is_picture or len(column.rows) < 2:
            continue
        came = steps_between(column.rows)
        for order, better, line in other_orders(column.rows):
            steps = steps_between(better)
            is_smoother = steps[0] < SMOOTHER * came[0] and sum(steps) < SMOOTHER * sum(came)
            if not is_smoother or 0 in steps:
                continue
            evidence = (
                f"From pixel to pixel the numbers change by {came[0]:.3g} down and {came[1]:.3g} across; read as "
                f"{order} by {steps[0]:.3g} and {steps[1]:.3g}.",
            )
            yield Sign("warning", 0.85, place_of(column), evidence, Repair(line))


def steps_between(pictures: np.ndarray) -> tuple[float, float]:
    """Return the mean change from a pixel to the next one, down and across.

    >>> steps_between(np.arange(8.0).reshape(1, 2, 4, 1))
    (4.0, 1.0)
    """
    numbers = pictures.astype(float)
    down, across = (float(np.abs(np.diff(numbers, axis=axis)).mean()) for axis in (1, 2))
    return down, across


def other_orders(pictures: np.ndarray) -> Iterator[tuple[str, np.ndarray, str]]:
    """Yield a name, the pictures and the line that makes them, if they were stored or read channels first."""
    rows, height, width, channels = pictures.shape
    stored = pictures.reshape(rows, channels, height, width)
    line = f"x = x.reshape(-1, {channels}, {height}, {width}).transpose(0, 2, 3, 1)"
    yield "(channels, height, width)", np.moveaxis(stored, 1, 3), line
    turned = np.moveaxis(pictures, 3, 1).reshape(pictures.shape)
    line = f"x = x.transpose(0, 3, 1, 2).reshape(-1, {height}, {width}, {channels})"
    yield "(height, width, channels) as they were stored", turned, line
