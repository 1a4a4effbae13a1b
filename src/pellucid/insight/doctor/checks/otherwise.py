"""Check of what is held back against what is trained on: another scale, other codes, words, labels or classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.arranged import other_columns, reversed_channels
from pellucid.insight.doctor.checks.codings import renamed
from pellucid.insight.doctor.checks.kinds import CROSS_ENTROPIES, ENCODING
from pellucid.insight.doctor.checks.lacking import is_cut, only_held
from pellucid.insight.doctor.checks.pairs import paired
from pellucid.insight.doctor.checks.relabelled import relabelled
from pellucid.insight.doctor.checks.samples import SHUFFLE, difference, rows_of
from pellucid.insight.doctor.checks.scale import features, first_layers, is_readable
from pellucid.insight.doctor.checks.symptoms import FOOLED
from pellucid.insight.doctor.checks.tasks import Task, loss_of, task_of
from pellucid.insight.doctor.checks.vocabularies import another_vocabulary
from pellucid.insight.doctor.facts.data import Column, Data
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign


@check(
    "D129",
    "The validation rows are made otherwise than the training rows",
    faults=("F33", "F06"),
    explains=(*FOOLED, "D625"),
)
def other_rows(facts: Facts) -> Iterator[Sign]:
    """A score on rows of another scale or mix says nothing about the training; mostly one of them was not scaled.

    Thresholds: a feature's mean 3 spreads away, or a spread 5 times as large or as small, over at least 20 rows; shares
    of classes as in D128. Real shifts in time stay well below; other means of numbers are a hint. Codes of categories:
    the same shares under other codes (``renamed``). Ids of words: other neighbours (``vocabularies.py``). Columns and
    colours in another order: there all agree within chance, as they stand they do not (``arranged.py``). Classes that
    no row is trained on: by chance once in a million (``only_held``); classes under other numbers (``relabelled``).
    """
    data = facts.data
    if data is None or data.validation is None:
        return
    yield from _other_codes(data)
    for name, column in data.training.x.items():
        held = data.validation.x.get(name)
        is_id = any(layer.kind in ENCODING for layer in first_layers(facts, column))
        if held is None or not is_readable(column) or not is_readable(held):
            continue
        yield from _other_words(column, held) if is_id else _other_inputs(column, held)
    for output in facts.outputs:
        task = task_of(facts, output)
        held = data.validation.y.get(output.name)
        if task is None or held is None or held.shape != data.training.y[output.name].shape:
            continue
        if min(len(held.rows), len(task.values)) < 20 or len(task.values) != rows_of(
            facts, output.name
        ):
            continue
        found = list(_other_targets(task, data.training.y[output.name], held, loss_of(output)))
        yield from found or _other_labels(data, task, output)


def _other_words(column: Column, held: Column) -> Iterator[Sign]:
    if problem := another_vocabulary(column, held):
        where = Place(None, "validation_data", column.name or "x")
        line = "number the words once, by the training texts, and both parts by that: no second fit, adapt or set()"
        yield Sign("warning", 0.9, where, (problem,), Repair(line))


def _other_inputs(column: Column, held: Column) -> Iterator[Sign]:
    """Yield at most one sign: columns that changed places have another scale, too."""
    where = Place(None, "validation_data", column.name or "x")
    if problem := other_columns(column, held):
        repair = Repair("x_val = x_val[x_train.columns]: take the columns by name")
        yield Sign("warning", 0.9, where, (problem,), repair)
    elif problem := reversed_channels(column, held):
        yield Sign("warning", 0.9, where, (problem,), Repair("x_val = x_val[..., ::-1]"))
    elif problem := _other_scale(column, held):
        repair = Repair("scale both with the mean and spread of the training rows")
        yield Sign("serious", 0.9, Place(None, "validation_data", "x"), (problem,), repair)


def _other_targets(task: Task, column: Column, held: Column, loss: str | None) -> Iterator[Sign]:
    place, mix = Place(None, "validation_data", "y"), Repair(SHUFFLE + "  # before they are split")
    if loss in CROSS_ENTROPIES and (problem := only_held(task, column, held)):
        load = Repair("load the rows of all classes for both parts, and count: np.unique(y)")
        yield Sign("warning", 0.9, place, (problem,), mix if is_cut(task, held) else load)
    elif problem := difference(task, task.values, held.flat):
        evidence = (f"Between training and validation rows {problem}.",)
        level: Level = "warning" if task.is_exclusive else "hint"
        yield Sign(level, 0.85, place, evidence, mix)


def _other_labels(data: Data, task: Task, output: Output) -> Iterator[Sign]:
    """Yield a sign where the same classes bear other numbers in the validation rows."""
    rows = []
    for part in (data.training, data.validation):
        if part is None or len(part.x) != 1 or not task.is_exclusive:
            return
        column = next(iter(part.x.values()))
        if not is_readable(column):
            return
        x, y = paired(column, part.y[output.name])
        rows += [x, y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0]]
    if problem := relabelled(*rows):
        line = "names = np.unique(y_train): number the classes of both parts by this one list"
        place = Place(None, "validation_data", "y")
        yield Sign("warning", 0.85, place, (problem,), Repair(line))


def _other_codes(data: Data) -> Iterator[Sign]:
    """Yield one sign, for the first input whose categories have other codes in the validation rows."""
    found = {}
    for name, column in data.training.x.items():
        held = data.validation.x.get(name) if data.validation else None
        if held is not None and is_readable(column) and is_readable(held):
            found[name] = renamed(column, held)
    names = [name for name, problem in found.items() if problem]
    if not names:
        return
    evidence = [found[names[0]]]
    if names[1:]:
        evidence.append(f"The same holds for {', '.join(map(repr, names[1:4]))}.")
    repair = Repair("codes = np.unique(x_train): code both parts by this one list")
    place = Place(None, "validation_data", names[0] or "x")
    yield Sign("warning", 0.85, place, tuple(evidence), repair)


def _other_scale(column: Column, held: Column) -> str:
    here, there = (features(each)[:: 1 + each.rows.size // 200_000] for each in (column, held))
    if here.shape[1] != there.shape[1] or min(len(here), len(there)) < 20:
        return ""
    one, two = float(here.std()), float(there.std())
    if here.shape[1] > 200:
        here, there = here.reshape(-1, 1), there.reshape(-1, 1)
    spreads = np.maximum(here.std(axis=0), 1e-3 * one + 1e-12)
    apart = np.abs(there.mean(axis=0) - here.mean(axis=0)) / spreads
    ratio = max(one, 1e-12) / max(two, 1e-12)
    if 0.2 <= ratio <= 5 and float(np.median(apart)) < 3:
        return ""
    return (
        f"Training inputs have mean {here.mean():.4g} and spread {one:.4g}, validation inputs {there.mean():.4g} and "
        f"{two:.4g}."
    )
