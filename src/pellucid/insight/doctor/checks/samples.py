"""Checks of the rows' order and of what is held back: sorted rows, another distribution, the same rows, too few."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import SetFit
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.arranged import other_columns, reversed_channels
from pellucid.insight.doctor.checks.codings import renamed
from pellucid.insight.doctor.checks.kinds import CROSS_ENTROPIES, ENCODING
from pellucid.insight.doctor.checks.lacking import is_cut, only_held
from pellucid.insight.doctor.checks.scale import features, first_layers, is_readable
from pellucid.insight.doctor.checks.symptoms import FOOLED, STUCK, WILD
from pellucid.insight.doctor.checks.tasks import Task, loss_of, task_of
from pellucid.insight.doctor.checks.vocabularies import another_vocabulary
from pellucid.insight.doctor.facts.data import Column, Data, Rows
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

SHUFFLE = "order = np.random.default_rng(0).permutation(len(x)); x, y = x[order], y[order]"


def _order_of(task: Task) -> float:
    """Return how sorted the labels are: the share of neighbouring rows with one label above chance, 1 when sorted."""
    labels = task.labels
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    chance = float(np.sum(shares**2))
    return (float((labels[1:] == labels[:-1]).mean()) - chance) / max(1 - chance, 1e-9)


@check(
    "D127",
    "Sorted rows are trained on in their order",
    faults=("F12", "F22"),
    explains=STUCK + WILD,
)
def sorted_unshuffled(facts: Facts) -> Iterator[Sign]:
    """With rows sorted by class and no shuffling each step sees one class and unlearns the others.

    Threshold: neighbouring rows agree nine tenths of the way from chance to always, over at least 40 rows of a sample.
    """
    if facts.fit.shuffle or facts.data is None:
        return
    for output in facts.outputs:
        task = task_of(facts, output)
        if (
            task is None
            or not task.is_exclusive
            or not 40 <= len(task.values) == _rows(facts, output.name)
        ):
            continue
        order = _order_of(task)
        if order < 0.9:
            continue
        evidence = (
            f"The rows are sorted by class (order {order:.2f} of 1), and shuffle=False keeps it so.",
        )
        place = Place(None, "shuffle", "False")
        repair = Repair("fit(..., shuffle=True)", (SetFit("shuffle", True),))
        yield Sign("warning", 0.9, place, evidence, repair)


def _rows(facts: Facts, name: str) -> int:
    return len(facts.data.training.y[name].rows) if facts.data else -1


@check("D128", "The last rows, which are held back, are others", faults=("F33",), explains=FOOLED)
def last_rows(facts: Facts) -> Iterator[Sign]:
    """Without shuffling, as in Keras with it, ``validation_split`` takes the last rows; sorted rows end with one class.

    Compared: the shares of classes in the last rows with those before; for numbers the means. Thresholds: half of the
    classes' shares differ and chance would allow a quarter of that; 1 spread of the target, and 6 standard errors,
    where the rows are sorted by it: of a series in time, the last rows are the right ones.
    """
    split = facts.fit.validation_split
    takes_last = 0 < split < 1 and (facts.source != "pellucid" or not facts.fit.shuffle)
    if not takes_last or facts.data is None or facts.data.validation is not None:
        return
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or len(task.values) != _rows(facts, output.name):
            continue
        cut = round(len(task.values) * (1 - split))
        if min(cut, len(task.values) - cut) < 5 or not (task.is_exclusive or _is_sorted(task)):
            continue
        problem = difference(task, task.values[:cut], task.values[cut:])
        if problem:
            place = Place(None, "validation_split", f"{split:g}")
            evidence = (f"validation_split={split:g} holds back the last rows: {problem}.",)
            yield Sign("warning", 0.9, place, evidence, Repair(SHUFFLE))


def _is_sorted(task: Task) -> bool:
    """Tell whether numbers only rise, or only fall, from row to row, but for one in twenty."""
    rises = float((np.diff(task.values[:, 0]) >= 0).mean())
    return rises >= 0.95 or rises <= 0.05


def difference(task: Task, here: np.ndarray, there: np.ndarray) -> str:
    """Return how two sets of targets differ, beyond chance and by far; empty where they do not."""
    if task.is_exclusive and task.classes <= 100:
        if task.width > 1:
            here, there = here.argmax(axis=1), there.argmax(axis=1)
        labels = np.unique(np.concatenate([here.reshape(-1), there.reshape(-1)]))
        one, two = (
            np.array([(part.reshape(-1) == k).mean() for k in labels]) for part in (here, there)
        )
        apart = 0.5 * float(np.abs(one - two).sum())
        chance = 0.5 * float(np.sqrt(one * (1 - one) * (1 / len(here) + 1 / len(there))).sum())
        if apart > max(0.5, 4 * chance):
            return f"the shares of the classes differ by {apart:.0%}"
        return ""
    one, two = here.mean(axis=1), there.mean(axis=1)
    spread = float(one.std()) or 1e-12
    apart = abs(float(two.mean() - one.mean())) / spread
    if apart > max(1.0, 6 / np.sqrt(min(len(one), len(two)))):
        return f"the mean of the targets differs by {apart:.1f} times their spread"
    return ""


@check(
    "D129",
    "The validation rows are made otherwise than the training rows",
    faults=("F33", "F06"),
    explains=FOOLED,
)
def other_rows(facts: Facts) -> Iterator[Sign]:
    """A score on rows of another scale or mix says nothing about the training; mostly one of them was not scaled.

    Thresholds: a feature's mean 3 spreads away, or a spread 5 times as large or as small, over at least 20 rows; shares
    of classes as in D128. Real shifts in time stay well below; other means of numbers are a hint. Codes of categories:
    the same shares under other codes (``renamed``). Ids of words: other neighbours (``vocabularies.py``). Columns and
    colours in another order: there all agree within chance, as they stand they do not (``arranged.py``). Classes that
    no row is trained on: by chance once in a million (``only_held``).
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
        if min(len(held.rows), len(task.values)) < 20 or len(task.values) != _rows(
            facts, output.name
        ):
            continue
        yield from _other_targets(task, data.training.y[output.name], held, loss_of(output))


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


@check("D131", "Few rows to validate on", faults=("F33",), explains=FOOLED)
def few_to_validate(facts: Facts) -> Iterator[Sign]:
    """A share p of n rows is known to sqrt(p (1 - p) / n): of 20 rows, an accuracy of 0.8 to 0.09.

    Thresholds: a hint below 100 rows; a warning below 20 where the training has ten times as many and at least 200,
    so that more could have been held back.
    """
    data = facts.data
    if data is None:
        return
    held, trained = _held(facts, data.training, data.validation)
    if not 0 < held < 100:
        return
    error = (0.8 * 0.2 / held) ** 0.5
    evidence = (
        f"{held} rows are validated on: an accuracy of 0.8 is known to {error:.2f}, one standard error.",
    )
    is_needless = held < 20 and trained >= max(200, 10 * held)
    level: Level = "warning" if is_needless else "hint"
    split = facts.fit.validation_split
    place = Place(
        None, "validation_split" if split else "validation_data", f"{split:g}" if split else None
    )
    repair = Repair(
        "fit(..., validation_split=0.2)", (SetFit("validation_split", 0.2),) if split else ()
    )
    if split >= 0.2:  # no more can be spared
        repair = Repair("validate on each fifth in turn: sklearn.model_selection.KFold(5)")
    yield Sign(level, 0.8, place, evidence, repair)


def _held(facts: Facts, training: Rows, validation: Rows | None) -> tuple[int, int]:
    """Return how many rows are held back and how many are trained on."""
    if validation is not None:
        return validation.count, training.count
    held = round(training.count * facts.fit.validation_split)
    return held, training.count - held
