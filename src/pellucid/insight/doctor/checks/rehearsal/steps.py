"""Checks of the rehearsed steps: whether one batch can be learnt, and by the user's own optimizer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil, floor, log10

import numpy as np

from pellucid.insight.doctor.changes import SetFit, SetOptimizer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.learning import (
    ENOUGH,
    Learning,
    last,
    learning,
    noise_hides,
    usual_ratio,
)
from pellucid.insight.doctor.checks.rates import rises
from pellucid.insight.doctor.checks.rehearsal.gradients import exploded
from pellucid.insight.doctor.checks.steps import FEW, times
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from pellucid.insight.doctor.finding import Place, Repair, Sign

USUAL = 3e-3
"""An update of this part of the weights is what repairs aim for; about 1e-3 is usual (Karpathy, CS231n)."""


@check("D505", "One batch cannot be learnt", faults=("F24", "F39"), stage="rehearsal")
def not_learnt(facts: Facts) -> Iterator[Sign]:
    """Any network with enough weights learns a few rows by heart, unless something stands in its way.

    Source: Zhang et al., Understanding deep learning requires rethinking generalization, 2017; the advice to overfit
    one batch: Karpathy 2019; TheDeepChecker. Threshold: at least 40 steps of 2 % of the weights' size leave nine tenths
    of what the best constant answer has, and the second half of them brings less than a hundredth.
    """
    found, learnt = facts.rehearsed, learning(facts)
    if found is None or learnt is None or not learnt.failed or noise_hides(facts):
        return
    constant = (
        "" if learnt.constant is None else f"; the best constant answer has {learnt.constant:.4g}"
    )
    evidence = (
        f"{learnt.steps} steps on the same {found.rows} rows took the loss from {learnt.first:.4g} to "
        f"{learnt.end:.4g}{constant}.",
    )
    level = "serious" if learnt.steps >= 200 and learnt.end >= 0.98 * learnt.start else "warning"
    repair = Repair("repair what else is found; if nothing is, use more units in the hidden layers")
    yield Sign(level, 0.5, Place(), evidence, repair)


@check(
    "D506",
    "The outputs do not hang on the inputs",
    faults=("F39",),
    stage="rehearsal",
    explains=("D505", "D603", "D604"),
)
def same_outputs(facts: Facts) -> Iterator[Sign]:
    """After all those steps the answers to different rows are still the same, though different ones are asked for.

    Source: TheDeepChecker's coefficient of variation of the outputs. Threshold: the outputs' spread over the rows is
    below a thousandth of their size or of the targets' spread, whichever is larger, and the batch was not learnt.
    """
    found, learnt = facts.rehearsed, learning(facts)
    if found is None or learnt is None or not learnt.failed or found.rows < 2:
        return
    for output in facts.outputs:
        given = found.learnt_outputs.get(output.name)
        if given is None or not np.all(np.isfinite(given)):
            continue
        spread = float(given.std(axis=0).max())
        asked = found.targets.get(output.name)
        numeric = asked is not None and asked.dtype.kind in "biuf" and asked.size > 0
        wanted = float(np.std(asked)) if numeric and asked is not None else 0.0
        scale = max(float(np.abs(given).max()), wanted)
        if not scale or spread >= 1e-3 * scale:
            continue
        evidence = (
            f"After {learnt.steps} steps the outputs of {found.rows} different rows differ by {spread:.1e} at a size "
            f"of {scale:.2g}.",
        )
        repair = Repair(
            "look at the last activation, dead or saturated layers and the inputs: one of them hinders it"
        )
        yield Sign("serious", 0.6, Place(output.layer), evidence, repair)


@check(
    "D507",
    "The learning rate is too high",
    faults=("F08",),
    stage="rehearsal",
    explains=("D502", "D601", "D603", "D604", "D605", "D612", "D615", "D623"),
)
def too_high(facts: Facts) -> Iterator[Sign]:
    """On one batch a step in the direction of the gradient lowers the loss, if it is short enough.

    One that makes it larger, time and again, is too long; steps of a known, small size show that short enough ones
    work.

    Source: the definition of the gradient; Bottou, Curtis and Nocedal 2018. Threshold: the loss is not finite, or its
    last tenth lies half above both the first loss and the best constant answer's, while known steps halve it; or the
    first update is a tenth of the weights and more, which forgets what they were, and after 40 steps nine tenths of the
    loss without learning are left.
    """
    found, learnt = facts.rehearsed, learning(facts)
    if found is None or found.losses is None or facts.optimizer is None or learnt is None:
        return
    if not learnt.succeeded or len(found.losses) < 2:
        return
    rate, name = facts.optimizer.learning_rate, facts.optimizer.name
    ratio = usual_ratio(found)
    if exploded(found):
        evidence = f"{name} with a rate of {rate:g} makes the loss infinite or NaN in {len(found.losses) - 1} steps"
        level, confidence = "serious", 0.85
    elif len(found.losses) >= 20 and last(found.losses) > 1.5 * max(learnt.first, learnt.start):
        evidence = f"{name} with a rate of {rate:g} takes the loss from {learnt.first:.4g} to {last(found.losses):.4g}"
        level, confidence = "warning", 0.75
    elif forgets(found, learnt, ratio):
        end, count = last(found.losses), len(found.losses)
        evidence = (
            f"{name} with a rate of {rate:g} leaves the loss at {end:.4g} after {count} steps"
        )
        level, confidence = "warning", 0.7
    else:
        return
    calm = f"{learnt.steps} steps of 2 % of the weights' size take it to {learnt.end:.3g}"
    new = lowered(rate, ratio)
    repair = Repair(f"learning_rate={new:g}", (SetOptimizer(None, {"learning_rate": new}),))
    place = Place(None, "learning_rate", f"{rate:g}")
    more = (
        ()
        if ratio is None
        else (f"Its first update is {ratio:.2g} of the weights; 0.001 is usual.",)
    )
    yield Sign(level, confidence, place, (f"{evidence}; {calm}.", *more), repair)


THROWN = 0.1
"""A first update of this part of the weights leaves little of what they were; 0.001 is usual."""


def forgets(found: Rehearsed, learnt: Learning, ratio: float | None) -> bool:
    """Tell whether the steps of the user's optimizer are so long that a batch is not learnt which others learn."""
    if ratio is None or ratio < THROWN or found.losses is None or len(found.losses) < ENOUGH:
        return False
    return last(found.losses) >= 0.9 * learnt.start


def lowered(rate: float, ratio: float | None) -> float:
    """Return a smaller rate, a power of ten below: as the ratio of update and weights asks, a tenth at least.

    >>> lowered(1.0, 3.0), lowered(0.1, None)
    (0.001, 0.01)
    """
    powers = 1 if ratio is None or ratio <= 0 else max(1, round(log10(ratio / USUAL)))
    return float(f"{rate / 10 ** min(powers, 6):.3g}")


def raised(rate: float, ratio: float | None) -> float:
    """Return a larger rate, a power of ten above: as the ratio of update and weights asks, ten times at least.

    >>> raised(1e-6, 3e-7), raised(0.001, None)
    (0.01, 0.01)
    """
    powers = 1 if ratio is None or ratio <= 0 else max(1, floor(log10(USUAL / ratio)))
    return float(f"{rate * 10 ** min(powers, 8):.3g}")


@check(
    "D508",
    "The steps are too small to get anywhere",
    faults=("F09", "F10", "F11"),
    stage="rehearsal",
    explains=("D517", "D602", "D603", "D606", "D611"),
)
def too_slow(facts: Facts) -> Iterator[Sign]:
    """One batch is the easiest task there is.

    If even there the pace of the best steps, kept for all planned updates, covers only a small part of the way, the
    whole task is out of reach.

    Source: the linear bound on progress, f(0) - f(t) <= t max|f'|, with the steepest of four parts as max|f'|.
    Threshold: a twentieth of the way is a warning, and a thousand updates are granted to those who plan fewer.
    """
    found, learnt = facts.rehearsed, learning(facts)
    if found is None or found.losses is None or facts.optimizer is None or learnt is None:
        return
    losses, ratio = found.losses, usual_ratio(found)
    if not learnt.succeeded or len(losses) < 20 or not np.all(np.isfinite(losses)):
        return
    planned = max((facts.fit.epochs or 0) * (facts.fit.steps or 0), 1000)
    parts = [float(np.mean(part)) for part in np.array_split(losses, 5)]
    pace = max(0.0, *(one - two for one, two in pairwise(parts))) / (len(losses) / 5)
    way = learnt.first - learnt.end
    if way <= 0 or pace * planned >= 0.05 * way or rises(facts):
        return
    rate, name = facts.optimizer.learning_rate, facts.optimizer.name
    new = raised(rate, ratio)
    evidence = [
        f"{len(losses)} steps of {name} with a rate of {rate:g} on one batch took the loss from {learnt.first:.4g} to "
        f"{last(losses):.4g}; at that pace {planned} updates cover {pace * planned / way:.1%} of the way to "
        f"{learnt.end:.3g}, where larger steps get.",
    ]
    if ratio is not None:
        evidence.append(f"An update is {ratio:.1e} of the weights; 1e-3 is usual.")
    repair = Repair(f"learning_rate={new:g}", (SetOptimizer(None, {"learning_rate": new}),))
    yield Sign("warning", 0.8, Place(None, "learning_rate", f"{rate:g}"), tuple(evidence), repair)


@check(
    "D517",
    "The planned steps are too few",
    faults=("F10", "F09"),
    stage="rehearsal",
    explains=("D602", "D603", "D606", "D611"),
)
def few_for_a_batch(facts: Facts) -> Iterator[Sign]:
    """All planned updates, spent on one batch alone, do not even learn that batch.

    Threshold: after as many updates as are planned in all, eight tenths of the loss without learning are left, though
    it falls, or half of it after fewer than a hundred updates; steps of another size get below half of it.
    """
    found, learnt = facts.rehearsed, learning(facts)
    planned = (facts.fit.epochs or 0) * (facts.fit.steps or 0)
    if found is None or found.losses is None or learnt is None or planned < 2:
        return
    if len(found.losses) != planned or not np.all(np.isfinite(found.losses)):
        return
    end, half = last(found.losses), planned // 2
    falls = np.median(found.losses[half:]) < np.median(found.losses[:half])
    left = 0.5 if planned < FEW else 0.8
    if rises(facts) or not learnt.succeeded or not falls or end < left * learnt.start:
        return
    epochs = facts.fit.epochs or 1
    wanted = max(10 * epochs, ceil(1000 / (facts.fit.steps or 1)))
    evidence = (
        f"{times(epochs)} of {facts.fit.steps} steps are {planned} updates; as many on one batch of {found.rows} rows "
        f"took its loss from {learnt.first:.4g} to {end:.4g}, and {learnt.end:.3g} can be reached.",
    )
    repair = Repair(f"fit(..., epochs={wanted})", (SetFit("epochs", wanted),))
    yield Sign("warning", 0.75, Place(None, "epochs", str(epochs)), evidence, repair)
