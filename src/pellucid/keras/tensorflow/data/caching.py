"""Elements kept from the first whole pass on: ``cache``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pellucid.keras.tensorflow.data.elements import stacked
from pellucid.keras.tensorflow.data.source import INFINITE, Bundle, Elements, Rows, Source


class Cached(Source):
    """Elements that are computed once; kept as one table if they are of one shape."""

    def __init__(self, source: Source):
        self.source = source
        self._kept: Source | None = None

    def elements(self) -> Iterator[Any]:
        if self._kept is not None or self.source.size() == INFINITE:
            return (self._kept or self.source).elements()
        return self._first_pass()

    def _first_pass(self) -> Iterator[Any]:
        members = []
        for element in self.source.elements():
            members.append(element)
            yield element
        if self._kept is None:
            self.keep(members)

    def keep(self, members: list[Any]) -> None:
        """Keep elements for the passes to come."""
        whole = bool(members) and Bundle(members=members).can_stack()
        self._kept = Rows(stacked(members)) if whole else Elements(members)

    def places(self) -> tuple[Any, Iterator[int]] | None:
        return None if self._kept is None else self._kept.places()

    def size(self) -> int:
        return self.source.size() if self._kept is None else self._kept.size()

    def spec(self) -> Any:
        return self.source.spec() if self._kept is None else self._kept.spec()
