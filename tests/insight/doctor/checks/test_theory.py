"""What a constant answer reaches, against a search over constants."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import losses
from pellucid.insight.doctor.checks.theory import blind, constant_loss, entries, of_all_rows
from pellucid.insight.doctor.facts.facts import Fit
from pellucid.insight.doctor.facts.network import Output
from tests.insight.doctor.checks.network import dense, facts

RNG = np.random.default_rng(3)
GRID = np.linspace(0.001, 3, 3000)


def searched(name, values, grid):
    """The lowest mean loss of one number as the answer to all rows."""
    loss = losses.get(name)
    rows = values.reshape(-1, 1)
    return min(float(np.mean(loss.call(rows, np.full_like(rows, c)))) for c in grid[::10])


@pytest.mark.parametrize(
    ("name", "values", "tolerance"),
    [
        ("mean_squared_error", RNG.uniform(0, 3, 50), 1e-3),
        ("half_squared_error", RNG.uniform(0, 3, 50), 1e-3),
        ("mean_absolute_error", RNG.uniform(0, 3, 51), 1e-2),
        ("mean_squared_logarithmic_error", RNG.uniform(0, 3, 50), 1e-3),
        ("poisson", RNG.poisson(1.5, 50).astype(float), 1e-3),
        ("binary_crossentropy", (RNG.random(50) < 0.3).astype(float), 1e-3),
    ],
)
def test_the_best_constant_answer(name, values, tolerance):
    output = Output("", None, (1,), "linear", name)
    grid = GRID / 3.01 if name == "binary_crossentropy" else GRID
    found = constant_loss(output, values[:, None])
    assert found == pytest.approx(searched(name, values.astype("float32"), grid), rel=tolerance)


def test_classes_in_both_forms():
    labels = np.array([0, 0, 0, 1, 2, 2])
    entropy = -sum(p * np.log(p) for p in (1 / 2, 1 / 6, 1 / 3))
    sparse = Output("", None, (3,), "softmax", "sparse_categorical_crossentropy")
    one_hot = Output("", None, (3,), "softmax", "categorical_crossentropy")
    assert constant_loss(sparse, labels[:, None]) == pytest.approx(entropy)
    assert constant_loss(one_hot, np.eye(3)[labels]) == pytest.approx(entropy)
    assert constant_loss(Output("", None, (1,), None, "hinge"), labels[:, None]) is None
    assert blind(sparse).loss == pytest.approx(np.log(3))
    assert blind(Output("", None, (1,), None, "mse")) is None


def test_series_have_an_entry_for_each_step():
    output = Output("", None, (5, 3), "softmax", "sparse_categorical_crossentropy")
    assert entries(np.zeros((4, 5), int), output).shape == (20, 1)
    assert entries(np.zeros((4, 5, 3)), output).shape == (20, 3)
    assert entries(np.zeros(4), Output("", None, (1,), None, None)).shape == (4, 1)


def test_of_all_rows_is_silent_where_it_would_be_wrong():
    row = (dense("out", 1, "linear"),)
    y = RNG.normal(size=40)
    assert of_all_rows(facts(*row, loss="mse", y=y)) == pytest.approx(y.var())
    assert of_all_rows(facts(*row, loss="mse", y=y, fit=Fit(weighted=True))) is None
    assert of_all_rows(facts(*row, loss="mse", y=y, fit=Fit(class_weight={0: 2.0}))) is None
    assert of_all_rows(facts(*row, loss="mse", x=np.zeros((3, 4)))) is None
