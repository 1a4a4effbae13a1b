"""Columns of tables and channels of pictures that stand in another order in the rows that are held back."""

from __future__ import annotations

import numpy as np

from pellucid.insight.doctor.checks.scale import is_table
from pellucid.insight.doctor.facts.data import Column

FEWEST, MOST = 50, 2000
"""Rows of each part: with fewer, chance hides what differs; of more, a sample is compared."""
COLUMNS = 60
"""So many columns at most: of more, some are alike by chance, and the search takes longer than it is worth."""
NEAR = 2.0
"""Kolmogorov's distance in units of chance: two samples of one distribution exceed it once in 1500 times, so that all
of 60 columns stay below it 96 times of 100."""
CLEAR = 3.0
"""How many times as far from the training rows as another order an order must be."""
LOOSE, TORN = 1.5, 3.0
"""Root mean square of differences of correlations in their standard errors, 1 by chance: at most, where they agree, and
at least, where they do not."""
PICTURES = 30
ERRORS = 6.0
"""Standard errors between mean colours of pictures."""


def other_columns(column: Column, held: Column) -> str:
    """Return which columns of a table stand elsewhere in the validation rows; empty if none do.

    As they stand, two columns or more are spread otherwise than in the training rows, and their correlations with the
    others differ; in one other order all columns are spread as there, and all correlations agree. A drift does the
    first but not the second; columns that are alike, as pixels and steps are, do not do the first. Columns of zeros and
    ones do not count: where rows of one place are trained on and those of another are held back, a 1 of the one place
    has changed into a 1 of the other, as if the columns had.
    """
    if not is_table(column) or column.shape != held.shape or not 3 <= column.shape[0] <= COLUMNS:
        return ""
    here, there = (part.flat[:: 1 + (len(part.flat) - 1) // MOST] for part in (column, held))
    if min(len(here), len(there)) < FEWEST:
        return ""
    here_sorted, there_sorted = np.sort(here, axis=0).T, np.sort(there, axis=0).T
    chance = (1 / len(here) + 1 / len(there)) ** 0.5
    asis = [apart(a, b) / chance for a, b in zip(here_sorted, there_sorted, strict=True)]
    if np.greater(asis, NEAR).sum() < 2:
        return ""
    far = np.array([[apart(a, b) for b in there_sorted] for a in here_sorted]) / chance
    error = (1.06 / (len(here) - 3) + 1.06 / (len(there) - 3)) ** 0.5  # of ranks, after Fieller
    links = ranked(here) / error, ranked(there) / error
    order = best_order(far, *links)
    is_measured = [len(np.unique(numbers)) > 2 for numbers in here.T]  # see above
    moved = np.flatnonzero((order != np.arange(len(order))) & is_measured)
    wrong, right = far.diagonal()[moved], far[np.arange(len(order)), order]
    if (wrong > NEAR).sum() < 2 or right.max() > NEAR:
        return ""
    came, found = (_unlike(*links, tried, moved) for tried in (np.arange(len(order)), order))
    if found > LOOSE or came < max(TORN, CLEAR * found):
        return ""
    swapped = [f"column {order[j]} holds what column {j} does in the training rows" for j in moved]
    return (
        f"In the validation rows {', '.join(swapped[:2])}; of {len(moved)} such columns the "
        f"correlations differ by {came:.1f} standard errors, in the other order by {found:.1f}."
    )


def apart(one: np.ndarray, two: np.ndarray) -> float:
    """Return Kolmogorov's distance of sorted numbers: the largest difference of the shares below a number.

    >>> apart(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    places = np.concatenate([one, two])
    here, there = (np.searchsorted(part, places, side="right") / len(part) for part in (one, two))
    return float(np.abs(here - there).max())


def ranked(rows: np.ndarray) -> np.ndarray:
    """Return the correlations of the columns' ranks, stretched so that their error is the same everywhere (Fisher).

    Ranks, because a few far values decide about other correlations.
    """
    ranks = []
    for numbers in rows.T:
        _, which, counts = np.unique(numbers, return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(counts) - counts / 2)[which])
    centred = np.array(ranks) - np.mean(ranks, axis=1, keepdims=True)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    return np.arctanh(np.clip(centred @ centred.T, -0.999, 0.999))


def best_order(far: np.ndarray, here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Return for each training column the validation column that it agrees with most, each taken once.

    First the nearest distributions are paired; then pairs change places while it brings distributions and
    correlations together nearer.
    """
    left, order = far.copy(), np.zeros(len(far), int)
    for _ in far:
        row, taken = np.unravel_index(int(left.argmin()), left.shape)
        order[row] = taken
        left[row], left[:, taken] = np.inf, np.inf
    best = _cost(far, here, there, order)
    for _ in range(5):
        before = best
        for a, b in zip(*np.triu_indices(len(far), 1), strict=True):
            tried = order.copy()
            tried[[a, b]] = order[[b, a]]
            cost = _cost(far, here, there, tried)
            if cost < best:
                best, order = cost, tried
        if best == before:
            break
    return order


def _cost(far: np.ndarray, here: np.ndarray, there: np.ndarray, order: np.ndarray) -> float:
    links = np.square(here - there[np.ix_(order, order)]).sum() / 2
    return float(np.square(far[np.arange(len(far)), order]).sum() + links)


def _unlike(here: np.ndarray, there: np.ndarray, order: np.ndarray, moved: np.ndarray) -> float:
    """Return how far the correlations of the moved columns with all others differ, in standard errors."""
    errors = (here - there[np.ix_(order, order)])[moved]
    return float(np.sqrt(np.square(errors).sum() / (errors.size - len(moved))))


def reversed_channels(column: Column, held: Column) -> str:
    """Return that the pictures' colours stand in reverse in the validation rows; empty if they do not.

    Compared: how much redder, greener and bluer than grey each picture is. Red less blue is ``ERRORS`` away as it
    stands; in reverse all colours are spread as in the training pictures: tints, above and below, brightness and
    contrasts. Dogs beside aeroplanes have the opposite tint in the mean, but are not their mirror in every respect.
    """
    if column.shape != held.shape or len(column.shape) != 3 or column.shape[2] != 3:
        return ""
    if min(len(column.rows), len(held.rows)) < PICTURES:
        return ""
    means = (part.rows.mean(axis=(1, 2), dtype=float) for part in (column, held))
    warm, other = (mean[:, 0] - mean[:, 2] for mean in means)
    error = (warm.var() / len(warm) + other.var() / len(other)) ** 0.5
    came = abs(float(warm.mean() - other.mean()))
    turned = abs(float(warm.mean() + other.mean()))
    if came <= max(ERRORS * error, CLEAR * turned):
        return ""
    chance = (1 / len(warm) + 1 / len(other)) ** 0.5
    here, there = _sorted(_colours(column.rows)), _sorted(_colours(held.rows)[..., ::-1])
    if max(apart(one, two) for one, two in zip(here, there, strict=True)) > NEAR * chance:
        return ""
    return (
        f"Channel 0 less channel 2 is {warm.mean():.3g} in the mean of the training pictures and {other.mean():.3g} in "
        f"the mean of those to validate on, as red and blue in reverse."
    )


def _sorted(numbers: np.ndarray) -> np.ndarray:
    return np.sort(numbers.reshape(len(numbers), -1), axis=0).T


def _colours(pictures: np.ndarray) -> np.ndarray:
    """Return ``(pictures, 5, 3)``: of each channel the tint of all, above and below, the mean and the spread."""
    middle = pictures.shape[1] // 2
    parts = (pictures, pictures[:, :middle], pictures[:, middle:])
    means = [part.mean(axis=(1, 2), dtype=float) for part in parts]
    tints = [mean - mean.mean(axis=1, keepdims=True) for mean in means]
    return np.stack([*tints, means[0], pictures.std(axis=(1, 2), dtype=float)], axis=1)
