"""Repairs of real mistakes help, one that does nothing has no effect, one that breaks is worse; and how it is told."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, layers, optimizers
from pellucid.insight.doctor.changes import (
    InsertLayer,
    Scale,
    SetFit,
    SetLayer,
    SetLayers,
    SetLoss,
    SetOptimizer,
)
from pellucid.insight.doctor.finding import Finding, Place, Repair, Sign
from pellucid.insight.doctor.verify import running
from pellucid.insight.doctor.verify.program import program_of
from pellucid.insight.doctor.verify.trial import verify
from pellucid.training import together

rng = np.random.default_rng(0)
X = rng.normal(size=(240, 4)).astype("float32")
RIGHT = (X[:, 0] + X[:, 1] > 0).astype(int)


def finding(code, *changes):
    sign = Sign("serious", 1.0, Place(), (), Repair(f"repair of {code}", changes))
    return Finding(code, f"title of {code}", (), sign)


def net(*hidden, out, optimizer, loss):
    model = Sequential([Input((4,)), *hidden, out])
    model.strict = False
    model.compile(optimizer, loss)
    return model


def tried(model, x, y, *findings, seeds=2, **fit):
    return verify(program_of(model, x, y, **fit), findings, seconds=60, seeds=seeds)


def verdicts(verification):
    return [effect.verdict for effect in verification.effects]


@pytest.fixture(scope="module")
def of_softmax():
    """A softmax of one unit, with its repair, one that does nothing, one that breaks, and two that cannot be tried."""
    model = net(
        layers.Dense(6, "relu"),
        out=layers.Dense(1, "softmax"),
        optimizer=optimizers.Adam(0.03),
        loss="binary_crossentropy",
    )
    findings = [
        finding("D1", SetLayer("dense_1", "activation", "sigmoid")),
        finding("D2", SetOptimizer(None, {"epsilon": 1.1e-7})),
        finding("D3", SetLayer("nowhere", "units", 3)),
        Finding("D4", "none", (), Sign("hint", 1.0, Place(), ())),
    ]
    return tried(model, X, RIGHT, *findings, epochs=30)


def test_a_softmax_of_one_unit(of_softmax):
    assert verdicts(of_softmax) == ["helps", "no effect", "not tried", "not tried"]
    effect = of_softmax.effects[0]
    numbers = {each.name: each for each in effect.numbers}
    assert np.allclose(numbers["accuracy"].before, np.mean(numbers["accuracy"].before[0]))
    assert min(numbers["accuracy"].after) > 0.85
    assert of_softmax.helps


def test_all_repairs_together_are_those_that_can_be_made(of_softmax):
    assert of_softmax.together.codes == ("D1", "D2")
    assert of_softmax.together.verdict == "helps"


def test_what_was_compared_is_told(of_softmax):
    text = str(of_softmax)
    assert text.startswith(
        "Tried on copies: 2 trainings of each program, 228 steps as it stands, on 192 rows; "
        "measured on 48 rows that were not trained on."
    )
    assert "D1 title of D1 (the whole model): helps\n  repair of D1\n  accuracy: 0." in text
    assert "D3 title of D3 (the whole model): not tried" in text
    assert "There is no layer 'nowhere'; there are: input_layer, dense, dense_1." in text
    assert "D1, D2 together: helps" in text
    data = json.loads(json.dumps(of_softmax.to_dict(), allow_nan=False))
    assert data["effects"][0]["verdict"] == "helps"
    assert data["conditions"]["held_rows"] == 48
    page = of_softmax._repr_html_()
    assert page.count("<tr>") == page.count("</tr>") and "repair of D1" in page


def test_inputs_that_are_not_scaled():
    x = X * [1, 1, 5000, 0.01] + [0, 0, 20000, 0]
    model = net(layers.Dense(6, "tanh"), out=layers.Dense(1), optimizer="sgd", loss="mse")
    y = np.sin(X[:, 0]) + X[:, 1]
    found = tried(model, x, y, finding("D1", Scale("x")), epochs=40)
    assert verdicts(found) == ["helps"]
    assert np.mean(found.effects[0].numbers[0].after) > 0.5


def test_a_rate_that_is_too_high():
    model = net(
        layers.Dense(6, "relu"),
        out=layers.Dense(1),
        optimizer=optimizers.SGD(30.0),
        loss="mse",
    )
    repair = finding("D1", SetOptimizer(None, {"learning_rate": 0.03}))
    found = tried(model, X, X[:, 0] * 3 + 1, repair, epochs=30)
    assert verdicts(found) == ["helps"]
    assert "was not finite" in found.effects[0].reason
    json.dumps(found.to_dict(), allow_nan=False)


def test_activations_that_are_missing():
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    model = net(
        layers.Dense(12),
        out=layers.Dense(2, "softmax"),
        optimizer=optimizers.Adam(0.03),
        loss="sparse_categorical_crossentropy",
    )
    good = finding("D1", SetLayers("activation", "tanh", old="linear", but=("dense_1",)))
    bad = finding("D2", SetLayer("dense_1", "kernel_initializer", "zeros"), SetFit("epochs", 1))
    found = tried(model, X, y, good, bad, epochs=60)
    assert found.effects[0].verdict == "helps"
    assert found.conditions.steps == 450  # a repair is about the epochs, so nothing is made longer
    assert found.effects[1].steps == 6


def test_a_repair_that_breaks_is_worse():
    model = net(
        out=layers.Dense(1, "sigmoid"), optimizer=optimizers.Adam(0.05), loss="binary_crossentropy"
    )
    found = tried(model, X, RIGHT, finding("D1", InsertLayer("dense", "Rescaling", {"scale": 0.0})))
    assert verdicts(found) == ["worse"]
    assert not found.helps and found.together is None


def test_a_program_that_cannot_be_trained_is_helped_by_one_that_can():
    model = net(out=layers.Dense(3), optimizer="adam", loss="sparse_categorical_crossentropy")
    y = X[:, :2] + 1
    changes = SetLayer("dense", "units", 2), SetLoss("mse")
    found = tried(model, X, y, finding("D1", *changes), seeds=1)
    assert verdicts(found) == ["helps"]
    assert "cannot be trained" in found.effects[0].reason
    assert found.effects[0].numbers[0].before == ()


def test_four_rows_two_outputs_and_layers_in_code():
    """XOR, with a second output of numbers: measured on the rows trained on, and told so."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    a = Input((2,), name="x")
    hidden = layers.Dense(8, name="hidden")(a)
    outputs = [layers.Dense(1, "sigmoid", name="xor")(hidden), layers.Dense(1, name="sum")(hidden)]
    model = Model(a, outputs)
    model.compile(optimizers.Adam(0.05), {"xor": "binary_crossentropy", "sum": "mse"})
    y = {"xor": np.array([0, 1, 1, 0]), "sum": x.sum(axis=1)}
    found = tried(model, x, y, finding("D1", SetLayer("hidden", "activation", "tanh")))
    assert verdicts(found) == ["helps"]
    assert {each.name for each in found.effects[0].numbers} == {
        "xor: accuracy", "xor: cross-entropy", "sum: R²",
    }  # fmt: skip
    assert "measured on the same rows, for want of more" in str(found)


def test_copies_of_one_plan_are_trained_as_one_program_with_the_same_result(monkeypatch):
    def found():
        model = net(
            layers.Dense(6, "relu"),
            out=layers.Dense(1, "sigmoid"),
            optimizer=optimizers.Adam(1e-6),
            loss="binary_crossentropy",
        )
        rate = finding("D1", SetOptimizer(None, {"learning_rate": 0.03}))
        wild = finding("D2", SetOptimizer(None, {"learning_rate": 1e30}))
        tanh = finding("D3", SetLayer("dense", "activation", "tanh"))
        return tried(model, X, RIGHT, rate, wild, tanh, epochs=20)

    alone = found()
    groups = []

    def noted(trainings, as_one):
        groups.append(len(trainings) if as_one else 1)
        train_together(trainings, as_one)

    train_together = running.train_together
    monkeypatch.setattr(running, "LONG", 0.0)
    monkeypatch.setattr(running, "train_together", noted)
    monkeypatch.setattr(together, "gains", lambda: True)
    together_tried = found()
    several = [count for count in groups if count > 1]
    assert several == [6, 4]  # under two seeds: three rates; tanh, and all repairs
    assert together_tried.effects[0].verdict == "helps"
    assert verdicts(together_tried) == verdicts(alone)
    for one, other in zip(together_tried.effects, alone.effects, strict=True):
        assert np.allclose(one.skill, other.skill, atol=1e-3)
    assert together_tried.conditions == alone.conditions


def test_copies_that_cannot_be_held_at_once_are_trained_in_parts(monkeypatch):
    found = []

    class Copy:
        def prepared(self, epochs):
            return self

    monkeypatch.setattr(running, "HELD", 10)
    monkeypatch.setattr(running, "bytes_of", lambda copy: sizes[copies.index(copy)])
    sizes = [4, 6, 1, 30, 3]
    copies = [Copy() for _ in sizes]
    for part in running.in_parts([(each, 1) for each in copies]):
        found.append([copies.index(each) for each in part])
    assert found == [[0, 1], [2], [3], [4]]


@pytest.fixture
def ctrl_c(monkeypatch):
    """Press Ctrl-C while copies are trained."""

    def interrupted(trainings, as_one):
        for training in trainings:
            training.history.ended = "interrupt"

    monkeypatch.setattr(running, "train_together", interrupted)


def test_ctrl_c_ends_the_trial_and_not_the_training(ctrl_c, capsys):
    model = net(out=layers.Dense(1), optimizer=optimizers.SGD(1e-9), loss="mse")
    repair = finding("D1", SetOptimizer(None, {"learning_rate": 0.1}))
    with pytest.raises(KeyboardInterrupt):
        tried(model, X, X[:, 0], repair)
    history = model.fit(X * 1000, X[:, 0], epochs=3, doctor="verify", verbose=2)
    assert history.ended == "epochs" and history.diagnosis.findings
    assert "The repairs were not tried to the end: interrupted." in capsys.readouterr().out
