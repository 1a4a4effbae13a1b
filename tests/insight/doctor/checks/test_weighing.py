"""The size of the rows' weights: faulty ones beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetFit
from pellucid.insight.doctor.checks.weighing import mean_weight
from pellucid.insight.doctor.facts.facts import Fit, Optimizer
from pellucid.insight.doctor.facts.gather import mean_of
from tests.insight.doctor.checks.network import codes, dense, facts

RNG = np.random.default_rng(4)
X = RNG.normal(size=(300, 4))
Y = (np.arange(300) % 3 == 0).astype(int)


def weighted(weights, name="sgd", rate=0.05, y=Y, class_weight=None, epochs=10, **arguments):
    mean, counting = mean_of(weights)
    fit = Fit(
        epochs=epochs,
        steps=10,
        class_weight=class_weight,
        weighted=weights is not None,
        mean_weight=mean,
        counting=counting,
    )
    optimizer = Optimizer(name, rate, None, arguments)
    ends = dense("one", 8), dense("out", 1, "sigmoid", size=8)
    return facts(*ends, loss="binary_crossentropy", x=X, y=y, optimizer=optimizer, fit=fit)


SHARES = np.where(Y == 1, 2.0, 1.0)
SHARES = SHARES / SHARES.sum()


@pytest.mark.parametrize(
    ("weights", "arguments", "found"),
    [
        (SHARES, {}, ["warning"]),
        (SHARES / 100, {"momentum": 0.9}, ["warning"]),
        (SHARES, {"rate": 0.5}, []),
        (SHARES, {"epochs": 100_000}, ["hint"]),
        (SHARES, {"name": "adam", "rate": 1e-3}, ["hint"]),
        (SHARES, {"name": "optax"}, []),
        (SHARES / SHARES.mean(), {}, []),
        (SHARES / SHARES.mean() / 20, {}, []),
        (SHARES * 1e5, {}, ["warning"]),
        (SHARES * 1e5, {"name": "adam", "rate": 1e-3}, []),
        (SHARES * 1e5, {"rate": 1e-4}, []),
        (SHARES * 1e5, {"clipnorm": 1.0}, []),
        ((np.arange(300) % 30 == 0).astype(float), {}, []),
        ((np.arange(300) == 7).astype(float), {}, []),
        (300.0 * (np.arange(300) == 7), {}, []),
        (None, {}, []),
    ],
)
def test_weights_of_rows(weights, arguments, found):
    assert codes(mean_weight, weighted(weights, **arguments)) == found


def test_what_is_said():
    (found,) = mean_weight.findings(weighted(SHARES))
    assert str(found.sign.place) == "sample_weight"
    assert "sgd with 0.05 steps as with 0.00017 without weights" in found.sign.evidence[1]
    assert found.sign.repair.code == "sample_weight = sample_weight / sample_weight.mean()"


def test_weights_of_classes_count_by_their_rows():
    assert codes(mean_weight, weighted(None, class_weight="balanced")) == []
    assert codes(mean_weight, weighted(None, class_weight={0: 0.75, 1: 1.5})) == []
    assert codes(mean_weight, weighted(None, class_weight={0: 1.0, 1: 50.0})) == []
    (found,) = mean_weight.findings(weighted(None, class_weight={0: 0.001, 1: 0.004}))
    assert str(found.sign.place) == "class_weight"
    assert "weights is 0.002;" in found.sign.evidence[0]
    (change,) = found.sign.repair.changes
    assert change == SetFit("class_weight", {0: pytest.approx(0.5), 1: pytest.approx(2.0)})


def test_losses_that_divide_by_the_weights_do_not_mind_their_size():
    known = weighted(SHARES)
    for name in ("mean_with_sample_weight", "sum"):
        output = replace(known.outputs[0], loss_arguments={"reduction": name})
        assert codes(mean_weight, replace(known, outputs=(output,))) == []
    assert codes(mean_weight, replace(known, source="torch")) == []


def test_weights_that_are_no_array_are_not_known():
    assert mean_of({"a": [1.0, 2.0]}) == mean_of(None) == (None, 1.0)
    assert mean_of([[1.0, 2.0], [3.0]]) == (None, 1.0)
