"""Checks of the rows' order and of what is held back: sorted rows, another distribution, the same rows, too few."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import SetFit
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.symptoms import FOOLED, STUCK, WILD
from pellucid.insight.doctor.checks.tasks import Task, task_of
from pellucid.insight.doctor.facts.data import Rows
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
            or not 40 <= len(task.values) == rows_of(facts, output.name)
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


def rows_of(facts: Facts, name: str) -> int:
    """Return how many rows of an output's targets the sample holds; -1 without data."""
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
        if task is None or len(task.values) != rows_of(facts, output.name):
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
