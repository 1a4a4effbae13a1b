"""The rows of a model's summary, gathered without making an array: names, shapes, parameters, connections."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax

from pellucid.layers import InputLayer
from pellucid.models.cost import Cost, multiply_adds
from pellucid.modules import Layer, infer
from pellucid.modules.graph import Graph, Ref
from pellucid.modules.graph_shapes import SIZES
from pellucid.modules.tree import SKIPPED, layers_in, places, weights_of


@dataclass(frozen=True)
class Row:
    """One layer of the table.

    Attributes:
        layer: Its name and type.
        shape: The shape of its outputs, None for the batch and where a size varies.
        params: How many numbers its weights hold.
        connected: The layers that its inputs come from, in a graph.
        trained: ``"yes"``, ``"frozen"``, or ``"-"`` without weights.
        cost: Its multiply-adds per sample.
        depth: How deep it is nested.
    """

    layer: str
    shape: str
    params: str
    connected: str = ""
    trained: str = "-"
    cost: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known of a model's layers.

    Attributes:
        paths: The paths of the layers by identity.
        shapes: The shapes of their outputs by path; empty if the inputs are not known.
        cost: Their multiply-adds, or None where the inputs' sizes vary or are not known.
    """

    paths: dict[int, str]
    shapes: dict[str, Any]
    cost: Cost | None


def facts_of(model: Layer) -> Facts:
    """Find out what the rows tell."""
    batch = one_sample(model, 1, 0)
    known = batch is not None and not _varies(model)
    return Facts(
        {id(layer): path for path, layer in places(model)},
        layer_shapes(model),
        multiply_adds(model, batch) if known else None,
    )


def one_sample(model: Layer, batch: int, size: int) -> Any:
    """Return specs of a batch for a model, ``size`` for sizes that vary; None if its inputs are not known."""
    if works_on_host(model):
        return None
    if getattr(model, "_symbolic", None):
        return jax.tree.map(lambda tensor: tensor.stand_in(batch, size), model.input)
    noted = getattr(model, "_inputs", None)
    return jax.tree.map(lambda s: jax.ShapeDtypeStruct((batch, *s.shape[1:]), s.dtype), noted)


def works_on_host(model: Layer) -> bool:
    """Tell whether first layers of a model are computed before the program, which cannot be traced with them."""
    return any(layer.on_host for _, layer in places(model))


def _varies(model: Layer) -> bool:
    tensors = jax.tree.leaves(model.input) if getattr(model, "_symbolic", None) else []
    return any(None in tensor.shape[1:] for tensor in tensors)


def layer_shapes(model: Layer) -> dict[str, Any]:
    """Return each layer's output shape by path, None where a size varies; empty if the inputs are not known."""
    if one_sample(model, 2, 0) is None:
        called = [(path, layer) for path, layer in places(model) if layer._nodes]
        return {p: jax.tree.map(lambda t: t.shape, layer._nodes[0].outputs) for p, layer in called}
    found = []
    for size in SIZES[0] if _varies(model) else SIZES[0][:1]:
        inferred = infer(model, one_sample(model, 2, size))
        found.append({path: outputs for path, (_, outputs) in inferred.shapes.items()})
    return {path: _merge(shape, found[-1][path]) for path, shape in found[0].items()}


def _merge(first: Any, second: Any) -> Any:
    if is_shape(first):
        return tuple(a if a == b else None for a, b in zip(first, second, strict=True))
    return jax.tree.map(_merge, first, second, is_leaf=is_shape)


def is_shape(value: Any) -> bool:
    """Tell a shape from a tuple of shapes."""
    return isinstance(value, tuple) and all(size is None or isinstance(size, int) for size in value)


def rows_of(layer: Layer, facts: Facts, expand: bool, depth: int = 0) -> list[Row]:
    """Return a row for each layer inside ``layer``; one that was already shown is marked "again"."""
    rows: list[Row] = []
    seen: set[int] = set()
    connections = connections_of(layer)
    for child in _children(layer):
        connected = connections.get(id(child), "")
        rows.append(_row(child, facts, depth, id(child) in seen, connected))
        if expand and id(child) not in seen:
            rows += rows_of(child, facts, expand, depth + 1)
        seen.add(id(child))
    if not rows and depth == 0:
        rows.append(_row(layer, facts, depth, again=False))
    return rows


def _children(layer: Layer) -> list[Layer]:
    attributes = [(name, value) for name, value in vars(layer).items() if name not in SKIPPED]
    return [child for name, value in attributes for _, child in layers_in(name, value)]


def connections_of(layer: Layer) -> dict[int, str]:
    """Return for each layer of a graph the names of those that its inputs come from; of several calls, each in turn."""
    graph: Graph | None = vars(layer).get("_graph")
    if graph is None:
        return {}
    inside: list[Layer] = layer._layers  # pyright: ignore[reportAttributeAccessIssue]
    calls: dict[int, list[str]] = {}
    for call in graph.calls:
        leaves = jax.tree.leaves((call.arguments, call.keywords))
        names = [
            inside[graph.calls[leaf.call].layer].name for leaf in leaves if isinstance(leaf, Ref)
        ]
        calls.setdefault(id(inside[call.layer]), []).append(", ".join(names))
    return {layer: "; ".join(told) for layer, told in calls.items()}


def _row(layer: Layer, facts: Facts, depth: int, again: bool, connected: str = "") -> Row:
    path = facts.paths[id(layer)]
    name = path.rpartition("/")[2] or layer.name
    kind = f"{type(layer).__name__}, again" if again else type(layer).__name__
    slots = [(owner, slot) for _, owner, slot in weights_of(layer, with_layer=True)]
    if any(slot.trainable and owner.trainable for owner, slot in slots):
        state = "yes"
    else:
        state = "frozen" if any(slot.trainable for _, slot in slots) else "-"
    shape = str(facts.shapes[path]) if path in facts.shapes else "?"
    count = "?" if not layer.built and not slots and shape == "?" else f"{layer.count_params():,}"
    adds = facts.cost.by_path.get(path) if facts.cost and not again else None
    return Row(
        f"{name} ({kind})",
        shape,
        "0" if again else count,
        connected,
        state,
        "" if adds is None else f"{adds:,}",
        depth,
    )


def totals_of(model: Layer, facts: Facts) -> list[str]:
    """Return the lines below the table: parameters, memory and multiply-adds."""
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
    told = [f"Parameters: {total:,} ({in_bytes(size)}), {parts}"]
    shapes = facts.shapes
    times = times_called(model, facts)
    made = {
        p: _numbers(s) for p, s in shapes.items() if not _holds_others(p, shapes) and p in times
    }
    if made and None not in made.values():
        outputs = 4 * sum(times[path] * (number or 0) for path, number in made.items())
        told.append(f"Outputs of all layers: {in_bytes(outputs)} per sample")
    if facts.cost is not None:
        told.append(f"Multiply-adds: {facts.cost.total:,} per sample")
    return told


def times_called(model: Layer, facts: Facts) -> dict[str, int]:
    """Return by path how often each layer is called in one application; inputs, which make nothing, are left out."""
    times = {"": 1}
    for path, layer in places(model):
        inside: list[Layer] = vars(layer).get("_layers", [])
        graph: Graph | None = vars(layer).get("_graph")
        called = inside if graph is None else [inside[call.layer] for call in graph.calls]
        for child in _children(layer):
            uses = max(sum(each is child for each in called), 1)
            times.setdefault(facts.paths[id(child)], uses * times[path])
    entrances = {path for path, layer in places(model) if isinstance(layer, InputLayer)}
    return {path: number for path, number in times.items() if path not in entrances}


def _holds_others(path: str, shapes: dict[str, Any]) -> bool:
    return any(other.startswith(f"{path}/" if path else "") and other != path for other in shapes)


def _numbers(shape: Any) -> int | None:
    """Return how many numbers one sample's output holds, None where that varies."""
    leaves = [each for each in jax.tree.leaves(shape, is_leaf=is_shape) if is_shape(each)]
    sizes = [size for leaf in leaves for size in leaf[1:]]
    return None if None in sizes else sum(math.prod(leaf[1:]) for leaf in leaves)


def in_bytes(count: float) -> str:
    """Say a number of bytes.

    >>> in_bytes(44), in_bytes(2048)
    ('44 B', '2.0 KB')
    """
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return ""
