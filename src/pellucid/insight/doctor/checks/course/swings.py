"""Checks of a training loss that goes up: from one epoch to the next, or far up on the way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import (
    WHOLE,
    descent,
    in_layers,
    measured,
    middle,
)
from pellucid.insight.doctor.checks.course.descent import new_rate, rate_place
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Sign


@check("D605", "The loss swings up and down", faults=("F22", "F08"), stage="course")
def oscillates(facts: Facts) -> Iterator[Sign]:
    """Swings that are larger than chance makes come from steps across the valley.

    Source: LeCun et al., Efficient BackProp, 1998; AUTOTRAINER counts swings of 3 %, whatever the noise. Thresholds: of
    the last two thirds of at least 8 epochs three in ten rise, the middle change is above five standard errors of an
    epoch's loss and above a fifth of the loss. A warning where little was learnt, else a hint.
    """
    found = descent(facts)
    if found is None or len(found.loss) < 8:
        return
    part = found.loss[len(found.loss) // 3 :]
    steps = np.diff(part)
    swing, level = float(np.median(np.abs(steps))), float(np.median(part))
    errors = measured(facts, "loss_noise").get(WHOLE)
    chance = 0.0
    if errors is not None and np.any(np.isfinite(errors)):
        chance = float(np.nanmedian(errors)) / np.sqrt(found.course.steps or 1)
    rises = float(np.mean(steps > 0))
    if rises < 0.3 or swing < 5 * chance or swing < 0.2 * abs(level):
        return
    worth = "warning" if found.left > 0.5 and found.constant is not None else "hint"
    ratio = middle(in_layers(facts, "update_ratio"))
    evidence = (
        f"In the last {len(part)} epochs the loss changes by {swing / level:.0%} from one to the next, and rises in "
        f"{rises:.0%} of them; chance makes {chance / level:.1%}.",
    )
    yield Sign(worth, 0.6, rate_place(facts), evidence, new_rate(facts, ratio, up=False))


@check(
    "D623",
    "The loss was thrown far up on the way",
    faults=("F08", "F22", "F14"),
    stage="course",
    explains=("D603", "D604", "D605", "D606", "D611", "D612", "D613", "D616"),
)
def thrown_up(facts: Facts) -> Iterator[Sign]:
    """Steps that are too long carry the weights out of the valley; what comes back later has dead units.

    Source: Bottou, Curtis and Nocedal 2018, section 4, on steps above the bound. Thresholds: an epoch's loss is five
    times the first one's and the best constant answer's, and at the end more than half of the loss without learning is
    left. Where it stays up, D601 says so.
    """
    found = descent(facts)
    if found is None or found.left < 0.5 or found.end > 2 * max(found.loss[0], found.constant or 0):
        return
    peak = int(found.loss.argmax())
    if found.loss[peak] < 5 * max(found.loss[0], found.constant or 0):
        return
    evidence = (
        f"The loss went from {found.loss[0]:.4g} in the first epoch to {found.loss[peak]:.4g} in epoch {peak + 1}, and "
        f"ends at {found.end:.4g}.",
    )
    ratio = middle(in_layers(facts, "update_ratio"), slice(0, 1))
    yield Sign("serious", 0.7, rate_place(facts), evidence, new_rate(facts, ratio, up=False))
