"""How a frame around an input may be given: one number, one per axis, or a pair per axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.core.limits import Instance

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Edges(Instance):
    """Numbers of cells at the two ends of ``rank`` axes: one for all, one per axis, or a pair per axis.

    For series a pair is the two ends of the one axis.
    """

    rank: int = 1

    def describe(self) -> str:
        if self.rank == 1:
            return "an integer of at least 0, or a pair (before, after)"
        return f"an integer of at least 0, or {self.rank} of them, or {self.rank} pairs (before, after)"

    def allows(self, value: Any) -> bool:
        if self.rank == 1:
            return _count(value) or _pair(value)
        if not isinstance(value, (tuple, list)):
            return _count(value)
        return len(value) == self.rank and all(_count(item) or _pair(item) for item in value)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(_count, value))


def pairs(value: Any, rank: int) -> Pairs:
    """Return (before, after) for every axis.

    >>> pairs(1, 2), pairs((1, (0, 2)), 2), pairs((0, 3), 1)
    (((1, 1), (1, 1)), ((1, 1), (0, 2)), ((0, 3),))
    """
    each = (value,) * rank if rank == 1 or isinstance(value, int) else value
    return tuple(
        (item, item) if isinstance(item, int) else (int(item[0]), int(item[1])) for item in each
    )
