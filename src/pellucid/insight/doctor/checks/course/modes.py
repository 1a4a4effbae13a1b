"""Checks of what differs between training and evaluation: moving averages that lag, pictures that are changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import (
    WHOLE,
    column,
    descent,
    ended_at,
    held_rows,
    measured,
)
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check(
    "D617",
    "Training and evaluation mode disagree",
    faults=("F27", "F26"),
    stage="course",
    explains=("D607", "D621"),
)
def modes_differ(facts: Facts) -> Iterator[Sign]:
    """The same rows and weights get other answers in evaluation mode, where moving averages lag behind.

    Source: TheDeepChecker (TOSEM 2022) has a similarity of 0.75. Thresholds: a difference of half of the outputs at the
    end, and a validation loss twice the training loss and above that of a constant answer.
    """
    gaps = measured(facts, "mode_difference")
    found, held = descent(facts), column(facts, "val_loss")
    averaging = [layer.path for layer in facts.layers if layer.kind == "BatchNormalization"]
    gap = ended_at(gaps[WHOLE]) if WHOLE in gaps else float("nan")
    if found is None or held is None or not averaging or not gap >= 0.5:
        return
    end = float(np.median(held[-3:]))
    worse = found.constant is None or end > found.constant
    if end < 2 * found.end or not worse:
        return
    evidence = (
        f"On the same rows the outputs of both modes differ by {gap:.0%}; the training loss is {found.end:.4g}, the "
        f"validation loss {end:.4g}.",
    )
    repair = Repair("BatchNormalization(momentum=0.9), larger batches, or more epochs")
    yield Sign("warning", 0.7, Place(averaging[0], "momentum"), evidence, repair)


@check(
    "D624",
    "Augmented pictures are much harder than others",
    faults=("F30",),
    stage="course",
    explains=("D602", "D606", "D611"),
)
def hard_pictures(facts: Facts) -> Iterator[Sign]:
    """Where changed pictures can hardly be told, the network spends itself on pictures that it is never asked about.

    Source: Shorten and Khoshgoftaar, A survey on image data augmentation, 2019; TheDeepChecker compares both modes.
    Thresholds: of the last third of the epochs, the loss on augmented training rows is a tenth above that on 30
    validation rows and more in each, and six tenths of the loss without learning are left.
    """
    found, held = descent(facts), column(facts, "val_loss")
    moving = [layer for layer in facts.layers if layer.kind.startswith("Random")]
    if found is None or held is None or found.constant is None or not moving:
        return
    if found.left < 0.6 or len(held) != len(found.loss) or (held_rows(facts) or 0) < 30:
        return
    third = max(2, len(held) // 3)
    if not np.all(found.loss[-third:] > 1.1 * held[-third:]) or held[-1] > found.constant:
        return
    names = ", ".join(f"'{layer.path}'" for layer in moving)
    evidence = (
        f"On pictures changed by {names} the loss ends at {found.end:.3g}, on validation pictures as they are at "
        f"{held[-1]:.3g}; a constant answer has {found.constant:.3g}.",
    )
    repair = Repair("a tenth of each factor, and no change that makes one class look like another")
    yield Sign("warning", 0.65, Place(moving[0].path), evidence, repair)
