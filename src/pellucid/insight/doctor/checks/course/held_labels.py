"""Whether the labels of the validation rows mean what those of the training rows mean."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import above_chance, accuracy, held_rows
from pellucid.insight.doctor.checks.tasks import task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

ERRORS = 6
"""Standard errors of a share that no chance reaches."""


@check(
    "D625",
    "The validation answers are worse than chance",
    faults=("F28", "F33"),
    stage="course",
    explains=("D603", "D607", "D608", "D609", "D617", "D621"),
)
def worse_than_chance(facts: Facts) -> Iterator[Sign]:
    """Who knows nothing is right by chance; to be wrong more often than that, one has to know the classes.

    Labels that are numbered in another order (folders, files, another encoder) make it: what is learnt holds for the
    validation rows too, but bears other numbers there. Thresholds: fewer validation answers are right than a draw among
    the classes gets, by six standard errors and by a fifth of it, while on the training rows more are right than a
    constant answer gets, by six.
    """
    share, here = accuracy(facts, "val_"), above_chance(facts)
    task, rows = (
        task_of(facts, facts.outputs[0]) if len(facts.outputs) == 1 else None,
        held_rows(facts),
    )
    if share is None or here is None or here <= ERRORS or task is None or not rows:
        return
    chance = 1 / max(task.classes, 2)
    error = float(np.sqrt(chance * (1 - chance) / rows))
    if share > min(chance - ERRORS * error, 0.8 * chance):
        return
    evidence = (
        f"Of {rows} validation rows {share:.1%} are right, where a draw among {max(task.classes, 2)} classes gets "
        f"{chance:.1%}; of the training rows {accuracy(facts):.1%} are.",
    )
    ruled_out = ("It does not only learn rows by heart: that ends at chance, not below it.",)
    repair = Repair(
        "number the classes of both parts alike: y_val as y, by one encoder or one list of names"
    )
    yield Sign("warning", 0.85, Place(None, "validation_data", "y"), evidence, repair, ruled_out)
