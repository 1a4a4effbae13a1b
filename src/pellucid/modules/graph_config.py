"""A graph as plain data that a file can hold, and back: the calls are made again, one by one.

Every value is a dict of one key that says what it is: ``{"tensor": [call, output]}``, ``{"list": [...]}``,
``{"tuple": [...]}``, ``{"dict": {...}}``, or ``{"value": ...}`` for a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax

from pellucid.modules.graph import Graph, Ref
from pellucid.modules.layer import Layer


def describe_graph(graph: Graph) -> dict[str, Any]:
    """Return calls, inputs and outputs as plain data; layers are numbers."""
    calls = [
        {
            "layer": call.layer,
            "arguments": [describe_tree(argument) for argument in call.arguments],
            "keywords": {name: describe_tree(value) for name, value in call.keywords.items()},
        }
        for call in graph.calls
    ]
    return {
        "calls": calls,
        "inputs": describe_tree(graph.inputs),
        "outputs": describe_tree(graph.outputs),
    }


def describe_tree(tree: Any) -> dict[str, Any]:
    """Return a tree of references and constants as plain data.

    >>> describe_tree([Ref(0, 0), 2.5])
    {'list': [{'tensor': [0, 0]}, {'value': 2.5}]}
    """
    if isinstance(tree, Ref):
        return {"tensor": [tree.call, tree.output]}
    if not any(isinstance(leaf, Ref) for leaf in jax.tree.leaves(tree)):
        return {"value": tree}
    if isinstance(tree, dict):
        return {"dict": {key: describe_tree(value) for key, value in tree.items()}}
    kind = "tuple" if isinstance(tree, tuple) else "list"
    return {kind: [describe_tree(value) for value in tree]}


def read_tree(described: dict[str, Any], tensors: dict[tuple[int, int], Any]) -> Any:
    """Return the tree that :func:`describe_tree` described, with tensors in the place of references."""
    ((kind, content),) = described.items()
    if kind == "tensor":
        call, output = content
        return tensors[call, output]
    if kind == "dict":
        return {key: read_tree(value, tensors) for key, value in content.items()}
    if kind in ("list", "tuple"):
        items = [read_tree(value, tensors) for value in content]
        return items if kind == "list" else tuple(items)
    if kind != "value":
        raise ValueError(f"unknown kind {kind!r:.40}")
    return content


def replay(
    described: dict[str, Any], layers: Sequence[Layer], begin: Callable[[Layer], Any]
) -> tuple[Any, Any]:
    """Call the layers again as the description says; return inputs and outputs as trees of symbolic tensors.

    Args:
        described: What :func:`describe_graph` gave.
        layers: The layers by number.
        begin: Gives the tensor that enters through a layer of inputs.
    """
    tensors: dict[tuple[int, int], Any] = {}
    for number, call in enumerate(described["calls"]):
        layer = layers[call["layer"]]
        arguments = [read_tree(argument, tensors) for argument in call["arguments"]]
        keywords = {name: read_tree(value, tensors) for name, value in call["keywords"].items()}
        outputs = layer(*arguments, **keywords) if arguments or keywords else begin(layer)
        for index, tensor in enumerate(jax.tree.leaves(outputs)):
            tensors[number, index] = tensor
    return read_tree(described["inputs"], tensors), read_tree(described["outputs"], tensors)
