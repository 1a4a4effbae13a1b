"""Activations and widths: faulty stacks beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetLayer, SetLayers
from pellucid.insight.doctor.checks import bends, widths
from pellucid.insight.doctor.facts.facts import Optimizer
from tests.insight.doctor.checks.network import activation, codes, conv, dense, facts, layer, out

RNG = np.random.default_rng(5)
CCE = "categorical_crossentropy"


def test_missing_activation():
    one, two = dense("one", 8), dense("two", 8, "linear", size=8)
    assert codes(bends.no_activation, facts(one, two, out())) == ["warning"]
    assert codes(bends.no_activation, facts(one, replace(two, activation="tanh"), out())) == []
    straight = facts(replace(one, activation="linear"), out())
    found = list(bends.no_activation.findings(straight))
    assert [f.level for f in found] == ["warning"]
    assert "the whole model is one weighted sum" in found[0].sign.evidence[1]
    assert found[0].sign.repair.changes == (SetLayer("one", "activation", "relu"),)


@pytest.mark.parametrize("kind", ["Dropout", "BatchNormalization", "Flatten"])
def test_what_stays_a_sum_between_two_sums(kind):
    one, two = dense("one", 16), dense("two", 8, "linear", size=16)
    assert codes(bends.no_activation, facts(one, two, layer("mid", kind, (8,)), out())) == [
        "warning"
    ]


@pytest.mark.parametrize(
    "mid",
    [activation("act", "relu"), layer("pool", "MaxPooling2D"), layer("own", "Mine", ours=False)],
)
def test_what_may_bend_between_two_sums(mid):
    known = facts(dense("one", 16), dense("two", 8, "linear", size=16), mid, out())
    assert codes(bends.no_activation, known) == []


def test_codes_and_factored_convolutions_are_meant():
    code = (
        dense("one", 16, size=20),
        dense("code", 4, "linear", size=16),
        dense("two", 16, size=4),
    )
    assert codes(bends.no_activation, facts(*code, out(20, "linear", 16))) == ["hint"]
    point = facts(conv("wide", bend="linear"), conv("point", kernel=1), out())
    assert codes(bends.no_activation, point) == []
    assert codes(bends.no_activation, facts(conv("a", bend="linear"), conv("b"), out())) == [
        "warning"
    ]


def test_a_linear_network_that_gives_back_its_inputs_through_a_code():
    rows = np.random.default_rng(0).normal(size=(60, 20))
    around = (dense("code", 4, "linear", size=20), dense("out", 20, "linear", size=4))
    known = {"x": rows, "loss": "mean_squared_error"}
    assert codes(bends.no_activation, facts(*around, y=rows, **known)) == ["hint"]
    assert codes(bends.no_activation, facts(*around, y=rows[::-1], **known)) == ["warning"]
    wide = (dense("wide", 40, "linear", size=20), dense("out", 20, "linear", size=40))
    assert codes(bends.no_activation, facts(*wide, y=rows, **known)) == ["warning"]


def test_a_plain_layer_behind_a_recurrent_one_is_a_hint():
    lstm = layer("lstm", "LSTM", (8,), activation="tanh")
    known = facts(lstm, dense("plain", 25, "linear", size=8), out(1, "linear", 25))
    assert codes(bends.no_activation, known) == ["hint"]


def test_unknown_flow_is_silent():
    known = facts(dense("one", 8, "linear"), out())
    blind = replace(known, layers=tuple(replace(each, inputs=None) for each in known.layers))
    assert codes(bends.no_activation, blind) == []


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [("relu", "softmax", ["warning"]), ("relu", "sigmoid", ["serious"]), ("linear", "softmax", [])],
)
def test_two_activations_at_the_end(first, last, found):
    known = facts(
        dense("hidden", 8), dense("sums", 3, first, size=8), activation("act", last, 3), loss=CCE
    )
    assert codes(bends.two_activations, known) == found


def test_two_activations_elsewhere_and_cut_logits():
    twice = facts(dense("hidden", 8, "relu"), activation("act", "relu"), out())
    assert codes(bends.two_activations, twice) == ["hint"]
    cut = facts(dense("hidden", 8), out(3, "relu"), loss=CCE, from_logits=True)
    assert codes(bends.two_activations, cut) == ["warning"]
    free = facts(dense("hidden", 8), out(3, "linear"), loss=CCE, from_logits=True)
    assert codes(bends.two_activations, free) == []


def test_activations_out_of_place():
    assert codes(bends.misplaced_activation, facts(dense("a", 8, "softmax"), out())) == ["warning"]
    assert codes(bends.misplaced_activation, facts(dense("a", 8, "step"), out())) == ["serious"]
    assert codes(bends.misplaced_activation, facts(dense("a", 8, "sigmoid"), out())) == []
    gate = facts(dense("a", 8, "softmax"), layer("times", "Multiply", (8,)), out())
    assert codes(bends.misplaced_activation, gate) == []


def deep(depth, kind, optimizer="adam", *extra):
    hidden = [dense(f"h{n}", 8, kind, size=8) for n in range(depth)]
    return facts(*hidden, *extra, out(), optimizer=Optimizer(optimizer, 0.01))


def test_flat_stacks():
    assert codes(bends.flat_stack, deep(6, "sigmoid")) == ["warning"]
    assert codes(bends.flat_stack, deep(5, "sigmoid", "sgd")) == ["warning"]
    assert codes(bends.flat_stack, deep(4, "sigmoid")) == ["hint"]
    assert codes(bends.flat_stack, deep(2, "sigmoid", "sgd")) == []
    assert codes(bends.flat_stack, deep(6, "tanh", "sgd")) == []
    assert codes(bends.flat_stack, deep(6, "relu", "sgd")) == []
    assert (
        codes(bends.flat_stack, deep(6, "sigmoid", "sgd", layer("n", "BatchNormalization", (8,))))
        == []
    )
    sign = next(iter(bends.flat_stack.findings(deep(6, "sigmoid")))).sign
    assert sign.repair.changes == (SetLayers("activation", "relu", "sigmoid", ("out",)),)


def test_one_unit():
    narrow = (dense("one", 8), dense("neck", 1, size=8))
    assert codes(widths.one_unit, facts(*narrow, out(size=1))) == ["warning"]
    assert (
        codes(widths.one_unit, facts(dense("one", 8), dense("two", 2, size=8), out(size=2))) == []
    )
    assert codes(widths.one_unit, facts(dense("one", 8), out(1, "sigmoid"))) == []
    scaled = facts(dense("one", 1, "sigmoid"), out(1, "sigmoid", 1))
    assert codes(widths.one_unit, scaled) == []
    assert codes(widths.one_unit, facts(dense("one", 1, "relu"), out(1, "sigmoid", 1))) == [
        "warning"
    ]
    two = facts(dense("one", 8), dense("two", 2, size=8), out(10, size=2))
    assert codes(widths.one_unit, two) == ["warning"]
    bent = facts(dense("one", 8), dense("two", 2, "tanh", size=8), out(10, size=2))
    assert codes(widths.one_unit, bent) == []
    x = RNG.normal(size=(20, 4))
    assert codes(widths.one_unit, facts(*narrow, out(4, "linear", 1), x=x, y=x)) == []
    assert codes(widths.one_unit, facts(dense("neuron", 1, size=1), out(1, "linear", 1))) == []


def test_channels_first_and_windows():
    x = RNG.random((20, 3, 16, 16))
    y = RNG.random(20)
    assert codes(widths.channels_first, facts(conv("c", (3, 16, 16)), out(), x=x, y=y)) == [
        "warning"
    ]
    other = conv("c", (3, 16, 16), data_format="channels_first")
    assert codes(widths.channels_first, facts(other, out(), x=x, y=y)) == []
    right = np.moveaxis(x, 1, -1)
    assert codes(widths.channels_first, facts(conv("c", (16, 16, 3)), out(), x=right, y=y)) == []
    assert codes(
        widths.window_too_large, facts(conv("c", (2, 2, 4), kernel=5, padding="same"), out())
    ) == ["hint"]
    assert (
        codes(widths.window_too_large, facts(conv("c", (8, 8, 4), kernel=5, padding="same"), out()))
        == []
    )


def test_many_weights():
    rows = {"x": RNG.normal(size=(50, 200)), "y": RNG.normal(size=50)}
    big, small = (dense("a", units, size=200) for units in (100, 10))
    assert codes(widths.many_weights, facts(big, out(size=100), **rows)) == ["hint"]
    assert codes(widths.many_weights, facts(small, out(size=10), **rows)) == []
