"""Ids of words that mean one thing in the training rows and another in the rows that are held back."""

from __future__ import annotations

from math import log, sqrt

import numpy as np

from pellucid.insight.doctor.facts.data import Column

STEPS = 4
"""Ids in a row, at least: fewer are categories."""
OFTEN = 4
"""Times that two ids stand beside each other in the training rows, to count as a usual pair."""
TOGETHER = 1.2
"""Logarithm of how much more frequent usual pairs are than chance would have them, from which ids are words in a
sentence: 1.3 to 2.4 in news, reviews, messages and plays."""
KEPT = 0.5
"""The part of it that is left in the held rows of the same words: .7 to .95, of another kind of text .6 to .75; under
numbers that were dealt out anew .4 at most."""
EXPECTED = 100
"""Usual pairs that the held rows would have with the training rows' words, at least."""
LARGEST = 400_000
"""Numbers of a part that are looked at."""


def another_vocabulary(column: Column, held: Column) -> str:
    """Return how the neighbours of ids differ in the held rows; empty where they are the same words, or not known.

    Words keep company: "prime" stands before "minister" in all texts. Numbered anew for the held rows, the same ids are
    other words, and pairs that are usual in the training rows come no more often than by chance.
    """
    if len(column.shape) != 1 or column.shape[0] < STEPS or len(held.shape) != 1:
        return ""
    if not column.whole or not held.whole:
        return ""
    here, there = _pairs(column), _pairs(held)
    if not len(here) or not len(there):
        return ""
    size = int(max(here.max(), there.max())) + 1
    found, counts = np.unique(here[:, 0] * size + here[:, 1], return_counts=True)
    usual = found[counts >= OFTEN]
    share, chance = _shares(here, usual, size)
    held_share, held_chance = _shares(there, usual, size)
    if min(share, chance, held_chance) <= 0 or share * len(there) < EXPECTED:
        return ""
    number = held_share * len(there)
    surely = (number + 2 * sqrt(number) + 2) / len(there)  # two standard errors of a count above it
    more, held_more = share / chance, held_share / held_chance
    if log(more) < TOGETHER or log(surely / held_chance) >= KEPT * log(more):
        return ""
    return (
        f"{len(usual)} pairs of ids often stand side by side in the training rows, {more:.1f} times as often as by "
        f"chance; in the validation rows {held_more:.1f} times: there the same ids stand for other words."
    )


def _pairs(column: Column) -> np.ndarray:
    """Return ids that stand side by side, ``(pairs, 2)``; 0 and 1 are filling and unknown words."""
    rows = column.flat[: max(1, LARGEST // column.shape[0])].astype(np.int64)
    sides = np.stack([rows[:, :-1].ravel(), rows[:, 1:].ravel()], axis=1)
    return sides[(sides > 1).all(axis=1) & (sides[:, 0] != sides[:, 1])]


def _shares(pairs: np.ndarray, usual: np.ndarray, size: int) -> tuple[float, float]:
    """Return which share of the pairs are usual ones, and which would be if neighbours were drawn by chance.

    Args:
        pairs: Of ids below ``size``.
        usual: Usual pairs, each as one number, ``first * size + second``.
        size: Of the vocabulary.
    """
    first, second = (np.bincount(side, minlength=size) / len(pairs) for side in pairs.T)
    are_usual = np.isin(pairs[:, 0] * size + pairs[:, 1], usual)
    return float(are_usual.mean()), float((first[usual // size] * second[usual % size]).sum())
