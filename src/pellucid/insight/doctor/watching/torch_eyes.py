"""Hooks on a PyTorch model that see one forward pass: its structure on the first one, its numbers on the measured ones.

The hooks of layers are there during a pass that is looked at and in no other, so that others cost nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pellucid.insight.doctor.watching.torch_graph import Graph, last_activation
from pellucid.insight.doctor.watching.torch_layers import (
    Call,
    Structure,
    has_channels_first,
    kind_of,
    layer_of,
    leaves_of,
    mixing,
    turned,
    with_functions,
    with_sequences,
)
from pellucid.insight.doctor.watching.torch_numbers import applied, of_layer
from pellucid.training.probes.probe import WHOLE


class Eyes:
    """Sees forward passes of a model.

    Args:
        model: The model.

    Attributes:
        leaves: The modules that compute something themselves, by path.
        structure: What the first pass showed; None before.
        calls: Which modules were ever called, by path.
        numbers: What the last measured pass gave, by quantity and place.
    """

    def __init__(self, model: Any):
        self.leaves = dict(leaves_of(model))
        self.structure: Structure | None = None
        self.calls: set[str] = set()
        self.numbers: dict[str, dict[str, Any]] = {}
        self._handles: list[Any] = []
        self._seen: list[Call] = []
        self._counts: Counter[str] = Counter()

    def open(self) -> None:
        """Begin to look at a pass."""
        self.close()
        self._seen, self._counts, self.numbers = [], Counter(), {}
        for path, module in self.leaves.items():
            self._handles.append(module.register_forward_hook(self._hook(path)))

    def close(self) -> None:
        """Take the hooks of layers away."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def end(self, inputs: Any, output: Any) -> None:
        """End a pass that was looked at.

        Args:
            inputs: The model's arguments.
            output: What it gave.
        """
        self.close()
        if self.structure is None and self._seen:
            self.structure = structure_of(self._seen, inputs, output)
            for call in self._seen:
                self._measure(call)
        self._seen = []

    def _hook(self, path: str) -> Any:
        def see(module: Any, inputs: Any, output: Any) -> None:
            self._see(path, module, inputs, output)

        return see

    def _see(self, path: str, module: Any, inputs: Any, output: Any) -> None:
        self.calls.add(path)
        self._counts[path] += 1
        count = self._counts[path]
        given, made = next(tensors(inputs), None), list(tensors(output))
        if not made:
            return
        call = Call(path if count == 1 else f"{path}#{count}", path, module)
        call.output_shape = tuple(made[0].shape)
        if given is not None:
            call.input_shape, call.source = tuple(given.shape), given.grad_fn
            call.storage = storage_of(given)
        kind, own, _ = kind_of(module)
        is_bent = own not in ("linear", None) and not kind_is_recurrent(kind)
        call.z = given.detach() if is_bent and given is not None else None
        call.a = made[0].detach()
        if self.structure is not None:
            self._measure(call)
            return
        call.nodes = tuple(each.grad_fn for each in made if each.grad_fn is not None)
        call.z = None if call.z is None else call.z.clone()
        call.a = call.a.clone()  # what comes behind may write over it
        self._seen.append(call)

    def _measure(self, call: Call) -> None:
        structure: Any = self.structure
        kind, own, _ = kind_of(call.module)
        after = structure.after.get(call.place)
        activation = own if own not in ("linear", None) else after
        has_weights = next(call.module.parameters(), None) is not None
        if not call.a.is_floating_point() or (not has_weights and activation in ("linear", None)):
            return
        z, a = call.z, call.a
        if own in ("linear", None) and activation is not None and not kind_is_recurrent(kind):
            z, a = call.a, applied(activation, call.a)
        axis = 1 if call.path in structure.moved else -1
        for name, number in of_layer(z, a, activation, axis).items():
            self.numbers.setdefault(name, {})[call.place] = number


def structure_of(calls: list[Call], inputs: Any, output: Any) -> Structure:
    """Read a model off its first pass."""
    made: dict[Any, str] = {}
    for call in calls:
        for node in call.nodes:
            if node is not call.source:  # what a Dropout(0) gives is another's, its very input
                made.setdefault(node, call.path)
    ends = list(tensors(output))
    graph = Graph(ends, made)
    given = {storage_of(each) for each in tensors(inputs)}
    structure, moved = Structure(), set()
    layers, feeds = {}, {}
    for number, call in enumerate(calls):
        kind, _, _ = kind_of(call.module)
        feeds[call.path] = feeds.get(call.path) or sources_of(call, graph, number == 0, given)
        is_bare = kind in ("ReLU", "Activation", "LeakyReLU", "ELU", "PReLU", "Dropout", "Identity")
        follows = is_bare and any(path in moved for path in feeds[call.path] or ())
        if has_channels_first(call.module, kind, call.input_shape) or follows:
            moved.add(call.path)
        after = graph.activation_after(call.nodes[0]) if call.nodes else None
        structure.after[call.place] = after
        if call.path not in layers:
            layers[call.path] = layer_of(call, after, call.path in moved, feeds[call.path])
    last = {call.path for call in calls if call.nodes and graph.reads_last(call.nodes[0])}
    seen = with_sequences(tuple(layers.values()), last)
    structure.layers = with_functions(seen, structure.after)
    structure.moved = frozenset(moved)
    structure.takes_images = bool(calls) and calls[0].path in moved
    rows = rows_of(inputs, ends)
    found = {call.path: mixing(call, rows) for call in calls}
    found |= dict.fromkeys(graph.across_rows(rows), "dim=0")
    structure.mixed = tuple((path, why) for path, why in found.items() if why is not None)
    if len(ends) == 1:
        end, function = last_activation(ends[0], made)
        structure.end = end
        own = layers[end].activation if end in layers else None
        structure.activation = own if function == "linear" and end else function
        structure.is_image = end in moved and ends[0].ndim > 2
        structure.shape = turned(tuple(ends[0].shape), structure.is_image)
    return structure


def rows_of(inputs: Any, ends: list[Any]) -> int:
    """Return the rows of a batch, where inputs and one answer for each row agree on them; 0 where that is not known.

    Series may come as (steps, rows, features), so that inputs alone do not tell.
    """
    given = next((each.shape[0] for each in tensors(inputs) if each.ndim), 0)
    is_known = len(ends) == 1 and ends[0].ndim in (1, 2) and ends[0].shape[0] == given
    return given if is_known else 0


def sources_of(
    call: Call, graph: Graph, is_first: bool, given: set[int | None]
) -> tuple[str, ...] | None:
    """Return the paths of the layers that feed a call; none for the model's inputs, None where it is not known."""
    if call.source is None:
        return () if is_first or call.storage in given else None
    return graph.sources(call.source)


def kind_is_recurrent(kind: str) -> bool:
    """Tell layers whose activation is inside, and not what they give last."""
    return kind in ("LSTM", "GRU", "SimpleRNN")


def storage_of(tensor: Any) -> int | None:
    """Return where a tensor's numbers lie."""
    try:
        return int(tensor.untyped_storage().data_ptr())
    except (AttributeError, NotImplementedError, RuntimeError):
        return None


def tensors(tree: Any) -> Iterator[Any]:
    """Yield the tensors in what a module takes or gives: one, or several in lists and dicts."""
    if hasattr(tree, "grad_fn") and hasattr(tree, "detach"):
        yield tree
    elif isinstance(tree, (list, tuple)):
        for each in tree:
            yield from tensors(each)
    elif isinstance(tree, dict):
        for each in tree.values():
            yield from tensors(each)


def predictions(output: Any) -> dict[str, Any]:
    """Return a model's outputs by name; a single one belongs to the whole model."""
    found = list(tensors(output))
    if len(found) == 1:
        return {WHOLE: found[0]}
    return {str(number): each for number, each in enumerate(found)}
