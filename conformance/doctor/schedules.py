"""Learning rates that change while a network trains."""

from __future__ import annotations

from typing import Any

from pellucid.optimizers import schedules


def cosine(rate: float, steps: int) -> Any:
    """Return a rate that falls along a cosine."""
    return schedules.CosineDecay(rate, steps)


def exponential(rate: float, steps: int) -> Any:
    """Return a rate that halves after so many steps, again and again."""
    return schedules.ExponentialDecay(rate, steps, 0.5)


def warm_up(rate: float, warm: int, steps: int) -> Any:
    """Return a rate that rises from 0 and then falls along a cosine."""
    return schedules.CosineDecay(0.0, steps - warm, warmup_target=rate, warmup_steps=warm)
