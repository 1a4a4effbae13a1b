"""A graph of layer calls as plain data, and how it is computed.

Terms: a *call* is one use of a layer; a shared layer has several. A *reference* names one of the arrays that a call
gives. A call without arguments is an input: its array is given from outside. ``symbolic.py`` records calls,
``graph_capture.py`` turns the record into such data, and here the data are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import jax

from pellucid.core.errors import message
from pellucid.core.specs import Shape

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer


@dataclass(frozen=True)
class Ref:
    """One array of the graph: the ``output``-th of the ``call``-th call."""

    call: int
    output: int


class Call(NamedTuple):
    """One use of a layer.

    Attributes:
        layer: The layer's number in the list of layers.
        arguments: The positional arguments: trees of references and constants. None of either kind: an input.
        keywords: The keyword arguments.
    """

    layer: int
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]

    @property
    def is_input(self) -> bool:
        """Whether the call's array is given from outside."""
        return not self.arguments and not self.keywords


class Graph(NamedTuple):
    """The calls in an order in which they can be computed, and the trees of references that go in and come out."""

    calls: tuple[Call, ...]
    inputs: Any
    outputs: Any


class Symbolic:
    """The base of what stands for an array while a graph is written down; it knows what calling a layer on it means.

    Attributes:
        shape: The shape, None where a size varies.
        dtype: The dtype's name.
    """

    shape: Shape
    dtype: str

    @property
    def name(self) -> str:
        """The name of the layer that makes it."""
        raise NotImplementedError

    @property
    def ndim(self) -> int:
        """The number of axes, the batch counted."""
        return len(self.shape)

    def stand_in(self, batch: int, size: int) -> jax.ShapeDtypeStruct:
        """Return a spec with numbers in the place of the unknown sizes."""
        unknown = [batch, *[size] * (self.ndim - 1)]
        sizes = [
            u if known is None else known for known, u in zip(self.shape, unknown, strict=False)
        ]
        return jax.ShapeDtypeStruct(tuple(sizes), self.dtype)

    def call_layer(self, layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Record the call of a layer; ``self`` is one of its arguments."""
        raise NotImplementedError


def find_symbolic(*arguments: Any) -> Symbolic | None:
    """Return a symbolic tensor among (trees of) arguments, or None."""
    for leaf in jax.tree.leaves(arguments):
        if isinstance(leaf, Symbolic):
            return leaf
    return None


def fill(tree: Any, value_of: Callable[[Ref], Any]) -> Any:
    """Return the tree with values in the place of its references."""
    return jax.tree.map(lambda leaf: value_of(leaf) if isinstance(leaf, Ref) else leaf, tree)


def compute(graph: Graph, layers: Sequence[Callable[..., Any]], fed: dict[Ref, Any]) -> Any:
    """Return the outputs of a graph.

    Args:
        graph: The calls.
        layers: What to call, by number.
        fed: The arrays of the inputs.
    """
    values: dict[Ref, Any] = dict(fed)
    for number, (layer, arguments, keywords) in enumerate(graph.calls):
        if graph.calls[number].is_input:
            if Ref(number, 0) not in fed:  # only the host's part of the graph needs it
                continue
            outputs = layers[layer](fed[Ref(number, 0)])
        elif layers[layer] is None or getattr(layers[layer], "on_host", False):
            continue
        else:
            arguments, keywords = fill((arguments, keywords), values.__getitem__)
            outputs = layers[layer](*arguments, **keywords)
        for index, array in enumerate(jax.tree.leaves(outputs)):
            values[Ref(number, index)] = array
    return fill(graph.outputs, values.__getitem__)


ENDS = ("input", "output")
"""Attributes of a layer that read the graph it was called in."""


def end_of_call(layer: Layer, end: str) -> Any:
    """Return what a layer's only call in a graph took (``"input"``) or gave (``"output"``).

    Raises:
        AttributeError: It was not called on symbolic tensors, or more than once.
    """
    calls = layer._nodes
    who = f"{type(layer).__name__} '{layer.name}'"
    if len(calls) == 1:
        return calls[0].inputs if end == "input" else calls[0].outputs
    if calls:
        raise AttributeError(
            message(
                who,
                f"it was called {len(calls)} times in graphs, so `layer.{end}` could be any of {len(calls)} tensors.",
                "keep the tensor of the call that you mean: hidden = layer(x)",
            )
        )
    raise AttributeError(
        message(
            who,
            f"it has no `{end}`: it was never called on symbolic tensors.",
            "y = layer(Input(shape=(...))), or put it into a Sequential model with an Input",
        )
    )
