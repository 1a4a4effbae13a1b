"""A check of rows that stand on both sides of the split: validation rows that were trained on, and copied rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import ENCODING
from pellucid.insight.doctor.checks.scale import first_layers, is_readable
from pellucid.insight.doctor.checks.symptoms import FOOLED
from pellucid.insight.doctor.checks.tasks import task_of
from pellucid.insight.doctor.facts.data import Column
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
    the split), and a tenth is enough; of rows that are still to be split, a fifth. So they are where they pile up in
    one class (``_piled``).
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
    copies = 1 - len(known) / len(column.rows)
    repair = Repair(
        "x_train, x_val, y_train, y_val = train_test_split(x, y), before rows are copied"
    )
    piled = "" if is_id else _piled(facts, column, held)
    if held is None:
        drawn = not is_id and copies >= 0.2 and _is_measured(column.flat[list(known.values())])
        if drawn or piled:
            first = f"About {copies:.0%} of the rows are copies of others, and some of each are held back."
            place = Place(None, "validation_split", f"{facts.fit.validation_split:g}")
            yield Sign("warning", 0.8, place, (first, piled) if piled else (first,), repair)
        return
    if not is_readable(held) or column.shape != held.shape or held.count < 20:
        return
    # Of rows that were drawn from many, each finds one row of as many as there are: twins by the same rule.
    scale = column.count / len(column.rows)
    found = float(np.mean([row.tobytes() in known for row in held.flat])) * scale
    if found < (0.5 if is_id else 0.1):
        return
    counts = Counter(row.tobytes() for row in column.flat)
    twins = sum(n for n in counts.values() if n > 1) / len(column.rows) * scale
    is_few = found < 3 * twins and not piled
    if is_few and (is_id or not _is_measured(column.flat[list(known.values())])):
        return
    evidence = (
        f"About {min(found, 1.0):.0%} of the validation rows are training rows to the last digit; among the training "
        f"rows themselves {min(twins, 1.0):.0%} are twins."
    )
    if twins < 0.1:
        repair = Repair("x_train, x_val, y_train, y_val = train_test_split(x, y)")
    shown = (evidence, piled) if piled else (evidence,)
    yield Sign("warning", 0.9, Place(None, "validation_data"), shown, repair)


def _is_measured(rows: np.ndarray) -> bool:
    """Tell whether some number of different rows is another one in half of them, so that equal rows are one row."""
    different = [len(np.unique(numbers)) for numbers in rows.T[:MANY]]
    return len(rows) >= 20 and max(different, default=0) >= 0.5 * len(rows)


def _piled(facts: Facts, column: Column, held: Column | None) -> str:
    """Return that twins pile up in one class, as they do when its rows were drawn several times; empty where not.

    Thresholds: half of the rows of one class have a twin, three times as many as of another and 6 standard errors more,
    over 20 rows of each. Nature makes such twins too where a class has few possible rows, or a few frequent ones:
    ``_is_drawn`` tells them apart.
    """
    labels = _labels(facts, column, held)
    if labels is None:
        return ""
    here, there = labels
    rows = np.array([row.tobytes() for row in column.flat], dtype=object)
    if held is None:
        _, which, counts = np.unique(rows, return_inverse=True, return_counts=True)
        is_twin, scale = counts[which] > 1, 1.0
    else:
        known = set(rows)
        is_twin = np.array([row.tobytes() in known for row in held.flat])
        scale = column.count / len(column.rows)
    classes = [k for k in np.unique(there) if min(np.sum(there == k), np.sum(here == k)) >= 20]
    if len(classes) < 2:
        return ""
    shares = np.array([is_twin[there == k].mean() for k in classes])
    errors = np.array([0.25 / np.sum(there == k) for k in classes])
    most, least = int(shares.argmax()), int(shares.argmin())
    bound = shares[least] + 6 * np.sqrt(errors[most] + errors[least])
    is_piled = shares[most] >= max(3 * shares[least], bound) and shares[most] * scale >= 0.5
    if not is_piled or not _is_drawn(column.flat[here == classes[most]]):
        return ""
    one, other = (min(float(shares[k]) * scale, 1.0) for k in (most, least))
    return (
        f"The twins pile up in class {classes[most]:g}: {one:.0%} of its rows have one, and of class "
        f"{classes[least]:g} {other:.0%}."
    )


def _labels(
    facts: Facts, column: Column, held: Column | None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the class of each training row and of each row that is held back; None where rows have no one class."""
    if facts.data is None or not is_readable(held or column) or (held or column).count < 20:
        return None
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or not task.is_exclusive or len(task.values) != len(column.rows):
            continue
        if held is None:
            return task.labels, task.labels
        asked = facts.data.validation.y.get(output.name) if facts.data.validation else None
        if asked is None or len(asked.rows) != len(held.rows) or not is_readable(asked):
            continue
        if asked.flat.shape[1] == task.width:
            return task.labels, asked.flat.argmax(axis=1) if task.width > 1 else asked.flat[:, 0]
    return None


def _is_drawn(rows: np.ndarray) -> bool:
    """Tell whether twins are rows that were drawn several times, not rows that nature makes often.

    Two rows are the same by chance as often as all their columns agree: were the columns of the different rows mixed,
    fewer than one row in 100 would have a twin. And rows drawn from a list come about equally often (Poisson): two
    rows then have as many further twins as ``mean`` at most; with frequencies like those of nature (exponential, or
    broader) twice as many. 1.5 lies between.
    """
    different, counts = np.unique(rows, axis=0, return_counts=True)
    agreeing = [
        np.square(np.unique(numbers, return_counts=True)[1] / len(different)).sum()
        for numbers in different.T[:MANY]
    ]
    further = float((counts * (counts - 1)).sum() / counts.sum())
    return len(rows) * float(np.prod(agreeing)) < 0.01 and further <= 1.5 * float(counts.mean())
