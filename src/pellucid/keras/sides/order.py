"""The order in which Keras lists a graph's layers: from the farthest from the outputs to the nearest."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.modules.graph import Graph, Ref


def by_depth(graph: Graph, layers: list[Any]) -> list[Any]:
    """Return the layers of a graph by depth; of equal depth in the order of their calls.

    The depth of a call is the longest way from it to an output, that of a layer the largest of its calls.

    Args:
        graph: The calls.
        layers: The layers that the calls name by number.
    """
    depth = [0] * len(graph.calls)
    for number in reversed(range(len(graph.calls))):
        call = graph.calls[number]
        for ref in jax.tree.leaves((call.arguments, call.keywords), is_leaf=_is_ref):
            if _is_ref(ref):
                depth[ref.call] = max(depth[ref.call], depth[number] + 1)
    of_layer: dict[int, int] = {}
    first: dict[int, int] = {}
    for number, call in enumerate(graph.calls):
        of_layer[call.layer] = max(of_layer.get(call.layer, 0), depth[number])
        first.setdefault(call.layer, number)
    order = sorted(of_layer, key=lambda layer: (-of_layer[layer], first[layer]))
    return [layers[number] for number in order]


def _is_ref(value: Any) -> bool:
    return isinstance(value, Ref)
