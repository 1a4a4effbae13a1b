"""A check of warm-ups: a rate that rises for longer than the training lasts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import SetOptimizer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.rates import (
    HELD_BY_ITSELF,
    SCALE_FREE,
    USUAL,
    WRITTEN,
    effective,
)
from pellucid.insight.doctor.checks.steps import steps_of
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts, Optimizer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

WARM = 0.1
"""The share of a training that warming up takes: 5 of 90 epochs in Goyal et al. (2017), 4,000 of 100,000 steps in
Vaswani et al. (2017); a tenth is usual for short ones."""

ENOUGH = 5
"""Rates that show a rise."""


@check("D406", "The warm-up is longer than the training", faults=("F09", "F10"), explains=STUCK)
def endless_warming(facts: Facts) -> Iterator[Sign]:
    """A rate that still rises at the last step was meant for a training many times as long.

    Source: warm-up takes about a tenth of a training (Goyal et al. 2017; Vaswani et al. 2017). Thresholds: the planned
    rates rise from the first to the last, without slowing down, tenfold or from 0; their mean below the optimizer's
    usual range is a warning, else it is a hint. Silent where the rate comes to the top of the range (a search for
    the rate rises on purpose), where a callback sets rates, and for steps that were taken instead of planned.
    """
    optimizer, steps = facts.optimizer, steps_of(facts)
    if optimizer is None or optimizer.rates is None or steps is None or facts.fit.goes_on:
        return
    is_set = optimizer.name in HELD_BY_ITSELF or "LearningRateScheduler" in facts.fit.callbacks
    rates = np.asarray(optimizer.rates, float)
    if is_set or facts.source == "torch" or not _rises_to_the_end(rates):
        return
    low, top = USUAL.get(optimizer.name, SCALE_FREE)
    mean = float(rates.mean())
    if effective(optimizer, float(rates[-1])) >= top:
        return
    level: Level = "warning" if effective(optimizer, mean) < low else "hint"
    evidence = (
        f"The rate rises from {rates[0]:.3g} to {rates[-1]:.3g} in the {steps} planned steps and never stops rising; "
        f"its mean is {mean:.2g}.",
        f"Usual for {optimizer.name} are rates from {low:g}.",
    )
    confidence = 0.8 if level == "warning" else 0.5
    place = Place(None, "learning_rate", "schedule")
    yield Sign(level, confidence, place, evidence, _repair(optimizer, steps))


def _rises_to_the_end(rates: np.ndarray) -> bool:
    """Tell whether rates grow with every step, tenfold in all, and at the end a third as fast as usual or more."""
    if len(rates) < ENOUGH or not np.all(np.isfinite(rates)):
        return False
    growth = np.diff(rates)
    is_steady = bool(np.all(growth > 0) and growth[-1] > np.median(growth) / 3)
    return is_steady and bool(rates[0] >= 0 and rates[-1] >= 10 * rates[0])


def _repair(optimizer: Optimizer, steps: int) -> Repair:
    right = {"sgd": 0.01, "adadelta": 1.0, "lion": 1e-4}.get(optimizer.name, 1e-3)
    written = WRITTEN.get(optimizer.name, optimizer.name)
    return Repair(
        f"a warm-up of {max(round(WARM * steps), 1)} steps or fewer, or {written}(learning_rate={right:g})",
        (SetOptimizer(None, {"learning_rate": right}),),
    )
