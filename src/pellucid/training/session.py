"""What a model remembers of its training between calls: choices, optimizer state, counters, the last history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pellucid.training.compiled import Compiled


@dataclass
class Session:
    """The training side of a model.

    Attributes:
        compiled: What ``compile`` noted.
        optimizer_state: The optimizer's arrays, None before the first step.
        hyper: The optimizer's numbers by name as they are now; schedules and callbacks may have changed them.
        noted: The optimizer's numbers when they were last read from it.
        trainable: The paths that ``optimizer_state`` belongs to.
        steps: Updates done in all calls.
        epochs: Epochs done in all calls.
        history: The last ``fit``'s history.
        loss: The loss in use, chosen from the data where none was given.
        metrics: The metric objects of the last ``fit``.
    """

    compiled: Compiled
    optimizer_state: Any = None
    hyper: dict[str, float] = field(default_factory=dict)
    noted: dict[str, float] = field(default_factory=dict)
    trainable: frozenset[str] = frozenset()
    steps: int = 0
    epochs: int = 0
    history: Any = None
    loss: Any = None
    metrics: tuple[Any, ...] = ()

    def read_optimizer(self) -> None:
        """Take over numbers that were set on the optimizer, as in ``model.optimizer.learning_rate = 0.01``."""
        now = self.compiled.optimizer.hyper()
        changed = {name: value for name, value in now.items() if self.noted.get(name) != value}
        self.hyper.update(changed)
        self.noted = now
