"""Whether a network that is to restore its inputs is trained on what it is validated on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.pairs import paired
from pellucid.insight.doctor.checks.symptoms import FOOLED
from pellucid.insight.doctor.facts.data import Rows
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

SAME = 0.99
"""The share of rows whose target is their input, from which a network is trained to give back its inputs."""


@check(
    "D133",
    "Trained to give back its inputs, validated on something else",
    faults=("F28", "F33"),
    explains=(*FOOLED, "D607", "D608", "D621"),
)
def other_aim(facts: Facts) -> Iterator[Sign]:
    """A network that is asked for its inputs learns to let them through: of noisy ones, the noise with them.

    Threshold: nearly all training targets (99 %) are their row of the inputs to the last digit, and of the validation
    targets less than half are.
    """
    data = facts.data
    if data is None or data.validation is None:
        return
    here, there = same_share(data.training), same_share(data.validation)
    if here is None or there is None or here < SAME or there >= 0.5:
        return
    evidence = (
        f"{here:.0%} of the training targets are their own inputs to the last digit; of the validation targets "
        f"{there:.0%} are.",
    )
    repair = Repair("fit(x, y) with y as it is for validation: what the inputs were made of")
    yield Sign("warning", 0.85, Place(None, "y"), evidence, repair)


def same_share(part: Rows) -> float | None:
    """Return the share of rows whose target is their input; None where there are several, or other shapes."""
    if len(part.x) != 1 or len(part.y) != 1:
        return None
    x, y = next(iter(part.x.values())), next(iter(part.y.values()))
    if x.rows.dtype.kind not in "biuf" or y.rows.dtype.kind not in "biuf":
        return None
    inputs, targets = paired(x, y)
    if inputs.shape != targets.shape or not len(inputs) or inputs.shape[1] < 2:
        return None
    return float(np.all(inputs == targets, axis=1).mean())
