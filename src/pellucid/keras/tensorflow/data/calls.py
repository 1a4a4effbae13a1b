"""User functions applied to elements: to many at once as one compiled program where that is possible.

TensorFlow traces the function of a ``map`` once and runs the graph. Here it is traced for a whole stack of elements
(``jax.vmap``); what cannot be traced (text, Python's own numbers, data sets inside) is called for each element. Random
functions get a key for each element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import jax
import numpy as np

from pellucid.keras.function import Trace
from pellucid.keras.random_keys import next_key
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.tensorflow.data.elements import (
    count,
    is_numbers,
    leaves,
    mapped,
    on_host,
    rows,
    shown,
)
from pellucid.keras.tensorflow.data.source import AHEAD, Bundle, Source, looked_up
from pellucid.keras.variable import end_trace, set_trace

MOST_FORMS = 4
"""How many programs are compiled for a function before its elements are taken to be all different."""

LARGE = 65536
"""Elements of more bytes than this gain little from being computed several at once."""


class Untraceable(Exception):
    """The function touches what a program cannot hold."""


class Calls:
    """A function of the user.

    Args:
        function: Takes the parts of an element that is a tuple, else the element.
        as_dataset: What makes a data set of a source.
    """

    def __init__(self, function: Callable[..., Any], as_dataset: Callable[[Any], Any]):
        self.function = function
        self.as_dataset = as_dataset
        self.plain = False
        self.draws = False
        self._forms: set[Any] = set()
        self._structure: Any = None
        self._drew = False
        self._no_key = jax.random.key(0)
        self._program = jax.jit(jax.vmap(self._traced, (0, 0, None)))

    def one(self, element: Any) -> Any:
        """Return what the function makes of one element."""
        return on_host(self.given(element))

    def given(self, element: Any) -> Any:
        """Return what the function gives, as it gives it."""
        return self._called(shown(element, self.as_dataset))

    def _called(self, args: Any) -> Any:
        return self.function(*args) if isinstance(args, tuple) else self.function(args)

    def many(self, bundle: Bundle, room: int) -> Bundle:
        """Return what the function makes of each element.

        Args:
            bundle: The elements.
            room: How many there can be in the bundles to come; smaller ones are filled up to it.
        """
        if not self.plain and self._fits(bundle):
            try:
                return Bundle(stack=self._at_once(bundle.stack(), room))
            except Exception:
                self.plain = True
        return Bundle(members=[self.one(element) for element in bundle.members()])

    def _fits(self, bundle: Bundle) -> bool:
        """Tell whether a bundle is numbers of one shape, of a form known already or one of the first few."""
        parts = leaves(bundle.first())
        if not all(is_numbers(leaf) for leaf in parts):
            self.plain = True
        elif bundle.can_stack():
            self._forms.add(tuple((leaf.shape, leaf.dtype.str) for leaf in parts))
            self.plain = len(self._forms) > MOST_FORMS
            return not self.plain
        return False

    def _at_once(self, stack: Any, room: int) -> Any:
        """Run the program on a stack, filled up to its room with copies of the last row."""
        there = count(stack)
        if there < room:
            stack = rows(stack, np.minimum(np.arange(room), there - 1))
        places = np.arange(room, dtype=np.uint32)
        # A function that draws is known by its trace; others must not use up the keys of the process.
        found = self._program(stack, places, next_key() if self.draws else self._no_key)
        if self.draws and not self._drew:
            self._drew = True
            found = self._program(stack, places, next_key())
        arrays = iter([np.asarray(array)[:there] for array in found])
        return mapped(lambda _: next(arrays), self._structure)

    def _traced(self, element: Any, place: Any, key: Any) -> list[jax.Array]:
        """Trace the function on one element; the structure of what it gives is noted."""
        trace = Trace(jax.random.fold_in(key, place), {})
        token = set_trace(trace)
        try:
            found = self._called(mapped(Tensor, element))
        finally:
            end_trace(token)
        if trace.touched:
            raise Untraceable
        self.draws = trace.draws > 0
        self._structure = mapped(lambda _: 0, found)
        return [_array(leaf) for leaf in leaves(found)]


def _array(leaf: Any) -> jax.Array:
    """Return a leaf as an array for the program."""
    if leaf is None or hasattr(leaf, "source"):
        raise Untraceable
    return as_array(leaf)


def bundles_ahead(source: Source, calls: Calls) -> Iterator[Bundle]:
    """Return elements in bundles that are worth computing at once: one by one if they are large, text or costly."""
    found = source.places()
    if found is not None:
        table, places = found
        if not count(table):
            return
        yield from looked_up(table, places, _ahead(rows(table, 0), calls.plain))
        return
    entries = source.elements()
    if not (first := list(islice(entries, 1))):
        return
    costly = getattr(getattr(source, "calls", None), "plain", False)
    ahead = _ahead(first[0], calls.plain or costly)
    while first or (first := list(islice(entries, 1))):
        yield Bundle(members=first + list(islice(entries, ahead - 1)), room=ahead)
        first = []
        ahead = 1 if calls.plain else ahead


def _ahead(first: Any, costly: bool) -> int:
    """Return how many elements like the first to compute at once."""
    numbers = [leaf.nbytes if is_numbers(leaf) else LARGE for leaf in leaves(first)]
    return 1 if costly or sum(numbers) >= LARGE else AHEAD
