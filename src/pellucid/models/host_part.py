"""The part of a graph that is computed on the host: layers such as text vectorisation, right behind the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax

from pellucid.core.errors import ArgumentError
from pellucid.modules.graph import Call, Graph, Ref, fill

Layers = Sequence[Any]


def on_host(layer: Any) -> bool:
    """Tell whether a layer works on the host; None stands for one in a graph whose host part is done."""
    return layer is None or layer.on_host


def host_calls(graph: Graph, layers: Layers) -> list[int]:
    """Return the numbers of the calls that are computed on the host."""
    return [number for number, call in enumerate(graph.calls) if on_host(layers[call.layer])]


def check_host_calls(who: str, graph: Graph, layers: Layers) -> None:
    """Refuse layers of the host that stand behind a layer of the program.

    Raises:
        ArgumentError: With the layer before it.
    """
    done = set(host_calls(graph, layers))
    for number in sorted(done):
        for ref in refs_of(graph.calls[number]):
            before = graph.calls[ref.call]
            if ref.call not in done and not before.is_input:
                layer = layers[graph.calls[number].layer]
                raise ArgumentError(
                    who,
                    f"layer '{layer.name}' ({type(layer).__name__}) works on the host, before the program, but it "
                    f"stands behind '{layers[before.layer].name}', which works in it.",
                    "call it on an Input",
                )


def refs_of(call: Call) -> list[Ref]:
    """Return the references among the arguments of a call."""
    leaves = jax.tree.leaves((call.arguments, call.keywords))
    return [leaf for leaf in leaves if isinstance(leaf, Ref)]


def boundary(graph: Graph, layers: Layers) -> dict[str, Ref]:
    """Return what the program takes, by name: inputs and results of the host that its layers and outputs need."""
    done = set(host_calls(graph, layers))
    needed = [ref for ref in jax.tree.leaves(graph.outputs) if isinstance(ref, Ref)]
    for number, call in enumerate(graph.calls):
        if number not in done:
            needed += refs_of(call)
    outside = {r for r in needed if r.call in done or graph.calls[r.call].is_input}
    return {f"{ref.call}:{ref.output}": ref for ref in sorted(outside, key=_order)}


def _order(ref: Ref) -> tuple[int, int]:
    return ref.call, ref.output


def run_host_calls(graph: Graph, layers: Layers, fed: dict[Ref, Any]) -> dict[str, Any]:
    """Compute the host's part of a graph.

    Args:
        graph: The graph.
        layers: Its layers.
        fed: The inputs as the user gave them.

    Returns:
        What the program takes, by name.
    """
    values = dict(fed)
    for number in host_calls(graph, layers):
        call = graph.calls[number]
        arguments, keywords = fill((call.arguments, call.keywords), values.__getitem__)
        outputs = layers[call.layer](*arguments, **keywords)
        for index, array in enumerate(jax.tree.leaves(outputs)):
            values[Ref(number, index)] = array
    return {name: values[ref] for name, ref in boundary(graph, layers).items()}
