"""The changes of a program that the doctor can make on a copy: each one line that a person would write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class SetLayer:
    """Give a layer's argument another value.

    Attributes:
        layer: The layer's path.
        argument: The name of the constructor's argument, ``"activation"``.
        value: The new value, as ``get_config`` holds it.
    """

    layer: str
    argument: str
    value: Any


@dataclass(frozen=True)
class SetLayers:
    """Give an argument of all layers that have it another value, but for those named.

    Attributes:
        argument: The name of the argument.
        value: The new value.
        old: Only layers with this value are changed; None for all.
        but: Paths of layers that stay.
    """

    argument: str
    value: Any
    old: Any = None
    but: tuple[str, ...] = ()


@dataclass(frozen=True)
class InsertLayer:
    """Put a layer behind another one.

    Attributes:
        after: The path of the layer before it; None puts it first.
        kind: The class's name, ``"BatchNormalization"``.
        arguments: Its constructor's arguments.
    """

    after: str | None
    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RemoveLayer:
    """Take a layer out."""

    layer: str


@dataclass(frozen=True)
class SetLoss:
    """Train on another loss.

    Attributes:
        loss: The loss's name, ``"binary_crossentropy"``.
        arguments: Its constructor's arguments, ``{"from_logits": True}``.
        output: Which output; None for the only one.
    """

    loss: str
    arguments: dict[str, Any] = field(default_factory=dict)
    output: str | None = None


@dataclass(frozen=True)
class SetOptimizer:
    """Train with another optimizer, or with other numbers of the same.

    Attributes:
        optimizer: Its name, or None to keep the kind.
        arguments: What changes: ``{"learning_rate": 0.001}``, ``{"clipnorm": 1.0}``.
    """

    optimizer: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SetFit:
    """Give an argument of ``fit`` another value: ``epochs``, ``batch_size``, ``shuffle``, ``class_weight``."""

    argument: str
    value: Any


@dataclass(frozen=True)
class Scale:
    """Bring numbers to mean 0 and spread 1, by the training rows.

    Attributes:
        what: ``"x"`` or ``"y"``.
        name: Which input or output; None for the only one.
        by: ``"standard"``, each column by its own; ``"range"``, all by the largest, as for pixels.
    """

    what: Literal["x", "y"]
    name: str | None = None
    by: Literal["standard", "range"] = "standard"


@dataclass(frozen=True)
class Encode:
    """Write the targets in another form: ``"classes"`` (one integer a row) or ``"one-hot"``."""

    form: Literal["classes", "one-hot"]
    output: str | None = None


@dataclass(frozen=True)
class StopEarly:
    """End where the validation loss is best, and keep those weights."""

    patience: int = 5


Change = (
    SetLayer
    | SetLayers
    | InsertLayer
    | RemoveLayer
    | SetLoss
    | SetOptimizer
    | SetFit
    | Scale
    | Encode
    | StopEarly
)
