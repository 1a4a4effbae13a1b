"""Elements in batches and windows, and batches taken apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from pellucid.keras.tensorflow.asking import TensorSpec
from pellucid.keras.tensorflow.data.elements import (
    is_text,
    leaves,
    mapped,
    stacked,
    unstacked,
)
from pellucid.keras.tensorflow.data.source import Bundle, Elements, Rows, Source


class Batched(Source):
    """Several elements in one: ``batch``.

    Args:
        source: Where they come from.
        batch_size: How many go into one.
        drop_remainder: Whether a smaller last batch is left out.
    """

    def __init__(self, source: Source, batch_size: int, drop_remainder: bool):
        self.source = source
        self.batch_size = batch_size
        self.drop_remainder = drop_remainder

    def elements(self) -> Iterator[Any]:
        for bundle in self.source.bundles(self.batch_size):
            if len(bundle) == self.batch_size or not self.drop_remainder:
                yield self.together(bundle)

    def together(self, bundle: Bundle) -> Any:
        """Return one batch."""
        return bundle.stack()

    def size(self) -> int:
        whole = self.source.size()
        if whole < 0:
            return whole
        return whole // self.batch_size if self.drop_remainder else -(-whole // self.batch_size)

    def spec(self) -> Any:
        rows = self.batch_size if self.drop_remainder else None
        return mapped(lambda each: TensorSpec((rows, *each.shape), each.dtype), self.source.spec())


class Padded(Batched):
    """Elements of different lengths in one, filled up at the end: ``padded_batch``.

    Args:
        source: Where they come from.
        batch_size: How many go into one.
        drop_remainder: Whether a smaller last batch is left out.
        shapes: The shapes to fill up to, in which None means the longest of the batch; None for all.
        values: What to fill up with; None for 0 and empty text.
    """

    def __init__(
        self, source: Source, batch_size: int, drop_remainder: bool, shapes: Any, values: Any
    ):
        super().__init__(source, batch_size, drop_remainder)
        self.shapes = shapes
        self.values = values

    def together(self, bundle: Bundle) -> Any:
        members = bundle.members()
        parts = [leaves(member) for member in members]
        shapes = _for_each(self.shapes, len(parts[0]), _is_shape)
        values = _for_each(self.values, len(parts[0]), np.isscalar)
        filled = iter(
            _filled([row[i] for row in parts], shapes[i], values[i]) for i in range(len(parts[0]))
        )
        return mapped(lambda _: next(filled), members[0])

    def spec(self) -> Any:
        rows = self.batch_size if self.drop_remainder else None
        return mapped(
            lambda each: TensorSpec((rows, *(None for _ in each.shape)), each.dtype),
            self.source.spec(),
        )


def _for_each(given: Any, parts: int, is_one: Callable[[Any], bool]) -> list[Any]:
    """Return an entry for each of the parts of an element, from a structure of them or one for all."""
    if given is None or is_one(given):
        return [given] * parts
    return list(given.values() if isinstance(given, dict) else given)


def _is_shape(given: Any) -> bool:
    """Tell whether something is one shape: a list of sizes, not of shapes."""
    return not isinstance(given, dict) and all(n is None or isinstance(n, int) for n in given)


def _filled(parts: list[Any], shape: Any, value: Any) -> np.ndarray:
    """Return arrays of different sizes as one."""
    longest = np.max([np.shape(part) for part in parts], axis=0).astype(int)
    if shape is not None:
        wanted = list(shape)
        longest = [n if w in (None, -1) else w for n, w in zip(longest, wanted, strict=True)]
    text = is_text(parts[0])
    fill = (b"" if text else 0) if value is None else value
    dtype = object if text else parts[0].dtype
    found = np.full((len(parts), *longest), fill, dtype)
    for row, part in zip(found, parts, strict=True) if len(longest) else ():
        row[tuple(slice(n) for n in np.shape(part))] = part
    return found if len(longest) else np.asarray(parts, dtype)


class Unbatched(Source):
    """The rows of batches one by one: ``unbatch``."""

    def __init__(self, source: Source):
        self.source = source

    def elements(self) -> Iterator[Any]:
        for stack in self.source.elements():
            yield from unstacked(stack)

    def size(self) -> int:
        source = self.source
        whole = source.source.size() if isinstance(source, Batched) else -2
        if isinstance(source, Batched) and source.drop_remainder and whole >= 0:
            return whole - whole % source.batch_size
        return whole

    def spec(self) -> Any:
        return mapped(lambda each: TensorSpec(each.shape[1:], each.dtype), self.source.spec())


class Windowed(Source):
    """Neighbouring elements as small data sets: ``window``.

    Args:
        source: Where they come from.
        size: How many a window has.
        shift: How far the next window starts from this one.
        stride: How far elements of a window are apart.
        drop_remainder: Whether smaller windows at the end are left out.
    """

    def __init__(self, source: Source, size: int, shift: int, stride: int, drop_remainder: bool):
        self.source = source
        self.width = size
        self.shift, self.stride = shift, stride
        self.drop_remainder = drop_remainder

    def elements(self) -> Iterator[Any]:
        reach = (self.width - 1) * self.stride + 1
        entries, held = self.source.elements(), []
        while True:
            held += islice(entries, reach - len(held))
            window = held[: reach : self.stride]
            if not window or (self.drop_remainder and len(window) < self.width):
                return
            yield _as_sources(window)
            between = max(self.shift - len(held), 0)
            held = held[self.shift :]
            deque(islice(entries, between), maxlen=0)

    def size(self) -> int:
        whole = self.source.size()
        if whole < 0:
            return whole
        reach = (self.width - 1) * self.stride + 1
        last = whole - reach if self.drop_remainder else whole - 1
        return max(last // self.shift + 1, 0)


def _as_sources(window: list[Any]) -> Any:
    """Return a window as a source of elements; for tuples and dicts one source for each part."""
    if not Bundle(members=window).can_stack():
        return Elements(window)
    return mapped(Rows, stacked(window))
