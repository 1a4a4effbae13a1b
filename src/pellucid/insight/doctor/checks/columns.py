"""Checks of single columns of the inputs: holes, constants, doubles, and one that gives the answer away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.averaging import averaged
from pellucid.insight.doctor.checks.inputs import place_of
from pellucid.insight.doctor.checks.kinds import ENCODING
from pellucid.insight.doctor.checks.pairs import paired
from pellucid.insight.doctor.checks.restoring import copied, held_at_a_place
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of, is_table
from pellucid.insight.doctor.checks.symptoms import FLAT, FOOLED, STUCK, WILD
from pellucid.insight.doctor.checks.tasks import Task, task_of
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check("D104", "Inputs that are not finite", faults=("F31", "F21"), explains=STUCK + WILD)
def not_finite(facts: Facts) -> Iterator[Sign]:
    """One NaN makes the loss, and after one step every weight, NaN.

    Source: arithmetic. Threshold: none.
    """
    rows = facts.data.training if facts.data else None
    for which, columns in (("x", rows.x), ("y", rows.y)) if rows else ():
        for column in columns.values():
            if column.rows.dtype.kind != "f":
                continue
            bad = ~np.isfinite(column.flat)
            if not bad.any() and np.isfinite([column.low, column.high]).all():
                continue
            count = int(bad.any(axis=1).sum())
            evidence = (
                f"{count} of {len(column.rows)} rows looked at hold NaN or infinity"
                + (f", first in row {int(bad.any(axis=1).argmax())}." if count else "; others do."),
            )
            line = f"keep = np.isfinite({which}).reshape(len({which}), -1).all(axis=1); x, y = x[keep], y[keep]"
            yield Sign(
                "serious", 1.0, Place(None, which, column.name or None), evidence, Repair(line)
            )


@check("D105", "Inputs that never change", faults=("F31", "F39"), explains=STUCK + FLAT)
def constant_columns(facts: Facts) -> Iterator[Sign]:
    """What is the same in every row says nothing about a row; if all is the same, the output is a constant too.

    Source: TheDeepChecker (TOSEM 2022). Threshold: none. Some constant columns of many are a hint.
    """
    for column in inputs_of(facts):
        still = np.ptp(column.flat, axis=0) == 0
        if bool(still.all()) and len(column.rows) >= 4:
            evidence = (f"All {len(column.rows)} rows looked at are the same.",)
            yield Sign("serious", 0.95, place_of(column), evidence, Repair("look at how x is made"))
        elif is_table(column) and bool(still.any()):
            where = ", ".join(map(str, np.flatnonzero(still)[:5]))
            evidence = (f"{int(still.sum())} of {len(still)} columns never change: {where}.",)
            repair = Repair("x = x[:, x.std(axis=0) > 0]")
            yield Sign("hint", 0.9, place_of(column), evidence, repair)


@check("D106", "Columns that are there twice", faults=("F31",))
def double_columns(facts: Facts) -> Iterator[Sign]:
    """A column and its copy share one weight between them: nothing is learnt from the copy.

    Source: linear algebra. Threshold: a correlation of 0.999999 in size. A hint: it does little harm.
    """
    for column in inputs_of(facts):
        moving = np.flatnonzero(column.spreads > 0)
        if not is_table(column) or len(moving) < 2 or len(column.rows) < 10:
            continue
        alike = np.abs(np.corrcoef(column.flat[:, moving], rowvar=False)) > 1 - 1e-6
        pairs = np.argwhere(np.triu(alike, 1))
        if not len(pairs):
            continue
        shown = ", ".join(f"{moving[a]} and {moving[b]}" for a, b in pairs[:3])
        evidence = (f"{len(pairs)} pairs of columns say the same: {shown}.",)
        repair = Repair(f"x = np.delete(x, {int(moving[pairs[0][1]])}, axis=1)")
        yield Sign("hint", 0.9, place_of(column), evidence, repair)


LEAK = 0.995
REST = 0.9
"""Of measured columns none follows the target to half a percent while all others stay clearly behind."""


SAME = 1 - 1e-6
"""A correlation that only rounding keeps from 1."""


@check("D107", "A column of the inputs gives the answer away", faults=("F33",), explains=FOOLED)
def leak(facts: Facts) -> Iterator[Sign]:
    """A column that holds the target: the score is perfect here, and gone where the answer is not known yet.

    Compared: the correlation of each column with the target, or with each of its columns. Thresholds: ``LEAK`` for the
    best column and ``REST`` for the next one, among at least three columns and thirty rows: with fewer, a target that
    is a line of one column may be the task. Of series: the last step is the target, a number, to six digits.
    A mean of the target over groups that hold the row itself: see ``averaged``. Ids that are asked for where they
    stand: see ``copied`` and ``held_at_a_place``.
    """
    for output in facts.outputs:
        yield from copied(facts, output)
        task = task_of(facts, output)
        for column in inputs_of(facts):
            if task is None or facts.data is None:
                continue
            x, y = paired(column, facts.data.training.y[output.name])
            if len(x) < 30 or y.shape == x.shape:
                continue
            if len(column.shape) == 2 and task.kind == "numbers":
                yield from _last_step(x.reshape(-1, *column.shape), y)
            if len(column.shape) == 2 and task.kind == "one-hot":
                yield from held_at_a_place(x.reshape(-1, *column.shape), y)
            if not is_table(column) or column.shape[0] < 3:
                continue
            found = _leaking(x, _asked(task, y))
            if found is None:
                yield from averaged(x, y, task)
                continue
            which, size, rest = found
            evidence = (
                f"Column {which} follows the target with a correlation of {size:.4f}; the next best "
                f"one has {rest:.2f}.",
            )
            repair = Repair(f"x = np.delete(x, {which}, axis=1)")
            yield Sign("warning", 0.85, Place(None, "x", f"column {which}"), evidence, repair)


def _last_step(x: np.ndarray, y: np.ndarray) -> Iterator[Sign]:
    """Yield a sign where the last step of a series holds the target, ``(rows, steps, features)``."""
    for which in range(x.shape[2]):
        numbers = x[:, -1, which]
        for asked in y.T:
            if not np.ptp(asked) or not np.ptp(numbers):
                continue
            if abs(float(np.corrcoef(numbers, asked)[0, 1])) > SAME:
                evidence = (
                    f"Column {which} of the last step, x[:, -1, {which}], is the target itself.",
                )
                repair = Repair("end the window one step earlier: x = x[:, :-1]")
                yield Sign("warning", 0.85, Place(None, "x", f"column {which}"), evidence, repair)
                return


def _asked(task: Task, y: np.ndarray) -> np.ndarray:
    """Return the target's columns, and the class as a number for one-hot rows."""
    return np.column_stack([y, y.argmax(axis=1)]) if task.kind == "one-hot" else y


def _leaking(x: np.ndarray, y: np.ndarray) -> tuple[int, float, float] | None:
    """Return the column that follows the target, how well, and how well the next best does; None without one."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    sizes = np.outer(np.linalg.norm(x, axis=0), np.linalg.norm(y, axis=0))
    alike = np.abs(x.T @ y) / np.where(sizes > 0, sizes, np.inf)
    which, target = np.unravel_index(int(alike.argmax()), alike.shape)
    rest = float(np.delete(alike[:, target], which).max())
    best = float(alike[which, target])
    return (int(which), best, rest) if best > LEAK and rest < REST else None


@check("D109", "Codes of categories are read as quantities", faults=("F31", "F06"))
def codes_as_quantities(facts: Facts) -> Iterator[Sign]:
    """Category 4 is not twice category 2: codes need an Embedding or columns of zeros and ones.

    Threshold: a column of 3 to 30 whole numbers without a gap from 0 or 1 on, beside columns with fractions. A hint:
    counts and ratings look the same.
    """
    for column in inputs_of(facts):
        is_encoded = any(layer.kind in ENCODING for layer in first_layers(facts, column))
        if is_encoded or not is_table(column) or column.whole or len(column.rows) < 100:
            continue
        found = [j for j in range(column.shape[0]) if _is_code(column, j)]
        if found:
            shown = ", ".join(map(str, found[:5]))
            evidence = (f"Columns {shown} hold few whole numbers without a gap, as codes do.",)
            repair = Repair("layers.CategoryEncoding, or layers.Embedding, for these columns")
            yield Sign("hint", 0.4, place_of(column), evidence, repair)


def _is_code(column: Column, which: int) -> bool:
    different = np.unique(column.flat[:, which])
    is_whole = bool(np.all(different == np.round(different)))
    is_gapless = different[-1] - different[0] + 1 == len(different) and different[0] in (0, 1)
    return is_whole and is_gapless and 3 <= len(different) <= 30
