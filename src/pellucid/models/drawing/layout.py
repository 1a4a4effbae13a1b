"""Where the boxes of a graph go.

The method is Sugiyama's (Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures,
1981), made short: ranks by the longest way from an input; an arrow over several ranks passes through *bends*; the order
within a rank is improved by sweeps that pull each box to the mean place of its neighbours; so are the places.
A long diagram is cut into columns, best where a single arrow crosses.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 8
RANKS = 24
"""Ranks in one column, at most."""

Item = tuple[int, int]
"""A box ``(number, -1)``, or the bend of an arrow: ``(number of the arrow, rank)``."""


@dataclass
class Layout:
    """Places of boxes and arrows.

    Attributes:
        column: The column of every rank.
        rank: The rank of every box.
        place: Left to right within its column, in box widths: of boxes and bends.
        bends: Per arrow the bends that it passes, from top to bottom.
        widths: The width of every column, in box widths.
    """

    column: list[int] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    place: dict[Item, float] = field(default_factory=dict)
    bends: list[list[Item]] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)

    def row(self, rank: int) -> int:
        """Return the place of a rank within its column, from the top."""
        return rank - self.column.index(self.column[rank])


def arrange(boxes: int, arrows: list[tuple[int, int]], most: int = RANKS) -> Layout:
    """Place ``boxes`` boxes that are connected by ``arrows``.

    >>> layout = arrange(4, [(0, 1), (1, 2), (0, 3), (2, 3)])
    >>> layout.rank, layout.column
    ([0, 1, 2, 3], [0, 0, 0, 0])
    """
    layout = Layout(rank=_ranks(boxes, arrows))
    rows: list[list[Item]] = [[] for _ in range(max(layout.rank, default=-1) + 1)]
    for box, rank in enumerate(layout.rank):
        rows[rank].append((box, -1))
    links: list[tuple[Item, Item]] = []
    for number, (start, end) in enumerate(arrows):
        bends = [(number, rank) for rank in range(layout.rank[start] + 1, layout.rank[end])]
        for bend in bends:
            rows[bend[1]].append(bend)
        stops = [(start, -1), *bends, (end, -1)]
        links += list(pairwise(stops))
        layout.bends.append(bends)
    layout.place = _places(rows, links)
    layout.column = _columns(len(rows), arrows, layout.rank, most)
    for column in range(max(layout.column, default=-1) + 1):
        items = [
            item for rank, row in enumerate(rows) if layout.column[rank] == column for item in row
        ]
        low = min(layout.place[item] for item in items)
        for item in items:
            layout.place[item] -= low
        layout.widths.append(max(layout.place[item] for item in items) + 1)
    return layout


def _ranks(boxes: int, arrows: list[tuple[int, int]]) -> list[int]:
    """Return the longest way to each box; arrows lead from earlier boxes to later ones."""
    ranks = [0] * boxes
    for start, end in sorted(arrows, key=lambda arrow: arrow[1]):
        ranks[end] = max(ranks[end], ranks[start] + 1)
    return ranks


def _places(rows: list[list[Item]], links: list[tuple[Item, Item]]) -> dict[Item, float]:
    """Return places such that connected items are near each other and none overlap."""
    above, below = defaultdict(list), defaultdict(list)
    for start, end in links:
        above[end].append(start)
        below[start].append(end)
    place = {item: float(i) for row in rows for i, item in enumerate(row)}
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        near = above if down else below
        for row in rows if down else reversed(rows):
            wanted = {
                item: sum(place[n] for n in near[item]) / len(near[item])
                if near[item]
                else place[item]
                for item in row
            }
            row.sort(key=lambda item: (wanted[item], item[1] >= 0))
            place.update(_apart(row, wanted))
    return place


def _apart(row: list[Item], wanted: dict[Item, float]) -> dict[Item, float]:
    """Return places in the order of ``row``, close to those wanted and at least one box width apart.

    Bends take half a width. Boxes pushed to the right are moved back together by the mean of what they were moved.
    """
    places: dict[Item, float] = {}
    edge = float("-inf")
    for item in row:
        half = 0.5 if item[1] < 0 else 0.3
        places[item] = max(wanted[item], edge + half)
        edge = places[item] + half
    shift = sum(wanted[item] - places[item] for item in row) / max(len(row), 1)
    return {item: place + shift for item, place in places.items()}


def _columns(ranks: int, arrows: list[tuple[int, int]], rank: list[int], most: int) -> list[int]:
    """Return the column of each rank: cut where the fewest arrows cross, in the last third of what fits."""
    crossing = [0] * ranks
    for start, end in arrows:
        for each in range(rank[start], rank[end]):
            crossing[each] += 1
    columns, first, column = [0] * ranks, 0, 0
    while first < ranks:
        last = first + most
        if last < ranks:
            candidates = range(first + 2 * most // 3, last)
            last = min(candidates, key=lambda each: (crossing[each], -each)) + 1
        columns[first:last] = [column] * (min(last, ranks) - first)
        first, column = last, column + 1
    return columns
