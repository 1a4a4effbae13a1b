"""Checks of pictures and windows: whether their numbers were read in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.inputs import place_of
from pellucid.insight.doctor.checks.scale import inputs_of
from pellucid.insight.doctor.checks.symptoms import FOOLED, STUCK
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Repair, Sign

SMOOTHER = 0.7
"""How large the steps from pixel to pixel are in the better order, as a part of those in the order that came."""
SMALLEST = 8
"""Pixels of a side, or steps of a window, from which there is something to see."""
FEWEST = 20
"""Windows from which means of steps at single places say something."""


@check(
    "D112",
    "Pictures or windows are read in the wrong order of axes",
    faults=("F31", "F32"),
    explains=(*STUCK, *FOOLED, "D125", "D132"),
)
def wrong_order(facts: Facts) -> Iterator[Sign]:
    """Numbers stored as (channels, height, width) and reshaped to (height, width, channels) are no pictures any more.

    Nor are (features, steps) that were reshaped to (steps, features) windows of series.

    A pixel is much like the one beside it, in every picture there is; the order in which neighbours are more alike is
    the one in which they were stored. Threshold: the mean step from pixel to pixel, downwards and in both directions
    together, is less than seven tenths of the one in the order that came. Of photographs, cells and digits that are
    read wrongly it is .1 to .55, of those that are read rightly 1.8 and more. A window's features may be alike too
    (bands of a spectrum, channels of an EEG), so that the same factor is asked of its seams: see ``other_steps``.
    """
    for column in inputs_of(facts):
        yield from wrong_pictures(column)
        yield from wrong_windows(column)


def wrong_pictures(column: Column) -> Iterator[Sign]:
    """Yield a sign if the column holds pictures that are smoother in another order."""
    shape = column.shape
    is_picture = len(shape) == 3 and shape[2] in (2, 3, 4) and min(shape[:2]) >= SMALLEST
    if not is_picture or len(column.rows) < 2:
        return
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


def wrong_windows(column: Column) -> Iterator[Sign]:
    """Yield a sign if the column holds windows that are smoother as (features, steps)."""
    if len(column.shape) != 2 or column.shape[0] < SMALLEST or len(column.rows) < FEWEST:
        return
    steps, features = column.shape
    came = float(np.abs(np.diff(column.rows.astype(float), axis=1)).mean())
    better = other_steps(column.rows)
    if better is None or not 0 < better < SMOOTHER * came:
        return
    evidence = (
        f"From step to step the numbers change by {came:.3g}; read as (features, steps) by {better:.3g}.",
    )
    line = f"x = x.reshape(-1, {features}, {steps}).transpose(0, 2, 1)"
    yield Sign("warning", 0.85, place_of(column), evidence, Repair(line))


def other_steps(windows: np.ndarray) -> float | None:
    """Return the mean change from step to step if the numbers are (features, steps); None if their seams deny it.

    In the order in which they lie, numbers jump where what belongs together ends. If that is behind each step's
    features, the window is read rightly; if it is behind each feature's steps, and nothing is seen at the other
    places, it is not.

    >>> line = np.arange(12.0) + np.array([[0.0], [50.0], [90.0], [10.0], [60.0]])
    >>> other_steps(line.reshape(1, 12, 5)), other_steps(line.T.reshape(1, 12, 5))
    (1.0, None)
    """
    rows, steps, features = windows.shape
    changes = np.abs(np.diff(windows.reshape(rows, -1).astype(float), axis=1)).mean(axis=0)
    behind = np.arange(1, steps * features)
    of_feature = behind % steps == 0
    of_step = (behind % features == 0) & ~of_feature
    if features < 2 or not of_step.any() or not of_feature.any():
        return None
    within = float(changes[~of_feature].mean())
    jump = float(changes[of_feature].mean())
    is_seamless = changes[of_step].mean() < SMOOTHER * jump and within < SMOOTHER * jump
    return within if is_seamless else None


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
