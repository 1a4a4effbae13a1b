"""A model as boxes and arrows: what all styles of drawing start from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax

from pellucid.layers import InputLayer
from pellucid.models.functional import Functional
from pellucid.models.rows import layer_shapes
from pellucid.models.sequential import Sequential
from pellucid.modules import Layer
from pellucid.modules.graph import Ref
from pellucid.modules.tree import places


@dataclass(frozen=True)
class Box:
    """One call of a layer.

    Attributes:
        layer: The layer, or None for the inputs of a model that names no input layer.
        name: Its name, with the path for layers of nested models.
        shape: The shape of its outputs without the batch, or a tuple of such shapes, or None where it is not known.
    """

    layer: Layer | None
    name: str
    shape: Any


@dataclass
class Diagram:
    """A model's boxes in the order of their calls, and the arrows between them by the boxes' numbers.

    Attributes:
        title: The model's name.
        boxes: The boxes.
        arrows: Pairs of numbers: from, to.
        inferred: Whether the arrows follow from the order of calls only, since code connects the layers.
    """

    title: str
    boxes: list[Box] = field(default_factory=list)
    arrows: list[tuple[int, int]] = field(default_factory=list)
    inferred: bool = False

    @property
    def heading(self) -> str:
        """What stands above the picture."""
        note = "  (its code connects the layers; here in the order of their calls)"
        return self.title + note * self.inferred

    @property
    def is_chain(self) -> bool:
        """Whether every box feeds the next one and no other."""
        return self.arrows == [(i, i + 1) for i in range(len(self.boxes) - 1)]


def describe(model: Layer, expand_nested: bool = False) -> Diagram:
    """Return the diagram of a model.

    Args:
        model: Sequential, functional or subclassed; the last must have been called once, so that its calls are known.
        expand_nested: Whether the layers of nested models have boxes of their own.
    """
    diagram = Diagram(model.name)
    paths = {id(layer): path for path, layer in places(model)}
    writer = _Writer(diagram, paths, layer_shapes(model), expand_nested)
    if isinstance(model, Functional):
        writer.graph(model, {})
        return diagram
    shape = getattr(model, "input_shape", None)
    first = [] if shape is None else [writer.box(None, "input", _without_batch(shape))]
    if isinstance(model, Sequential):
        writer.chain(list(model.layers), first)
    else:
        diagram.inferred = True
        writer.chain(_by_calls(model, writer), first)
    return diagram


@dataclass
class _Writer:
    """Writes boxes and arrows; the answers are the numbers of the boxes whose outputs go on."""

    diagram: Diagram
    paths: dict[int, str]
    shapes: dict[str, Any]
    expand: bool

    def box(self, layer: Layer | None, name: str, shape: Any) -> int:
        self.diagram.boxes.append(Box(layer, name, shape))
        return len(self.diagram.boxes) - 1

    def call(self, layer: Layer, sources: list[int]) -> list[int]:
        """Write one call of a layer that is fed by ``sources``."""
        if self.expand and isinstance(layer, Sequential) and layer.layers:
            return self.chain(list(layer.layers), sources)
        if self.expand and isinstance(layer, Functional):
            inputs = jax.tree.leaves(layer._graph.inputs)
            return self.graph(layer, dict(zip(inputs, sources, strict=False)))
        path = self.paths.get(id(layer), layer.name)
        number = self.box(layer, path, _without_batch(self.shapes.get(path)))
        self.diagram.arrows += [(source, number) for source in sources]
        return [number]

    def chain(self, layers: list[Layer], sources: list[int]) -> list[int]:
        for layer in layers:
            sources = self.call(layer, sources)
        return sources

    def graph(self, model: Functional, fed: dict[Ref, int]) -> list[int]:
        """Write a graph whose inputs are fed by boxes that are there already, or are boxes themselves."""
        made: dict[Ref, int] = dict(fed)
        for number, call in enumerate(model._graph.calls):
            layer = model._layers[call.layer]
            if Ref(number, 0) in fed:
                continue
            leaves = jax.tree.leaves((call.arguments, call.keywords))
            sources = [made[leaf] for leaf in leaves if isinstance(leaf, Ref)]
            if isinstance(layer, InputLayer):
                shape = _without_batch(layer.batch_shape)
                ends = [self.box(layer, layer.name, shape)]
            else:
                ends = self.call(layer, list(dict.fromkeys(sources)))
            for output in range(max(1, _outputs(model, number))):
                made[Ref(number, output)] = ends[min(output, len(ends) - 1)]
        return [made[ref] for ref in jax.tree.leaves(model._graph.outputs)]


def _outputs(model: Functional, number: int) -> int:
    """Return how many outputs of a call are used."""
    leaves = jax.tree.leaves([(call.arguments, call.keywords) for call in model._graph.calls])
    used = [*leaves, *jax.tree.leaves(model._graph.outputs)]
    return max(
        (ref.output + 1 for ref in used if isinstance(ref, Ref) and ref.call == number), default=1
    )


def _by_calls(model: Layer, writer: _Writer) -> list[Layer]:
    """Return the direct layers of a subclassed model in the order of their calls, where it is known."""
    direct = {path: layer for path, layer in places(model) if path and "/" not in path}
    called = [path for path in writer.shapes if path in direct]
    return [direct[path] for path in [*called, *(path for path in direct if path not in called)]]


def _without_batch(shape: Any) -> Any:
    """Return a shape without its first axis; of several outputs a tuple of shapes."""
    if isinstance(shape, tuple) and all(size is None or isinstance(size, int) for size in shape):
        return shape[1:]
    if isinstance(shape, dict):
        shape = list(shape.values())
    return (
        tuple(_without_batch(each) for each in shape) if isinstance(shape, (tuple, list)) else None
    )
