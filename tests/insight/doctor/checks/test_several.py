"""Several outputs: one whose loss is multiplied by 0, beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.insight.doctor.checks import several
from pellucid.insight.doctor.facts.data import Data, Rows
from pellucid.insight.doctor.facts.facts import Facts, Fit, Optimizer
from tests.insight.doctor.checks.network import codes, column, dense, output, weight


def two(weights=(1.0, 0.0), **more):
    """Facts of a shared layer and two heads behind it."""
    heads = [dense(name, 1, "linear", size=8, inputs=("a",)) for name in ("kind", "size")]
    outputs = tuple(
        replace(output(loss="mean_squared_error", layer=head.path), name=head.path, loss_weight=at)
        for head, at in zip(heads, weights, strict=True)
    )
    return Facts((dense("a", 8), *heads), outputs, **more)


def with_head(known, **changed):
    """The same with another layer of the second output."""
    return replace(known, layers=(*known.layers[:2], replace(known.layers[2], **changed)))


def with_output(known, **changed):
    """The same with another second output."""
    return replace(known, outputs=(known.outputs[0], replace(known.outputs[1], **changed)))


LEARNT = (weight("kernel", (8, 1), 0.4), weight("bias", (1,), mean=0.3))


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (two(), ["warning"]),
        (two((0.0, 0.0)), ["warning", "warning"]),
        (two((1.0, 1.0)), []),
        (two((1.0, 1e-9)), []),
        (two((1.0, None)), []),
        (two(fit=Fit(goes_on=True)), []),
        (with_head(two(), weights=LEARNT), []),
        (with_head(two(), trainable=False), []),
        (with_output(two(), loss=None), []),
        (with_output(two(), loss=None, own_loss=True), ["warning"]),
        (with_output(two(), layer="kind"), []),
        (with_output(two(), layer=None), []),
    ],
)
def test_an_output_without_weight(known, found):
    assert codes(several.weightless, known) == found


@pytest.mark.parametrize(
    ("weight", "name", "found"),
    [(1e-5, "sgd", ["warning"]), (1e-5, "adam", []), (0.01, "sgd", [])],
)
def test_a_weight_of_next_to_nothing_under_plain_descent(weight, name, found):
    y = np.random.default_rng(0).normal(size=(60, 1))
    columns = {each: replace(column(y), name=each) for each in ("kind", "size")}
    data = Data(Rows({"": column(y)}, columns))
    known = two((1.0, weight), data=data, optimizer=Optimizer(name, 0.01))
    assert codes(several.weightless, known) == found


def test_outputs_of_which_no_loss_is_known_are_not_judged():
    known = two((1.0, 1e-5), optimizer=Optimizer("sgd", 0.01))
    silent = replace(known, outputs=tuple(replace(each, loss=None) for each in known.outputs))
    assert codes(several.weightless, silent) == []


def test_layers_that_only_it_would_train_are_named():
    (sign,) = several.weightless.look(two())
    assert str(sign.place) == "loss_weights={'size': 0}"
    assert "nothing else trains 'size'." in sign.evidence[0]
    (first, _) = several.weightless.look(two((0.0, 0.0)))
    assert "nothing else trains 'a', 'kind'." in first.evidence[0]


@pytest.mark.parametrize(("given", "found"), [([1.0, 0.0], ["D233"]), ([1.0, 0.5], []), (None, [])])
def test_read_off_a_model(given, found):
    x = np.random.default_rng(0).normal(size=(400, 4))
    inputs = pellucid.Input((4,))
    shared = layers.Dense(8, "relu")(inputs)
    heads = [layers.Dense(1, name="one")(shared), layers.Dense(1, name="two")(shared)]
    model = pellucid.Model(inputs, heads)
    model.compile("adam", ["mse", "mse"], loss_weights=given)
    y = [x @ [1.0, 0.5, 0.0, -0.5], x @ [0.0, 1.0, 0.5, 1.0]]
    said = pellucid.doctor.examine(model, x, y, rehearsal=False, epochs=50)
    assert [each.code for each in said.findings] == found
