"""Which activation an output ends in where the user's own code applies it."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.insight.doctor.rehearsal.rehearse import rehearse

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype("float32")
CLASSES = np.arange(64) % 3
TAGS = (RNG.random((64, 3)) < 0.5).astype("float32")
NUMBERS = RNG.normal(size=(64, 1))


class Own(Model):
    """Two layers, and a last step in code of one's own."""

    def __init__(self, units, last):
        super().__init__()
        self.hidden = layers.Dense(8, activation="relu")
        self.out = layers.Dense(units)
        self.last = last

    def call(self, inputs):
        return self.last(self.out(self.hidden(inputs)))


def compiled(units, last, loss):
    model = Own(units, last)
    model.compile("adam", loss)
    return model


BENDS = {
    "softmax": (3, jax.nn.softmax),
    "sigmoid": (3, jax.nn.sigmoid),
    "tanh": (3, jnp.tanh),
    "relu": (3, lambda sums: jnp.maximum(sums, 0.0)),
    "linear": (3, lambda sums: 2.0 * sums),
}


@pytest.mark.parametrize("name", BENDS)
def test_the_last_activation_is_told_by_what_outputs_reach(name):
    assert rehearse(compiled(*BENDS[name], "mse"), X, TAGS).last == name


def test_one_unit_behind_a_softmax_is_always_one():
    assert rehearse(compiled(1, jax.nn.softmax, "mse"), X, NUMBERS).last == "softmax"


def test_outputs_without_an_axis_of_units():
    model = compiled(1, lambda sums: jax.nn.sigmoid(sums)[:, 0], "mse")
    found = rehearse(model, X, TAGS[:, 0])
    assert found.unknown == () and found.last == "sigmoid"


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_sums_that_all_lie_behind_one_bend_are_no_softmax(name):
    """Inputs in the thousands: all answers are 1, as those of a softmax over one unit are."""
    model = compiled(1, BENDS[name][1], "mse")
    x = 1e4 + np.abs(X)
    model.build(x.shape)
    kernel, bias, last, end = model.get_weights()
    model.set_weights([np.abs(kernel), bias, np.abs(last), end])
    assert (model.predict(x, verbose=0) == 1).all()
    assert rehearse(model, x, NUMBERS).last == name


@pytest.mark.parametrize(
    "last",
    [
        lambda sums: sums / jnp.linalg.norm(sums, axis=-1, keepdims=True),
        lambda sums: 1.0 + jax.nn.softplus(sums),
        lambda sums: jnp.clip(sums, -3.0, 3.0),
    ],
)
def test_other_ranges_are_not_named(last):
    assert rehearse(compiled(3, last, "mse"), X, TAGS).last is None


def test_a_layer_of_ours_tells_it_itself():
    model = Sequential([Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    assert rehearse(model, X, CLASSES).last is None


FAULTY = {
    "D201": (1, jax.nn.softmax, "binary_crossentropy", TAGS[:, :1]),
    "D203": (3, jax.nn.softmax, pellucid.losses.SparseCategoricalCrossentropy(True), CLASSES),
    "D205": (3, jax.nn.softmax, "binary_crossentropy", TAGS),
    "D206": (1, lambda sums: jnp.maximum(sums, 0.0), "mse", NUMBERS),
}
RIGHT = {
    "D201": jax.nn.sigmoid,
    "D203": lambda sums: sums,
    "D205": jax.nn.sigmoid,
    "D206": lambda sums: sums,
}


@pytest.mark.parametrize("code", FAULTY)
def test_heads_in_code_of_ones_own_are_judged_as_others(code):
    units, last, loss, y = FAULTY[code]
    found = pellucid.doctor.examine(compiled(units, last, loss), X, y, epochs=50)
    assert code in [finding.code for finding in found.findings]
    right = pellucid.doctor.examine(compiled(units, RIGHT[code], loss), X, y, epochs=50)
    alarms = {finding.code for finding in right.findings}
    assert not alarms & (set(FAULTY) | {"D202"})
