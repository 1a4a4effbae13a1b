"""Layers, weights and outputs as facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Weight:
    """One array of a layer at the start.

    Attributes:
        name: ``"kernel"``, ``"bias"``.
        shape: Its shape.
        mean, spread, low, high: Of its numbers; spread is the standard deviation.
        trainable: Whether training changes it.
        finite: Whether all of its numbers are.
    """

    name: str
    shape: tuple[int, ...]
    mean: float
    spread: float
    low: float
    high: float
    trainable: bool = True
    finite: bool = True


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        path: ``"encoder/dense_1"``.
        kind: Its class's name, ``"Dense"``.
        config: Its constructor's arguments as ``get_config`` gives them.
        activation: The name of what it applies last (``"linear"`` without), None where that is not known.
        input_shape: Without the batch axis, of its first input; None where not known.
        output_shape: Without the batch axis.
        inputs: Paths of the layers whose outputs it takes; None where not known.
        fed_again: The same for each further call, where one object is called several times and this is known.
        given: Names of the model's inputs that come straight in, where it has several and this is known.
        weights: Its own arrays, children's not among them.
        trainable: Whether any of its weights is trained.
        ours: Whether the class is the framework's, not the user's own.
        aside: Of such a class, the matrices that it holds in attributes and that are no weights.
    """

    path: str
    kind: str
    config: Mapping[str, Any] = field(default_factory=dict)
    activation: str | None = None
    input_shape: Shape | None = None
    output_shape: Shape | None = None
    inputs: tuple[str, ...] | None = None
    fed_again: tuple[tuple[str, ...], ...] = ()
    given: tuple[str, ...] = ()
    weights: tuple[Weight, ...] = ()
    trainable: bool = True
    ours: bool = True
    aside: tuple[Weight, ...] = ()

    def weight(self, name: str) -> Weight | None:
        """Return the array of that name, or None."""
        return next((weight for weight in self.weights if weight.name == name), None)


@dataclass(frozen=True)
class Output:
    """One output, and what is asked of it.

    Attributes:
        name: Its name; ``""`` for the only one.
        layer: The path of the layer that makes it, or None where not known.
        shape: Without the batch axis.
        activation: What was applied last, ``"linear"`` without, None where not known.
        loss: The loss's name, ``"binary_crossentropy"``; None without one or where it is the user's own function.
        from_logits: Whether the loss applies sigmoid or softmax itself.
        loss_arguments: The loss's other arguments.
        metrics: Names of the metrics.
        own_loss: Whether the loss is the user's own.
        loss_weight: What its loss is multiplied by in the sum of several; None where not known.
    """

    name: str
    layer: str | None
    shape: Shape
    activation: str | None
    loss: str | None
    from_logits: bool = False
    loss_arguments: Mapping[str, Any] = field(default_factory=dict)
    metrics: tuple[str, ...] = ()
    own_loss: bool = False
    loss_weight: float | None = None

    @property
    def units(self) -> int | None:
        """The size of the last axis; 1 without one."""
        return self.shape[-1] if self.shape else 1
