"""A loss of directions on targets with a size, beside embeddings, classes and other losses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetLoss
from pellucid.insight.doctor.checks import directions
from tests.insight.doctor.checks.network import codes, dense, facts, layer

RNG = np.random.default_rng(0)
LOADS = RNG.normal(size=(200, 7))
UNIT = LOADS / np.linalg.norm(LOADS, axis=1, keepdims=True)


def look(y, *more_layers, loss="cosine_similarity", **more):
    units = np.shape(y)[1] if np.ndim(y) > 1 else 1
    return facts(
        dense("one", 8), dense("out", units, "linear", size=8), *more_layers, loss=loss, y=y, **more
    )


@pytest.mark.parametrize("metrics", [(), ("mae",), ("cosine_similarity",)])
def test_a_loss_of_directions_on_numbers(metrics):
    (found,) = directions.direction_only.findings(look(LOADS, metrics=metrics))
    assert (found.level, str(found.sign.place)) == ("warning", "loss=cosine_similarity")
    assert "compares the direction" in found.sign.evidence[0]
    assert found.sign.repair.changes == (SetLoss("mean_squared_error"),)


def test_of_one_number_the_sign_is_left():
    (found,) = directions.direction_only.findings(look(LOADS[:, :1]))
    assert "compares the sign" in found.sign.evidence[0]
    assert codes(directions.direction_only, look(LOADS[:, 0])) == ["warning"]


@pytest.mark.parametrize(
    "y",
    [
        UNIT,
        100 * UNIT,
        UNIT * RNG.uniform(0.9, 1.1, (200, 1)),
        np.eye(7)[RNG.integers(0, 7, 200)],
        (LOADS > 0).astype(int),
        2 * (LOADS[:, 0] > 0) - 1,
        RNG.dirichlet(np.ones(7), 200),
    ],
)
def test_directions_classes_and_shares(y):
    assert codes(directions.direction_only, look(y)) == []


def test_along_another_axis_rows_are_no_vectors():
    known = look(LOADS)
    output = replace(known.outputs[0], loss_arguments={"axis": 0})
    assert codes(directions.direction_only, replace(known, outputs=(output,))) == []


def test_other_losses_and_answers_of_length_1():
    assert codes(directions.direction_only, look(LOADS, loss="mse")) == []
    assert (
        codes(directions.direction_only, look(LOADS, layer("u", "UnitNormalization", (7,)))) == []
    )
    assert codes(directions.direction_only, facts(dense("out", 7), loss="cosine_similarity")) == []
