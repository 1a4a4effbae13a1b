"""What an output is asked for, judged by its targets: a number, yes or no, one class of several, several labels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Literal

import numpy as np

from pellucid.insight.doctor.changes import (
    Change,
    InsertLayer,
    RemoveLayer,
    SetLayer,
    SetLoss,
)
from pellucid.insight.doctor.checks.kinds import (
    ACTIVATIONS,
    PASSING,
    SHORT_NAMES,
    chain_before,
    head,
)
from pellucid.insight.doctor.facts.data import Column, Rows
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Place

Kind = Literal["numbers", "shares", "yes-no", "signs", "classes", "one-hot", "labels"]


@dataclass(frozen=True)
class Task:
    """What the targets of an output are.

    Attributes:
        kind: ``numbers``: to be met; ``shares``: rows of probabilities; ``yes-no``: 0 or 1; ``signs``: -1 or 1;
            ``classes``: one whole number for a class, or for a count; ``one-hot``: a class as a row with one 1;
            ``labels``: rows of zeros and ones, several of which may be 1.
        values: The targets as ``(entries, numbers)``; a series has an entry for each step.
        classes: How many classes there are, by the targets; 0 for numbers.
    """

    kind: Kind
    values: np.ndarray
    classes: int = 0

    @property
    def is_exclusive(self) -> bool:
        """Whether each entry belongs to one class."""
        return self.kind in ("yes-no", "signs", "classes", "one-hot")

    @property
    def width(self) -> int:
        """How many numbers an entry has."""
        return self.values.shape[1]

    @property
    def labels(self) -> np.ndarray:
        """One class for each entry, ``(entries,)``; meaningless for numbers and for several labels."""
        return self.values.argmax(axis=1) if self.width > 1 else self.values[:, 0]


def loss_of(output: Output) -> str | None:
    """Return the loss's whole name."""
    return SHORT_NAMES.get(output.loss or "", output.loss)


def targets(facts: Facts, output: Output, rows: Rows | None = None) -> Column | None:
    """Return the targets of an output, of the training rows unless others are named; None without finite ones."""
    if rows is None:
        rows = facts.data.training if facts.data else None
    found = rows.y.get(output.name) if rows else None
    if found is None or found.rows.size == 0 or found.rows.dtype.kind not in "biuf":
        return None
    return found if bool(np.isfinite(found.flat).all()) else None


def task_of(facts: Facts, output: Output) -> Task | None:
    """Return what an output is asked for, or None without targets."""
    column = targets(facts, output)
    if column is None:
        return None
    values = _entries(column, output)
    if values.shape[1] > 1:
        return _wide(values)
    different = np.unique(values)
    if set(different) <= {0.0, 1.0}:
        return Task("yes-no", values, 2)
    if set(different) == {-1.0, 1.0}:
        return Task("signs", values, 2)
    is_whole = bool(np.all(values == np.round(values)))
    is_few = len(different) <= max(2, min(1000, len(values) // 3))
    if is_whole and is_few and different[0] >= 0:
        return Task("classes", values, len(different))
    return Task("numbers", values)


def _entries(column: Column, output: Output) -> np.ndarray:
    """Return ``(entries, numbers)``: a series of classes beside an output of ``(steps, units)`` has one each step."""
    if not column.shape or column.shape == output.shape[:-1]:
        return column.rows.reshape(-1, 1).astype(float)
    return column.rows.reshape(-1, column.shape[-1]).astype(float)


def _wide(values: np.ndarray) -> Task:
    if bool(np.all((values == 0) | (values == 1))):
        is_one = bool(np.all(values.sum(axis=1) == 1))
        return Task("one-hot" if is_one else "labels", values, values.shape[1])
    is_share = bool(values.min() >= 0 and np.allclose(values.sum(axis=1), 1.0, atol=1e-3))
    return Task("shares" if is_share else "numbers", values, values.shape[1] if is_share else 0)


def last_bend(facts: Facts, output: Output) -> str | None:
    """Return the activation that an output has passed last, however many layers hand it on; None where it is not known.

    A layer of the user's own may do anything, so what it hands on is not known.
    """
    layer = facts.layer(output.layer) if output.layer else None
    if layer is None:
        return output.activation
    for each in chain([layer], chain_before(facts, layer)):
        if each.kind not in ACTIVATIONS | PASSING or each.activation != "linear":
            return each.activation
    return output.activation


def activation_place(facts: Facts, output: Output) -> Place:
    """Return where an output's activation is written: in the layer with the sum, or in an activation of its own."""
    return Place(output.layer, "activation", output.activation)


def with_activation(facts: Facts, output: Output, activation: str) -> tuple[Change, ...]:
    """Return the changes that give an output another activation; none where its layer is not known."""
    layer = facts.layer(output.layer) if output.layer else None
    if layer is None:
        return ()
    if "activation" in layer.config:
        return (SetLayer(layer.path, "activation", activation),)
    before = head(facts, output.layer)
    if before is None or before.path == layer.path:
        return (InsertLayer(layer.path, "Activation", {"activation": activation}),)
    return (RemoveLayer(layer.path), SetLayer(before.path, "activation", activation))


def other_loss(output: Output, loss: str) -> SetLoss:
    """Return the change to another loss."""
    return SetLoss(loss, output=output.name or None)


def loss_place(output: Output) -> Place:
    """Return where the loss is written."""
    return Place(None, "loss", loss_of(output))
