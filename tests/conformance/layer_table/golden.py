"""Numbers of another framework for the rows of the tables: how they are laid out, kept and compared.

A row's numbers are one vector: a sum that tells whether inputs and weights are still those of that framework's run,
then the outputs, then the gradients of `sum(outputs * cotangent)` by parameter, then by input. A family's file holds
the vectors of its rows end to end, in single precision.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jax
import numpy as np

FOLDER = Path(__file__).parents[1] / "golden" / "layers"
COMMAND = "python -m tests.conformance.golden.make_layers"
TOLERANCE = 1e-5
"""Of each number, or of the largest one of its array."""
SMALL = 0.03
"""Arrays below this part of the row's largest number may be rounding: the bias of attention's keys has no gradient."""


def key(name: str, number: int) -> str:
    """Return the name of a row in a file."""
    return f"{name}/{number}"


def fingerprint(inputs: Any, weights: list[Any]) -> float:
    """Return a number that changes with any input and any weight."""
    total = 0.0
    for index, leaf in enumerate([*jax.tree.leaves(inputs), *weights]):
        if np.asarray(leaf).dtype.kind in "fiub":
            flat = np.asarray(leaf, np.float64).ravel()
            total += float(flat @ np.cos(np.arange(flat.size) + index))
    return total


def parts(outputs: Any, gradient: Any) -> list[tuple[str, np.ndarray]]:
    """Return a layer's numbers in the order of the files, each with its name."""
    found = [(f"output {i}", leaf) for i, leaf in enumerate(jax.tree.leaves(outputs))]
    if gradient is not None:
        by_parameter, by_input = gradient
        found += [(f"gradient by {path}", leaf) for path, leaf in by_parameter.items()]
        found += [(f"gradient by input {i}", leaf) for i, leaf in enumerate(by_input)]
    return [(name, np.asarray(leaf, np.float64)) for name, leaf in found]


def write(path: Path, rows: dict[str, np.ndarray]) -> None:
    """Keep the vectors of a family's rows."""
    vectors = [np.asarray(vector, np.float32) for vector in rows.values()]
    np.savez_compressed(
        path,
        rows=np.array(list(rows)),
        sizes=np.array([vector.size for vector in vectors]),
        numbers=np.concatenate([*vectors, np.zeros(0, np.float32)]),
    )


@cache
def read(path: Path) -> dict[str, np.ndarray]:
    """Return the vectors of a family's rows; none if there is no file."""
    if not path.exists():
        return {}
    with np.load(path) as file:
        ends = np.cumsum(file["sizes"])
        return dict(zip(file["rows"].tolist(), np.split(file["numbers"], ends[:-1]), strict=True))


def mistakes(told: Any, wanted: np.ndarray, tolerance: float = TOLERANCE) -> list[str]:
    """Say where a layer's numbers are not those of the file; an empty list says that they agree."""
    weights = [*told.params.values(), *told.state.values()]
    mark = fingerprint(told.inputs, weights)
    if not np.isclose(mark, wanted[0], rtol=1e-5, atol=1e-4):
        return [f"inputs or weights are no longer those of the file; make it again: {COMMAND}"]
    ours_by_part = parts(told.outputs, told.gradient)
    count = 1 + sum(ours.size for _, ours in ours_by_part)
    if count != wanted.size:
        return [f"there are {count} numbers, in the file {wanted.size}; make it again: {COMMAND}"]
    wrong, start = [], 1
    floor = SMALL * float(np.max(np.abs(wanted[1:]), initial=0.0))
    for name, ours in ours_by_part:
        theirs = wanted[start : start + ours.size].reshape(ours.shape).astype(np.float64)
        start += ours.size
        scale = max(floor, float(np.max(np.abs(theirs), initial=0.0)))
        unequal = ~np.isclose(ours, theirs, rtol=tolerance, atol=tolerance * scale)
        if unequal.any():
            place = tuple(int(i) for i in np.argwhere(unequal)[0])
            many = f"{int(unequal.sum())} of {ours.size} differ"
            wrong.append(f"{name}: {many}, at {place} {ours[place]} for {theirs[place]}")
    return wrong
