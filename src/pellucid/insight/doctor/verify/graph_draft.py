"""A functional model taken apart: its layers, and the calls between them as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pellucid.insight.doctor.verify.draft import Draft, named_clones, plain_class, refuse
from pellucid.layers import Layer

Place = tuple[int, int]
"""One array of the graph: the number of the call, and which of its outputs."""


@dataclass
class GraphDraft(Draft):
    """A graph of calls that can be changed.

    Attributes:
        calls: One dict a call: the layer's number, the arguments as ``describe_graph`` writes them.
        inputs, outputs: The trees of places that go in and come out.
    """

    calls: list[dict[str, Any]] = field(default_factory=list)
    inputs: Any = None
    outputs: Any = None

    def made(self) -> Layer:
        """Return the model; the draft is used up."""
        graph = {"calls": self.calls, "inputs": self.inputs, "outputs": self.outputs}
        return self.kind.from_config(  # pyright: ignore[reportAttributeAccessIssue]
            {**self.config, **graph, "layers": self.layers, "names": self.names}
        )

    def insert(self, number: int | None, layer: Layer) -> None:
        """Put a layer behind each call of the one of a number; None puts it behind the only input."""
        if number is None:
            number = self.only_input()
        self.give_name(layer)
        self.layers.append(layer)
        for call in reversed(self.calls_of(number)):
            self.refuse_several_arrays(call)
            self.reroute(lambda place, call=call: _behind(place, call))
            arguments = [{"tensor": [call, 0]}]
            added = {"layer": len(self.layers) - 1, "arguments": arguments, "keywords": {}}
            self.calls.insert(call + 1, added)

    def remove(self, number: int) -> None:
        """Take a layer out: what it took goes to those that took what it gave."""
        for call in reversed(self.calls_of(number)):
            arguments = self.calls[call]["arguments"]
            if len(arguments) != 1 or "tensor" not in arguments[0]:
                refuse(f"'{self.names[number]}' joins several arrays, or is an input.")
            self.refuse_several_arrays(call)
            before = tuple(arguments[0]["tensor"])
            del self.calls[call]
            self.reroute(lambda place, call=call, before=before: _without(place, call, before))
        self.layers.pop(number)
        for each in self.calls:
            each["layer"] -= each["layer"] > number

    def only_input(self) -> int:
        """Return the number of the only layer of inputs."""
        found = [call["layer"] for call in self.calls if not call["arguments"]]
        if len(found) != 1:
            refuse(
                f"the model has {len(found)} inputs, and nothing says behind which one to put it."
            )
        return found[0]

    def calls_of(self, number: int) -> list[int]:
        """Return the numbers of a layer's calls."""
        return [place for place, call in enumerate(self.calls) if call["layer"] == number]

    def refuse_several_arrays(self, call: int) -> None:
        """Refuse where a call gives more than one array that is used."""
        places: list[Place] = []
        self.each_place(lambda place: places.append(place) or place)
        if any(place[0] == call and place[1] > 0 for place in places):
            name = self.names[self.calls[call]["layer"]]
            refuse(f"'{name}' gives several arrays.")

    def reroute(self, change: Callable[[Place], Place]) -> None:
        """Change every place that an argument or output refers to; inputs keep their calls' arrays."""
        self.each_place(change)
        # An input stays the array of its own call; asked for a second array of it, a change tells only the new number.
        self.inputs = _mapped(self.inputs, lambda place: (change((place[0], 1))[0], place[1]))

    def each_place(self, change: Callable[[Place], Place]) -> None:
        """Replace each place in arguments and outputs by what a function makes of it."""
        for call in self.calls:
            call["arguments"] = [_mapped(each, change) for each in call["arguments"]]
            call["keywords"] = {
                name: _mapped(each, change) for name, each in call["keywords"].items()
            }
        self.outputs = _mapped(self.outputs, change)


def graph_draft_of(model: Any) -> GraphDraft:
    """Take a functional model apart."""
    kind: Any = plain_class(model)
    config = kind.get_config(model)
    layers, names = config.pop("layers"), config.pop("names")
    calls = [dict(call) for call in config.pop("calls")]
    inputs, outputs = config.pop("inputs"), config.pop("outputs")
    return GraphDraft(kind, named_clones(layers, names), config, calls, inputs, outputs)


def _behind(place: Place, call: int) -> Place:
    """Where a place goes when a call is put behind ``call``, taking its array."""
    number, output = place
    if number == call and output == 0:
        return call + 1, 0
    return number + (number > call), output


def _without(place: Place, call: int, before: Place) -> Place:
    """Where a place goes when ``call`` is taken out, which took the array ``before``."""
    number, output = place
    if number == call and output == 0:
        return before
    return number - (number > call), output


def _mapped(described: dict[str, Any], change: Callable[[Place], Place]) -> dict[str, Any]:
    """Return a described tree with each of its places changed."""
    ((kind, content),) = described.items()
    if kind == "tensor":
        return {"tensor": list(change((content[0], content[1])))}
    if kind == "dict":
        return {"dict": {key: _mapped(value, change) for key, value in content.items()}}
    if kind in ("list", "tuple"):
        return {kind: [_mapped(value, change) for value in content]}
    return described
