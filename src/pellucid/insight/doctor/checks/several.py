"""What several outputs do to each other: a far larger loss takes the layers they share; one times 0 trains nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import ancestors
from pellucid.insight.doctor.checks.tasks import Task, loss_of, task_of
from pellucid.insight.doctor.checks.theory import blind
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Place, Repair, Sign

DROWNED = 100.0
"""Losses of 100 to 1. A squared error's gradient goes with its root: a tenth of it is 20 times a cross-entropy's, which
is about 1, so that of a shared weight's step less than a twentieth is the other output's."""


NOTHING = 1e-3
"""Of the largest weighted loss: steps on a squared error, whose gradient goes with its root, are a thirtieth then."""


@dataclass(frozen=True)
class Drowned:
    """An output whose loss counts for nothing beside another's.

    Attributes:
        words: Both losses, in a sentence.
        even: The loss weight that makes the larger one as large as the other.
    """

    words: str
    even: float


def drowned_by(facts: Facts, output: Output) -> Drowned | None:
    """Return which output is drowned by this one's unscaled targets, or None.

    Its loss is ``DROWNED`` times the other's, both times their weights, from the start on and also once the mean of the
    targets is known, which a bias learns soon. Silent where the two share no trained layer, and where layers or loss
    weights are not known: then each has its own gradient, or nobody can say.
    """
    if output.loss_weight is None or len(facts.outputs) < 2:
        return None
    task = task_of(facts, output)
    start = None if task is None else distance(output, root_mean_square(task.values))
    lasting = None if task is None else distance(output, float(task.values.std()))
    if start is None or lasting is None:
        return None
    for other in facts.outputs:
        loss = starting_loss(other, task_of(facts, other))
        if other is output or not loss or not other.loss_weight:
            continue
        weighted = loss * other.loss_weight
        if lasting * output.loss_weight >= DROWNED * weighted and shares(facts, output, other):
            words = (
                f"By theory its loss starts at about {start * output.loss_weight:.2g}, and that of '{other.name}' at "
                f"about {weighted:.2g}, of which the layers they share feel nothing."
            )
            return Drowned(words, weighted / start)
    return None


def starting_loss(output: Output, task: Task | None) -> float | None:
    """Return the loss that an output most likely starts with, before its weight; None where theory does not say."""
    known = blind(output)
    if known is not None:
        return known.loss
    return None if task is None else distance(output, root_mean_square(task.values))


def distance(output: Output, size: float) -> float | None:
    """Return a distance's value between targets of a size and outputs of about 1; None for other losses.

    >>> distance(Output("", None, (1,), "linear", "mse"), 3.0)
    10.0
    """
    far = hypot(size, 1.0)
    name = loss_of(output)
    if name == "mean_squared_error":
        return size**2 + 1
    if name == "half_squared_error":
        return (size**2 + 1) / 2
    if name == "huber":
        delta = float(output.loss_arguments.get("delta", 1.0))
        return far**2 / 2 if far < delta else delta * (far - delta / 2)
    return far if name in ("mean_absolute_error", "log_cosh") else None


def root_mean_square(values: np.ndarray) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values))))


def shares(facts: Facts, one: Output, other: Output) -> bool:
    """Tell whether two outputs hang on a layer that both of them train."""
    common = _behind(facts, one) & _behind(facts, other)
    return any(layer.trainable for layer in facts.layers if layer.path in common)


def _behind(facts: Facts, output: Output) -> set[str]:
    """Return the paths of the layers that an output is made of; none where it is not known."""
    last = facts.layer(output.layer) if output.layer else None
    return set() if last is None else {last.path, *ancestors(facts, last)}


@check(
    "D233",
    "An output whose loss counts nothing",
    faults=("F20",),
    explains=("D503", "D504", "D614", "D616"),
)
def weightless(facts: Facts) -> Iterator[Sign]:
    """A loss times 0 has no gradient: what only this output would train stays as it was drawn.

    Source: the definition of the sum of losses. Thresholds: exactly 0, or a weighted loss of ``NOTHING`` of the largest
    one's from the start on, by theory, where steps go with the gradient's size (plain descent). Silent where nothing
    would be trained by this output alone (it is frozen, or all of it lies behind another output), and where its last
    layer has learnt before, as far as its biases tell, so that it is left as it is on purpose.
    """
    if len(facts.outputs) < 2 or facts.fit.goes_on:
        return
    asked = [each for each in facts.outputs if each.loss is not None or each.own_loss]
    idle = _counting_nothing(facts, asked)
    taught = set().union(*(_behind(facts, each) for each in asked if each.name not in idle))
    for output in asked:
        if output.name not in idle or _has_learnt(facts, output):
            continue
        only = _behind(facts, output) - taught
        alone = [
            layer.path
            for layer in facts.layers
            if layer.path in only and layer.weights and layer.trainable
        ]
        if not alone:
            continue
        names = ", ".join(f"'{path}'" for path in alone[:3]) + (" ..." if len(alone) > 3 else "")
        weight = f"{output.loss_weight:g}"
        little = "nothing" if weight == "0" else "next to nothing"
        evidence = (
            f"The loss of '{output.name}' is multiplied by {weight}, so that it trains {little}; nothing else trains "
            f"{names}.",
        )
        repair = Repair(
            f"loss_weights={{'{output.name}': 1.0, ...}}, or leave the output out of the model"
        )
        place = Place(None, "loss_weights", f"{{'{output.name}': {weight}}}")
        yield Sign("warning", 0.85, place, evidence, repair)


def _counting_nothing(facts: Facts, asked: list[Output]) -> set[str]:
    """Return the names of outputs whose weighted loss is 0, or nothing beside the largest one under plain descent."""
    idle = {each.name for each in asked if each.loss_weight == 0}
    sizes = {each.name: starting_loss(each, task_of(facts, each)) for each in asked}
    known = all(sizes[each.name] is not None and each.loss_weight is not None for each in asked)
    if not known or facts.optimizer is None or facts.optimizer.name != "sgd":
        return idle
    weighted = {each.name: (sizes[each.name] or 0.0) * (each.loss_weight or 0.0) for each in asked}
    largest = max(weighted.values(), default=0.0)
    return idle | {name for name, size in weighted.items() if size < NOTHING * largest}


def _has_learnt(facts: Facts, output: Output) -> bool:
    """Tell whether the last layer's biases are not as they are drawn: not all 0."""
    layer = facts.layer(output.layer) if output.layer else None
    bias = layer.weight("bias") if layer else None
    return bias is not None and (bias.spread > 0 or abs(bias.mean) > 0)
