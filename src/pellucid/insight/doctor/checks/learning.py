"""What the rehearsed steps say about learning, in the words that several checks need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pellucid.insight.doctor.checks.theory import constant_loss, entries, smooth
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.rehearsed import Rehearsed

ENOUGH = 40
"""Steps of 2 % of the weights' size, together nearly their size: enough to get anywhere near the start."""
CONTRADICTORY = 0.1
"""With more rows than this that ask different things for the same inputs, nobody can learn the batch."""


@dataclass(frozen=True)
class Learning:
    """How far the free steps came.

    Attributes:
        first: The loss before the first step.
        start: What learning has to beat: the first loss or that of the best constant answer, whichever is lower.
        constant: That of the best constant answer on the batch; None where it is not known.
        end: The middle one of the last tenth of the losses.
        steps: How many steps.
        is_flat: Whether the second half brought less than a hundredth of ``start``.
    """

    first: float
    start: float
    constant: float | None
    end: float
    steps: int
    is_flat: bool

    @property
    def failed(self) -> bool:
        """Whether the batch was not learnt: nine tenths of the loss without learning are left, and it does not fall."""
        return self.steps >= ENOUGH and self.is_flat and self.end >= 0.9 * self.start

    @property
    def succeeded(self) -> bool:
        """Whether less than half of the loss without learning is left."""
        return self.end < 0.5 * self.start


def batch_constant(facts: Facts) -> float | None:
    """Return what the best constant answer reaches on the rehearsed batch, or None where it is not known."""
    rehearsed = facts.rehearsed
    if rehearsed is None or len(facts.outputs) != 1 or facts.fit.weighted:
        return None
    output = facts.outputs[0]
    rows = rehearsed.targets.get(output.name)
    if rows is None or rows.dtype.kind not in "biuf" or smooth(output):
        return None
    return constant_loss(output, entries(rows, output))


def learning(facts: Facts) -> Learning | None:
    """Return how far the free steps came, or None where they say nothing.

    They say nothing where rows contradict each other, and where targets are all the same.
    """
    found = facts.rehearsed
    if found is None or found.free_losses is None or found.contradictory > CONTRADICTORY:
        return None
    losses = found.free_losses
    if len(losses) < 10 or not np.all(np.isfinite(losses)) or losses[0] <= 0:
        return None
    constant = batch_constant(facts)
    if constant is not None and constant <= 1e-6 * abs(losses[0]):
        return None
    start = float(losses[0]) if constant is None else min(float(losses[0]), constant)
    end = last(losses)
    halfway = float(np.median(losses[len(losses) // 2 - len(losses) // 10 : len(losses) // 2 + 1]))
    return Learning(
        float(losses[0]), start, constant, end, len(losses), halfway - end < 0.01 * start
    )


def last(losses: np.ndarray) -> float:
    """Return the middle one of the last tenth of losses."""
    return float(np.median(losses[-max(1, len(losses) // 10) :]))


def usual_ratio(found: Rehearsed) -> float | None:
    """Return the middle one of the layers' update ratios at the first step, or None."""
    ratios = [value for value in found.quantity("update_ratio").values() if np.isfinite(value)]
    return float(np.median(ratios)) if ratios else None


def of_layers(found: Rehearsed, name: str) -> dict[str, float]:
    """Return a quantity by layer in the order of the computation, without the whole model's."""
    values = found.quantity(name)
    return {path: values[path] for path in found.order if path in values and " " not in path}


def noise_hides(facts: Facts) -> bool:
    """Tell whether the batch was learnt in evaluation mode, but in training mode nothing shows of it."""
    found, learnt = facts.rehearsed, learning(facts)
    if found is None or learnt is None or found.learnt_loss is None:
        return False
    return found.learnt_loss < 0.5 * learnt.start and learnt.end >= 0.8 * learnt.start
