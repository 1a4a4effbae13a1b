"""Checks of how the training loss falls: not at all, too slowly, up and down, into infinity, not yet to the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import SetFit, SetOptimizer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import (
    WHOLE,
    began_at,
    column,
    descent,
    has_penalty,
    in_layers,
    measured,
    middle,
    scores,
)
from pellucid.insight.doctor.checks.rehearsal.steps import lowered, raised
from pellucid.insight.doctor.checks.theory import of_all_rows
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

FEW_UPDATES = 100
"""Updates below which two epochs say that it went on falling; as in D404."""


def rate_place(facts: Facts) -> Place:
    """Return where the learning rate is written."""
    rate = facts.optimizer.learning_rate if facts.optimizer else None
    return Place(None, "learning_rate", None if rate is None else f"{rate:g}")


def new_rate(facts: Facts, ratio: float | None, up: bool) -> Repair:
    """Return the repair that moves the learning rate by powers of ten."""
    if facts.optimizer is None:
        return Repair(
            "a ten times larger learning_rate" if up else "a ten times smaller learning_rate"
        )
    rate = facts.optimizer.learning_rate
    new = raised(rate, ratio) if up else lowered(rate, ratio)
    return Repair(f"learning_rate={new:g}", (SetOptimizer(None, {"learning_rate": new}),))


@check("D601", "The loss grows without bound", faults=("F08", "F21"), stage="course")
def diverges(facts: Facts) -> Iterator[Sign]:
    """A step along the gradient lowers the loss if it is short enough; a loss that grows is stepped over.

    Source: Bottou, Curtis and Nocedal 2018, section 4. Threshold: NaN or infinity; or an end above twice the first
    epoch and above the best constant answer. A NaN with small updates before it is not the rate's: then the place is
    open.
    """
    course = facts.course
    if course is None:
        return
    loss = course.column("loss")
    loss = np.zeros(0) if loss is None else loss
    ratio = middle(in_layers(facts, "update_ratio"), slice(0, 1))
    if course.ended == "non-finite" or not np.all(np.isfinite(loss)):
        bad = np.flatnonzero(~np.isfinite(loss))
        when = int(bad[0]) + 1 if len(bad) else len(loss) + (course.ended == "non-finite")
        calm = ratio is not None and ratio < 0.01
        place = Place() if calm else rate_place(facts)
        size = "" if ratio is None else f"; the first update was {ratio:.1e} of the weights"
        evidence = (f"The loss is NaN or infinite in epoch {when}{size}.",)
        yield Sign("serious", 0.6, place, evidence, new_rate(facts, ratio, up=False))
        return
    found = descent(facts)
    if found is None or found.end <= 2 * loss[0] or found.end <= 2 * (found.constant or 0):
        return
    evidence = (
        f"The loss went from {loss[0]:.4g} in the first epoch to {found.end:.4g} at the end.",
    )
    yield Sign("serious", 0.65, rate_place(facts), evidence, new_rate(facts, ratio, up=False))


@check(
    "D602",
    "The steps are too small",
    faults=("F09", "F11"),
    stage="course",
    explains=("D603", "D604", "D606", "D611"),
)
def slow(facts: Facts) -> Iterator[Sign]:
    """The loss falls in nearly every epoch, but hardly; the direction is right and the steps are short.

    Source: TheDeepChecker (TOSEM 2022) has 1e-4 for the ratio of update and weights, DeepDiagnosis 1e-5. Thresholds:
    nine tenths of the loss without learning are left, and it fell in nine of ten epochs by a tenth in all at most; the
    weights went less than a twentieth of their length, where that was measured.
    """
    found = descent(facts)
    if found is None or found.left < 0.9 or len(found.loss) < 4:
        return
    falls = float(np.mean(np.diff(found.loss) < 0))
    gain = 1 - float(found.loss[-1] / found.loss[0]) if found.loss[0] > 0 else 1.0
    moved = middle(in_layers(facts, "parameter_change"), slice(-1, None))
    ratio = middle(in_layers(facts, "update_ratio"))
    still = moved is not None and 0 < moved < 0.05
    steady = falls >= 0.9 and 0 <= gain < 0.1
    if not (steady and (moved is None or still)) and not (moved is not None and 0 < moved < 1e-3):
        return
    evidence = [f"The loss fell by {gain:.2%} in {len(found.loss)} epochs, in {falls:.0%} of them."]
    if moved is not None:
        evidence.append(f"The weights of the middle layer moved by {moved:.1e} of their length.")
    level = "warning" if moved is not None or found.constant is not None else "hint"
    repair = new_rate(facts, ratio, up=True)
    yield Sign(level, 0.7, rate_place(facts), tuple(evidence), repair)


@check("D606", "The training ended while it still learnt", faults=("F10", "F09"), stage="course")
def unfinished(facts: Facts) -> Iterator[Sign]:
    """A loss that falls as fast at the end as before promises more for more epochs.

    Source: AUTOTRAINER and DeepFD judge by the accuracy alone. Thresholds: more than 70 % of the loss without learning
    is left, the last third of the epochs fell by a tenth, in four of five of them, and there were fewer than a thousand
    updates. A better loss, an accuracy half-way from the commonest class to 1, or more updates make it a hint; with
    less than 30 % left it is silent, because a loss near 0 always falls. Of two epochs with fewer than a hundred
    updates, the second fell by a quarter.
    """
    found = descent(facts)
    if found is None:
        yield from _two_epochs(facts)
    if found is None or found.course.ended != "epochs" or not found.is_falling:
        return
    if facts.fit.goes_on or found.left < 0.3:
        return
    held = column(facts, "val_loss")
    if held is not None and held[-1] > held[-max(3, len(held) // 3)]:
        return
    few = found.updates is not None and found.updates < 1000
    poor = found.left > 0.7 and found.constant is not None and not scores(facts)
    worth = "warning" if few and poor else "hint"
    third = found.loss[-max(3, len(found.loss) // 3) :]
    epochs = len(found.loss)
    evidence = (
        f"The loss fell from {third[0]:.4g} to {third[-1]:.4g} in the last {len(third)} epochs of {epochs}.",
        f"{found.left:.0%} of the loss without learning is left"
        + (f" after {found.updates} updates." if found.updates else "."),
    )
    repair = Repair(f"epochs={5 * epochs}", (SetFit("epochs", 5 * epochs),))
    yield Sign(worth, 0.6, Place(None, "epochs", str(facts.fit.epochs or epochs)), evidence, repair)


def _two_epochs(facts: Facts) -> Iterator[Sign]:
    """Yield that two short epochs were too few: no trend yet, but a fall that cannot be the end."""
    course, constant = facts.course, of_all_rows(facts)
    loss = course.column("loss") if course else None
    if course is None or loss is None or len(loss) != 2 or course.ended != "epochs":
        return
    updates = 2 * course.steps if course.steps else FEW_UPDATES
    fell = 1 - float(loss[1] / loss[0]) if loss[0] > 0 else 0.0
    if updates >= FEW_UPDATES or facts.fit.goes_on or fell < 0.25 or scores(facts):
        return
    if constant is None or has_penalty(facts) or loss[1] < 0.3 * constant:
        return
    evidence = (
        f"The loss fell from {loss[0]:.4g} to {loss[1]:.4g} from the first epoch to the second, and then it ended.",
        f"{loss[1] / constant:.0%} of the loss without learning is left after {updates} updates.",
    )
    repair = Repair("epochs=20", (SetFit("epochs", 20),))
    yield Sign("warning", 0.6, Place(None, "epochs", "2"), evidence, repair)


@check(
    "D620",
    "The learning rate decayed to nothing",
    faults=("F09",),
    stage="course",
    explains=("D602", "D603", "D611"),
)
def decayed(facts: Facts) -> Iterator[Sign]:
    """What a rate of a thousandth of the first does in an epoch, the first one did in a thousandth of it.

    Source: Robbins and Monro 1951: the sum of the rates must not be bounded. Thresholds: below a thousandth of the
    largest rate before two thirds of the epochs are over, and more than half of the loss without learning is left.
    """
    found = descent(facts)
    rates = column(facts, "learning_rate")
    if found is None or rates is None or len(rates) < 5 or not rates.max() > 0:
        return
    low = np.flatnonzero(rates < 1e-3 * rates.max())
    if (
        not len(low)
        or low[0] > 2 * len(rates) / 3
        or low[0] < int(rates.argmax())
        or found.left < 0.5
    ):
        return
    evidence = (
        f"The rate fell from {rates.max():.2g} to {rates[low[0]]:.1e} by epoch {low[0] + 1} of {len(rates)}; "
        f"{found.left:.0%} of the loss without learning is left.",
    )
    repair = Repair(f"learning_rate={rates.max():g}, and a slower decay", ())
    level = "warning" if found.constant is not None else "hint"
    yield Sign(level, 0.75, Place(None, "learning_rate", "schedule"), evidence, repair)


@check(
    "D615", "The gradient explodes on the way", faults=("F14",), stage="course", explains=("D601",)
)
def explodes(facts: Facts) -> Iterator[Sign]:
    """A gradient that is suddenly much longer than it was throws the weights away.

    Source: Pascanu, Mikolov and Bengio 2013. Thresholds: a hundred times its median, where the first updates were below
    a hundredth of the weights, and the loss ended above the first epoch's or not finite; else a hint.
    """
    norms = measured(facts, "gradient_norm").get(WHOLE)
    course = facts.course
    if norms is None or course is None or np.sum(np.isfinite(norms)) < 5:
        return
    usual, most = float(np.nanmedian(norms)), float(np.nanmax(norms))
    first = [began_at(values) for values in in_layers(facts, "update_ratio").values()]
    gentle = bool(first) and float(np.nanmedian(first)) < 0.01
    if not usual > 0 or most < 100 * usual or not gentle:
        return
    loss = course.column("loss")
    found = descent(facts)
    lost = course.ended == "non-finite" or (
        loss is not None and found is not None and found.end > loss[0]
    )
    evidence = (f"The gradient's length is {usual:.2g} in the middle and {most:.2g} at most.",)
    repair = Repair("clipnorm=1.0 for the optimizer", (SetOptimizer(None, {"clipnorm": 1.0}),))
    level = "warning" if lost else "hint"
    yield Sign(level, 0.65, Place(None, "clipnorm", "None"), evidence, repair)
