"""The shapes of what a layer gives for symbolic inputs: numbers stand in for unknown sizes, and what varies shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import jax

from pellucid.core.specs import Shape
from pellucid.modules.graph import Symbolic
from pellucid.modules.layer import Layer
from pellucid.modules.pure import infer_with

BATCHES = (127, 131)
"""Primes that stand for an unknown batch size: a size that is a multiple of one is nearly always the batch's doing."""
SIZES = ((32, 64), (4, 8), (128, 256), (8192, 16384))
"""Pairs that stand for other unknown sizes, tried in order: far enough apart to differ after several strides, and
divisible by what networks divide by; the smaller and larger pairs serve layers that have limits of their own, the
largest pair sound."""


@dataclass(frozen=True)
class Shaped:
    """Shape, None where it varies, and dtype of an output."""

    shape: Shape
    dtype: str


def outputs_of(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the tree of :class:`Shaped` outputs, found by one abstract run, or by two that differ in unknown sizes."""
    leaves, structure = jax.tree.flatten((args, kwargs))
    tensors = {place: leaf for place, leaf in enumerate(leaves) if isinstance(leaf, Symbolic)}

    def compute(bound: Any, *arrays: Any) -> Any:
        filled = dict(enumerate(leaves)) | dict(zip(tensors, arrays, strict=True))
        positional, keywords = jax.tree.unflatten(structure, filled.values())
        return bound(*positional, **keywords)

    def run(batch: int, size: int) -> Any:
        specs = [tensor.stand_in(batch, size) for tensor in tensors.values()]
        return infer_with(layer, compute, specs).outputs

    if all(None not in tensor.shape[1:] for tensor in tensors.values()):
        try:
            first = run(BATCHES[0], 0)
        except (TypeError, ValueError) as error:
            if not layer.may_fix_rows:
                raise
            return _with_fixed_rows(error, run)
        known = all(tensor.shape[:1] != (None,) for tensor in tensors.values())
        if known or all(_plain(spec.shape) for spec in jax.tree.leaves(first)):
            return jax.tree.map(lambda spec: _shaped(spec, spec, not known), first)
        return jax.tree.map(_shaped, first, run(BATCHES[1], 0))
    return _with_varying_sizes(layer, run)


def _with_varying_sizes(layer: Layer, run: Any) -> Any:
    problem: Exception | None = None
    for pair in SIZES:
        try:
            return jax.tree.map(_shaped, *map(run, BATCHES, pair))
        except Exception as error:
            problem = problem or error
    assert problem is not None
    problem.add_note("Sizes that vary (None) were tried as 32 and 64; some layers need them known.")
    raise problem


def _with_fixed_rows(error: Exception, run: Any) -> Any:
    """Return the outputs of a layer that works for one number of rows; the failure on another number tells it."""
    for rows in rows_in(error):
        try:
            found = run(rows, 0)
        except (TypeError, ValueError):
            continue
        return jax.tree.map(lambda spec, r=rows: _shaped(spec, spec, spec.shape[:1] == (r,)), found)
    raise error


def rows_in(error: Exception) -> list[int]:
    """Return the first sizes of the shapes that an error speaks of, but for that of the batch's stand-in.

    >>> rows_in(TypeError("mul got incompatible shapes for broadcasting: (16, 1), (127, 4)."))
    [16]
    """
    sizes = [int(size) for size in re.findall(r"\((\d+),", str(error))]
    return sorted({size for size in sizes if size > 1} - set(BATCHES))


def _plain(shape: tuple[int, ...]) -> bool:
    """Tell whether only the first size can come from the batch's."""
    return shape[:1] in (BATCHES[:1], ()) and all(size % BATCHES[0] for size in shape[1:] if size)


def _shaped(one: Any, two: Any, batch_first: bool = False) -> Shaped:
    if not one.shape:  # a single number, for the whole batch
        return Shaped((), str(one.dtype))
    sizes = [a if a == b else None for a, b in zip(one.shape, two.shape, strict=True)]
    return Shaped((None, *sizes[1:]) if batch_first else tuple(sizes), str(one.dtype))
