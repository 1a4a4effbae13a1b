"""A model taken apart into clones of its layers, changed there, and put together again as a person would write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

from pellucid import layers as layer_family
from pellucid.core.errors import ArgumentError, unknown_name
from pellucid.core.paths import unique
from pellucid.core.registry import snake_case
from pellucid.layers import InputLayer, Layer
from pellucid.modules.tree import cloned_layers

WHO = "verify"
"""Who refuses, in messages."""


@dataclass
class Draft:
    """A stack of layers that can be changed; the base of the other drafts.

    Attributes:
        kind: The class that it becomes again.
        layers: Clones of the layers, each with the name that it had.
        config: The other arguments of the constructor.
    """

    kind: type
    layers: list[Layer]
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the layers."""
        return [layer.name for layer in self.layers]

    def index(self, name: str) -> int:
        """Return the number of the layer of a name, or refuse."""
        if name not in self.names:
            refuse(f"there is no layer '{name}'; there are: {', '.join(self.names)}.")
        return self.names.index(name)

    def made(self) -> Layer:
        """Return the model; the draft is used up."""
        return self.kind.from_config({**self.config, "layers": self.layers})  # pyright: ignore[reportAttributeAccessIssue]

    # Changes.

    def replace(self, number: int, layer: Layer) -> None:
        """Put another layer in the place of one, under the same name."""
        keep_name(layer, self.layers[number].name)
        self.layers[number] = layer

    def insert(self, number: int | None, layer: Layer) -> None:
        """Put a layer behind the one of a number; None puts it first."""
        first = sum(isinstance(each, InputLayer) for each in self.layers[:1])
        if number is None and not first and self.layers:
            layer = self.with_input_of(self.layers[0], layer)
        self.give_name(layer)
        self.layers.insert(first if number is None else number + 1, layer)

    def remove(self, number: int) -> None:
        """Take a layer out."""
        gone = self.layers.pop(number)
        if number == 0 and self.layers:
            self.replace(0, self.with_input_of(gone, self.layers[0]))

    def with_input_of(self, first: Layer, layer: Layer) -> Layer:
        """Return the layer, told the input's shape if the one that was first knew it (Keras's older style)."""
        known = first._input_shape
        return layer if known is None else layer.clone(input_shape=tuple(known))

    def give_name(self, layer: Layer) -> None:
        """Name a new layer as no other here is."""
        if not layer._given_name:
            layer._auto_name = unique(snake_case(type(layer).__name__), self.names)


@dataclass
class WrapperDraft(Draft):
    """A layer around another one, such as ``TimeDistributed(Dense(3))``: what is inside can be changed, not joined.

    Attributes:
        around: The layer.
        argument: The argument of its constructor that holds the other.
    """

    around: Any = None
    argument: str = ""

    def index(self, name: str) -> int:
        """Return 0: there is one layer inside, whatever its name became."""
        return 0

    def made(self) -> Layer:
        """Return the layer around the changed one."""
        return self.around.clone(**{self.argument: self.layers[0]})

    def insert(self, number: int | None, layer: Layer) -> None:
        """Refuse: there is room for one layer."""
        refuse(f"'{self.around.name}' ({type(self.around).__name__}) holds one layer only.")

    def remove(self, number: int) -> None:
        """Refuse: there must be one layer."""
        refuse(f"'{self.around.name}' ({type(self.around).__name__}) needs the layer inside.")


def plain_class(thing: Any) -> type:
    """Return the class of ours that a thing's class is, or stands for."""
    return vars(type(thing)).get("plain", type(thing))


def named_clones(originals: list[Layer], names: list[str]) -> list[Layer]:
    """Return clones with the same names, so that their weights are drawn as the originals' were."""
    clones = cloned_layers(originals)
    for clone, name in zip(clones, names, strict=True):
        keep_name(clone, name)
    return clones


def keep_name(layer: Layer, name: str) -> None:
    """Let a layer go under a name, without writing it among its arguments."""
    if layer._given_name != name:
        layer._auto_name = name


def new_layer(kind: str, arguments: dict[str, Any]) -> Layer:
    """Return a layer of ours by its class's name, or refuse."""
    if kind not in dir(layer_family):
        raise unknown_name("layer", kind, dir(layer_family))
    return getattr(layer_family, kind)(**arguments)


def refuse(problem: str) -> NoReturn:
    """Say that a change cannot be made, and why."""
    raise ArgumentError(WHO, problem, "make the change by hand, and look at the two curves")
