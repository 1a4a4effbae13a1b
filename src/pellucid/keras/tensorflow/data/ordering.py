"""The same elements in another order or number: shuffled, repeated, cut, joined, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, count as count_up, islice, repeat
from typing import Any

import numpy as np

from pellucid.keras.tensorflow.data.elements import leaves, mapped
from pellucid.keras.tensorflow.data.source import INFINITE, UNKNOWN, Source


class Reordered(Source):
    """A source that hands on what another gives, in an order that does not depend on what it is."""

    def __init__(self, source: Source):
        self.source = source

    def order(self, given: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """Return the entries of an iterator in the new order; ``given`` starts it."""
        raise NotImplementedError

    def elements(self) -> Iterator[Any]:
        return self.order(self.source.elements)

    def places(self) -> tuple[Any, Iterator[int]] | None:
        first = self.source.places()
        if first is None:
            return None
        table, waiting = first[0], [first[1]]

        def start() -> Iterator[int]:
            if waiting:
                return waiting.pop()
            again = self.source.places()
            return iter(()) if again is None else again[1]

        return table, self.order(start)

    def size(self) -> int:
        return self.source.size()

    def spec(self) -> Any:
        return self.source.spec()


class Shuffled(Reordered):
    """Elements drawn at random from a buffer that is filled up from behind: ``shuffle``.

    Args:
        source: Where they come from.
        buffer_size: How many may wait; all of them if it is at least their number.
        seed: Whole numbers that decide the order.
        again: Whether each pass has another order.
    """

    def __init__(self, source: Source, buffer_size: int, seed: tuple[int, ...], again: bool):
        super().__init__(source)
        self.buffer_size = buffer_size
        self.seed = seed
        self.again = again
        self._passes = 0

    def order(self, given: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        draw = np.random.default_rng((*self.seed, self._passes if self.again else 0))
        self._passes += 1
        return self._drawn(given(), draw)

    def _drawn(self, entries: Iterator[Any], draw: np.random.Generator) -> Iterator[Any]:
        buffer = list(islice(entries, self.buffer_size))
        if len(buffer) == self.buffer_size:
            while coming := list(islice(entries, 4096)):
                places = draw.integers(len(buffer), size=len(coming)).tolist()
                for place, entry in zip(places, coming, strict=True):
                    yield buffer[place]
                    buffer[place] = entry
        for place in draw.permutation(len(buffer)).tolist():
            yield buffer[place]


class Repeated(Reordered):
    """Elements several times over, each pass anew: ``repeat``; without end when ``times`` is None."""

    def __init__(self, source: Source, times: int | None):
        super().__init__(source)
        self.times = times

    def order(self, given: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        for _ in repeat(None) if self.times is None else range(self.times):
            empty = True
            for entry in given():
                empty = False
                yield entry
            if empty:
                return

    def size(self) -> int:
        once = self.source.size()
        if self.times is None:
            return INFINITE if once else 0
        return once * self.times if once >= 0 else once


class Cut(Reordered):
    """Some of the elements: ``take``, ``skip`` and ``shard``."""

    def __init__(self, source: Source, start: int, stop: int | None, step: int = 1):
        super().__init__(source)
        self.start, self.stop, self.step = start, stop, step

    def order(self, given: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        return islice(given(), self.start, self.stop, self.step)

    def size(self) -> int:
        whole = self.source.size()
        if whole == UNKNOWN or (whole == INFINITE and self.stop is None):
            return whole
        stop = self.stop if whole == INFINITE or self.stop is None else min(self.stop, whole)
        return len(range(self.start, whole if stop is None else stop, self.step))


class Joined(Source):
    """The elements of several sources, one after the other: ``concatenate``."""

    def __init__(self, *sources: Source):
        self.sources = sources

    def elements(self) -> Iterator[Any]:
        return chain.from_iterable(source.elements() for source in self.sources)

    def size(self) -> int:
        return least(sum, [source.size() for source in self.sources])

    def spec(self) -> Any:
        return self.sources[0].spec()


class Zipped(Source):
    """The elements of several sources side by side, as long as all have one: ``zip``.

    Args:
        sources: A structure of sources; elements have the same.
    """

    def __init__(self, sources: Any):
        self.sources = sources

    def elements(self) -> Iterator[Any]:
        for parts in zip(*(s.elements() for s in leaves(self.sources)), strict=False):
            each = iter(parts)
            yield mapped(lambda _: next(each), self.sources)  # noqa: B023 - used at once

    def size(self) -> int:
        sizes = [source.size() for source in leaves(self.sources)]
        return min((n for n in sizes if n != INFINITE), default=INFINITE)

    def spec(self) -> Any:
        return mapped(lambda source: source.spec(), self.sources)


class Counted(Source):
    """Whole numbers without end: what ``enumerate`` puts in front."""

    def __init__(self, start: int):
        self.start = start

    def elements(self) -> Iterator[Any]:
        return map(np.int32, count_up(self.start))

    def size(self) -> int:
        return INFINITE


def least(together: Callable[[list[int]], int], sizes: list[int]) -> int:
    """Return sizes taken together; unknown or endless if one of them is.

    >>> least(sum, [2, 3]), least(sum, [2, INFINITE]), least(sum, [UNKNOWN, INFINITE])
    (5, -1, -1)
    """
    if INFINITE in sizes:
        return INFINITE
    return UNKNOWN if UNKNOWN in sizes else together(sizes)
