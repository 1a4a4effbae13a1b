"""A check of rows that stand on both sides of the split: validation rows that were trained on, and copied rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import ENCODING
from pellucid.insight.doctor.checks.scale import first_layers, is_readable
from pellucid.insight.doctor.checks.symptoms import FOOLED
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

MANY = 50
"""Columns that are looked at for numbers that never come twice."""
LONG = 10
"""Ids in a row from which on no two rows are the same by chance."""


@check("D130", "Validation rows are among the training rows", faults=("F33",), explains=FOOLED)
def overlap(facts: Facts) -> Iterator[Sign]:
    """The score on rows that were trained on is a score of memory.

    Compared: the share of validation rows that are training rows to the last digit with the share of training rows
    that have a twin among themselves, which is what few possible inputs give. Thresholds: a tenth, and three times
    that share; half of ids, because short texts come twice. A few ids in a row, and fewer than 20 rows, are silent.
    Where a column has other numbers in half of the different rows, twins are copies (rows drawn several times before
    the split), and a tenth is enough; of rows that are still to be split, a fifth.
    """
    data = facts.data
    if data is None or len(data.training.x) != 1:
        return
    name, column = next(iter(data.training.x.items()))
    held = data.validation.x.get(name) if data.validation is not None else None
    is_id = any(layer.kind in ENCODING for layer in first_layers(facts, column))
    if not is_readable(column) or (is_id and np.prod(column.shape) < LONG) or column.count < 20:
        return
    if held is None and (data.validation is not None or not facts.fit.validation_split):
        return
    known = {row.tobytes(): place for place, row in enumerate(column.flat)}
    twins = 1 - len(known) / len(column.rows)
    repair = Repair(
        "x_train, x_val, y_train, y_val = train_test_split(x, y), before rows are copied"
    )
    if held is None:
        if not is_id and twins >= 0.2 and _is_measured(column.flat[list(known.values())]):
            evidence = f"About {twins:.0%} of the rows are copies of others, and some of each are held back."
            place = Place(None, "validation_split", f"{facts.fit.validation_split:g}")
            yield Sign("warning", 0.8, place, (evidence,), repair)
        return
    if not is_readable(held) or column.shape != held.shape or held.count < 20:
        return
    found = float(np.mean([row.tobytes() in known for row in held.flat]))
    found *= column.count / len(column.rows)
    if found < (0.5 if is_id else 0.1):
        return
    if found < 3 * twins and (is_id or not _is_measured(column.flat[list(known.values())])):
        return
    evidence = (
        f"About {min(found, 1.0):.0%} of the validation rows are training rows to the last digit; among the training "
        f"rows themselves {twins:.0%} are twins."
    )
    if twins < 0.1:
        repair = Repair("x_train, x_val, y_train, y_val = train_test_split(x, y)")
    yield Sign("warning", 0.9, Place(None, "validation_data"), (evidence,), repair)


def _is_measured(rows: np.ndarray) -> bool:
    """Tell whether some number of different rows is another one in half of them, so that equal rows are one row."""
    different = [len(np.unique(numbers)) for numbers in rows.T[:MANY]]
    return len(rows) >= 20 and max(different, default=0) >= 0.5 * len(rows)
