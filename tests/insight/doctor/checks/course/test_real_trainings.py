"""Real trainings of some seconds: healthy ones give no alarm, each sick one the finding that it must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid import Input, Sequential, layers
from pellucid.insight.doctor.checks.course import descent, generalising, inside, plateau
from pellucid.insight.doctor.checks.rehearsal import burdens, gradients, start, steps
from pellucid.insight.doctor.examine import course_of
from pellucid.insight.doctor.facts.gather import gather
from pellucid.insight.doctor.rehearsal.rehearse import rehearse
from pellucid.optimizers import SGD, Adam

MODULES = (start, gradients, steps, burdens, descent, plateau, generalising, inside)
CHECKS = [
    check for module in MODULES for check in vars(module).values() if hasattr(check, "findings")
]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 6)).astype("float32")
CLASSES = X[:, :3].argmax(axis=1)
YES_NO = (X[:, 0] > 0).astype(int)
NUMBERS = X[:, 0] + 0.5 * X[:, 1] ** 2
CROSS = "sparse_categorical_crossentropy"


def network(units, last, activation="relu", depth=2):
    hidden = [layers.Dense(12, activation=activation) for _ in range(depth)]
    return Sequential([Input(shape=(6,)), *hidden, layers.Dense(units, activation=last)])


def alarms(model, y, optimizer, loss, epochs=20, x=X, **more):
    """The codes of the alarms of rehearsal and course."""
    model.strict = False
    model.compile(optimizer, loss)
    facts = gather(model, x, y, epochs=epochs, **more)
    assert facts.fit.steps is not None
    rehearsed = rehearse(model, x, y, planned=facts.fit.steps * epochs)
    history = model.fit(x, y, epochs=epochs, verbose=0, probes=True, **more)
    facts = replace(facts, rehearsed=rehearsed, course=course_of(history))
    return {f.code for check in CHECKS for f in check.findings(facts) if f.is_alarm}


@pytest.mark.parametrize(
    ("model", "y", "optimizer", "loss"),
    [
        (network(3, "softmax"), CLASSES, "adam", CROSS),
        (network(1, None), NUMBERS, SGD(0.02), "mse"),
        (network(1, "sigmoid", "tanh"), YES_NO, SGD(0.1, momentum=0.9), "binary_crossentropy"),
    ],
    ids=["classes", "numbers", "yes-no"],
)
def test_healthy_trainings_give_no_alarm(model, y, optimizer, loss):
    assert alarms(model, y, optimizer, loss, validation_split=0.2) == set()


@pytest.mark.parametrize(
    ("model", "y", "optimizer", "loss", "codes"),
    [
        (network(1, "softmax"), YES_NO, "adam", "binary_crossentropy", {"D503", "D604"}),
        (network(3, "softmax"), CLASSES, Adam(3.0), CROSS, {"D612"}),
    ],
    ids=["softmax of one", "dying"],
)
def test_sick_trainings_are_seen(model, y, optimizer, loss, codes):
    assert codes <= alarms(model, y, optimizer, loss)
