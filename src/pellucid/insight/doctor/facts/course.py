"""The course of a training as facts: its curves, how it ended, and what probes measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Course:
    """What a training left behind, or has left so far.

    Attributes:
        columns: By name one number for each epoch: ``loss``, metrics, ``val_loss``, ``learning_rate``.
        ended: ``"epochs"``, ``"early stopping"``, ``"callback"``, ``"interrupt"``, ``"non-finite"``; ``""`` before.
        record: What probes measured (``pellucid.probes.Record``), or None.
        steps: Steps of an epoch, or None.
        batches: The loss of each step, where somebody noted it, ``(steps,)``; else None.
        seconds: How long it took, or None.
    """

    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    ended: str = ""
    record: Any = None
    steps: int | None = None
    batches: np.ndarray | None = None
    seconds: float | None = None

    @property
    def epochs(self) -> int:
        """How many epochs were finished."""
        return max((len(column) for column in self.columns.values()), default=0)

    def column(self, name: str) -> np.ndarray | None:
        """Return a column as floats, or None where it was not kept."""
        values = self.columns.get(name)
        return None if values is None else np.asarray(values, float)
