"""Layers whose units start as the same unit: ours and the user's own, each beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.checks.alike import alike
from tests.insight.doctor.checks.network import codes, dense, facts, layer, weight


def out(**more):
    return dense("out", 3, "softmax", size=8, **more)


def own(*weights, name="mine", taken=(4,), given=(8,)):
    return layer(name, "Mine", taken, output_shape=given, weights=weights, ours=False)


def test_units_that_start_alike():
    found = list(alike.findings(facts(dense("a", 8, spread=0.0), out())))
    assert [f.level for f in found] == ["serious"]
    assert found[0].sign.repair.changes == (SetLayer("a", "kernel_initializer", "he_normal"),)
    assert codes(alike, facts(dense("a", 8), out(spread=0.0))) == []
    assert codes(alike, facts(dense("a", 1, spread=0.0), out())) == []
    cell = layer("lstm", "LSTM", weights=(weight("lstm_cell/kernel", (4, 32)),))
    assert codes(alike, facts(cell, out())) == ["serious"]


def test_a_matrix_of_ones_in_a_layer_of_ones_own():
    (found,) = alike.findings(facts(own(weight("w", (4, 8), mean=1.0)), out()))
    assert found.level == "serious" and str(found.sign.place) == "layer 'mine', w"
    assert "glorot_uniform" in found.sign.repair.code
    assert codes(alike, facts(own(weight("w", (4, 8), 0.4)), out())) == []
    (found,) = alike.findings(facts(own(weight("w", (8, 4), mean=1.0)), out()))
    assert found.sign.place.argument == "w"


@pytest.mark.parametrize(
    "healthy",
    [
        pytest.param(own(weight("gamma", (1, 4), mean=1.0), given=(4,)), id="scale"),
        pytest.param(own(weight("gate", (8,), mean=1.0)), id="one axis"),
        pytest.param(
            own(weight("table", (12, 4), mean=1.0), taken=(12, 4), given=(12, 4)), id="table"
        ),
        pytest.param(own(weight("mean", (12, 1), mean=1 / 12), given=(1,)), id="average"),
        pytest.param(own(weight("w", (4, 8), mean=1.0, trainable=False)), id="frozen"),
        pytest.param(
            own(weight("a", (4, 2), 0.5), weight("b", (4, 8))), id="zeros beside drawn ones"
        ),
        pytest.param(own(weight("w", (4, 8))), id="zeros before drawn ones"),
    ],
)
def test_arrays_that_may_start_at_one_number(healthy):
    assert codes(alike, facts(healthy, out())) == []


def test_zeros_before_zeros_never_move():
    both = own(weight("w", (4, 8))), own(weight("w", (8, 8)), name="next", taken=(8,))
    assert codes(alike, facts(*both, out())) == ["serious"]


def test_what_makes_the_output_may_start_at_one_number():
    alone = own(weight("w", (4, 8), mean=1.0))
    assert codes(alike, facts(alone)) == []
    total = layer("add", "Add", (8,))
    assert codes(alike, facts(alone, total)) == []


def test_layers_whose_feeds_are_not_known():
    known = facts(own(weight("w", (4, 8), mean=1.0)), out())
    unknown = replace(known, layers=tuple(replace(each, inputs=None) for each in known.layers))
    assert codes(alike, unknown) == ["serious"]
