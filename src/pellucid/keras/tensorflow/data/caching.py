"""Elements kept from the first whole pass on: ``cache``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pellucid.keras.tensorflow.data.elements import joined
from pellucid.keras.tensorflow.data.source import INFINITE, Bundle, Elements, Rows, Source


class Cached(Source):
    """Elements that are computed once; kept as one table if they are of one shape."""

    def __init__(self, source: Source):
        self.source = source
        self._kept: Source | None = None

    def elements(self) -> Iterator[Any]:
        for bundle in self.chunks():
            yield from bundle.members()

    def chunks(self) -> Iterator[Bundle]:
        if self._kept is not None or self.source.size() == INFINITE:
            return (self._kept or self.source).chunks()
        return self._first_pass(self.source.chunks())

    def bundles(self, most: int) -> Iterator[Bundle]:
        if self._kept is not None or self.source.size() == INFINITE:
            return (self._kept or self.source).bundles(most)
        return self._first_pass(self.source.bundles(most))

    def _first_pass(self, bundles: Iterator[Bundle]) -> Iterator[Bundle]:
        passed = []
        for bundle in bundles:
            passed.append(bundle)
            yield bundle
        if self._kept is None:
            self._kept = _together(passed)

    def places(self) -> tuple[Any, Iterator[int]] | None:
        return None if self._kept is None else self._kept.places()

    def size(self) -> int:
        return self.source.size() if self._kept is None else self._kept.size()

    def spec(self) -> Any:
        return self.source.spec() if self._kept is None else self._kept.spec()


def _together(bundles: list[Bundle]) -> Source:
    """Return the elements of bundles as a table, or one by one if they are of different shapes."""
    if bundles and all(bundle.can_stack() for bundle in bundles):
        try:
            return Rows(joined([bundle.stack() for bundle in bundles]))
        except ValueError:
            pass
    return Elements([element for bundle in bundles for element in bundle.members()])
