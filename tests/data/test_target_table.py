"""The contract of last layer, loss and targets, row by row: right to 1e-6, or refused with the repair.

Each row that is right says what the targets mean (``means``), as lists; the reference computes the loss from these with
plain loops. So a target that was silently broadcast, shifted or mapped wrongly gives another number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pellucid import losses
from pellucid.core.errors import TargetError
from pellucid.data import Head, fit_targets

LOSSES = {
    "sparse": losses.SparseCategoricalCrossentropy(),
    "sparse logits": losses.SparseCategoricalCrossentropy(from_logits=True),
    "categorical": losses.CategoricalCrossentropy(),
    "categorical logits": losses.CategoricalCrossentropy(from_logits=True),
    "binary": losses.BinaryCrossentropy(),
    "binary logits": losses.BinaryCrossentropy(from_logits=True),
    "kl": losses.KLDivergence(),
    "mse": losses.MeanSquaredError(),
    "mae": losses.MeanAbsoluteError(),
    "poisson": losses.Poisson(),
    "hinge": losses.Hinge(),
}

ROWS = 6
C3 = [0, 2, 1, 1, 0, 2]
C2 = [0, 1, 1, 0, 1, 0]
COLUMN2 = [[float(c)] for c in C2]
HOT3 = np.eye(3)[C3]
HOT2 = np.eye(2)[C2]
SOFT3 = np.full((ROWS, 3), 0.1) + 0.7 * HOT3
MULTI = [[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1]]
REAL = [0.5, -1.25, 2.0, 0.0, -0.5, 1.5]
REAL_COLUMN = [[r] for r in REAL]
COUNTS = [3, 0, 1, 7, 2, 2]
STEPS = [[0, 1], [2, 2], [1, 0], [0, 0], [1, 2], [2, 1]]
ANIMALS = [["ant", "cat", "bee"][c] for c in C3]
ALPHABETICAL = [{"ant": 0, "bee": 1, "cat": 2}[animal] for animal in ANIMALS]


@dataclass(frozen=True)
class Row:
    """One combination; ``means`` for one that is right, ``repair`` (a pattern) for one that is refused."""

    name: str
    activation: str | None
    shape: tuple[int, ...]
    loss: str
    y: Any
    means: Any = None
    repair: str | None = None
    note: str = ""


def right(
    name: str, activation: str | None, shape: tuple, loss: str, y: Any, means: Any, note: str = ""
) -> Row:
    return Row(name, activation, shape, loss, y, means=means, note=note)


def wrong(name: str, activation: str | None, shape: tuple, loss: str, y: Any, repair: str) -> Row:
    return Row(name, activation, shape, loss, y, repair=repair)


SPARSE = [
    right("indices", "softmax", (3,), "sparse", np.array(C3), C3),
    right("uint8 indices", "softmax", (3,), "sparse", np.array(C3, "uint8"), C3),
    right("list", "softmax", (3,), "sparse", C3, C3),
    right("series", "softmax", (3,), "sparse", pd.Series(C3), C3),
    right("column", "softmax", (3,), "sparse", np.array(C3)[:, None], C3, "flattened"),
    right(
        "frame of one column", "softmax", (3,), "sparse", pd.DataFrame({"c": C3}), C3, "flattened"
    ),
    right("whole floats", "softmax", (3,), "sparse", np.array(C3, float), C3),
    right("one-hot", "softmax", (3,), "sparse", HOT3, C3, "class indices"),
    right("labels from one", "softmax", (3,), "sparse", np.array(C3) + 1, C3, "1 -> 0"),
    right("arbitrary integers", "softmax", (3,), "sparse", np.array(C3) * 700 - 5, C3, "-5 -> 0"),
    right("text", "softmax", (3,), "sparse", ANIMALS, ALPHABETICAL, "'ant' -> 0"),
    right(
        "text column",
        "softmax",
        (3,),
        "sparse",
        np.array(ANIMALS)[:, None],
        ALPHABETICAL,
        "'cat' -> 2",
    ),
    right(
        "categories",
        "softmax",
        (3,),
        "sparse",
        pd.Series(ANIMALS, dtype="category"),
        ALPHABETICAL,
        "'bee' -> 1",
    ),
    right("booleans", "softmax", (2,), "sparse", np.array(C2, bool), C2, "False -> 0"),
    right("fewer classes than units", "softmax", (5,), "sparse", C3, C3, "3 of the 5 units"),
    right("steps", "softmax", (2, 3), "sparse", STEPS, STEPS),
    right("logits", "linear", (3,), "sparse logits", C3, C3),
    right("own activation", None, (3,), "sparse", C3, C3),
    wrong("one unit, softmax", "softmax", (1,), "sparse", C2, r"Dense\(1, activation='sigmoid'\)"),
    wrong("one unit, sigmoid", "sigmoid", (1,), "sparse", C2, "binary_crossentropy"),
    wrong("one unit, logits", "linear", (1,), "sparse logits", C2, "binary_crossentropy"),
    right("sigmoid", "sigmoid", (3,), "sparse", C3, C3, "sum to one"),
    wrong("tanh", "tanh", (3,), "sparse", C3, r"Dense\(3, activation='softmax'\)"),
    wrong("relu", "relu", (3,), "sparse", C3, r"Dense\(3, activation='softmax'\)"),
    wrong("linear without from_logits", "linear", (3,), "sparse", C3, "from_logits=True"),
    wrong(
        "softmax twice", "softmax", (3,), "sparse logits", C3, r"Dense\(3\) or from_logits=False"
    ),
    wrong("relu logits", "relu", (3,), "sparse logits", C3, r"Dense\(3\)"),
    wrong("too few units", "softmax", (2,), "sparse", C3, r"Dense\(3, activation='softmax'\)"),
    wrong(
        "too few units, text",
        "softmax",
        (2,),
        "sparse",
        ANIMALS,
        r"Dense\(3, activation='softmax'\)",
    ),
    wrong(
        "too many units, text",
        "softmax",
        (9,),
        "sparse",
        ANIMALS,
        r"Dense\(3, activation='softmax'\)",
    ),
    wrong(
        "out of range",
        "softmax",
        (4,),
        "sparse",
        [0, 1, 9, 1, 0, 9],
        r"Dense\(3, activation='softmax'\)",
    ),
    wrong(
        "negative",
        "softmax",
        (4,),
        "sparse",
        [0, 1, -1, 1, 0, 0],
        r"Dense\(3, activation='softmax'\)",
    ),
    wrong(
        "quantities", "softmax", (3,), "sparse", REAL, r"Dense\(1\) with loss='mean_squared_error'"
    ),
    wrong("soft rows", "softmax", (3,), "sparse", SOFT3, "categorical_crossentropy"),
    wrong("several labels a row", "softmax", (3,), "sparse", MULTI, "binary_crossentropy"),
    wrong("one row", "softmax", (3,), "sparse", np.array(C3)[None], r"y.reshape\(-1\)"),
    wrong("output has steps", "softmax", (2, 3), "sparse", C3, r"Flatten\(\)"),
    wrong(
        "missing label",
        "softmax",
        (3,),
        "sparse",
        ["ant", None, "bee", "cat", "ant", "bee"],
        "keep",
    ),
    wrong("mixed labels", "softmax", (3,), "sparse", ["ant", 1, "bee", "cat", "ant", "bee"], "str"),
]

CATEGORICAL = [
    right("one-hot", "softmax", (3,), "categorical", HOT3, HOT3.tolist()),
    right("one-hot integers", "softmax", (3,), "categorical", HOT3.astype(int), HOT3.tolist()),
    right("probabilities", "softmax", (3,), "categorical", SOFT3, SOFT3.tolist()),
    right("indices", "softmax", (3,), "categorical", C3, HOT3.tolist(), "one-hot"),
    right(
        "index column",
        "softmax",
        (3,),
        "categorical",
        np.array(C3)[:, None],
        HOT3.tolist(),
        "one-hot",
    ),
    right(
        "text",
        "softmax",
        (2,),
        "categorical",
        ["no" if c == 0 else "yes" for c in C2],
        HOT2.tolist(),
        "'no' -> 0",
    ),
    right("steps", "softmax", (2, 3), "categorical", STEPS, np.eye(3)[STEPS].tolist(), "one-hot"),
    right("logits", "linear", (3,), "categorical logits", HOT3, HOT3.tolist()),
    right("divergence", "softmax", (3,), "kl", SOFT3, SOFT3.tolist()),
    wrong("one unit", "softmax", (1,), "categorical", COLUMN2, "sigmoid"),
    right("sigmoid", "sigmoid", (3,), "categorical", HOT3, HOT3.tolist(), "sum to one"),
    wrong("linear without from_logits", "linear", (3,), "categorical", HOT3, "from_logits=True"),
    wrong("softmax twice", "softmax", (3,), "categorical logits", HOT3, "from_logits=False"),
    wrong("log_softmax twice", "log_softmax", (3,), "categorical logits", HOT3, r"Dense\(3\)"),
    wrong("rows that do not sum to one", "softmax", (3,), "categorical", HOT3 * 0.5, "sum"),
    wrong("several labels a row", "softmax", (3,), "categorical", MULTI, "binary_crossentropy"),
    wrong(
        "negative probabilities",
        "softmax",
        (2,),
        "categorical",
        [[2.0, -1.0]] * ROWS,
        "probabilities",
    ),
    wrong(
        "more columns than units",
        "softmax",
        (2,),
        "categorical",
        HOT3,
        r"Dense\(3, activation='softmax'\)",
    ),
    wrong(
        "fewer columns than units",
        "softmax",
        (4,),
        "categorical",
        HOT3,
        r"Dense\(3, activation='softmax'\)",
    ),
    wrong(
        "index out of range",
        "softmax",
        (2,),
        "categorical",
        C3,
        r"Dense\(3, activation='softmax'\)",
    ),
    wrong(
        "divergence of rows that do not sum to one",
        "softmax",
        (3,),
        "kl",
        MULTI,
        "binary_crossentropy",
    ),
]

BINARY = [
    right("zeros and ones", "sigmoid", (1,), "binary", C2, COLUMN2, "last axis"),
    right("column", "sigmoid", (1,), "binary", np.array(COLUMN2), COLUMN2),
    right("booleans", "sigmoid", (1,), "binary", np.array(C2, bool), COLUMN2),
    right(
        "probabilities",
        "sigmoid",
        (1,),
        "binary",
        [0.1, 0.9, 0.5, 0.0, 1.0, 0.3],
        [[0.1], [0.9], [0.5], [0.0], [1.0], [0.3]],
    ),
    right(
        "minus and plus one", "sigmoid", (1,), "binary", np.array(C2) * 2 - 1, COLUMN2, "-1 -> 0"
    ),
    right("one and two", "sigmoid", (1,), "binary", np.array(C2) + 1.0, COLUMN2, "1.0 -> 0"),
    right(
        "text",
        "sigmoid",
        (1,),
        "binary",
        ["ham" if c == 0 else "spam" for c in C2],
        COLUMN2,
        "'ham' -> 0",
    ),
    right("several questions", "sigmoid", (3,), "binary", MULTI, MULTI),
    right(
        "softmax, one-hot",
        "softmax",
        (2,),
        "binary",
        HOT2,
        HOT2.tolist(),
        "categorical_crossentropy",
    ),
    right("logits", "linear", (1,), "binary logits", C2, COLUMN2),
    right("no feature axis", "sigmoid", (), "binary", np.array(COLUMN2), C2, "dropped"),
    right("own activation", None, (1,), "binary", C2, COLUMN2),
    wrong("one unit, softmax", "softmax", (1,), "binary", C2, r"Dense\(1, activation='sigmoid'\)"),
    wrong("linear without from_logits", "linear", (1,), "binary", C2, "from_logits=True"),
    wrong("sigmoid twice", "sigmoid", (1,), "binary logits", C2, "from_logits=False"),
    wrong("relu logits", "relu", (1,), "binary logits", C2, r"Dense\(1\)"),
    wrong("tanh", "tanh", (1,), "binary", C2, r"Dense\(1, activation='sigmoid'\)"),
    wrong("relu", "relu", (1,), "binary", C2, r"Dense\(1, activation='sigmoid'\)"),
    wrong("three classes", "sigmoid", (1,), "binary", C3, r"Dense\(3, activation='softmax'\)"),
    wrong(
        "three classes, text",
        "sigmoid",
        (1,),
        "binary",
        ANIMALS,
        r"Dense\(3, activation='softmax'\)",
    ),
    wrong("quantities", "sigmoid", (1,), "binary", REAL, "mean_squared_error"),
    wrong("one class only", "sigmoid", (1,), "binary", ["spam"] * ROWS, "check how y"),
    wrong("two columns for one unit", "sigmoid", (1,), "binary", HOT2, r"y\[:, 1\]"),
    wrong(
        "indices for two units", "softmax", (2,), "binary", C2, "sparse_categorical_crossentropy"
    ),
    wrong(
        "indices for three units", "sigmoid", (3,), "binary", C3, "sparse_categorical_crossentropy"
    ),
    wrong("pixels", "sigmoid", (3,), "binary", np.full((ROWS, 3), 255, "uint8"), "y / 255"),
    wrong("one row", "sigmoid", (1,), "binary", np.array(C2)[None], r"y.reshape\(-1\)"),
    wrong("not a number", "sigmoid", (1,), "binary", [0, 1, np.nan, 0, 1, 0], "isfinite"),
]

NUMBERS = [
    right("row of numbers", "linear", (1,), "mse", REAL, REAL_COLUMN, "last axis"),
    right("column", "linear", (1,), "mse", np.array(REAL_COLUMN), REAL_COLUMN),
    right("integers", "linear", (1,), "mse", COUNTS, [[float(c)] for c in COUNTS]),
    right("three numbers", "linear", (3,), "mse", SOFT3, SOFT3.tolist()),
    right("no feature axis", "linear", (), "mse", np.array(REAL_COLUMN), REAL),
    right("absolute", "linear", (1,), "mae", REAL, REAL_COLUMN),
    right("sigmoid, within", "sigmoid", (1,), "mse", C2, COLUMN2),
    right("tanh, within", "tanh", (1,), "mse", np.array(C2) * 2 - 1, [[2.0 * c - 1] for c in C2]),
    right("relu, within", "relu", (1,), "mse", COUNTS, [[float(c)] for c in COUNTS]),
    right("softmax, one-hot", "softmax", (3,), "mse", HOT3, HOT3.tolist()),
    right("steps", "linear", (2, 1), "mse", STEPS, np.array(STEPS, float)[..., None].tolist()),
    right("counts", "exponential", (1,), "poisson", COUNTS, [[float(c)] for c in COUNTS]),
    right("signs", "linear", (1,), "hinge", np.array(C2) * 2 - 1, [[2.0 * c - 1] for c in C2]),
    right("zeros and ones for signs", "tanh", (1,), "hinge", C2, [[2.0 * c - 1] for c in C2]),
    wrong("three columns for one unit", "linear", (1,), "mse", SOFT3, r"Dense\(3\)"),
    wrong(
        "one column for three units", "linear", (3,), "mse", np.array(REAL_COLUMN), r"Dense\(1\)"
    ),
    wrong("row of numbers for three units", "linear", (3,), "mse", REAL, r"Dense\(1\)"),
    wrong("one row", "linear", (1,), "mse", np.array(REAL)[None], r"y.reshape\(-1\)"),
    wrong("relu cannot be negative", "relu", (1,), "mse", REAL, r"Dense\(1\)"),
    wrong("tanh cannot reach", "tanh", (1,), "mse", COUNTS, r"Dense\(1\)"),
    wrong("sigmoid cannot reach", "sigmoid", (1,), "mae", REAL, r"Dense\(1\)"),
    wrong("one unit, softmax", "softmax", (1,), "mse", REAL, r"Dense\(1\)"),
    wrong("text", "linear", (1,), "mse", ANIMALS, r"Dense\(3, activation='softmax'\)"),
    wrong("output has steps", "linear", (28, 1), "mse", REAL, r"Flatten\(\)"),
    wrong("infinite", "linear", (1,), "mse", [1.0, np.inf, 0.0, 0.0, 0.0, 0.0], "isfinite"),
    wrong("negative counts", "exponential", (1,), "poisson", REAL, "mean_squared_error"),
    wrong("linear for counts", "linear", (1,), "poisson", COUNTS, "exponential"),
    wrong("sigmoid for signs", "sigmoid", (1,), "hinge", C2, "tanh"),
    wrong(
        "three classes for signs", "linear", (1,), "hinge", C3, r"Dense\(3, activation='softmax'\)"
    ),
]

TABLE = [*SPARSE, *CATEGORICAL, *BINARY, *NUMBERS]
RIGHT = [row for row in TABLE if row.repair is None]
WRONG = [row for row in TABLE if row.repair is not None]


def label(row: Row) -> str:
    return f"{row.loss}: {row.name}"


def outputs(row: Row) -> np.ndarray:
    """Outputs that the last layer could give, one for each row of targets."""
    z = np.random.default_rng(7).normal(size=(ROWS, *row.shape))
    if row.activation == "softmax" or (row.activation is None and row.loss == "sparse"):
        return np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    squash = row.activation in ("sigmoid", None)
    positive = {"relu": np.maximum(z, 0), "exponential": np.exp(z), "tanh": np.tanh(z)}
    return 1 / (1 + np.exp(-z)) if squash else positive.get(row.activation or "", z)


def reference(loss: str, means: Any, out: Any) -> float:
    """The mean loss of nested lists, by plain loops over rows (and steps)."""
    samples = [sample(loss.removesuffix(" logits"), m, o) for m, o in pairs(loss, means, out)]
    return math.fsum(samples) / len(samples)


def pairs(loss: str, means: Any, out: Any) -> list[tuple[Any, list[float]]]:
    """Targets and output of each sample: of each row, or of each step of each row."""
    if not isinstance(out[0], list):
        return [([m], [o]) for m, o in zip(means, out, strict=True)]
    if isinstance(out[0][0], list):
        return [p for m, o in zip(means, out, strict=True) for p in pairs(loss, m, o)]
    if loss.endswith("logits"):
        one = len(out[0]) == 1
        out = [[1 / (1 + math.exp(-o[0]))] if one else softmax(o) for o in out]
    return list(zip(means, out, strict=True))


def softmax(z: list[float]) -> list[float]:
    total = math.fsum(math.exp(v) for v in z)
    return [math.exp(v) / total for v in z]


def sample(loss: str, m: Any, o: list[float]) -> float:
    if loss in ("sparse", "categorical"):
        o = [p / math.fsum(o) for p in o]
    if loss == "sparse":
        return -math.log(o[m])
    terms = [TERMS[loss](t, p) for t, p in zip(m, o, strict=True)]
    return math.fsum(terms) if loss in ("categorical", "kl") else math.fsum(terms) / len(terms)


TERMS = {
    "categorical": lambda t, p: -t * math.log(p),
    "kl": lambda t, p: t * math.log(t / p),
    "binary": lambda t, p: -t * math.log(p) - (1 - t) * math.log(1 - p),
    "mse": lambda t, p: (t - p) ** 2,
    "mae": lambda t, p: abs(t - p),
    "poisson": lambda t, p: p - t * math.log(p),
    "hinge": lambda t, p: max(1 - t * p, 0.0),
}


@pytest.mark.parametrize("row", RIGHT, ids=label)
def test_right_combination_has_the_reference_loss(row: Row) -> None:
    out = outputs(row)
    fitted = fit_targets(row.y, head=Head("last", row.activation, row.shape), loss=LOSSES[row.loss])
    assert row.note in fitted.note
    assert row.note or "->" not in fitted.note
    value = float(LOSSES[row.loss](fitted.array, out.astype("float32")))
    assert value == pytest.approx(reference(row.loss, row.means, out.tolist()), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("row", WRONG, ids=label)
def test_wrong_combination_is_refused_with_its_repair(row: Row) -> None:
    with pytest.raises(TargetError) as caught:
        fit_targets(row.y, head=Head("last", row.activation, row.shape), loss=LOSSES[row.loss])
    assert re.search(row.repair or "", caught.value.repair or ""), caught.value.repair
    assert "'last'" in str(caught.value)
    assert LOSSES[row.loss].name in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 4


def test_table_is_large_and_its_rows_differ() -> None:
    names = [(row.loss, row.name) for row in TABLE]
    assert len(TABLE) >= 60
    assert min(len(RIGHT), len(WRONG)) >= 30
    assert len(set(names)) == len(names)
    assert {row.loss for row in TABLE} == set(LOSSES)
