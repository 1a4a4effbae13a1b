"""Checks of the optimizer's other numbers and of the batch size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median

from pellucid.insight.doctor.changes import SetOptimizer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import kernel
from pellucid.insight.doctor.checks.steps import steps_of
from pellucid.insight.doctor.checks.symptoms import STUCK, WILD
from pellucid.insight.doctor.facts.facts import Facts, Optimizer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

MOMENTUM = 0.99
"""The largest in use: a step counts for a hundred."""
USUAL_MOMENTUM = 0.9


def _value(optimizer: Optimizer, name: str) -> float | None:
    value = optimizer.arguments.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


def _set(name: str, value: float | None) -> Repair:
    shown = "None" if value is None else f"{value:g}"
    return Repair(f"{name}={shown} in the optimizer", (SetOptimizer(None, {name: value}),))


@check("D421", "Momentum that never forgets", faults=("F08", "F11"), explains=STUCK + WILD)
def endless_momentum(facts: Facts) -> Iterator[Sign]:
    """With momentum m a step counts for 1 / (1 - m) steps: from 1 on for ever.

    Source: Polyak (1964). Thresholds: 1 and more, or below 0, serious; above 0.99, where it averages over hundreds of
    steps, a warning unless there are ten times as many; between them silent.
    """
    momentum = _value(facts.optimizer, "momentum") if facts.optimizer else None
    if momentum is None or 0 <= momentum <= MOMENTUM:
        return
    level: Level = "serious" if momentum >= 1 or momentum < 0 else "warning"
    steps = steps_of(facts)
    if level == "warning" and steps is not None and steps > 10 / (1 - momentum):
        level = "hint"
    evidence = (
        f"momentum={momentum:g}"
        + (f" averages over {1 / (1 - momentum):.0f} steps." if momentum < 1 else "."),
    )
    place = Place(None, "momentum", f"{momentum:g}")
    yield Sign(level, 0.85, place, evidence, _set("momentum", USUAL_MOMENTUM))


@check(
    "D422",
    "Averages of the optimizer that are out of order",
    faults=("F11",),
    explains=STUCK + WILD,
)
def odd_averages(facts: Facts) -> Iterator[Sign]:
    """Adam divides the mean gradient by the mean size; a size averaged over fewer steps than the mean is no size.

    Source: Kingma and Ba (2015): beta_1^2 < sqrt(beta_2) for convergence; Reddi et al. (2018) for small beta_2.
    Thresholds: that bound, or a beta outside of 0 to 1 (serious).
    """
    if facts.optimizer is None or facts.optimizer.name == "lion":
        return
    one, two = _value(facts.optimizer, "beta_1"), _value(facts.optimizer, "beta_2")
    if one is None or two is None:
        return
    outside = not 0 <= one < 1 or not 0 <= two < 1
    if not outside and one**2 < two**0.5:
        return
    evidence = (
        f"beta_1={one:g} and beta_2={two:g}: the size is averaged over fewer steps than the mean.",
    )
    right = SetOptimizer(None, {"beta_1": 0.9, "beta_2": 0.999})
    level: Level = "serious" if outside else "warning"
    repair = Repair("beta_1=0.9, beta_2=0.999 in the optimizer", (right,))
    yield Sign(level, 0.8, Place(None, "beta_2", f"{two:g}"), evidence, repair)


@check("D423", "An epsilon larger than the gradients", faults=("F38", "F09"), explains=STUCK)
def large_epsilon(facts: Facts) -> Iterator[Sign]:
    """Steps are rate times g / (|g| + epsilon): an epsilon above the gradients makes them rate times g / epsilon.

    Source: Kingma and Ba (2015). Thresholds: gradients of usual networks are 1e-4 to 1e-1 a weight; 1 is a
    warning, above 0.1 a hint: some recipes use 0.1 and 1 with larger rates, which are silent from 0.01 on.
    """
    optimizer = facts.optimizer
    epsilon = _value(optimizer, "epsilon") if optimizer else None
    if optimizer is None or epsilon is None or epsilon <= 0.1 or optimizer.learning_rate >= 0.01:
        return
    evidence = (
        f"epsilon={epsilon:g} with a rate of {optimizer.learning_rate:g}: the steps are smaller than meant.",
    )
    level: Level = "warning" if epsilon >= 1 else "hint"
    yield Sign(level, 0.75, Place(None, "epsilon", f"{epsilon:g}"), evidence, _set("epsilon", 1e-7))


@check("D424", "Gradients are clipped to nearly nothing", faults=("F09",), explains=STUCK)
def tight_clip(facts: Facts) -> Iterator[Sign]:
    """Plain descent moves by rate times the clipped gradient, so all planned steps together go no further than that.

    Compared: rate x clip x steps with 0.1, about the spread of a kernel, and of a clip of norms, with 0.3 of the middle
    kernel's length: a feature that is learnt turns its weights. Thresholds: below it a warning; without planned steps,
    a clip below 1e-3. A clip of 0.1 and more is silent, and so are optimizers that divide by the gradient's size.
    """
    optimizer = facts.optimizer
    if optimizer is None or optimizer.name != "sgd":
        return
    for name in ("clipnorm", "global_clipnorm", "clipvalue"):
        clip = _value(optimizer, name)
        if not clip:
            continue
        steps = steps_of(facts)
        gain = 1 / (1 - min(_value(optimizer, "momentum") or 0.0, 0.999))
        way = None if steps is None else optimizer.learning_rate * gain * clip * steps
        length = 0.0 if name == "clipvalue" else middle_length(facts)
        needed = max(0.1, 0.3 * length)
        if (way is None and clip >= 1e-3) or (way is not None and (way >= needed or clip >= 0.1)):
            continue
        evidence = [
            f"{name}={clip:g} with a rate of {optimizer.learning_rate:g}"
            + (f": {steps} steps together go at most {way:.2g} far." if way is not None else ".")
        ]
        if length:
            evidence.append(f"The kernel of middle length is {length:.2g} long.")
        yield Sign("warning", 0.8, Place(None, name, f"{clip:g}"), tuple(evidence), _set(name, 1.0))


def middle_length(facts: Facts) -> float:
    """Return the median of the kernels' lengths, the root of the sum of their squares; 0 where there is none."""
    kernels = [found for layer in facts.layers if (found := kernel(layer)) is not None]
    lengths = [(math.prod(each.shape) * (each.spread**2 + each.mean**2)) ** 0.5 for each in kernels]
    return median(lengths) if lengths else 0.0


@check("D425", "Weight decay holds the weights at 0", faults=("F25",), explains=STUCK)
def heavy_decay(facts: Facts) -> Iterator[Sign]:
    """Where steps are about the rate, decay d stops a weight at 1 / d; in plain descent d is a factor of L2.

    Source: Loshchilov and Hutter (2019). Thresholds: weights of 0.1 to 1 are needed, so 10 is a warning and 100 serious
    for the first kind, 0.3 and 3 for the second. PyTorch's ``Adam`` is of the second kind, its ``AdamW`` of the first.
    """
    optimizer = facts.optimizer
    decay = _value(optimizer, "weight_decay") if optimizer else None
    if optimizer is None or decay is None:
        return
    is_l2 = optimizer.name == "sgd" or (
        facts.source == "torch" and not optimizer.name.endswith("w")
    )
    bound = 0.3 if is_l2 else 10.0
    if decay < bound:
        return
    level: Level = "serious" if decay >= 10 * bound else "warning"
    evidence = (
        f"weight_decay={decay:g} pulls a weight back as soon as it is larger than about {1 / decay:.2g}.",
    )
    place = Place(None, "weight_decay", f"{decay:g}")
    yield Sign(level, 0.8, place, evidence, _set("weight_decay", 1e-4))
