"""A check of one-hot targets in which rows have no class at all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.checks.targets import place_of
from pellucid.insight.doctor.checks.tasks import loss_of, task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Repair, Sign

SOME = 0.05
"""Share of the rows without a class from which on they are no single faulty rows; as in D205."""


@check(
    "D134",
    "Rows without a class",
    faults=("F03", "F28"),
    explains=STUCK,
)
def without_class(facts: Facts) -> Iterator[Sign]:
    """A softmax shares a sum of 1 among the classes; a row of zeros asks for none of them, and teaches nothing.

    No row has two classes, so these are no labels beside each other: some class has no column, as when labels that
    begin at 1 were encoded from 0.

    Source: Keras's ``to_categorical`` has a column for 0, too. Threshold: a twentieth of the rows.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        is_shared = output.activation == "softmax" or loss_of(output) == "categorical_crossentropy"
        if task is None or task.kind != "labels" or not is_shared:
            continue
        classes = task.values.sum(axis=1)
        missing = float((classes == 0).mean())
        if classes.max() > 1 or missing <= SOME:
            continue
        empty = np.flatnonzero(task.values.sum(axis=0) == 0)
        evidence = [f"{missing:.0%} of the rows have no 1, and none has two."]
        repair = Repair("leave these rows out, or give them a column of their own")
        if len(empty):
            evidence.append(f"Column {empty[0]} has no 1 in any row.")
        if 0 in empty:
            repair = Repair("y = to_categorical(labels - 1): its columns begin at 0")
        yield Sign("serious", 0.9, place_of(output), tuple(evidence), repair)
