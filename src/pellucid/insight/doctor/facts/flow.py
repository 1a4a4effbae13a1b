"""Which layer is fed by which: stacks and graphs say it, code of a ``call`` does not."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.core.paths import join
from pellucid.models import Sequential
from pellucid.models.functional import Functional
from pellucid.modules import Layer
from pellucid.modules.graph import Ref
from pellucid.modules.tree import child_layers

Sources = tuple[str, ...] | None
"""Paths of the layers whose outputs come in; empty for what is given from outside; None where it is not known."""


class Given(str):
    """The name of one of a model's several inputs, among the paths of layers."""


class Feeds(dict[str, Sources]):
    """What feeds each layer at its first call, by path.

    Attributes:
        again: What feeds it at its further calls, of layers that are called several times.
    """

    def __init__(self) -> None:
        super().__init__()
        self.again: dict[str, list[Sources]] = {}

    def note(self, path: str, entering: Sources) -> None:
        """Note one call of a layer."""
        if path in self:
            self.again.setdefault(path, []).append(entering)
        else:
            self[path] = entering


def flow_of(model: Layer) -> tuple[Feeds, Any]:
    """Return what feeds each layer, by path, and which layers give the outputs.

    Where a model has several inputs, their names (:class:`Given`) stand among the paths.

    Returns:
        The feeding layers by path, and the paths of the outputs' layers in the order of ``jax.tree.leaves``; None
        where they are not known.
    """
    found = Feeds()
    ends = _follow(model, "", (), found)
    return found, ends


def _follow(layer: Layer, path: str, entering: Sources, found: Feeds) -> Any:
    """Note what feeds the layers inside, and return the paths whose outputs come out."""
    if isinstance(layer, Functional):
        return _follow_graph(layer, path, entering, found)
    if isinstance(layer, Sequential):
        return _follow_stack(layer, path, entering, found)
    found.note(path, entering)
    return (path,)


def _names(layer: Layer) -> dict[int, str]:
    return {id(child): name for name, child in child_layers(layer)}


def _follow_stack(model: Any, path: str, entering: Sources, found: Feeds) -> Any:
    names = _names(model)
    for layer in model.layers:
        if id(layer) in names:
            entering = _follow(layer, join(path, names[id(layer)]), entering, found)
    return entering


def _follow_graph(model: Any, path: str, entering: Sources, found: Feeds) -> Any:
    """Walk the calls in their order."""
    names = _names(model)
    ends: dict[int, Any] = {} if path else _several_inputs(model)
    for number, call in enumerate(model._graph.calls):
        layer = model._layers[call.layer]
        if call.is_input:
            ends.setdefault(number, entering)
            continue
        refs = [r for r in jax.tree.leaves((call.arguments, call.keywords)) if isinstance(r, Ref)]
        sources = _joined(ends.get(ref.call, ()) for ref in refs)
        inside = join(path, names.get(id(layer)) or str(layer.name))
        ends[number] = _follow(layer, inside, sources, found)
    outputs = jax.tree.leaves(model._graph.outputs, is_leaf=lambda leaf: isinstance(leaf, Ref))
    return _joined(ends.get(ref.call, ()) for ref in outputs)


def _several_inputs(model: Any) -> dict[int, Sources]:
    """Return by call the name of the input that it is, where there are several."""
    refs = jax.tree.leaves(model._graph.inputs, is_leaf=lambda leaf: isinstance(leaf, Ref))
    if len(refs) < 2:
        return {}
    return {r.call: (Given(name),) for r, name in zip(refs, model.input_names, strict=True)}


def _joined(several: Any) -> Sources:
    paths: list[str] = []
    for sources in several:
        if sources is None:
            return None
        paths += [path for path in sources if path not in paths]
    return tuple(paths)
