"""Checks of the learning rate, by the optimizer and by what its steps can add up to."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from pellucid import optimizers
from pellucid.insight.doctor.changes import SetOptimizer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import killed
from pellucid.insight.doctor.checks.kinds import MAPS, heads, kernel, usual_spread
from pellucid.insight.doctor.checks.optimizers import MOMENTUM, USUAL_MOMENTUM
from pellucid.insight.doctor.checks.scale import features, inputs_of, size_of
from pellucid.insight.doctor.checks.steps import steps_of
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK, WILD
from pellucid.insight.doctor.checks.tasks import loss_of, task_of
from pellucid.insight.doctor.facts.facts import Facts, Optimizer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

USUAL = {
    "sgd": (1e-3, 0.5),
    "adagrad": (1e-3, 0.5),
    "adadelta": (0.1, 2.0),
    "ftrl": (1e-3, 0.5),
    "lion": (1e-6, 1e-3),
    "muon": (1e-5, 0.1),
    "lamb": (1e-5, 0.1),
}
SCALE_FREE = (1e-5, 1e-2)
"""The rates in use, by optimizer; all others divide by the gradient's size as Adam does. Plain descent: Bengio,
Practical recommendations (2012), 1e-6 to 1 around 0.01, with momentum as rate / (1 - momentum); Adam: Kingma and Ba
(2015) tune from 1e-5 to 1e-1; Adadelta: Zeiler (2012) has 1; Lion: Chen et al. (2023) take a tenth of Adam's."""

WRITTEN = {name.lower(): f"optimizers.{name}" for name in optimizers.__all__}
"""Optimizers as a person writes them."""

HELD_BY_ITSELF = ("adafactor", "schedulefreeadamw", "optax", "optaxoptimizer", "multioptimizer")


def effective(optimizer: Optimizer, rate: float) -> float:
    """Return the rate of a long way in one direction: with momentum m, rate / (1 - m).

    Momentum beyond its usual values is D421's, so that the rate is judged as with a usual one.
    """
    momentum = optimizer.arguments.get("momentum")
    if optimizer.name != "sgd" or not isinstance(momentum, (int, float)):
        return rate
    return rate / (1 - (momentum if 0 <= momentum <= MOMENTUM else USUAL_MOMENTUM))


def rises(facts: Facts) -> bool:
    """Tell whether the rate grows tenfold later, by a schedule or by a callback, so that the first one says little."""
    optimizer = facts.optimizer
    if optimizer is None:
        return False
    seen = facts.course.column("learning_rate") if facts.course else None
    later = [rates.max() for rates in (optimizer.rates, seen) if rates is not None and len(rates)]
    first = optimizer.learning_rate if optimizer.rates is None else float(optimizer.rates[0])
    return any(bool(rate > 10 * first) for rate in later)


def _rated(facts: Facts) -> tuple[Optimizer, float, tuple[float, float]] | None:
    """Return the optimizer, its largest effective rate and the usual ones; None where rates mean nothing."""
    optimizer = facts.optimizer
    if (
        optimizer is None
        or optimizer.name in HELD_BY_ITSELF
        or not math.isfinite(optimizer.learning_rate)
    ):
        return None
    largest = optimizer.learning_rate if optimizer.rates is None else float(np.max(optimizer.rates))
    return optimizer, effective(optimizer, largest), USUAL.get(optimizer.name, SCALE_FREE)


def at_rate(optimizer: Optimizer, rate: float) -> Repair:
    """Return the line with another rate."""
    code = f"{WRITTEN.get(optimizer.name, optimizer.name)}(learning_rate={rate:.3g})"
    return Repair(code, (SetOptimizer(None, {"learning_rate": rate}),))


def _place(optimizer: Optimizer) -> Place:
    return Place(None, "learning_rate", f"{optimizer.learning_rate:g}")


@check(
    "D401",
    "The learning rate is far too high",
    faults=("F08",),
    explains=STUCK + WILD + FLAT + ("D403",),
)
def high_rate(facts: Facts) -> Iterator[Sign]:
    """Above the usual rates, steps overshoot: the loss swings or grows, units die.

    Thresholds: ten times the top of the optimizer's usual range a warning, a hundred times serious; between one and
    ten a hint, because small networks stand it, but a warning where one step of an optimizer that moves every weight by
    about the rate is twice the spread of a layer's weights, or where units died under it and little was learnt. Where
    D403 can compute the bound, it alone decides.
    """
    found = _rated(facts)
    if found is None:
        return
    optimizer, rate, (_, top) = found
    if rate <= top * 1.001 or _is_stable(facts, optimizer):
        return
    level: Level = (
        "serious" if rate > 100 * top else "warning" if rate > 10 * top * 1.001 else "hint"
    )
    evidence = [
        f"{optimizer.name} steps with {rate:.3g}"
        + (" (rate / (1 - momentum))" if rate > optimizer.learning_rate else "")
        + f"; usual are rates up to {top:g}, so this is {rate / top:.3g} times as much.",
    ]
    share, path = _leap(facts, optimizer, rate)
    if level == "hint" and share >= LEAP:
        level = "warning"
        evidence.append(
            f"One step moves each weight by about the rate: {share:.2g} times the spread of the weights of '{path}'."
        )
    dead = killed(facts)
    if level == "hint" and dead is not None:
        level = "warning"
        evidence.append(
            f"The first updates were {dead[1]:.1g} of the weights, and the units of '{dead[0]}' died."
        )
    right = 0.01 if optimizer.name in ("sgd", "adagrad", "ftrl") else math.sqrt(SCALE_FREE[0] * top)
    yield Sign(
        level,
        {"hint": 0.4, "warning": 0.85 if rate > 10 * top * 1.001 else 0.7, "serious": 0.85}[level],
        _place(optimizer),
        tuple(evidence),
        at_rate(optimizer, right),
    )


LEAP = 2.0
"""A step of so many times the spread of a layer's weights: after one the starting numbers are gone."""
MANY = 1000
"""Weights of a layer whose spread counts: few have large ones, and stand large steps."""


def _leap(facts: Facts, optimizer: Optimizer, rate: float) -> tuple[float, str]:
    """Return how large a step is beside the smallest spread of a layer's weights, and that layer's path.

    0 for optimizers whose steps are not about the rate. Spreads that are not known are those of usual weights.
    """
    spreads = {}
    for layer in facts.layers:
        weights = kernel(layer)
        if weights is None or not weights.trainable or math.prod(weights.shape) < MANY:
            continue
        known = math.isfinite(weights.spread) and weights.spread > 0
        spreads[layer.path] = weights.spread if known else usual_spread(weights)
    if optimizer.name in USUAL or not spreads:
        return 0.0, ""
    path = min(spreads, key=lambda each: spreads[each])
    return rate / spreads[path], path


@check("D402", "The learning rate is far too low", faults=("F09", "F10"), explains=STUCK)
def low_rate(facts: Facts) -> Iterator[Sign]:
    """Below the usual rates, nothing moves; or the planned steps together are too short a way.

    Thresholds: a tenth of the range's lower end a warning, a hundredth serious, but a hint where plain descent has
    steps enough (rate x steps above 3); and a way, of optimizers whose steps are about the rate, below 0.03 of the
    weights' spread, from 30 steps on (fewer are D404). Plain descent on unscaled inputs or targets needs tiny
    rates: D101 and D121 say that, and this is silent; so it is where the rate rises tenfold later.
    """
    found = _rated(facts)
    if found is None:
        return
    optimizer, rate, (low, _) = found
    if rate <= 0:
        yield _no_rate(optimizer)
        return
    if rises(facts):
        return
    scale_free = optimizer.name not in USUAL
    if not scale_free and optimizer.name == "sgd" and _is_unscaled(facts):
        return
    way = _way(facts, optimizer) if scale_free or optimizer.name == "adagrad" else None
    spread = _middle_spread(facts)
    evidence = (f"{optimizer.name} steps with {rate:.3g}; usual are rates from {low:g}.",)
    level: Level | None = None
    if rate < 0.99 * low:
        level = "serious" if rate < low / 100 else "warning" if rate < low / 9.9 else "hint"
        if optimizer.name == "sgd" and rate * (steps_of(facts) or 0) > 3:
            level = "hint"
    if way is not None and spread and way[0] >= 30 and way[1] < 0.1 * spread:
        level = "warning" if way[1] < 0.03 * spread and level != "serious" else level or "hint"
        evidence += (
            f"{way[0]} steps of it are a way of at most {way[1]:.2g}, and the weights are spread by {spread:.2g}.",
        )
    if level is None:
        return
    right = {"sgd": 0.01, "adadelta": 1.0, "lion": 1e-4}.get(optimizer.name, 1e-3)
    if right > rate:
        yield Sign(level, 0.8, _place(optimizer), evidence, at_rate(optimizer, right))


def _no_rate(optimizer: Optimizer) -> Sign:
    evidence = (
        f"The learning rate is {optimizer.learning_rate:g}: steps that lead nowhere, or uphill.",
    )
    return Sign("serious", 1.0, _place(optimizer), evidence, at_rate(optimizer, 1e-3))


def _is_unscaled(facts: Facts) -> bool:
    """Tell whether inputs or targets are so large that plain descent needs a small rate."""
    if any(size_of(column) > 10 for column in inputs_of(facts)):
        return True
    asked = (task_of(facts, output) for output in facts.outputs)
    return any(
        task is not None and task.kind == "numbers" and abs(task.values).max() > 30
        for task in asked
    )


def _way(facts: Facts, optimizer: Optimizer) -> tuple[int, float] | None:
    """Return the planned steps, and how far a weight can come with them at most."""
    steps = steps_of(facts)
    if steps is None:
        return None
    mean = optimizer.learning_rate if optimizer.rates is None else float(np.mean(optimizer.rates))
    return steps, mean * (2 * math.sqrt(steps) if optimizer.name == "adagrad" else steps)


def _middle_spread(facts: Facts) -> float | None:
    """Return the middle spread of the trained kernels."""
    found = [kernel(layer) for layer in facts.layers if layer.kind in MAPS]
    spreads = [weights.spread for weights in found if weights is not None and weights.trainable]
    return float(np.median(spreads)) if spreads else None


@check(
    "D403",
    "The steps are larger than a weighted sum stands",
    faults=("F08", "F06"),
    explains=STUCK + WILD,
)
def beyond_stability(facts: Facts) -> Iterator[Sign]:
    """One weighted sum under squared error: descent converges only below a rate of 2 (1 + m) / (largest curvature).

    The curvature is 2 / outputs times the largest eigenvalue of the mean of x x^T with a 1 for the bias. Source: Polyak
    (1964); LeCun et al., Efficient BackProp, 5.1. Threshold: 1.5 times the bound, for the batches' noise; clipped
    gradients are silent.
    """
    optimizer, bound = facts.optimizer, _bound(facts)
    if optimizer is None or bound is None or optimizer.learning_rate <= 1.5 * bound:
        return
    evidence = (
        f"By the inputs' second moments, the loss grows with every step above a rate of {bound:.3g}; it is "
        f"{optimizer.learning_rate:g}.",
    )
    repair = at_rate(optimizer, float(f"{bound / 4:.1g}"))
    yield Sign("serious", 0.95, _place(optimizer), evidence, repair)


def _is_stable(facts: Facts, optimizer: Optimizer) -> bool:
    bound = _bound(facts)
    return bound is not None and optimizer.learning_rate <= 1.5 * bound


def _bound(facts: Facts) -> float | None:
    """Return the largest rate at which plain descent of one weighted sum converges; None for other models."""
    optimizer, layers = facts.optimizer, [layer for layer in facts.layers if layer.weights]
    columns = inputs_of(facts)
    if optimizer is None or optimizer.name != "sgd" or len(layers) != 1 or len(columns) != 1:
        return None
    is_plain = len(facts.outputs) == 1 and facts.outputs[0].activation == "linear"
    is_sum = (
        layers[0].path in heads(facts) and layers[0].kind == "Dense" and len(columns[0].shape) <= 1
    )
    if (
        not is_plain
        or not is_sum
        or optimizer.clips
        or loss_of(facts.outputs[0]) != "mean_squared_error"
    ):
        return None
    x = features(columns[0])
    if x.shape[1] > 500:
        return None
    with_one = np.column_stack([x, np.ones(len(x))])
    largest = float(np.linalg.eigvalsh(with_one.T @ with_one / len(x))[-1])
    momentum = float(optimizer.arguments.get("momentum") or 0.0)
    return (1 + momentum) * (facts.outputs[0].units or 1) / largest
