"""What autograd's graph says of a forward pass: which layer feeds which, and which function a layer's outputs go into.

A *node* is a function of the graph (``tensor.grad_fn``). A module's output node is that of a tensor that it returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pellucid.insight.doctor.watching.torch_names import NODES, node_word

MOVES = (
    "View", "UnsafeView", "ReshapeAlias", "Squeeze", "Unsqueeze", "Transpose", "Permute", "Select", "Slice",
    "Expand", "Clone", "Alias", "ToCopy", "MaxPool", "AvgPool", "AdaptiveAvgPool", "AdaptiveMaxPool", "NativeDropout",
    "Dropout", "Index", "Unbind",
)  # fmt: skip
"""Functions that hand numbers on: moved, picked, or pooled."""

SCALINGS = ("Mul", "Div", "Add", "Sub", "Neg")
"""Arithmetic; with one differentiable operand it is a scaling or a shift by something constant."""

SUMS = (
    "Addmm",
    "Mm",
    "Bmm",
    "Baddbmm",
    "Convolution",
    "NativeBatchNorm",
    "CudnnBatchNorm",
    "NativeLayerNorm",
)
"""Where the next weighted sum or normalisation begins."""


class Graph:
    """The functions between a model's inputs and its outputs.

    Args:
        ends: Tensors that the model gave.
        made: Output nodes of modules, each with the module's place.

    Attributes:
        feeds: By node the nodes that its outputs go into.
    """

    def __init__(self, ends: Iterable[Any], made: Mapping[Any, str]):
        self.made = made
        self.feeds: dict[Any, list[Any]] = {}
        waiting = [end.grad_fn for end in ends if end.grad_fn is not None]
        seen = set(waiting)
        while waiting:
            node = waiting.pop()
            self.feeds.setdefault(node, [])
            for before, _ in node.next_functions:
                if before is None:
                    continue
                self.feeds.setdefault(before, []).append(node)
                if before not in seen:
                    seen.add(before)
                    waiting.append(before)

    def activation_after(self, node: Any) -> str | None:
        """Return the function that a module's outputs go into, not as a module of its own.

        Returns:
            Its name, ``"linear"`` where none bends the numbers, None where it is not known.
        """
        while True:
            after = self.feeds.get(node)
            if after is None:
                return None
            if not after or any(each in self.made for each in after):
                return "linear"
            if len(after) > 1:
                return None
            word = node_word(after[0])
            if word in NODES:
                return NODES[word]
            if not is_plain(after[0]):
                return "linear" if word in SUMS else None
            node = after[0]

    def reads_last(self, steps: Any) -> bool:
        """Tell whether nothing reads the steps that a recurrent module gives but an index that picks one for all rows.

        Where nothing reads them at all, it is the module's last state that is read.
        """
        waiting = list(self.feeds.get(steps, ()))
        while waiting:
            node = waiting.pop()
            word = node_word(node)
            if word.startswith("Select"):
                continue
            if not word.startswith(("Slice", "Transpose", "Permute")):
                return False
            waiting += self.feeds.get(node, ())
        return True

    def across_rows(self, rows: int) -> Iterator[str]:
        """Yield whose numbers a softmax over the first axis, that of the rows, takes: the place of a module."""
        for node in self.feeds:
            is_softmax = node_word(node) in ("Softmax", "LogSoftmax") and node not in self.made
            if not is_softmax or getattr(node, "_saved_dim", None) != 0:
                continue
            shape = tuple(node._saved_result.shape)
            if len(shape) > 1 and shape[0] == rows > 1:
                yield from self.sources(node)[:1]

    def sources(self, node: Any) -> tuple[str, ...]:
        """Return the places of the modules whose outputs lead to a node; empty where no module's do."""
        found: list[str] = []
        waiting, seen = [node], {node}
        while waiting:
            here = waiting.pop()
            if here in self.made:
                if self.made[here] not in found:
                    found.append(self.made[here])
                continue
            for before, _ in here.next_functions:
                if before is not None and before not in seen:
                    seen.add(before)
                    waiting.append(before)
        return tuple(found)


def last_activation(tensor: Any, made: Mapping[Any, str]) -> tuple[str | None, str | None]:
    """Return which module made a tensor, and the function behind that module.

    Returns:
        The module's place and ``"linear"`` or the function's name; None for what is not known.
    """
    node, activation = tensor.grad_fn, "linear"
    while node is not None:
        if node in made:
            return made[node], activation
        word = node_word(node)
        before = [each for each, _ in node.next_functions if each is not None]
        if word in NODES and activation == "linear":
            activation = NODES[word]
        elif not is_plain(node):
            return None, None if activation == "linear" else activation
        if len(before) != 1:
            return None, None if activation == "linear" else activation
        node = before[0]
    return None, None


def is_plain(node: Any) -> bool:
    """Tell whether a function hands numbers on, or scales and shifts them by constants."""
    word = node_word(node)
    if word in SCALINGS:
        return sum(before is not None for before, _ in node.next_functions) == 1
    return word == "T" or word.startswith(MOVES)


def compares_pairs(loss: Any, end: Any, shapes: tuple[Any, Any]) -> bool:
    """Tell whether the way from outputs to a loss goes through an array of all pairs of rows.

    Sums and means remember the shape of what they took, and what was spread the shape before, also when the numbers
    are gone after a backward pass.

    Args:
        loss: The loss.
        end: The node of the outputs, where the search ends.
        shapes: The shapes of outputs and targets.
    """
    rows = shapes[0][0]
    waiting, seen = [loss.grad_fn], {loss.grad_fn, end}
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        taken = tuple(getattr(node, "_saved_self_sym_sizes", ()))
        if taken == (rows, rows) or (node_word(node) == "Expand" and taken == (rows, 1)):
            return True
        for before, _ in node.next_functions:
            if before not in seen:
                seen.add(before)
                waiting.append(before)
    return False


def loss_in_graph(loss: Any) -> str | None:
    """Return the name of the loss that a number was computed by, None where it is one's own."""
    node = loss.grad_fn
    while node is not None and is_plain(node):
        node = next((each for each, _ in node.next_functions if each is not None), None)
    if node is None:
        return None
    word = node_word(node)
    if word.startswith("NllLoss"):
        before = node.next_functions[0][0]
        is_entropy = before is not None and node_word(before) == "LogSoftmax"
        return "cross_entropy" if is_entropy else "nll_loss"
    known = {
        "MseLoss": "mse_loss",
        "SmoothL1Loss": "smooth_l1_loss",
        "HuberLoss": "huber_loss",
        "BinaryCrossEntropy": "binary_cross_entropy",
        "BinaryCrossEntropyWithLogits": "binary_cross_entropy_with_logits",
    }
    return known.get(word)
