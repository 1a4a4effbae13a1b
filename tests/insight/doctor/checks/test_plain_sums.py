"""Networks without a hidden layer: what no plane parts, beside what one does."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

from pellucid.insight.doctor.checks import plain_sums
from tests.insight.doctor.checks.network import codes, dense, facts, layer

RNG = np.random.default_rng(0)
TABLE = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
CROSS, SPARSE, SQUARES = (
    "binary_crossentropy",
    "sparse_categorical_crossentropy",
    "mean_squared_error",
)
CLOUD = RNG.normal(size=(300, 4))
RING = (np.hypot(CLOUD[:, 0], CLOUD[:, 1]) > 1.2).astype(int)
SIDE = (CLOUD[:, 0] + 0.5 * CLOUD[:, 1] + 0.5 * RNG.normal(size=300) > 0).astype(int)


def alone(x, y, loss, units=1, bend="sigmoid", before=()):
    return facts(*before, dense("out", units, bend, size=x.shape[1]), x=x, y=y, loss=loss)


@pytest.mark.parametrize(
    ("y", "found"),
    [
        ([0, 1, 1, 0], ["warning"]),
        ([1, 0, 0, 1], ["warning"]),
        ([0, 0, 0, 1], []),
        ([0, 1, 1, 1], []),
    ],
)
def test_gates(y, found):
    assert codes(plain_sums.too_plain, alone(TABLE, np.array(y), CROSS)) == found
    signs = 2 * TABLE - 1
    assert codes(plain_sums.too_plain, alone(signs, np.array(y), CROSS)) == found
    hidden = (dense("a", 4, "tanh", size=2),)
    assert codes(plain_sums.too_plain, alone(TABLE, np.array(y), CROSS, before=hidden)) == []


@pytest.mark.parametrize(
    ("x", "y", "loss"),
    [
        (
            TABLE * 0.7 + 0.1,
            np.array([0, 1, 1, 0]),
            CROSS,
        ),  # measured numbers: four rows say little
        (TABLE, np.array([0.1, 2.5, 1.9, 0.2]), SQUARES),
        (TABLE[:3], np.array([0, 1, 1]), CROSS),
        (
            np.hstack([CLOUD, RNG.normal(size=(300, 20))]),
            RING,
            CROSS,
        ),  # too many columns to try products
    ],
)
def test_tables_that_say_too_little(x, y, loss):
    assert codes(plain_sums.too_plain, alone(x, y, loss)) == []


@pytest.mark.parametrize(
    ("x", "y", "loss", "units", "bend", "found"),
    [
        (CLOUD, RING, CROSS, 1, "sigmoid", ["warning"]),
        (CLOUD, SIDE, CROSS, 1, "sigmoid", []),
        (CLOUD, RING + 1 * (CLOUD[:, 0] > 1.2), SPARSE, 3, "softmax", ["warning"]),
        (CLOUD, CLOUD[:, 0] ** 2 + CLOUD[:, 1], SQUARES, 1, "linear", ["warning"]),
        (3 * CLOUD[:, :1], np.sin(3 * CLOUD[:, 0]), SQUARES, 1, "linear", ["warning"]),
        (CLOUD, CLOUD @ [1, 2, 3, 4] + RNG.normal(size=300), SQUARES, 1, "linear", []),
        (CLOUD, RNG.integers(0, 2, 300), CROSS, 1, "sigmoid", []),
        (CLOUD[:60], RING[:60], CROSS, 1, "sigmoid", []),
    ],
)
def test_bends(x, y, loss, units, bend, found):
    assert codes(plain_sums.too_plain, alone(x, y, loss, units, bend)) == found
    apart = (dense("out", units, "linear", size=x.shape[1]), layer("bend", "Activation", (units,)))
    assert codes(plain_sums.too_plain, facts(*apart, x=x, y=y, loss=loss)) == found
    reading = layer("rnn", "LSTM", x.shape[1:])
    assert codes(plain_sums.too_plain, alone(x, y, loss, units, bend, before=(reading,))) == []


@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer, load_diabetes])
def test_real_tables_that_a_weighted_sum_is_enough_for(load):
    x, y = load(return_X_y=True)
    classes = len(np.unique(y)) if load is not load_diabetes else 0
    known = (
        alone(x, y, SPARSE, classes, "softmax")
        if classes
        else alone(x, y / 100, SQUARES, 1, "linear")
    )
    assert codes(plain_sums.too_plain, known) == []
