"""Learning rates that change with the step: classes, names and :func:`get`.

A schedule's numbers are inputs of the compiled program, so another decay rate compiles nothing.
"""

from __future__ import annotations

from typing import Any

from pellucid.core.registry import resolve
from pellucid.optimizers.schedules.cosine import CosineDecay, CosineDecayRestarts
from pellucid.optimizers.schedules.decay import (
    ExponentialDecay,
    InverseTimeDecay,
    PolynomialDecay,
    StepDecay,
)
from pellucid.optimizers.schedules.piecewise import PiecewiseConstantDecay
from pellucid.optimizers.schedules.schedule import ConstantSchedule, LearningRateSchedule
from pellucid.optimizers.schedules.warmup import OneCycle, WarmUp

TABLE: dict[str, type[LearningRateSchedule]] = {
    "constant_schedule": ConstantSchedule,
    "constant": ConstantSchedule,
    "exponential_decay": ExponentialDecay,
    "step_decay": StepDecay,
    "inverse_time_decay": InverseTimeDecay,
    "polynomial_decay": PolynomialDecay,
    "piecewise_constant_decay": PiecewiseConstantDecay,
    "cosine_decay": CosineDecay,
    "cosine_decay_restarts": CosineDecayRestarts,
    "warm_up": WarmUp,
    "one_cycle": OneCycle,
}
"""Names to classes."""


def get(identifier: Any) -> Any:
    """Return the schedule that `identifier` names.

    Args:
        identifier: A configuration `{"class_name": ..., "config": {...}}`, a schedule, or a
            function of the step.

    Raises:
        UnknownNameError: No schedule has that name.

    Example:
        >>> get(
        ...     {
        ...         "class_name": "StepDecay",
        ...         "config": {"initial_learning_rate": 0.1, "decay_steps": 10},
        ...     }
        ... )
        StepDecay(initial_learning_rate=0.1, decay_steps=10)
    """
    return resolve("schedule", TABLE, identifier)


__all__ = [
    "TABLE",
    "ConstantSchedule",
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "OneCycle",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "StepDecay",
    "WarmUp",
    "get",
]
