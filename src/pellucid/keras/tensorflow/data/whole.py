"""A data set as the arrays that it goes through, for ``fit``: then the whole training is one program.

That is possible where every pass has the same rows: arrays, changed by functions that draw no random numbers, perhaps
shuffled, then put into batches.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import numpy as np

from pellucid.keras.function import Trace
from pellucid.keras.tensorflow.data.batching import Batched, Unbatched, Windowed
from pellucid.keras.tensorflow.data.caching import Cached
from pellucid.keras.tensorflow.data.elements import count, is_numbers, joined, leaves
from pellucid.keras.tensorflow.data.mapping import Filtered, Flattened, Mapped
from pellucid.keras.tensorflow.data.ordering import Cut, Joined, Shuffled, Zipped
from pellucid.keras.tensorflow.data.source import INFINITE, Bundle, Elements, Rows, Source
from pellucid.keras.variable import end_trace, set_trace

MOST_BYTES = 2**30
"""Larger data sets are left in batches."""

_STEADY = (Rows, Elements, Cut, Joined, Zipped, Unbatched, Windowed, Filtered, Flattened, Mapped)


class Whole(NamedTuple):
    """The rows of a data set.

    Attributes:
        rows: Arrays in the structure of its elements, with all rows first.
        batch_size: How many rows a batch has.
        shuffled: Whether each pass has another order.
    """

    rows: Any
    batch_size: int
    shuffled: bool


def whole(dataset: Any) -> Whole | None:
    """Return a data set of batches as arrays, or None where its passes may differ, or it is too large.

    Args:
        dataset: A ``tf.data.Dataset``.
    """
    batches = dataset.source
    if type(batches) is not Batched:
        return None
    source, shuffled = _without_shuffling(batches.source)
    table = _table(source) if is_steady(source) and source.size() != INFINITE else None
    if table is None or (batches.drop_remainder and count(table) % batches.batch_size):
        return None
    return Whole(table, batches.batch_size, shuffled)


def _without_shuffling(source: Source) -> tuple[Source, bool]:
    """Return a source without its shuffling, and whether there was one that differs from pass to pass.

    What functions make of single elements does not depend on their order, so shuffling is found behind them too.
    """
    if isinstance(source, Shuffled) and source.again:
        return _without_shuffling(source.source)[0], True
    if type(source) is Mapped or type(source) is Filtered:
        inner, shuffled = _without_shuffling(source.source)
        return (type(source)(inner, source.calls) if shuffled else source), shuffled
    return source, False


def is_steady(source: Source) -> bool:
    """Tell whether a source gives the same elements in each pass."""
    if isinstance(source, Cached):
        return is_steady(source.source)
    if isinstance(source, Shuffled):
        return not source.again and is_steady(source.source)
    return isinstance(source, (*_STEADY, Batched)) and all(map(is_steady, _below(source)))


def _table(source: Source) -> Any:
    """Return all elements as arrays, or None if there is text, too much, or something that may change."""
    if isinstance(source, Rows):
        return source.table if all(map(is_numbers, leaves(source.table))) else None
    watch = Trace(jax.random.key(0), {})
    token = set_trace(watch)
    parts, size = [], 0
    try:
        for bundle in source.chunks():
            size += sum(np.asarray(leaf).nbytes for leaf in leaves(bundle.first())) * len(bundle)
            changing = watch.draws or watch.touched or _draws(source)
            if changing or size > MOST_BYTES or not _are_numbers(bundle):
                return None
            parts.append(bundle.stack())
    finally:
        end_trace(token)
    try:
        return joined(parts) if parts else None
    except ValueError:
        return None


def _are_numbers(bundle: Bundle) -> bool:
    return all(map(is_numbers, leaves(bundle.first()))) and bundle.can_stack()


def _draws(source: Source) -> bool:
    """Tell whether a function of a source draws random numbers or must be called as Python."""
    calls = getattr(source, "calls", None)
    if calls is not None and (calls.draws or (calls.plain and not isinstance(source, Flattened))):
        return True
    return any(map(_draws, _below(source)))


def _below(source: Source) -> list[Source]:
    """Return the sources that a source draws from."""
    parts = getattr(source, "sources", getattr(source, "source", ()))
    return [part for part in leaves(parts) if isinstance(part, Source)]
