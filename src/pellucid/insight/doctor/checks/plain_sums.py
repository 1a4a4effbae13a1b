"""A check of networks without a hidden layer: whether a weighted sum of the inputs can give the answer at all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import InsertLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import ACTIVATIONS, DENSE, PASSING
from pellucid.insight.doctor.checks.pairs import (
    neighbours,
    paired,
    spread_rows,
    standardised,
    terms,
)
from pellucid.insight.doctor.checks.scale import inputs_of
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.checks.tasks import Task, task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Place, Repair, Sign

WIDEST = 20
"""Columns at most: of more, squares and products are as many as rows."""
FEWEST = 100
"""Rows at least, from which shares of the variance are known well enough; of a table of yes and no all rows."""
MORE = {"numbers": 0.3, "classes": 0.2}
"""The share of the targets' variance, or of rows named rightly, that bends bring and a weighted sum does not."""
NEAREST = 5
PASSES, STEPS = 2000, 500
"""Of a perceptron, and of descent: both are quick on these few rows."""


@check(
    "D313",
    "No hidden layer, and no weighted sum can do it",
    faults=("F24", "F01"),
    explains=(*STUCK, "D510"),
)
def too_plain(facts: Facts) -> Iterator[Sign]:
    """One layer is a weighted sum with an activation behind it: it parts rows by a plane. XOR has none.

    Compared: the share of the targets' variance, or of right answers, of the best weighted sum with that of squares and
    products, and with that of the nearest rows. Source: Minsky and Papert, Perceptrons, 1969. Thresholds: ``MORE``, of
    100 rows and more; of tables of yes and no (up to 16 different rows) a perceptron that finds no plane in 2,000
    passes.
    """
    layer = _only_sum(facts)
    if layer is None or facts.data is None or len(facts.outputs) != 1:
        return
    columns, task = inputs_of(facts), task_of(facts, facts.outputs[0])
    if len(columns) != 1 or task is None or len(columns[0].shape) > 1:
        return
    x, y = paired(columns[0], facts.data.training.y[facts.outputs[0].name])
    if x.shape[1] > WIDEST or not len(x) == len(y) == len(task.values):
        return
    seen = _truth_table(x, task) if len(x) <= 16 else _bends(x, y, task)
    if not seen:
        return
    repair = Repair(
        f"a hidden layer before '{layer.path}': Dense(16, activation='tanh')",
        (InsertLayer(None, "Dense", {"units": 16, "activation": "tanh"}),),
    )
    yield Sign("warning", 0.8, Place(layer.path), (seen,), repair)


def _only_sum(facts: Facts) -> Layer | None:
    """Return the network's only weighted sum, where nothing else in it computes; None otherwise."""
    sums = [layer for layer in facts.layers if layer.kind in DENSE]
    others = PASSING | ACTIVATIONS | {"InputLayer", "Normalization", "Rescaling"}
    rest = [layer for layer in facts.layers if layer.kind not in DENSE | others]
    return sums[0] if len(sums) == 1 and not rest else None


def _truth_table(x: np.ndarray, task: Task) -> str:
    """Return what is seen of a table of yes and no whose answers no plane parts; empty otherwise."""
    is_table = len(x) >= 4 and set(np.unique(x)) in ({0.0, 1.0}, {-1.0, 1.0})
    if not is_table or not task.is_exclusive or task.classes != 2:
        return ""
    rows, first = np.unique(x, axis=0, return_index=True)
    answers = np.where(task.labels[first] > task.labels.min(), 1.0, -1.0)
    inputs, weights = np.column_stack([rows, np.ones(len(rows))]), np.zeros(x.shape[1] + 1)
    for _ in range(PASSES):
        wrong = np.flatnonzero(answers * (inputs @ weights) <= 0)
        if not len(wrong):
            return ""
        weights += answers[wrong[0]] * inputs[wrong[0]]
    return f"No plane parts the {len(rows)} different rows by their answers."


def _bends(x: np.ndarray, y: np.ndarray, task: Task) -> str:
    """Return how much more squares and products, or the nearest rows, tell than a weighted sum; empty if little."""
    rows = spread_rows(len(x))
    x, y = standardised(x[rows]), y[rows]
    is_number = task.kind == "numbers"
    if (
        len(x) < FEWEST
        or not x.size
        or not (is_number or (task.is_exclusive and task.classes <= 20))
    ):
        return ""
    asked = standardised(y) if is_number else _one_hot(y)
    if not asked.size:
        return ""
    told = _explained if is_number else _told_apart
    guesses = asked[neighbours(x, NEAREST)].mean(axis=1)
    known = {
        "with squares and products": told(terms(x), asked),
        "the nearest rows": _score(guesses, asked, is_number=is_number),
    }
    here, (way, there) = told(x, asked), max(known.items(), key=lambda item: item[1])
    if there - here < MORE["numbers" if is_number else "classes"]:
        return ""
    what = (
        "explains {:.0%} of the targets' variance" if is_number else "names {:.0%} of the classes"
    )
    return f"The best weighted sum of the inputs {what.format(max(here, 0))}, {way} {there:.0%}."


def _one_hot(y: np.ndarray) -> np.ndarray:
    """Return classes as rows with one 1."""
    labels = y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0]
    return np.asarray(labels[:, None] == np.unique(labels)[None, :], float)


def _score(guesses: np.ndarray, asked: np.ndarray, *, is_number: bool) -> float:
    """Return the share of the variance that guesses explain, or of the classes that they hit."""
    if is_number:
        return float(np.max(1 - np.square(asked - guesses).mean(axis=0)))
    return float((guesses.argmax(axis=1) == asked.argmax(axis=1)).mean())


def _explained(x: np.ndarray, asked: np.ndarray) -> float:
    """Return the share of the variance of numbers that a weighted sum explains, less what chance explains."""
    inputs = np.column_stack([x, np.ones(len(x))])
    if inputs.shape[1] > len(x) // 3:
        return -np.inf
    weights = np.linalg.lstsq(inputs, asked, rcond=None)[0]
    left = np.square(asked - inputs @ weights).mean(axis=0)
    return float(np.max(1 - left * (len(x) - 1) / (len(x) - inputs.shape[1])))


def _told_apart(x: np.ndarray, asked: np.ndarray) -> float:
    """Return the share of rows whose class a softmax of weighted sums names, by descent with momentum.

    Columns are turned and scaled first so that all directions have the same spread: descent is as quick in each.
    """
    if x.shape[1] + 1 > len(x) // 3:
        return -np.inf
    turned, sizes, _ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    turned = turned[:, sizes > 1e-6 * sizes[0]] * np.sqrt(len(x))
    inputs = np.column_stack([turned, np.ones(len(x))])
    weights = way = np.zeros((inputs.shape[1], asked.shape[1]))
    for _ in range(STEPS):
        sums = inputs @ weights
        shares = np.exp(sums - sums.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        way = 0.9 * way - 0.2 * inputs.T @ (shares - asked) / len(x)
        weights = weights + way
    return float(((inputs @ weights).argmax(axis=1) == asked.argmax(axis=1)).mean())
