"""Where elements come from: what every source can do, and the sources that begin a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from pellucid.core.errors import DataError
from pellucid.keras.tensorflow.data import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from pellucid.keras.tensorflow.data.elements import (
    count,
    leaves,
    mapped,
    on_host,
    row_spec,
    rows,
    spec_of,
    stacked,
    unstacked,
)
from pellucid.keras.tensorflow.dtypes import device_dtype

INFINITE, UNKNOWN = INFINITE_CARDINALITY, UNKNOWN_CARDINALITY

AHEAD = 64
"""How many small elements are computed at once where no batch decides it."""


class Source:
    """Elements in an order, as often as they are asked for.

    What comes out of arrays can also be told by row numbers (:meth:`places`): then shuffling and repeating move
    numbers only, and a batch is one look-up.
    """

    def elements(self) -> Iterator[Any]:
        """Start anew and return the elements."""
        raise NotImplementedError

    def places(self) -> tuple[Any, Iterator[int]] | None:
        """Return a table and the rows of it that are the elements, or None."""
        return None

    def size(self) -> int:
        """Return how many elements there are; negative if endless or not known."""
        return UNKNOWN

    def spec(self) -> Any:
        """Return the description of the elements; by default of the first one."""
        for element in self.elements():
            return spec_of(element)
        raise DataError("tf.data", "an empty data set has no element to describe.")

    def bundles(self, most: int) -> Iterator[Bundle]:
        """Return the elements in bundles of at most ``most``."""
        found = self.places()
        if found is not None:
            yield from looked_up(*found, most)
        else:
            elements = self.elements()
            while members := list(islice(elements, most)):
                yield Bundle(members=members, room=most)

    def chunks(self) -> Iterator[Bundle]:
        """Return the elements in bundles of whatever size suits the source."""
        return self.bundles(AHEAD)


class Bundle:
    """Several elements, either one by one or as a stack, whichever came first.

    Args:
        members: The elements.
        stack: The same as a stack; one of both is given.
        room: How many could have been in it.
    """

    def __init__(self, members: list[Any] | None = None, stack: Any = None, room: int = 1):
        self._members = members
        self._stack = stack
        self.room = room

    def __len__(self) -> int:
        return count(self._stack) if self._members is None else len(self._members)

    def first(self) -> Any:
        """Return the first element."""
        return rows(self._stack, 0) if self._members is None else self._members[0]

    def members(self) -> list[Any]:
        """Return the elements one by one."""
        if self._members is None:
            self._members = unstacked(self._stack)
        return self._members

    def stack(self) -> Any:
        """Return the stack.

        Raises:
            DataError: The elements are of different shapes.
        """
        if self._stack is None:
            self._stack = stacked(self._members or [])
        return self._stack

    def can_stack(self) -> bool:
        """Tell whether the elements are of one shape and can be put into one array."""
        if self._stack is None:
            if any(hasattr(leaf, "elements") for leaf in leaves(self.first())):
                return False
            try:
                self.stack()
            except DataError:
                return False
        return True


def looked_up(table: Any, places: Iterator[int], most: int) -> Iterator[Bundle]:
    """Return rows of a table in bundles of at most ``most``."""
    while len(chosen := np.fromiter(islice(places, most), np.intp)):
        yield Bundle(stack=rows(table, chosen), room=most)


class Rows(Source):
    """The rows of a table: ``from_tensor_slices``."""

    def __init__(self, table: Any):
        self.table = table

    def elements(self) -> Iterator[Any]:
        return (rows(self.table, place) for place in range(self.size()))

    def places(self) -> tuple[Any, Iterator[int]]:
        return self.table, iter(range(self.size()))

    def size(self) -> int:
        return count(self.table)

    def spec(self) -> Any:
        return mapped(row_spec, self.table)


class Elements(Source):
    """Elements that are there already: ``from_tensors``, and the windows of others."""

    def __init__(self, members: list[Any]):
        self.members = members

    def elements(self) -> Iterator[Any]:
        return iter(self.members)

    def size(self) -> int:
        return len(self.members)


class Generated(Source):
    """What a Python generator gives: ``from_generator``.

    Args:
        function: Called for a new generator whenever elements are asked for.
        args: Its arguments.
        signature: Descriptions of what comes, or None to look at the first.
    """

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...], signature: Any):
        self.function = function
        self.args = args
        self.signature = signature

    def elements(self) -> Iterator[Any]:
        for given in self.function(*self.args):
            if self.signature is None:
                yield on_host(given)
            else:
                yield mapped(_as_described, self.signature, _in_form(self.signature, given))

    def spec(self) -> Any:
        return super().spec() if self.signature is None else self.signature


def _in_form(signature: Any, given: Any) -> Any:
    """Return what came in the form of the signature: generators also give lists for tuples."""
    if isinstance(signature, tuple):
        return tuple(_in_form(s, g) for s, g in zip(signature, given, strict=True))
    if isinstance(signature, dict):
        return {key: _in_form(signature[key], given[key]) for key in signature}
    return _Given(given)


class _Given:
    """A leaf, whatever it is, so that lists and tuples in it are not opened."""

    def __init__(self, value: Any):
        self.value = value


def _as_described(described: Any, given: _Given) -> Any:
    value = list(given.value) if isinstance(given.value, tuple) else given.value
    found = on_host(value)
    if described.dtype == "string":
        return found
    wanted = device_dtype(described.dtype)
    return found if found.dtype == wanted else found.astype(wanted)
