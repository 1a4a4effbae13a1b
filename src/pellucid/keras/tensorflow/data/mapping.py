"""Elements changed, chosen and opened by functions of the user: ``map``, ``filter``, ``flat_map`` and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from pellucid.core.errors import ArgumentTypeError
from pellucid.keras.tensorflow.data.calls import Calls, bundles_ahead
from pellucid.keras.tensorflow.data.elements import on_host, shown
from pellucid.keras.tensorflow.data.source import Bundle, Source


class Mapped(Source):
    """What a function makes of each element: ``map``."""

    def __init__(self, source: Source, calls: Calls):
        self.source = source
        self.calls = calls

    def elements(self) -> Iterator[Any]:
        for bundle in self.chunks():
            yield from bundle.members()

    def chunks(self) -> Iterator[Bundle]:
        for bundle in bundles_ahead(self.source, self.calls):
            yield self.calls.many(bundle, bundle.room)

    def bundles(self, most: int) -> Iterator[Bundle]:
        for bundle in self.source.bundles(most):
            yield self.calls.many(bundle, most)

    def size(self) -> int:
        return self.source.size()


class Filtered(Source):
    """The elements for which a function says True: ``filter``."""

    def __init__(self, source: Source, calls: Calls):
        self.source = source
        self.calls = calls

    def elements(self) -> Iterator[Any]:
        for bundle in bundles_ahead(self.source, self.calls):
            flags = self.calls.many(bundle, bundle.room).members()
            yield from (entry for entry, flag in zip(bundle.members(), flags, strict=True) if flag)

    def spec(self) -> Any:
        return self.source.spec()


class TakenWhile(Filtered):
    """The elements before the first for which a function says False: ``take_while``."""

    def elements(self) -> Iterator[Any]:
        for element in self.source.elements():
            if not self.calls.one(element):
                return
            yield element


class Flattened(Source):
    """The elements of the data sets that a function gives, in turn: ``flat_map`` and ``interleave``.

    Args:
        source: Where the function's arguments come from.
        calls: The function; it gives a data set.
        cycle: How many data sets are open at once.
        block: How many elements are taken from one before the next has its turn.
    """

    def __init__(self, source: Source, calls: Calls, cycle: int = 1, block: int = 1):
        self.source = source
        self.calls = calls
        self.cycle = cycle
        self.block = block

    def elements(self) -> Iterator[Any]:
        waiting = (self._opened(element) for element in self.source.elements())
        open_now = list(islice(waiting, self.cycle))
        turn = 0
        while open_now:
            turn %= len(open_now)
            block = list(islice(open_now[turn], self.block))
            yield from block
            if len(block) == self.block:
                turn += 1
            elif coming := list(islice(waiting, 1)):
                open_now[turn] = coming[0]
                turn += 1 if block else 0
            else:
                del open_now[turn]

    def _opened(self, element: Any) -> Iterator[Any]:
        found = self.calls.given(element)
        if not hasattr(found, "source"):
            raise ArgumentTypeError(
                "tf.data",
                f"the function of flat_map and interleave must give a Dataset, but it gave {type(found).__name__}.",
                "dataset.map(function) for functions that give elements",
            )
        return found.source.elements()


class Scanned(Source):
    """What a function makes of a state and each element, the state handed on: ``scan``.

    Args:
        source: Where the elements come from.
        state: The first state.
        function: Takes state and element; gives the new state and what comes out.
        as_dataset: What makes a data set of a source.
    """

    def __init__(
        self,
        source: Source,
        state: Any,
        function: Callable[..., Any],
        as_dataset: Callable[[Any], Any],
    ):
        self.source = source
        self.state = state
        self.function = function
        self.as_dataset = as_dataset

    def elements(self) -> Iterator[Any]:
        state = self.state
        for element in self.source.elements():
            state, found = self.function(state, shown(element, self.as_dataset))
            yield on_host(found)

    def size(self) -> int:
        return self.source.size()
