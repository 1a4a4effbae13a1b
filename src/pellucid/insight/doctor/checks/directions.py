"""A check of a loss that compares directions, on targets whose size is asked for, too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.checks.tasks import loss_of, loss_place, other_loss, task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Repair, Sign

LIKE = 0.1
"""Spread of the targets' lengths as a part of their mean up to which they are one length, but for rounding and noise.
Of numbers drawn from a bell curve it is 0.76 of one number, 0.27 of seven, and 0.1 only of fifty."""


@check("D235", "The loss looks at the direction only", faults=("F05",), explains=STUCK)
def direction_only(facts: Facts) -> Iterator[Sign]:
    """The cosine of target and answer is the same for y and 100 y, so that the size of the answers is never learnt.

    Source: the definition. Compared: the lengths of the target rows, which are one length (``LIKE``) where directions
    are meant, such as those of embeddings. Silent of classes and shares, and of answers that are brought to length 1.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or task.kind != "numbers" or loss_of(output) != "cosine_similarity":
            continue
        if output.loss_arguments.get("axis", -1) != -1 or _is_unit(facts, output):
            continue
        lengths = np.linalg.norm(task.values, axis=1)
        if len(lengths) < 2 or lengths.std() <= LIKE * lengths.mean():
            continue
        middle, (low, high) = np.median(lengths), np.quantile(lengths, [0.05, 0.95])
        what = "the sign" if task.width == 1 else "the direction"
        evidence = (
            f"cosine_similarity compares {what} of target and answer, and no size.",
            f"The lengths of the {len(lengths)} target rows differ: the middle one is {middle:.3g}, nine in ten lie "
            f"between {low:.3g} and {high:.3g}.",
        )
        right = "mean_squared_error"
        repair = Repair(f"loss='{right}'", (other_loss(output, right),))
        yield Sign("warning", 0.85, loss_place(output), evidence, repair)


def _is_unit(facts: Facts, output: Output) -> bool:
    """Tell whether the last layer brings each answer to length 1, which says that a direction is meant."""
    layer = facts.layer(output.layer) if output.layer else None
    return layer is not None and layer.kind == "UnitNormalization"
