"""From symbolic tensors to a graph as data: the calls between inputs and outputs, and their layers' names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import jax

from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.core.paths import unique
from pellucid.modules.graph import Call, Graph, Ref
from pellucid.modules.layer import Layer
from pellucid.modules.symbolic import Node, SymbolicTensor, is_tensor


def capture(
    who: str, inputs: Any, outputs: Any, feeds: dict[int, Node]
) -> tuple[Graph, list[Layer]]:
    """Return the graph between ``inputs`` and ``outputs``, and its layers.

    Args:
        who: Who asks, for messages.
        inputs: A tree of symbolic tensors.
        outputs: A tree of symbolic tensors.
        feeds: For each input tensor, by identity, the node of the input that takes its place.

    Raises:
        ArgumentError: The outputs need an input that was not given.
    """
    nodes = _nodes_between(who, jax.tree.leaves(inputs), jax.tree.leaves(outputs), feeds)
    layers: list[Layer] = []
    numbers: dict[int, int] = {}
    refs: dict[int, Ref] = {}
    for number, node in enumerate(nodes):
        if id(node.layer) not in numbers:
            numbers[id(node.layer)] = len(layers)
            layers.append(node.layer)
        for index, tensor in enumerate(jax.tree.leaves(node.outputs)):
            refs[id(tensor)] = Ref(number, index)
    places = {id(node): number for number, node in enumerate(nodes)}
    refs |= {tensor: Ref(places[id(node)], 0) for tensor, node in feeds.items()}

    def as_refs(tree: Any) -> Any:
        return jax.tree.map(lambda leaf: refs[id(leaf)] if is_tensor(leaf) else leaf, tree)

    fed = {id(node) for node in feeds.values()}
    calls = [
        Call(numbers[id(node.layer)], () if id(node) in fed else as_refs(node.args),
             {} if id(node) in fed else as_refs(node.kwargs))
        for node in nodes
    ]  # fmt: skip
    return Graph(tuple(calls), as_refs(inputs), as_refs(outputs)), layers


def _nodes_between(
    who: str, inputs: list[SymbolicTensor], outputs: list[SymbolicTensor], feeds: dict[int, Node]
) -> list[Node]:
    """Walk from the outputs back to the inputs; return the nodes in the order in which they were made."""
    found = {id(node): node for node in feeds.values()}
    missing: dict[int, Node] = {}
    waiting = list(outputs)
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in feeds or id(tensor.node) in found:
            continue
        found[id(tensor.node)] = tensor.node
        waiting += tensor.node.parents
        if not tensor.node.parents:
            missing[id(tensor.node)] = tensor.node
    if missing:
        names = [tensor.name for tensor in inputs]
        lacking = sorted(node.layer.name for node in missing.values())
        raise ArgumentError(
            who,
            f"the outputs need {_list(lacking)}, which {'is' if len(lacking) == 1 else 'are'} not among the inputs "
            f"({', '.join(names)}).",
            f"Model(inputs=[{', '.join([*names, *lacking])}], outputs=...)",
        )
    # Feeds come first: one that stands for a tensor inside a larger graph was made after what it feeds.
    fed = list(dict.fromkeys(feeds.values()))
    return fed + sorted((n for n in found.values() if n not in fed), key=lambda node: node.number)


def _list(names: Sequence[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def check_tensors(who: str, argument: str, tree: Any) -> None:
    """Refuse anything but symbolic tensors as the ends of a graph.

    Raises:
        ArgumentTypeError: With the line that repairs it.
        ArgumentError: There are none, or an input stands there twice.
    """
    leaves = jax.tree.leaves(tree)
    if not leaves:
        raise ArgumentError(who, f"`{argument}` holds no tensor.", "Model(inputs=x, outputs=y)")
    for leaf in leaves:
        if not is_tensor(leaf):
            raise ArgumentTypeError(
                who,
                f"`{argument}` must be symbolic tensors, but a {type(leaf).__name__} came.",
                "x = Input(shape=(4,)); y = Dense(3)(x); Model(x, y)",
            )
    if argument == "inputs" and len({id(leaf) for leaf in leaves}) < len(leaves):
        raise ArgumentError(who, "the same tensor stands twice among `inputs`.", "give it once")


def name_layers(who: str, layers: Iterable[Layer]) -> None:
    """Give every layer without a name one that no other layer here has: names are the weights' paths.

    Raises:
        ArgumentError: Two layers were given the same name.
    """
    layers = list(layers)
    given: dict[str, Layer] = {}
    for layer in layers:
        if layer._given_name in given:
            raise ArgumentError(
                who,
                f"two layers are named '{layer.name}'; names must differ, they are the weights' paths.",
                f"give the second another name: name='{layer.name}_2'",
            )
        if layer._given_name:
            given[layer.name] = layer
    taken = {layer.name for layer in layers if layer._given_name or layer._auto_name}
    for layer in layers:
        if not layer._given_name and layer._auto_name is None:
            layer._auto_name = unique(layer.name, taken)
            taken.add(layer._auto_name)
