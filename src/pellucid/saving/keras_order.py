"""The order of a graph's layers as Keras lists them: what lies farthest from the outputs comes first.

The order matters: Keras's files are lists of arrays in it, and programs freeze ``model.layers[:15]``. Terms: the
*depth* of a call is the number of calls on the longest way from it to an output. Calls of equal depth stand in the
order in which a walk from the outputs back to the inputs meets them, first arguments first; a layer that is called
several times counts where it lies deepest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pellucid.modules import Layer
from pellucid.modules.symbolic import Node, SymbolicTensor


def calls_in_order(outputs: Sequence[SymbolicTensor], start: Node | None = None) -> list[Node]:
    """Return the calls that the outputs are computed by, in Keras's order.

    Args:
        outputs: Symbolic tensors.
        start: A call that is left out, with all before it. Default None.

    Example:
        >>> from pellucid import Input, layers
        >>> x = Input((4,), name="x")
        >>> short = layers.Dense(3, name="short")(x)
        >>> long = layers.Dense(3, name="long_2")(layers.Dense(3, name="long_1")(x))
        >>> [call.layer.name for call in calls_in_order([layers.Add()([short, long])])]
        ['x', 'long_1', 'short', 'long_2', 'add']
    """
    finished, met = _walk(outputs, start)
    depths: dict[int, int] = {}
    of_layer: dict[int, int] = {}
    for node in reversed(finished):
        depth = max(depths.get(id(node), 0), of_layer.get(id(node.layer), 0))
        depths[id(node)] = of_layer[id(node.layer)] = depth
        for parent in _parents(node):
            depths[id(parent)] = max(depth + 1, depths.get(id(parent), 0))
    return sorted(finished, key=lambda node: (-depths[id(node)], met[id(node.layer)]))


def layers_in_order(model: Layer) -> list[Layer]:
    """Return the layers that Keras would list for a model of a graph, in its order; for other models as they are."""
    listed = list(model.layers)  # pyright: ignore[reportAttributeAccessIssue]
    if "_graph" not in vars(model):
        return listed
    calls = calls_in_order(model.outputs)  # pyright: ignore[reportAttributeAccessIssue]
    places = {id(call.layer): place for place, call in reversed(list(enumerate(calls)))}
    return sorted(listed, key=lambda layer: places.get(id(layer), len(calls)))


def _walk(
    outputs: Sequence[SymbolicTensor], start: Node | None
) -> tuple[list[Node], dict[int, int]]:
    """Return the calls, each after those it needs, and when a walk back meets each layer first.

    Without recursion: the deepest networks have more layers than Python allows calls.
    """
    finished: list[Node] = []
    seen = {id(start)}
    met: dict[int, int] = {}
    for tensor in outputs:
        waiting: list[tuple[Node, Iterator[Node]]] = []
        coming: Node | None = tensor.node
        while coming is not None or waiting:
            if coming is not None and id(coming) not in seen:
                seen.add(id(coming))
                met.setdefault(id(coming.layer), len(met))
                waiting.append((coming, _parents(coming)))
            if not waiting:
                break
            node, parents = waiting[-1]
            coming = next(parents, None)
            if coming is None:
                finished.append(node)
                waiting.pop()
    return finished, met


def _parents(node: Node) -> Iterator[Node]:
    return (tensor.node for tensor in node.parents)
