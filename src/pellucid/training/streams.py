"""Streams: any iterable of batches, such as a generator, a ``DataLoader``, a ``Sequence`` or a ``Dataset``.

A stream decides the order and the borders of its batches. One *pass* is what it gives from its first batch to its last;
what can be gone through again gives a new pass for each epoch, a generator has one pass only.
"""

from __future__ import annotations

import array
import dis
import itertools
from collections import deque
from collections.abc import Iterator, Mapping, Set
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, DataError
from pellucid.data.frames import is_frame
from pellucid.training.batches import Batch, as_batch, check_like

PLAIN = (list, tuple, Mapping, Set, str, bytes, range, deque, array.array)
"""Iterables that are data themselves."""
ARRAY_SIGNS = ("shape", "__array__", "__array_interface__", "__dlpack__")
ENDLESS = (itertools.cycle, itertools.count, itertools.repeat)
END = object()


def is_stream(x: Any) -> bool:
    """Tell whether ``x`` gives batches, and is no array, list, dict or frame of rows.

    >>> is_stream(batch for batch in []), is_stream(np.zeros((2, 3))), is_stream([[1, 2]])
    (True, False, False)
    """
    if x is None or isinstance(x, (*PLAIN, type)) or is_frame(x):
        return False
    if any(hasattr(x, sign) for sign in ARRAY_SIGNS):
        return False
    return hasattr(x, "__iter__") or (hasattr(x, "__getitem__") and hasattr(x, "__len__"))


def refuse_beside_stream(who: str, **given: Any) -> None:
    """Refuse arguments that only arrays of rows can have."""
    repairs = {
        "y": "the stream gives (x, y)",
        "sample_weight": "the stream gives (x, y, sample_weight)",
        "batch_size": "the stream decides it; drop `batch_size`, or set it where the stream is made",
        "validation_split": "validation_data=(x_val, y_val), or a second stream",
        "class_weight": "count the classes first and give a dict: class_weight={0: 1.0, 1: 4.0}",
    }
    for name, value in given.items():
        if value is not None:
            raise ArgumentError(
                who,
                f"`{name}` needs all rows at once, but x is a stream of batches.",
                repairs[name],
            )


class Batches:
    """The batches of a stream, pass after pass, each looked at before it is handed on.

    Args:
        source: The stream.
        who: The method, for messages.

    Attributes:
        length: The number of batches of a pass, None where the stream does not say.
        exhausted: Whether nothing will come any more: the only pass of a generator is over.
    """

    def __init__(self, source: Any, who: str):
        self.source, self.who = source, who
        self.length = length_of(source)
        self.once = hasattr(source, "__next__") and not is_indexed(source)
        self.exhausted = False
        self.number = 0
        self._given = 0
        self._iterator: Any = None
        self._ahead: Batch | None = None
        self._first: Batch | None = None
        if self.length == 0:
            raise self.empty()

    def peek(self) -> Batch | None:
        """Return the next batch of the pass without taking it; None where the pass has ended."""
        if self._given == self.length:
            return None
        if self._ahead is None and not self.exhausted:
            self._ahead = self._pull()
        return self._ahead

    def need(self) -> Batch:
        """Return the next batch without taking it, or refuse a stream that gives none."""
        batch = self.peek()
        if batch is None:
            raise self.empty()
        return batch

    def ended(self) -> bool:
        """Tell whether the pass has no batch left; looks one batch ahead where the stream does not say."""
        return self.peek() is None

    def take(self) -> Batch:
        """Return the next batch of the pass."""
        batch = self.need()
        self._ahead = None
        self._given += 1
        self.number += 1
        return batch

    def renew(self) -> bool:
        """Begin the next pass; tell whether there is one."""
        self._given = 0
        if self.once:
            return not self.ended()
        self._iterator, self._ahead, self.exhausted = None, None, False
        if self.ended():
            raise self.empty()
        return True

    def copied(self) -> None:
        """Hear that what was taken is copied: a ``Sequence`` may now be told that its epoch has ended."""
        if self._given == self.length:
            tell(self.source, "on_epoch_end")

    def refuse_endless(self, argument: str) -> None:
        """Refuse a stream that never ends where nothing says how much of it is taken."""
        if self.length is None and is_endless(self.source, self._iterator):
            raise ArgumentError(
                self.who,
                f"the {self.kind} never ends, so `{argument}` must say how many batches are taken"
                + (" in an epoch." if argument == "steps_per_epoch" else "."),
                f"{argument}=100",
            )

    @property
    def kind(self) -> str:
        """What the stream is, in a word."""
        return type(self.source).__name__

    def _pull(self) -> Batch | None:
        if self._iterator is None:
            tell(self.source, "on_epoch_begin")
            self._iterator = one_pass(self.source, self.length)
        item = next(self._iterator, END)
        if item is END:
            self.exhausted = True
            return None
        batch = as_batch(self.who, self.number, item)
        if self._first is None:
            self._first = batch
        check_like(self.who, self.number, batch, self._first)
        return batch

    def empty(self) -> DataError:
        again = "" if self._first is None else " a second time"
        return DataError(
            self.who,
            f"the {self.kind} gave no batch{again}.",
            "an object that gives new batches whenever it is gone through: a DataLoader, a Sequence; or a generator "
            "that does not end, with steps_per_epoch"
            if again
            else "check how it was made; a generator gives its batches only once",
        )


def length_of(source: Any) -> int | None:
    """Return how many batches a pass has, or None where the stream does not say.

    >>> length_of(iter([1])) is None
    True
    """
    try:
        return len(source)
    except (TypeError, NotImplementedError):
        pass
    counted = getattr(source, "num_batches", None)
    return counted if isinstance(counted, int) else None


def is_indexed(source: Any) -> bool:
    """Tell whether a stream gives its batches by number, as a ``Sequence`` does."""
    return hasattr(source, "__getitem__") and hasattr(source, "__len__")


def tell(source: Any, hook: str) -> None:
    """Call a hook of a ``Sequence``, if it has it."""
    if is_indexed(source) and hasattr(source, hook):
        getattr(source, hook)()


def one_pass(source: Any, length: int | None) -> Iterator[Any]:
    """Return an iterator over a new pass; what can only be indexed is taken item by item."""
    if is_indexed(source) and length is not None:
        return (source[number] for number in range(length))
    return iter(source)


def is_endless(source: Any, iterator: Any) -> bool:
    """Tell whether a stream surely never ends: a generator whose code has no way out, an endless iterator.

    >>> def forever():
    ...     while True:
    ...         yield 1
    >>> is_endless(None, forever()), is_endless(None, (n for n in (1, 2)))
    (True, False)
    """
    count = getattr(source, "cardinality", None)
    if callable(count) and int(np.asarray(count())) == -1:
        return True
    for each in (source, iterator):
        code = getattr(each, "gi_code", None)
        if isinstance(each, ENDLESS) or (code is not None and not leaves_off(code)):
            return True
    return False


def leaves_off(code: Any) -> bool:
    """Tell whether a generator's code can come to its end; of ``while True`` without a way out it has none."""
    names = ("RETURN_VALUE", "RETURN_CONST")
    return any(step.opname in names for step in dis.get_instructions(code))
