"""The scale of inputs that code of a ``call`` hands to the first layer."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import pellucid
from pellucid import Model, Sequential, layers
from pellucid.insight.doctor.rehearsal.rehearse import rehearse

RNG = np.random.default_rng(0)
X = RNG.uniform(0, 1000, (200, 6)).astype("float32")
Y = (X[:, 0] > 500).astype("float32")[:, None]


class Net(Model):
    """A hidden layer and a score, with some code before them."""

    def __init__(self, before, normal=None):
        super().__init__()
        self.hidden = layers.Dense(16, activation=None if normal else "relu")
        self.score = layers.Dense(1)
        self.before, self.normal = before, normal

    def call(self, inputs):
        hidden = self.hidden(self.before(inputs))
        if self.normal is not None:
            hidden = jax.nn.relu(self.normal(hidden))
        return jax.nn.sigmoid(self.score(hidden))


def alarms(model, x):
    model.compile("adam", "binary_crossentropy")
    found = pellucid.doctor.examine(model, x, Y, epochs=100)
    return [finding.code for finding in found.findings]


def as_it_is(inputs):
    return inputs


def test_large_inputs_of_a_class():
    assert alarms(Net(as_it_is), X) == ["D101"]


@pytest.mark.parametrize(
    ("before", "x"),
    [
        (as_it_is, X / 500 - 1),
        (lambda inputs: inputs / 500 - 1, X),
        (lambda inputs: (inputs - 500) / 300, X),
    ],
)
def test_inputs_that_are_scaled_before_or_in_the_class(before, x):
    assert "D101" not in alarms(Net(before), x)


def test_sums_that_are_normalised_next():
    assert "D101" not in alarms(Net(as_it_is, layers.LayerNormalization()), X)


def test_sums_are_measured_in_code_only():
    model = Sequential([layers.Dense(4, "relu"), layers.Dense(1)])
    model.compile("adam", "mse")
    assert rehearse(model, X, Y).sums == {}
    own = Net(as_it_is)
    own.compile("adam", "mse")
    kernel, bias = (np.asarray(each) for each in _built(own))
    rows = np.sqrt(np.mean(np.square(X @ kernel + bias)))
    assert rehearse(own, X, Y).sums["hidden"] == pytest.approx(rows, rel=0.2)


def _built(model):
    model.build(X.shape)
    return model.hidden.get_weights()
