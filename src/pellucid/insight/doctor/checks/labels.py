"""Checks of targets against inputs: contradictions, no relation at all, and neighbours that disagree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import ENCODING
from pellucid.insight.doctor.checks.pairs import (
    MOST,
    looks,
    neighbours,
    paired,
    picture_shape,
    spread_rows,
    standardised,
    strongest,
    thinned,
)
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of, is_table
from pellucid.insight.doctor.checks.symptoms import FOOLED, STUCK
from pellucid.insight.doctor.checks.targets import place_of
from pellucid.insight.doctor.checks.tasks import Task, task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Level, Repair, Sign

FEWEST = 200
"""Below this number of rows chance hides what is looked for."""
OTHERS = 50
"""And below this number outside of the commonest class: it is these rows that inputs could tell."""


def _questions(
    facts: Facts, most: int = MOST
) -> Iterator[tuple[Output, Task, np.ndarray, np.ndarray, bool]]:
    """Yield each output with flat inputs and targets of the same rows, where one input of measured numbers is given."""
    columns = inputs_of(facts)
    if len(columns) != 1 or facts.data is None or len(facts.data.training.x) != 1:
        return
    column = columns[0]
    if any(layer.kind in ENCODING for layer in first_layers(facts, column)):
        return
    if column.whole and any(layer.kind in ENCODING for layer in facts.layers):
        return  # ids, looked up somewhere inside a layer of the user's own
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None:
            continue
        x, y = paired(column, facts.data.training.y[output.name])
        rows = spread_rows(len(x), most)
        yield output, task, x[rows], y[rows], is_table(column)


@check("D124", "The same input with different answers", faults=("F28",))
def contradictions(facts: Facts) -> Iterator[Sign]:
    """Rows that are the same in x and different in y cannot all be right.

    Threshold: a twentieth of the rows. A hint: of few possible inputs, many rows are the same by nature.
    """
    for output, task, x, y, _ in _questions(facts):
        if not task.is_exclusive or len(x) < 20:
            continue
        first: dict[bytes, int] = {}
        groups = [first.setdefault(row.tobytes(), len(first)) for row in x]
        labels = _labels(y)
        pairs = np.unique(np.column_stack([groups, labels]), axis=0)[:, 0].astype(int)
        several = np.flatnonzero(np.bincount(pairs) > 1)
        share = float(np.isin(groups, several).mean())
        if share >= 0.05:
            evidence = (f"{share:.0%} of the rows have a twin with another label.",)
            repair = Repair("look at how y is made, or add the columns that tell them apart")
            yield Sign("hint", 0.5, place_of(output), evidence, repair)


@check(
    "D125",
    "Inputs and targets have nothing to do with each other",
    faults=("F28",),
    explains=STUCK + FOOLED,
)
def unrelated(facts: Facts) -> Iterator[Sign]:
    """Targets of other rows, or shuffled apart from their inputs: there is nothing to find.

    Compared: no column, square or product of two follows the target more than the largest of so many chances would;
    and the nearest row's target is no better a guess than any other's. Thresholds: the bound of Gaussian maxima, and
    2.5 standard errors. Of images, also without channels or laid out flat, brightness, contrast, edges and where things
    stand count as columns. Series and other rows of more than 200 columns (words) give a hint: what counts in them may
    be no single number, or one of many.
    """
    for output, task, x, y, is_row in _questions(facts):
        if (
            len(x) < FEWEST
            or (task.is_exclusive and len(y) - _commonest(y) < OTHERS)
            or task.kind == "shares"
            or task.values.shape[0] != _entries(facts, output)
        ):
            continue
        asked = _asked(task, y[:, spread_rows(y.shape[1], 20)])
        if not np.ptp(asked, axis=0).all() or not np.ptp(x, axis=0).any():
            continue
        shape = (
            facts.data.training.x[""].shape if facts.data and "" in facts.data.training.x else ()
        )
        picture = picture_shape(x, shape)
        few = thinned(x)
        follows, chance = strongest(np.hstack([few, looks(x, picture)]) if picture else few, asked)
        score = _neighbour_score(few, asked)
        if follows >= chance or score >= 2.5:
            continue
        evidence = (
            f"Of {len(x)} rows, the strongest correlation of a column, square or product with the target is "
            f"{follows:.2f}; chance reaches {chance:.2f}.",
            f"The nearest row's target is a guess of {score:+.1f} standard errors against a random row's.",
        )
        level: Level = "warning" if is_row or picture else "hint"
        repair = Repair(
            "put x and y into one order again: look at where they are shuffled or sorted apart"
        )
        yield Sign(level, 0.7, place_of(output), evidence, repair)


def _commonest(y: np.ndarray) -> int:
    """Return how many rows the commonest class has."""
    return int(np.unique(_labels(y), return_counts=True)[1].max())


def _labels(y: np.ndarray) -> np.ndarray:
    """Return one class for each row."""
    return y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0]


def _entries(facts: Facts, output: Output) -> int:
    """Return how many entries there are with one for each row: series of answers have more."""
    return len(facts.data.training.y[output.name].rows) if facts.data else -1


def _asked(task: Task, y: np.ndarray) -> np.ndarray:
    """Return targets as columns to be followed: one for each class that comes, ranks of numbers."""
    if task.kind == "classes" and task.classes <= 20:
        return np.asarray(y == np.unique(y)[None, :], float)
    if task.kind in ("numbers", "classes"):
        return np.argsort(np.argsort(y, axis=0, kind="stable"), axis=0, kind="stable").astype(float)
    return y[:, np.ptp(y, axis=0) > 0] if y.shape[1] > 1 else y


def _neighbour_score(x: np.ndarray, asked: np.ndarray) -> float:
    """Return how far the likeness of neighbours' targets lies above chance, in standard errors."""
    nearest = neighbours(standardised(x), 1)[:, 0]
    sizes = standardised(asked)
    likeness = float((sizes * sizes[nearest]).mean())
    # A row may be the nearest of many, which lets the mean vary more than that of independent pairs.
    often = np.bincount(nearest, minlength=len(x))
    error = np.sqrt(float((often**2).mean()) / len(x))
    return likeness / error


@check("D126", "Many rows disagree with all their neighbours", faults=("F28",))
def noisy_labels(facts: Facts) -> Iterator[Sign]:
    """A row whose nearest rows all bear one label, and it another, may be labelled wrongly.

    Compared: the share of such rows, by five neighbours. Threshold: a twentieth of the rows. A hint:
    classes that overlap look the same.
    """
    for output, task, x, y, _ in _questions(facts):
        if not task.is_exclusive or len(x) < FEWEST or task.classes > 20:
            continue
        labels = _labels(y)
        around = labels[neighbours(standardised(thinned(x)), 5)]
        agree = (around == around[:, :1]).all(axis=1)
        alone = agree & (around[:, 0] != labels)
        common = _commonest(y) / len(labels)
        if alone.mean() >= 0.05 and common < 0.8:
            evidence = (
                f"{alone.mean():.0%} of the rows have another label than all their five nearest rows, which agree.",
            )
            repair = Repair("look at some of these rows and at their labels")
            yield Sign("hint", 0.5, place_of(output), evidence, repair)


VOTERS = 10
"""Nearest rows that vote on a row's label."""
VOTED = 2000
"""Rows of which the votes are counted: a pair of ten classes is then seen twenty times."""


@check("D132", "Many labels look drawn by chance", faults=("F28",), explains=STUCK + FOOLED)
def drawn_labels(facts: Facts) -> Iterator[Sign]:
    """Classes that are hard to tell apart are confused with their likes; labels drawn by chance with all classes alike.

    Compared: what the ten nearest rows vote for with the row's own label, as a table of classes. Where a quarter of
    the labels or more differ from the vote, the votes are still worth something (a tenth better than chance), near rows
    agree on them more often, by a tenth, than labels do (where clouds overlap they agree as often), and the labels that
    differ are spread over the classes no more unevenly than chance spreads them (chi-square below 1.8 of its mean,
    where healthy sets have 3 to 50), they were drawn by chance. From four classes on, and with five expected in each
    field of the table: else there is too little to see it by.

    Source: the idea that near rows bear one label, and so show how often labels are wrong, is Zhu, Song and Liu (2021),
    Clusterability as an Alternative to Anchor Points When Learning with Noisy Labels.
    """
    for output, task, x, y, _ in _questions(facts, VOTED):
        if not task.is_exclusive or not 4 <= task.classes <= 20:
            continue
        if len(x) < FEWEST or task.values.shape[0] != _entries(facts, output):
            continue
        labels = np.unique(y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0], return_inverse=True)[1]
        near = neighbours(standardised(thinned(x)), VOTERS)
        votes = _votes(labels, near)
        differ = float((votes != labels).mean())
        worth = 1 - differ - float((_shares(votes) * _shares(labels)).sum())
        agreed = float((votes[near[:, :3]] == votes[:, None]).mean())
        if (
            differ < 0.25
            or worth < 0.1
            or agreed < 1.1 - differ
            or _unevenness(votes, labels) > 1.8
        ):
            continue
        evidence = (
            f"{differ:.0%} of {len(x)} rows have another label than their {VOTERS} nearest rows vote for.",
            "Each class is taken for every other one alike, as labels drawn by chance are: classes that are hard to "
            "tell apart are taken for their likes.",
        )
        repair = Repair("look at how y is made: from which file, in which order, by whom")
        yield Sign("warning", 0.7, place_of(output), evidence, repair)


def _votes(labels: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return the class that is the most frequent around each row, against its share of all."""
    counts = np.eye(labels.max() + 1)[labels][near].sum(axis=1)
    return (counts / _shares(labels)[: counts.shape[1]]).argmax(axis=1)


def _shares(labels: np.ndarray) -> np.ndarray:
    """Return the share of each class, for up to twenty."""
    return np.bincount(labels, minlength=20) / len(labels)


def _unevenness(votes: np.ndarray, labels: np.ndarray) -> float:
    """Return chi-square by degree of freedom of the labels that differ from the votes; infinite where they are few.

    Expected is that they are spread by the classes' shares.
    """
    classes = labels.max() + 1
    table = np.zeros((classes, classes))
    np.add.at(table, (votes, labels), 1)
    np.fill_diagonal(table, 0)
    shares = np.tile(_shares(labels)[:classes], (classes, 1))
    np.fill_diagonal(shares, 0)
    expected = table.sum(axis=1, keepdims=True) * shares / shares.sum(axis=1, keepdims=True)
    freedom = classes * (classes - 2)
    if table.sum() < 5 * freedom:
        return float("inf")
    seen = expected > 0
    return float(((table - expected)[seen] ** 2 / expected[seen]).sum() / freedom)
