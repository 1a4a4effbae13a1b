"""Checks of regularisation: whether the penalties at the start are larger than any loss could be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.plateau import blind_plateau, constant_answers
from pellucid.insight.doctor.checks.kinds import CROSS_ENTROPIES, kernel
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK
from pellucid.insight.doctor.checks.tasks import loss_of, task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer, Weight
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

DEFAULT = 0.01
"""What ``"l1"`` and ``"l2"`` stand for, in Keras and here."""


def factors(regularizer: Any) -> tuple[float, float]:
    """Return the factors of L1 and L2 of a regulariser: an object, a name, or what ``get_config`` made of one.

    >>> factors("l2"), factors({"class_name": "L1", "config": {"l1": 0.5}}), factors(None)
    ((0.0, 0.01), (0.5, 0.0), (0.0, 0.0))
    """
    if isinstance(regularizer, str):
        name = regularizer.lower()
        return (DEFAULT if "l1" in name else 0.0, DEFAULT if "l2" in name else 0.0)
    if isinstance(regularizer, Mapping):
        config = regularizer.get("config", {})
        return float(config.get("l1") or 0.0), float(config.get("l2") or 0.0)
    return float(getattr(regularizer, "l1", 0.0) or 0.0), float(
        getattr(regularizer, "l2", 0.0) or 0.0
    )


def penalty(weights: Weight, one: float, two: float) -> float:
    """Return what a penalty adds at the start: l1 sum |w| + l2 sum w^2, with sum |w| for normal weights."""
    size = math.prod(weights.shape)
    squares = weights.spread**2 + weights.mean**2
    return size * (one * math.sqrt(2 / math.pi * squares) + two * squares)


def natural_loss(facts: Facts) -> float | None:
    """Return the loss of a constant answer, summed over outputs: what there is to win; None where it is not known."""
    total = 0.0
    for output in facts.outputs:
        task, loss = task_of(facts, output), loss_of(output)
        if task is None:
            return None
        if loss in CROSS_ENTROPIES:
            total += math.log(max(2, task.classes if task.is_exclusive else 2))
        elif loss in ("mean_squared_error", "half_squared_error"):
            total += float(task.values.var())
        elif loss in ("mean_absolute_error", "huber", "log_cosh"):
            total += float(task.values.std())
        else:
            return None
    return total or None


@check("D351", "The penalties outweigh the loss", faults=("F25",), explains=(*STUCK, *FLAT, "D513"))
def heavy_penalties(facts: Facts) -> Iterator[Sign]:
    """A penalty that is many times all that the data could give is lowered first: by weights of 0.

    Compared: the penalties at the start with the loss of a constant answer. Thresholds: ten times, serious from a
    hundred; a hint from one. And a factor whose pull at a weight of 0 or 1 no gradient of a scaled problem withstands:
    0.1 of L1, 0.3 of L2. TheDeepChecker compares the gradients of both, with a factor of 2, while training. A penalty
    on what a layer gives is told where training ended with one and the same answer to all rows, and the layer's factor
    is a thousandth or more: sparse codes are asked for by 1e-5 (Keras's own example).
    """
    yield from _silenced(facts)
    natural = natural_loss(facts)
    found = [(layer, *_of(layer)) for layer in facts.layers if layer.trainable]
    found = [each for each in found if each[1] > 0]
    if not found or natural is None:
        return
    total = sum(each[1] for each in found)
    layer, share, one, two = max(found, key=lambda each: each[1])
    strong = max((each for each in found), key=lambda each: max(each[2] / 0.1, each[3] / 0.3))
    is_strong = strong[2] >= 0.1 or strong[3] >= 0.3
    if is_strong:
        layer, share, one, two = strong
    if total < natural and not is_strong:
        return
    ratio = total / natural
    level: Level = "serious" if ratio > 100 else "warning" if ratio > 10 or is_strong else "hint"
    evidence = (
        f"The penalties start at {total:.3g}, a constant answer's loss is {natural:.3g}.",
        f"'{layer.path}' adds {share:.3g} with l1={one:g} and l2={two:g}.",
    )
    value = f"l1={one:g}, l2={two:g}"
    changes = tuple(SetLayer(each[0].path, "kernel_regularizer", None) for each in found)
    place = Place(layer.path, "kernel_regularizer", value)
    yield Sign(
        level, 0.8, place, evidence, Repair("kernel_regularizer=regularizers.L2(1e-4)", changes)
    )


ASKED = 1e-3
"""A factor of a penalty on outputs from which it can rule a loss that is a mean over outputs."""


def _silenced(facts: Facts) -> Iterator[Sign]:
    """Yield the layer whose outputs are penalised most, where a training ended without an answer to its inputs."""
    found = [(layer, *factors(layer.config.get("activity_regularizer"))) for layer in facts.layers]
    layer, one, two = max(found, key=lambda each: max(each[1:]), default=(None, 0.0, 0.0))
    if layer is None or max(one, two) < ASKED:
        return
    symptoms = [*constant_answers.findings(facts), *blind_plateau.findings(facts)]
    if not symptoms:
        return
    value = f"l1={one:g}, l2={two:g}"
    evidence = (
        f"What '{layer.path}' gives is penalised with {value}, for each of its numbers; nothing of the inputs is left "
        "in the answers.",
        *symptoms[0].sign.evidence,
    )
    change = (SetLayer(layer.path, "activity_regularizer", None),)
    repair = Repair("activity_regularizer=None, or a thousandth of it", change)
    yield Sign("warning", 0.75, Place(layer.path, "activity_regularizer", value), evidence, repair)


def _of(layer: Layer) -> tuple[float, float, float]:
    """Return a layer's penalty and its two factors."""
    weights = kernel(layer)
    one, two = factors(layer.config.get("kernel_regularizer"))
    return (penalty(weights, one, two) if weights else 0.0), one, two
