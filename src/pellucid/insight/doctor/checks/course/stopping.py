"""Whether early stopping ended the training while it was still learning."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import StopEarly
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import EPOCHS, column, descent, noise
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

BEHIND = 0.75
"""The part of the lowest validation loss below which a training loss has left it behind."""


@check(
    "D619",
    "It was stopped too early",
    faults=("F10",),
    stage="course",
    explains=("D603", "D604", "D606", "D611", "D622"),
)
def stopped_early(facts: Facts) -> Iterator[Sign]:
    """Early stopping takes a few epochs of noise for the end; training still falls steadily.

    Source: Prechelt 1998. Thresholds: fewer than 20 epochs, more than half of the loss without learning left (a fifth,
    where it waits for one epoch at most), the training loss falls as for D606, and the validation loss is within three
    times its noise of its lowest. Where it waits for one epoch at most, and a fifth of the planned epochs were done at
    most, any fall will do, and an end before there was a curve. Silent where the training loss has left the validation
    loss behind, below three quarters of its lowest: what it still learns is more and more of these rows alone.
    """
    hasty = any(
        each.patience in (0, 1) for each in facts.fit.watches if each.kind == "EarlyStopping"
    )
    evidence = _broken_off(facts, hasty) or (hasty and _hardly_begun(facts))
    if not evidence:
        return
    repair = Repair(
        "EarlyStopping(patience=10, restore_best_weights=True)", (StopEarly(patience=10),)
    )
    yield Sign("warning", 0.6, Place(None, "callbacks", "EarlyStopping"), (evidence,), repair)


def _broken_off(facts: Facts, hasty: bool) -> str:
    """Return what shows that early stopping ended a training that was falling, or ""."""
    found, held = descent(facts), column(facts, "val_loss")
    if found is None or found.course.ended != "early stopping" or found.constant is None:
        return ""
    if len(found.loss) >= 20 or found.left <= (0.2 if hasty else 0.5):
        return ""
    far = hasty and (facts.fit.epochs or 0) >= 5 * len(found.loss)
    if not found.is_falling and not (far and found.loss[-1] < found.loss[0]):
        return ""
    if held is not None and len(held) >= 4 and held[-1] - held.min() > 3 * noise(held):
        return ""
    if held is not None and found.loss[-1] < BEHIND * held.min():
        return ""
    return (
        f"Early stopping ended after {len(found.loss)} epochs, while the training loss fell from "
        f"{found.loss[-3]:.4g} to {found.loss[-1]:.4g}."
    )


def _hardly_begun(facts: Facts) -> str:
    """Return what shows that early stopping ended a training in its first epochs, too few for a curve, or ""."""
    course, planned = facts.course, facts.fit.epochs or 0
    loss = course.column("loss") if course and course.ended == "early stopping" else None
    if loss is None or len(loss) >= EPOCHS or planned < 5 * len(loss):
        return ""
    return f"Early stopping ended after {len(loss)} of {planned} epochs, the second of which was not better."
