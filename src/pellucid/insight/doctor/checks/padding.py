"""How rows of different length were filled up: with a step that stands at their ends, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

AT_ENDS = 0.9
"""Share of such steps that stand at the rows' ends: a number that a series has by itself stands elsewhere too."""


@dataclass(frozen=True)
class Padding:
    """What rows were filled up with.

    Attributes:
        step: The numbers of a step of it.
        share: How much of all rows it takes.
        is_first: Whether it stands before the series, not behind it.
    """

    step: np.ndarray
    share: float
    is_first: bool

    @property
    def number(self) -> float | None:
        """The one number that it consists of, or None."""
        return float(self.step[0]) if np.all(self.step == self.step[0]) else None


def padding_of(rows: np.ndarray) -> Padding | None:
    """Return the padding of series, ``(rows, steps, features)``: at whichever end there is more of it, or None.

    It is the commonest last step, if it is repeated there, not equally often in all rows, and nine tenths of the steps
    that are equal to it stand in such runs.

    >>> found = padding_of(
    ...     np.array([[[1.0], [2.0], [-1.0], [-1.0]], [[3.0], [-1.0], [-1.0], [-1.0]]])
    ... )
    >>> found.number, found.share, found.is_first
    (-1.0, 0.625, False)
    """
    found = [each for is_first in (False, True) if (each := _at_an_end(rows, is_first)) is not None]
    return max(found, key=lambda each: each.share, default=None)


def _at_an_end(rows: np.ndarray, is_first: bool) -> Padding | None:
    outermost = rows[:, 0 if is_first else -1]
    steps, counts = np.unique(outermost, axis=0, return_counts=True)
    step = steps[counts.argmax()]
    equal, runs = (rows == step).all(axis=2), run_of(rows, step, is_first)
    runs = np.where(runs > 1, runs, 0)
    is_padding = len(np.unique(runs)) > 1 and runs.sum() >= AT_ENDS * equal.sum()
    return Padding(step, float(runs.sum() / equal.size), is_first) if is_padding else None


def run_of(rows: np.ndarray, step: np.ndarray, is_first: bool) -> np.ndarray:
    """Return how many steps equal to one each row begins or ends with.

    >>> run_of(np.array([[[1.0], [0.0], [0.0]]]), np.array([0.0]), False)
    array([2])
    """
    equal = (rows == step).all(axis=2)
    equal = equal if is_first else equal[:, ::-1]
    return np.cumprod(equal, axis=1).sum(axis=1)
