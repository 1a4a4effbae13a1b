"""The table of a model's layers: names, shapes, parameters, memory; no array is made for it."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax

from pellucid.modules import Layer, infer
from pellucid.modules.tree import SKIPPED, layers_in, places, weights_of

# Two sizes that stand for an unknown one while shapes are inferred: what differs between them is unknown as well.
STAND_INS = (32, 33)
TITLES = ("Layer (type)", "Output shape", "Params", "Trained")


@dataclass(frozen=True)
class Row:
    """One layer of the table: its cells, and how deep it is nested."""

    layer: str
    shape: str
    params: str
    trained: str
    depth: int = 0

    def cells(self) -> tuple[str, str, str, str]:
        """Return the texts of the four columns."""
        return ("  " * self.depth + self.layer, self.shape, self.params, self.trained)


def summary(
    model: Layer,
    line_length: int = 80,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
) -> None:
    """Print a model's layers with output shapes and numbers of parameters, then totals and memory.

    Args:
        model: Any model or layer, built or not.
        line_length: The width of the table in characters. Default 80.
        print_fn: Called with each line. Default: standard output.
        expand_nested: Whether layers inside layers get lines of their own. Default False.
        show_trainable: Whether a column tells which layers are trained; always told when one is frozen. Default False.

    Example:
        >>> from pellucid import Input, Sequential
        >>> from pellucid.layers import Dense
        >>> summary(
        ...     Sequential([Input(shape=(4,)), Dense(8, activation="relu"), Dense(3)]),
        ...     line_length=50,
        ... )
        Model: sequential
        --------------------------------------------------
        Layer (type)               Output shape     Params
        --------------------------------------------------
        dense (Dense)              (None, 8)            40
        dense_1 (Dense)            (None, 3)            27
        --------------------------------------------------
        Parameters: 67 (268 B), all trained
        Outputs of all layers: 44 B per sample
    """
    write = print_fn or _write
    for line in lines(model, line_length, expand_nested, show_trainable):
        write(line)


def lines(
    model: Layer, line_length: int = 80, expand_nested: bool = False, show_trainable: bool = False
) -> list[str]:
    """Return the lines that :func:`summary` prints."""
    shapes = layer_shapes(model)
    rows = _rows(model, dict(_paths(model)), shapes, expand_nested)
    width = 4 if show_trainable or any(row.trained == "frozen" for row in rows) else 3
    rule = "-" * line_length
    table = _table([row.cells()[:width] for row in rows], TITLES[:width], line_length)
    return [f"Model: {model.name}", rule, table[0], rule, *table[1:], rule, *_totals(model, shapes)]


def layer_shapes(model: Layer) -> dict[str, Any]:
    """Return each layer's output shape by path, None where a size varies; empty if the inputs are not known."""
    known = getattr(model, "input_shape", None)
    if not isinstance(known, tuple):
        return {}
    dtype = getattr(model, "input_dtype", None) or "float32"
    found = []
    for size in STAND_INS if None in known[1:] else STAND_INS[:1]:
        sizes = [size if each is None else each for each in known[1:]]
        inferred = infer(model, jax.ShapeDtypeStruct((2, *sizes), dtype))
        found.append({path: outputs for path, (_, outputs) in inferred.shapes.items()})
    return {path: _merge(shape, found[-1][path]) for path, shape in found[0].items()}


def _merge(first: Any, second: Any) -> Any:
    if isinstance(first, tuple) and all(size is None or isinstance(size, int) for size in first):
        return tuple(a if a == b else None for a, b in zip(first, second, strict=True))
    return first


def _paths(model: Layer) -> list[tuple[int, str]]:
    return [(id(layer), path) for path, layer in places(model)]


def _rows(
    layer: Layer, paths: dict[int, str], shapes: dict[str, Any], expand: bool, depth: int = 0
) -> list[Row]:
    """Return a row for each layer inside ``layer``; one that was already shown is marked "again"."""
    rows: list[Row] = []
    seen: set[int] = set()
    for child in _children(layer):
        rows.append(_row(child, paths[id(child)], shapes, depth, again=id(child) in seen))
        if expand and id(child) not in seen:
            rows += _rows(child, paths, shapes, expand, depth + 1)
        seen.add(id(child))
    if not rows and depth == 0:
        rows.append(_row(layer, "", shapes, depth, again=False))
    return rows


def _children(layer: Layer) -> list[Layer]:
    attributes = [(name, value) for name, value in vars(layer).items() if name not in SKIPPED]
    return [child for name, value in attributes for _, child in layers_in(name, value)]


def _row(layer: Layer, path: str, shapes: dict[str, Any], depth: int, again: bool) -> Row:
    name = path.rpartition("/")[2] or layer.name
    kind = f"{type(layer).__name__}, again" if again else type(layer).__name__
    slots = [(owner, slot) for _, owner, slot in weights_of(layer, with_layer=True)]
    if any(slot.trainable and owner.trainable for owner, slot in slots):
        state = "yes"
    else:
        state = "frozen" if any(slot.trainable for _, slot in slots) else "-"
    shape = str(shapes[path]) if path in shapes else "?"
    count = "?" if not layer.built and not slots and shape == "?" else f"{layer.count_params():,}"
    return Row(f"{name} ({kind})", shape, "0" if again else count, state, depth)


def _table(rows: list[tuple[str, ...]], titles: tuple[str, ...], length: int) -> list[str]:
    """Set the rows in columns: the first takes what the others leave, numbers stand to the right."""
    others = [max(len(row[i]) for row in [titles, *rows]) for i in range(1, len(titles))]
    others[0] = min(others[0] + 1, length // 3)
    others[1] = max(others[1], 9)
    first = max(length - sum(others) - len(others), 12)

    def line(row: tuple[str, ...]) -> str:
        cells = [_cut(row[0], first).ljust(first), _cut(row[1], others[0]).ljust(others[0])]
        cells += [row[2].rjust(others[1]), *(cell.rjust(others[2]) for cell in row[3:])]
        return " ".join(cells).rstrip()

    return [line(row) for row in [titles, *rows]]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _totals(model: Layer, shapes: dict[str, Any]) -> list[str]:
    counts = {"trained": 0, "frozen": 0, "state": 0}
    size = 0
    for _, owner, slot in weights_of(model, with_layer=True):
        kind = "trained" if owner.trainable else "frozen"
        counts[kind if slot.trainable else "state"] += slot.size
        size += slot.size * slot.dtype.itemsize
    total = sum(counts.values())
    parts = ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count)
    if not model.built and not total:
        return ["Not built: the first data make the weights, or model.build((None, features))."]
    parts = "all trained" if counts["trained"] == total else parts
    told = [f"Parameters: {total:,} ({_bytes(size)}), {parts}"]
    numbers = [_numbers(shape) for path, shape in shapes.items() if not _holds_others(path, shapes)]
    if numbers and None not in numbers:
        told.append(f"Outputs of all layers: {_bytes(4 * sum(n or 0 for n in numbers))} per sample")
    return told


def _holds_others(path: str, shapes: dict[str, Any]) -> bool:
    return any(other.startswith(f"{path}/" if path else "") and other != path for other in shapes)


def _numbers(shape: Any) -> int | None:
    """Return how many numbers one sample's output holds, None where that varies."""
    leaves = [each for each in jax.tree.leaves(shape, is_leaf=_is_shape) if isinstance(each, tuple)]
    sizes = [size for leaf in leaves for size in leaf[1:]]
    return None if None in sizes else sum(math.prod(leaf[1:]) for leaf in leaves)


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(size is None or isinstance(size, int) for size in value)


def _bytes(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return ""


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
