"""What is known about a training. What is not known is None, and no check guesses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.data import Data
from pellucid.insight.doctor.facts.loop import Loop
from pellucid.insight.doctor.facts.network import Layer, Output
from pellucid.insight.doctor.facts.rehearsed import Rehearsed


@dataclass(frozen=True)
class Optimizer:
    """The optimizer.

    Attributes:
        name: Its class in lower case: ``"sgd"``, ``"adam"``, ``"rmsprop"``.
        learning_rate: The rate of the first step.
        rates: The rates of all planned steps where a schedule sets them, ``(steps,)`` or fewer; None without one.
        arguments: All other numbers by name: ``momentum``, ``beta_1``, ``epsilon``, ``clipnorm``, ``weight_decay``.
    """

    name: str
    learning_rate: float
    rates: Any = None
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def clips(self) -> bool:
        """Whether gradients are clipped before a step."""
        return any(self.arguments.get(n) for n in ("clipnorm", "clipvalue", "global_clipnorm"))


@dataclass(frozen=True)
class Watch:
    """A callback that goes by a column of the history.

    Attributes:
        kind: Its class: ``"EarlyStopping"``, ``"ModelCheckpoint"``, ``"ReduceLROnPlateau"``.
        monitor: The column: ``"val_loss"``.
        mode: ``"auto"``, ``"min"`` or ``"max"``.
        patience: How many epochs without improvement it waits for; None where it does not wait.
        selects: Whether the column decides what is kept: false for a checkpoint that saves every epoch.
    """

    kind: str
    monitor: str
    mode: str = "auto"
    patience: int | None = None
    selects: bool = True


@dataclass(frozen=True)
class Fit:
    """The arguments of ``fit``.

    Attributes:
        epochs: Passes over the data; None where nobody said.
        batch_size: Rows of a step.
        steps: Steps of an epoch.
        shuffle: Whether rows come in a new order in each epoch.
        validation_split: The share of rows held back, 0 without.
        class_weight: Weights by class, or None.
        weighted: Whether rows have weights of their own.
        mean_weight: The mean of the rows' own weights; None without or where not known.
        counting: The share of the rows whose weight is not 0.
        callbacks: Names of the callbacks' classes, ``"EarlyStopping"``.
        watches: Those of them that go by a column of the history.
        goes_on: Whether the weights are those of an earlier training, whose steps count, too.
    """

    epochs: int | None = None
    batch_size: int | None = None
    steps: int | None = None
    shuffle: bool = True
    validation_split: float = 0.0
    class_weight: Any = None
    weighted: bool = False
    mean_weight: float | None = None
    counting: float = 1.0
    callbacks: tuple[str, ...] = ()
    watches: tuple[Watch, ...] = ()
    goes_on: bool = False


@dataclass(frozen=True)
class Facts:
    """All that is known.

    Attributes:
        layers: The layers that compute something, in the order of the computation, nested ones by their path.
        outputs: The outputs, with their losses.
        data: The rows, or None where they were not seen.
        optimizer: The optimizer, or None.
        fit: The arguments of ``fit``.
        rehearsed: What the rehearsal measured, or None.
        course: What the training left behind, or None before it.
        loop: What a loop of one's own does, or None where nobody watched one.
        source: Who trains: ``"pellucid"``, ``"keras"`` or ``"torch"``; repairs are written for it.
        unknown: What could not be read off, one sentence each.
    """

    layers: tuple[Layer, ...] = ()
    outputs: tuple[Output, ...] = ()
    data: Data | None = None
    optimizer: Optimizer | None = None
    fit: Fit = Fit()
    rehearsed: Rehearsed | None = None
    course: Course | None = None
    loop: Loop | None = None
    source: str = "pellucid"
    unknown: tuple[str, ...] = ()

    def layer(self, path: str) -> Layer | None:
        """Return the layer at a path, or None."""
        return next((layer for layer in self.layers if layer.path == path), None)
