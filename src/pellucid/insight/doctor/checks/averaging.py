"""Whether a column is the mean of the target over groups of rows, each row among its own group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.checks.tasks import Task
from pellucid.insight.doctor.finding import Place, Repair, Sign

FEWEST = 20
"""Rows at the smallest value, at the largest, and between: of fewer all may have one answer by chance."""
ENDS = 0.25
"""Of all rows, how many stand at the ends, where a group has one answer. Where few do, groups are large, and a row
says little of its own mean."""
LEVELS = 3
"""Different values between, at least: through one or two there is nearly always a line."""
LARGEST = 12
"""A mean over up to 12 rows is a fraction with such a denominator. There are 45 of them between 0 and 1, so that a
number of another kind meets one to ``CLOSE`` in one case of a thousand."""
CLOSE = 1e-5
"""How near a number of single precision comes to its fraction after the column was scaled."""
ALONE = 0.5
"""Of numbers, how many rows are a group of their own, so that the mean is the target itself."""
PAIRS = 40
"""Pairs of rows through which a line is laid: with half of the rows on one line, one pair in four finds it."""
SOME = 250
"""Rows that are looked at first, of all columns."""
REPAIR = Repair(
    "sklearn.preprocessing.TargetEncoder().fit_transform(groups_train, y_train), which leaves the row itself "
    "out; .transform(groups_val)"
)


def averaged(x: np.ndarray, y: np.ndarray, task: Task) -> Iterator[Sign]:
    """Yield a sign for the first column that is such a mean, ``x`` and ``y`` being rows side by side."""
    if task.kind == "numbers" and y.shape[1] == 1:
        yield from _of_numbers(x, y[:, 0])
    if not task.is_exclusive or task.classes != 2:
        return
    hit = y[:, -1] == y[:, -1].max()
    for which, numbers in enumerate(x.T):
        if not np.ptp(numbers) or not is_average(numbers, hit):
            continue
        low, high = int((numbers == numbers.min()).sum()), int((numbers == numbers.max()).sum())
        evidence = (
            f"All {low} rows at the smallest value of column {which} are of one class, all {high} at its largest of "
            "the other.",
            "Between, the share of the other class follows the value, mostly at fractions such as 1/2 and 2/3: it is "
            "the mean of the target over groups, with the row itself.",
        )
        yield Sign("warning", 0.85, Place(None, "x", f"column {which}"), evidence, REPAIR)
        return


def _of_numbers(x: np.ndarray, y: np.ndarray) -> Iterator[Sign]:
    """Yield a sign for the first column that is the target itself, on any scale, in half of the rows and more.

    Silent of a series that stays where it was: there the step before is the target now and then, and no leak.
    """
    if np.mean(np.diff(y) == 0) > 0.3 * ALONE:
        return
    some = slice(None, None, 1 + len(y) // SOME)
    for which, numbers in enumerate(x.T):
        if same_share(numbers[some], y[some])[0] < 0.5 * ALONE:
            continue
        share, chance = same_share(numbers, y)
        if share < ALONE or share < 5 * chance:
            continue
        evidence = (
            f"In {share:.0%} of the rows column {which} is the target itself, on its own scale; in rows mixed by "
            f"chance it would be in {chance:.0%}.",
            "So is a mean of the target over groups, of which most have one row.",
        )
        yield Sign("warning", 0.85, Place(None, "x", f"column {which}"), evidence, REPAIR)
        return


def same_share(numbers: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the share of rows on one line of ``y``, to rounding, and that of rows mixed by chance.

    >>> y = np.random.default_rng(0).normal(size=200)
    >>> same_share(np.where(np.arange(200) % 4, 3 * y - 1, 0.0), y)
    (0.75, 0.0)
    """
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, len(y), (2, PAIRS))
    rises, runs = numbers[one] - numbers[other], y[one] - y[other]
    known = (rises != 0) & (runs != 0)
    if not known.any():
        return 0.0, 0.0
    slopes = rises[known] / runs[known]
    offsets = numbers[one][known] - slopes * y[one][known]
    near = 10 * CLOSE * numbers.std()
    on_line = np.abs(numbers - slopes[:, None] * y - offsets[:, None]) < near
    best = int(on_line.mean(axis=1).argmax())
    mixed = np.abs(numbers - slopes[best] * rng.permutation(y) - offsets[best]) < near
    return float(on_line[best].mean()), float(mixed.mean())


def is_average(numbers: np.ndarray, hit: np.ndarray) -> bool:
    """Tell whether numbers are the share of hits in groups that hold the row itself, on any scale.

    >>> groups = np.repeat(np.arange(400), np.arange(400) % 4 + 1)
    >>> hit = np.random.default_rng(0).random(len(groups)) < 0.5
    >>> shares = np.bincount(groups, hit) / np.bincount(groups)
    >>> is_average(2 * shares[groups] - 1, hit), is_average(shares[groups], hit[::-1])
    (True, False)
    """
    low = numbers.min()
    shares = np.round((numbers - low) / (numbers.max() - low), 5)
    first, last = shares == 0, shares == 1
    if min(first.sum(), last.sum()) < FEWEST or (first | last).mean() < ENDS:
        return False
    if hit[first].any() or not hit[last].all():
        return False
    between = ~(first | last)
    shares = shares[between]
    levels, which, counts = np.unique(shares, return_inverse=True, return_counts=True)
    if len(shares) < FEWEST or len(levels) < LEVELS or _is_grid(levels):
        return False
    if counts[_is_fraction(levels)].sum() < 0.5 * counts.sum():
        return False
    hits = np.bincount(which.reshape(-1), hit[between])
    return _is_chance(hits, counts, levels)


def _is_grid(levels: np.ndarray) -> bool:
    """Tell whether values are evenly spaced from end to end, as grades, counts and answers are."""
    gaps = np.diff(np.concatenate([[0.0], levels, [1.0]]))
    return bool(np.ptp(gaps) < 10 * CLOSE)


def _is_fraction(levels: np.ndarray) -> np.ndarray:
    """Tell of each value whether it is a fraction whose denominator is at most ``LARGEST``."""
    parts = np.arange(2, LARGEST + 1)[:, None] * levels
    away = np.abs(parts - np.round(parts)) / np.arange(2, LARGEST + 1)[:, None]
    return away.min(axis=0) < 2 * CLOSE


def _is_chance(hits: np.ndarray, counts: np.ndarray, levels: np.ndarray) -> bool:
    """Tell whether hits stray from their shares by what chance allows: three spreads of the sum of their squares.

    It is less than chance: 0 if all rows of all groups are there, and some where others were held back.
    """
    strays = (hits - counts * levels) ** 2 / (counts * levels * (1 - levels))
    return float(strays.sum()) < len(levels) + 3 * (2 * len(levels)) ** 0.5
