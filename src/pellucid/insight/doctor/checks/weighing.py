"""Checks of the size of the rows' weights, which the loss and with it every gradient is multiplied by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from pellucid.insight.doctor.changes import SetFit
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.rates import USUAL, effective
from pellucid.insight.doctor.checks.rehearsal.gradients import SCALE_FREE
from pellucid.insight.doctor.checks.steps import steps_of
from pellucid.insight.doctor.checks.symptoms import STUCK, WILD
from pellucid.insight.doctor.checks.tasks import task_of
from pellucid.insight.doctor.facts.facts import Facts, Optimizer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

LIGHT, HEAVY = 0.01, 100.0
"""Mean weights, of rows that count, below which and of all rows above which the rate is another one in truth. A rate is
looked for in steps of 3 to 10, so that a factor of 100 is beyond what a person who found one has allowed for."""


@check(
    "D412",
    "The rows' weights change the rate",
    faults=("F09", "F08"),
    explains=STUCK + WILD,
)
def mean_weight(facts: Facts) -> Iterator[Sign]:
    """The loss is the mean of weight times loss, so weights of mean w make gradients w times as large.

    Source: the definition. Thresholds: ``LIGHT`` and ``HEAVY``; a warning for plain descent where the usual rates do
    not hold rate x w (with momentum m, / (1 - m)), so a rate that makes up for w is silent, and clipped gradients are
    for large ones. Small ones are a hint where the way is long enough: rate x w x steps above 3, as in D402. Adam and
    its kind divide by the gradient's size: small ones, which come near epsilon and below any penalty, are a hint, and
    large ones are silent. Rows of weight 0 are left out of small means: a mask.
    """
    found, optimizer = _weights(facts), facts.optimizer
    if found is None or optimizer is None:
        return
    mean, counting, argument = found
    is_light = 0 < mean < LIGHT * counting
    if not is_light and mean <= HEAVY:
        return
    rate = _rate(optimizer)
    level = _level(facts, optimizer, rate * mean, is_light)
    if level is None:
        return
    evidence = [f"The mean of the rows' weights is {mean:.3g}; about 1 is meant."]
    if level == "warning":
        low, high = USUAL["sgd"]
        momentum = " (rate / (1 - momentum))" if rate > optimizer.learning_rate else ""
        evidence.append(
            f"{optimizer.name} with {rate:.3g}{momentum} steps as with {rate * mean:.2g} without weights; usual are "
            f"rates from {low:g} to {high:g}."
        )
    place = Place(None, argument)
    yield Sign(
        level,
        0.8 if level == "warning" else 0.4,
        place,
        tuple(evidence),
        _repair(facts, mean, argument),
    )


def _repair(facts: Facts, mean: float, argument: str) -> Repair:
    """Return the line that brings weights to a mean of 1."""
    if argument == "sample_weight":
        return Repair("sample_weight = sample_weight / sample_weight.mean()")
    code = (
        f"class_weight = {{label: weight / {mean:.3g} for label, weight in class_weight.items()}}"
    )
    scaled = {label: weight / mean for label, weight in facts.fit.class_weight.items()}
    return Repair(code, (SetFit("class_weight", scaled),))


def _rate(optimizer: Optimizer) -> float:
    """Return the largest rate of the plan, with momentum."""
    largest = optimizer.learning_rate if optimizer.rates is None else float(np.max(optimizer.rates))
    return effective(optimizer, largest)


def _level(facts: Facts, optimizer: Optimizer, rate: float, is_light: bool) -> Level | None:
    """Return how bad it is to step with a rate in truth; None where that is as usual, or nobody can say."""
    if optimizer.name in SCALE_FREE:
        return "hint" if is_light else None
    if optimizer.name != "sgd":
        return None
    low, high = USUAL["sgd"]
    if is_light:
        is_long = rate * (steps_of(facts) or 0) > 3
        return None if rate >= low else "hint" if is_long else "warning"
    return None if rate <= high or optimizer.clips else "warning"


def _weights(facts: Facts) -> tuple[float, float, str] | None:
    """Return the rows' mean weight, the share that counts, and the argument that says so; None where not known.

    PyTorch divides by the sum of the weights, and so do some reductions: there their size does not matter.
    """
    reductions = {
        output.loss_arguments.get("reduction", "mean") if not output.own_loss else None
        for output in facts.outputs
    }
    if facts.source == "torch" or not reductions <= {"mean", "sum_over_batch_size"}:
        return None
    fit = facts.fit
    classes = _class_mean(facts)
    own = fit.mean_weight if fit.weighted else 1.0
    if own is None or classes is None:
        return None
    lead = abs(np.log(own or 1.0)) >= abs(np.log(classes or 1.0))
    return own * classes, fit.counting, "sample_weight" if lead else "class_weight"


def _class_mean(facts: Facts) -> float | None:
    """Return the mean of the rows' weights by class; 1 without them, and where they are made to be balanced."""
    weights = facts.fit.class_weight
    if weights is None or isinstance(weights, str):
        return 1.0
    task = task_of(facts, facts.outputs[0]) if len(facts.outputs) == 1 else None
    if not isinstance(weights, Mapping) or task is None or not task.is_exclusive:
        return None
    given = {float(label): float(weight) for label, weight in weights.items()}
    return float(np.mean([given.get(float(label), 1.0) for label in task.labels]))
