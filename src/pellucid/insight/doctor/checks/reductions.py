"""Checks of what a loss does with an output: sums over one class, no distribution, reductions, smoothing, focus."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLoss
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    ONE_HOT_LOSSES,
    SPARSE_LOSSES,
)
from pellucid.insight.doctor.checks.rates import effective
from pellucid.insight.doctor.checks.symptoms import STUCK, WILD
from pellucid.insight.doctor.checks.tasks import (
    loss_of,
    loss_place,
    other_loss,
    task_of,
    with_activation,
)
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

MOST_FOCUS = 5.0
"""The largest gamma that Lin et al. (2017) try; at 5 they find it worse than at 2, and it learns."""
NO_FOCUS = 8.0
"""The gamma from which on an answer that is right by half counts less than 1 in 250."""


@check("D229", "A loss over classes with one unit", faults=("F05", "F03"), explains=STUCK)
def classes_of_one(facts: Facts) -> Iterator[Sign]:
    """A categorical cross-entropy divides by the sum over the classes: of one class, p / p = 1 and log 1 = 0.

    Source: the definition. Threshold: none. One unit with softmax is D201.
    """
    for output in facts.outputs:
        is_one = output.units == 1 and output.activation != "softmax"
        if not is_one or loss_of(output) not in ONE_HOT_LOSSES | SPARSE_LOSSES:
            continue
        evidence = (
            f"The output has 1 unit, and {loss_of(output)} of one class is 0 whatever it says.",
        )
        changes = (
            *with_activation(facts, output, "sigmoid"),
            other_loss(output, "binary_crossentropy"),
        )
        repair = Repair("Dense(1, activation='sigmoid') with loss='binary_crossentropy'", changes)
        yield Sign("serious", 0.95, loss_place(output), evidence, repair)


@check("D230", "A divergence of what is no distribution", faults=("F05", "F02"), explains=STUCK)
def no_distribution(facts: Facts) -> Iterator[Sign]:
    """The divergence sums t log(t / p) over an output's numbers: where t is 0 nothing is asked of p.

    Without a sum of 1 over the outputs, the answer 1 everywhere is the best. Source: the definition of Kullback and
    Leibler. Threshold: none; a softmax of two units and more is silent.
    """
    for output in facts.outputs:
        is_sum = output.activation == "softmax" and (output.units or 2) > 1
        task = task_of(facts, output)
        if (
            loss_of(output) != "kl_divergence"
            or is_sum
            or output.activation is None
            or task is None
        ):
            continue
        if output.activation == "linear" and task.kind in ("shares", "numbers"):
            continue
        right = "binary_crossentropy" if task.width == 1 else "categorical_crossentropy"
        wanted = "sigmoid" if task.width == 1 else "softmax"
        evidence = (
            f"{output.units} outputs of {output.activation} do not sum to 1, and kl_divergence asks nothing where the "
            "target is 0: the answer 1 to everything is its best.",
        )
        changes = (*with_activation(facts, output, wanted), other_loss(output, right))
        yield Sign("serious", 0.9, loss_place(output), evidence, Repair(f"loss='{right}'", changes))


@check("D231", "The loss is a sum over the batch", faults=("F36", "F08"), explains=WILD)
def summed_loss(facts: Facts) -> Iterator[Sign]:
    """A sum over n rows has n times the gradient of their mean: plain descent takes n times the step.

    Of a loss of the user's own the rehearsal tells: both halves of a batch together cost what the whole does.

    Threshold: n times the rate above 0.5, the top of plain descent's usual range; a hint where the optimizer divides by
    the gradient's size.
    """
    optimizer, rows = facts.optimizer, facts.fit.batch_size
    for output in facts.outputs:
        asked = facts.rehearsed.asked.get(output.name) if facts.rehearsed else None
        is_own = output.own_loss and asked is not None and asked.is_sum
        if optimizer is None or rows is None:
            continue
        if output.loss_arguments.get("reduction") != "sum" and not is_own:
            continue
        factor = rows * effective(optimizer, optimizer.learning_rate)
        is_far = optimizer.name == "sgd" and factor > 0.5
        what = "A loss that adds up the rows of" if is_own else "reduction='sum' over"
        evidence = (
            f"{what} batches of {rows} makes the gradient {rows} times as large; with the rate that is {factor:.3g}.",
        )
        level: Level = "warning" if is_far else "hint"
        yield Sign(level, 0.8, loss_place(output), evidence, _mean(output))


def _mean(output: Output) -> Repair:
    name = loss_of(output)
    if name is None:
        return Repair("jnp.mean(...) instead of jnp.sum(...) over the rows")
    right = SetLoss(name, {"reduction": "sum_over_batch_size"}, output.name or None)
    return Repair("reduction='sum_over_batch_size'", (right,))


@check("D232", "Labels are smoothed away", faults=("F05",), explains=STUCK)
def smoothed_away(facts: Facts) -> Iterator[Sign]:
    """Smoothing by s leaves the right class 1 - s + s / K and gives all others s / K.

    Source: Szegedy et al. (2016), who take 0.1. Threshold: from 0.5 on; a hint from 0.3.
    """
    for output in facts.outputs:
        smoothing = output.loss_arguments.get("label_smoothing")
        if not isinstance(smoothing, (int, float)) or smoothing < 0.3:
            continue
        evidence = (f"label_smoothing={smoothing:g} leaves {1 - smoothing:.0%} of each label.",)
        place = Place(None, "label_smoothing", f"{smoothing:g}")
        level: Level = "warning" if smoothing >= 0.5 else "hint"
        right = SetLoss(loss_of(output) or "", {"label_smoothing": 0.1}, output.name or None)
        yield Sign(level, 0.8, place, evidence, Repair("label_smoothing=0.1", (right,)))


@check(
    "D234", "The focus of the loss leaves nothing to learn", faults=("F05", "F13"), explains=STUCK
)
def too_focal(facts: Facts) -> Iterator[Sign]:
    """A focal loss multiplies a row's loss by (1 - q) ** gamma, with the probability q of the right answer.

    Source: Lin et al. (2017), who try 0 to 5 and take 2. Thresholds: from 8 on an answer that is right by half counts
    less than 1 in 250 (5: 1 in 32), so that rows are let go before they are learnt; a hint above 5.
    """
    for output in facts.outputs:
        gamma = output.loss_arguments.get("gamma")
        is_focal = (loss_of(output) or "").endswith("_focal_crossentropy")
        if not is_focal or not isinstance(gamma, (int, float)) or gamma <= MOST_FOCUS:
            continue
        evidence = (
            f"gamma={gamma:g}: where the right answer has the probability 1/2, its loss is multiplied by "
            f"{0.5**gamma:.1g}.",
        )
        level: Level = "warning" if gamma >= NO_FOCUS else "hint"
        right = SetLoss(
            loss_of(output) or "", {**output.loss_arguments, "gamma": 2.0}, output.name or None
        )
        place = Place(None, "gamma", f"{gamma:g}")
        yield Sign(level, 0.8, place, evidence, Repair("gamma=2.0", (right,)))
