"""What an explanation holds: one forward and one backward pass on given rows, as plain data.

All arrays are NumPy's. Text, HTML and pictures are made of these objects alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.errors import UnknownNameError, nearest
from pellucid.insight.explaining import graph, page, text
from pellucid.insight.explaining.equation import Equation

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Parameter:
    """A weight of a layer in an explanation.

    Attributes:
        path: Its path, ``"hidden/kernel"``.
        value: Its numbers before the update.
        gradient: The derivative of the loss by it, in its shape.
        update: What the optimizer adds to it, constraints and weight decay included; None where it is frozen.
        after: Its numbers after the update; None where it is frozen.
    """

    path: str
    value: Array
    gradient: Array
    update: Array | None
    after: Array | None

    @property
    def name(self) -> str:
        """The last part of the path, ``"kernel"``."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Activated:
    """The activation that made a layer's output ``a`` from its net input ``z``.

    Attributes:
        name: The activation's name, ``"sigmoid"``.
        z: What it was applied to.
        derivative: ``da/dz`` at each number; None where a number depends on its neighbours too, as in a softmax.
        gradient: ``dL/dz``, which arrives at the net input.
    """

    name: str
    z: Array
    derivative: Array | None
    gradient: Array


@dataclass(frozen=True)
class Step:
    """One call of a layer.

    Attributes:
        path: The layer's path.
        layer: Its class's name.
        call: Which call of this layer it is, counted from 1; a layer that is used twice has two steps.
        equation: The layer's equation, its names filled in.
        inputs: The arrays that went in.
        outputs: The arrays that came out.
        leaving: For each input ``dL/d input`` as far as this layer makes it; None for whole numbers.
        arriving: For each output ``dL/d output``; None for whole numbers.
        activation: The activation inside the layer, or None.
        parameters: The layer's weights; of a layer that is called twice they stand at its first step, and their
            gradient is the sum over all calls.
        notes: What else is to be said, in sentences.
    """

    path: str
    layer: str
    call: int
    equation: Equation
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    leaving: tuple[Array | None, ...]
    arriving: tuple[Array | None, ...]
    activation: Activated | None
    parameters: tuple[Parameter, ...]
    notes: tuple[str, ...]

    @property
    def key(self) -> str:
        """The path, with ``"#2"`` for a second call."""
        return self.path if self.call == 1 else f"{self.path}#{self.call}"

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by its name or path.

        Raises:
            UnknownNameError: The step has no such parameter.
        """
        for each in self.parameters:
            if name in (each.name, each.path):
                return each
        raise unknown(f"Step '{self.key}'", "parameter", name, [p.path for p in self.parameters])


@dataclass(frozen=True)
class Explanation:
    """One training step of a model, number by number; made by :func:`~pellucid.insight.explain`.

    ``explanation["hidden"]`` is the step of the layer at that path. Printed it is text, in a notebook it is typeset.

    Attributes:
        model: The model's name.
        rows: How many rows went in.
        training: Whether the layers behaved as in training.
        inputs: The model's input arrays.
        targets: The targets, as the loss sees them.
        outputs: The model's outputs.
        input_gradients: ``dL/dx`` for each input; None for whole numbers.
        loss: What is minimised, penalties included, before the update.
        loss_after: The same on the same rows after the update.
        penalties: The part of ``loss`` that comes from regularizers and ``add_loss``.
        loss_name: The loss's name.
        loss_equation: Its equation.
        optimizer: The optimizer's class.
        optimizer_equation: How it updates.
        learning_rate: The learning rate of this update.
        updates_before: How many updates the model has seen so far.
        steps: The layers in the order in which they were computed.
        not_shown: Layers whose numbers are not shown, and why, in sentences.
    """

    model: str
    rows: int
    training: bool
    inputs: tuple[Array, ...]
    targets: tuple[Array, ...]
    outputs: tuple[Array, ...]
    input_gradients: tuple[Array | None, ...]
    loss: float
    loss_after: float
    penalties: float
    loss_name: str
    loss_equation: Equation
    optimizer: str
    optimizer_equation: Equation
    learning_rate: float
    updates_before: int
    steps: tuple[Step, ...]
    not_shown: tuple[str, ...]

    def __getitem__(self, key: str) -> Step:
        """Return a step by the layer's path; ``"dense#2"`` is its second call."""
        for step in self.steps:
            if step.key == key:
                return step
        raise unknown("Explanation", "step", key, [step.key for step in self.steps])

    @property
    def parameters(self) -> dict[str, Parameter]:
        """All parameters of all steps by path."""
        return {each.path: each for step in self.steps for each in step.parameters}

    def data(self) -> dict[str, Any]:
        """Return everything as dicts, lists, numbers and strings, ready for JSON; arrays as nested lists."""
        return plain(self)

    def graph(self) -> graph.ScalarGraph:
        """Return every single number of one row with its derivative, for a network of a few units.

        Raises:
            UsageError: More than one row was explained, the network has too many numbers, or it is no chain of dense
                layers and activations.
        """
        return graph.scalar_graph(self)

    def html(self, path: Any = None) -> str:
        """Return a page with typeset formulas, needing nothing from the network; write it to a file if one is named.

        Args:
            path: Where to write the page, ``"explanation.html"``; None to return it only.
        """
        written = page.document(self)
        if path is not None:
            Path(path).write_text(written, encoding="utf-8")
        return written

    def __str__(self) -> str:
        return text.of_explanation(self)

    def __repr__(self) -> str:
        return (
            f"Explanation({self.model!r}, rows={self.rows}, steps={len(self.steps)}, "
            f"loss={self.loss:.4g}, loss_after={self.loss_after:.4g})"
        )

    def _repr_html_(self) -> str:
        return page.fragment(self)


def plain(value: Any) -> Any:
    """Return dataclasses as dicts, arrays and tuples as lists."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, np.ndarray):
        return (value.astype(float) if value.dtype.kind not in "biu" else value).tolist()
    return value


def unknown(who: str, kind: str, name: str, known: list[str]) -> UnknownNameError:
    """Build the error for a name that is not there."""
    close = nearest(str(name), known)
    has = ", ".join(known) or "none"
    return UnknownNameError(
        who, f"it has no {kind} '{name}'; it has: {has}.", f"write '{close}'" if close else None
    )
