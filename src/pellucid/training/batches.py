"""One batch of a stream on the host: what a generator or a loader gave, as NumPy arrays of a known form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import DataError
from pellucid.data.arrays import to_numpy
from pellucid.data.frames import is_frame, to_numbers


@dataclass(frozen=True)
class Batch:
    """One batch on the host.

    Attributes:
        x: An array, or a list or dict of arrays.
        y: The same of targets, or None.
        weight: Sample weights, or None.
    """

    x: Any
    y: Any = None
    weight: Any = None

    @property
    def parts(self) -> tuple[Any, Any, Any]:
        """Inputs, targets, weights."""
        return self.x, self.y, self.weight

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(jax.tree.leaves(self.x)[0])

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return sum(leaf.nbytes for leaf in jax.tree.leaves(self.parts))


def as_batch(who: str, number: int, item: Any) -> Batch:
    """Return what a stream gave as a batch: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

    >>> as_batch("fit", 0, ([[1.0], [2.0]], [0, 1])).y
    array([0, 1])
    """
    parts = tuple(item) if isinstance(item, (tuple, list)) else (item,)
    if not 1 <= len(parts) <= 3:
        raise DataError(
            who,
            f"batch {number} is a {type(item).__name__} of {len(parts)}; a batch is x, (x, y) or "
            "(x, y, sample_weight).",
            "several inputs in a tuple of their own: yield (x1, x2), y",
        )
    names = ("x", "y", "sample_weight")
    arrays = [on_host(part, name) for part, name in zip(parts, names, strict=False)]
    leaves = jax.tree.leaves(arrays)
    if not leaves or any(leaf.ndim == 0 for leaf in leaves):
        raise DataError(
            who,
            f"batch {number} holds a single example, or nothing; every array of a batch has rows first.",
            "a data set of single examples is put into batches by DataLoader(dataset, batch_size=32)",
        )
    counts = {len(leaf) for leaf in leaves}
    if len(counts) > 1:
        raise DataError(
            who,
            f"the arrays of batch {number} have {', '.join(map(str, sorted(counts)))} rows; all need the same number.",
            "check how x and y are cut into batches",
        )
    if counts == {0}:
        raise DataError(who, f"batch {number} is empty.", "leave empty batches out")
    return Batch(*arrays)


def on_host(part: Any, name: str) -> Any:
    """Return a part of a batch as a NumPy array, or as a list or dict of them; None stays, an empty list is None."""
    if part is None or (isinstance(part, (list, tuple)) and not part):
        return None
    if isinstance(part, Mapping):
        return {key: on_host(value, f"{name}[{key!r}]") for key, value in part.items()}
    if isinstance(part, (list, tuple)) and any(is_part(each) for each in part):
        return [on_host(value, f"{name}[{number}]") for number, value in enumerate(part)]
    return to_numbers(part, name) if is_frame(part) else to_numpy(part, name)


def is_part(item: Any) -> bool:
    """Tell an array among several from a row or a number."""
    return isinstance(item, Mapping) or len(getattr(item, "shape", ())) > 0 or is_frame(item)


def check_like(who: str, number: int, batch: Batch, first: Batch) -> None:
    """Refuse a batch whose rows have another form than those of the first one.

    Raises:
        DataError: Another structure, another shape of the rows, or another kind of numbers.
    """
    forms = [form_of(each) for each in (batch, first)]
    if forms[0] == forms[1]:
        return
    if forms[0][0] != forms[1][0]:
        raise DataError(
            who,
            f"batch {number} has another structure than batch 0 (another number of arrays, or other names).",
            "every batch gives the same: x, (x, y) or (x, y, sample_weight)",
        )
    came, wanted = next(pair for pair in zip(*forms, strict=True) if pair[0] != pair[1])
    raise DataError(
        who,
        f"the rows of batch {number} have shape {came[0]} of kind '{came[1]}', those of batch 0 shape {wanted[0]} of "
        f"kind '{wanted[1]}'; one program takes rows of one form.",
        "pad series to one length, resize images to one size",
    )


def form_of(batch: Batch) -> list[Any]:
    """Return the structure of a batch, and shape and kind of the rows of each array."""
    leaves, structure = jax.tree.flatten(batch.parts)
    return [structure, *((leaf.shape[1:], leaf.dtype.kind) for leaf in leaves)]


def joined(batches: list[Batch]) -> Batch:
    """Return several batches as one, in arrays of their own."""
    whole = jax.tree.map(lambda *parts: np.concatenate(parts), *(b.parts for b in batches))
    return Batch(*whole)
