"""A check of attention: whether it is told where in a row a step stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import InsertLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import column as column_of
from pellucid.insight.doctor.checks.kinds import ENCODING
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of
from pellucid.insight.doctor.checks.symptoms import FOOLED, STUCK
from pellucid.insight.doctor.checks.theory import of_all_rows
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

READERS = re.compile("Attention|^Transformer")
"""Kinds of layers that read by attention."""
ROUNDING = 1e-4
"""A change of the outputs below this part of their spread is rounding: sums in another order give 1e-6."""
ALIKE = 0.7
"""How much less neighbours differ than steps half a row apart, where rows are series."""


@check(
    "D518",
    "Attention is not told where steps stand",
    faults=("F35", "F24"),
    stage="rehearsal",
    explains=(*STUCK, *FOOLED),
)
def no_order(facts: Facts) -> Iterator[Sign]:
    """To attention a row is a bag: "dog bites man" and "man bites dog" are one, unless each step is told its place.

    Source: Vaswani et al., Attention is all you need, 2017, section 3.5. Threshold: rows that are turned round change
    no output by a ten thousandth of the outputs' spread, which is rounding. Silent where rows are sets: ids of a
    table's columns, of which each column has its own, and vectors whose neighbours are no more alike than others. A
    hint where the course shows that the bag is enough: the validation loss came to 0.3 of a constant answer's.
    """
    found = facts.rehearsed
    if found is None or found.turned is None or found.turned >= ROUNDING:
        return
    reader = next((layer for layer in facts.layers if READERS.search(layer.kind)), None)
    for column in inputs_of(facts):
        first = next(first_layers(facts, column), None)
        if reader is None or first is None or not is_ordered(column, first.kind in ENCODING):
            continue
        steps, behind = column.shape[0], None if first == reader else first.path
        evidence = (
            f"Rows that are turned round get the same outputs: '{reader.path}' reads {steps} steps and is not told "
            "where they stand.",
        )
        positions = InsertLayer(behind, "PositionEmbedding", {"sequence_length": steps})
        where = "first" if behind is None else f"behind '{behind}'"
        repair = Repair(f"layers.PositionEmbedding({steps}) {where}", (positions,))
        level: Level = "hint" if _is_enough(facts) else "warning"
        yield Sign(level, 0.7, Place(reader.path), evidence, repair)


def _is_enough(facts: Facts) -> bool:
    """Tell whether the network answers rows well that it has not seen."""
    held, constant = column_of(facts, "val_loss"), of_all_rows(facts)
    return held is not None and constant is not None and bool(held.min() < 0.3 * constant)


def is_ordered(column: Column, are_ids: bool) -> bool:
    """Tell whether the steps of rows stand in an order."""
    if are_ids:
        return len(column.shape) == 1 and not has_own_ids(column.flat)
    if len(column.shape) != 2 or column.shape[0] < 4:
        return False
    rows = column.rows.astype(float)
    far = np.abs(rows - np.roll(rows, column.shape[0] // 2, axis=1)).mean()
    near = np.abs(np.diff(rows, axis=1)).mean()
    return bool(near < ALIKE * far)


def has_own_ids(rows: np.ndarray) -> bool:
    """Tell whether most places have ids that no other place has.

    >>> has_own_ids(np.array([[0, 4], [1, 5]] * 9)), has_own_ids(np.array([[0, 1], [1, 0]] * 9))
    (True, False)
    """
    seen = Counter(word for place in rows.T for word in set(place))
    is_few = len(seen) < rows.size / 4
    return is_few and bool(np.mean(np.array([*seen.values()]) == 1) > 0.5)
