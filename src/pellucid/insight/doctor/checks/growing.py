"""Recurrent weights that make numbers grow with each step, of layers whose activation has no end."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer, Weight
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

GROWN = 100.0
"""How many times as large a step's numbers may be at the end of a row: hidden layers together may do as much."""
HOPELESS = 1e4
CHANCE = 0.1
"""What a step may multiply by above 1 + 2 / units: by chance normal weights do so once in a thousand."""


def growth(layer: Layer, weights: Weight) -> float:
    """Return by how much a step multiplies the numbers of the step before, at the usual start 1 or less.

    The root mean square of a row's sums, and the sum along equal numbers: one is right for weights of both signs, half
    of whose sums a relu takes away, the other for an identity and for weights of one sign, of which it takes nothing.

    >>> from pellucid.insight.doctor.facts.network import Layer, Weight
    >>> identity = Weight("recurrent_kernel", (4, 4), 0.4, 0.48**0.5, 0.0, 1.6)
    >>> round(growth(Layer("rnn", "SimpleRNN", activation="relu"), identity), 6)
    1.6
    """
    units = weights.shape[-1]
    mixed = (units * (weights.spread**2 + weights.mean**2)) ** 0.5
    if layer.activation == "relu":
        return max(mixed / 2**0.5, units * weights.mean)
    return max(mixed, units * abs(weights.mean))


def growing_steps(facts: Facts) -> Iterator[Sign]:
    """Yield a sign of each plain recurrent layer whose numbers grow from step to step."""
    for layer in facts.layers:
        found = (each for each in layer.weights if each.name.endswith("recurrent_kernel"))
        weights = next(found, None)
        steps = layer.input_shape[0] if layer.input_shape else None
        if layer.kind != "SimpleRNN" or layer.activation not in ("relu", "linear"):
            continue
        if weights is None or not steps:
            continue
        times = growth(layer, weights)
        if times > 1 + CHANCE + 2 / weights.shape[-1] and times**steps > GROWN:
            yield _sign(layer, times, steps)


def _sign(layer: Layer, times: float, steps: int) -> Sign:
    grown = times**steps
    evidence = (
        f"Each step of '{layer.path}' multiplies by {times:.3g}: after {steps} steps {grown:.2g}.",
    )
    level: Level = "serious" if grown > HOPELESS else "warning"
    name = "recurrent_initializer"
    return Sign(
        level,
        0.85,
        Place(layer.path, name, str(layer.config.get(name))),
        evidence,
        Repair(
            f"{layer.kind}(..., {name}='orthogonal')", (SetLayer(layer.path, name, "orthogonal"),)
        ),
    )
