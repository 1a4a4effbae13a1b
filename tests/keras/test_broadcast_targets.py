"""Targets that Keras's losses broadcast: scripts train on them and are told; a model of Pellucid's refuses."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
import pellucid.keras as keras
from pellucid.core.errors import ArgumentError, TargetError

X = np.random.default_rng(0).normal(size=(12, 5, 1)).astype("float32")
Y = X.sum((1, 2))


def units():
    return [keras.layers.Flatten(), keras.layers.Dense(3)]


def steps():
    return [keras.layers.SimpleRNN(2, return_sequences=True), keras.layers.Dense(1)]


@pytest.mark.parametrize("y", [Y, Y[:, None]])
@pytest.mark.parametrize("stack", [units, steps])
def test_one_number_per_row_is_the_target_of_every_unit_and_step(stack, y):
    model = keras.Sequential(stack())
    model.compile("sgd", "mse", metrics=["mae"])
    measured = model.evaluate(X, y, verbose=0)
    found = model.predict(X, verbose=0)
    apart = found - Y.reshape(-1, *(1 for _ in found.shape[1:]))
    assert measured == pytest.approx([np.mean(apart**2), np.mean(np.abs(apart))], rel=1e-5)
    history = model.fit(X, y, epochs=2, verbose=0)
    assert history.history["loss"][1] < history.history["loss"][0]


@pytest.mark.parametrize("stack", [lambda: [*units()[:1], keras.layers.Dense(1)], steps])
def test_one_unit_answers_every_column(stack):
    model = keras.Sequential(stack())
    model.compile("sgd", "mse", metrics=["mae"])
    found = model.predict(X, verbose=0)
    y = np.concatenate([found + 1, found, found - 3], -1)
    assert model.evaluate(X, y, verbose=0) == pytest.approx([10 / 3, 4 / 3], rel=1e-5)
    history = model.fit(X, y, epochs=2, validation_data=(X, y), verbose=0)
    assert history.history["loss"][1] < history.history["loss"][0]


def test_one_array_is_the_target_of_all_outputs():
    inputs = keras.Input((5, 1))
    flat = keras.layers.Flatten()(inputs)
    model = keras.Model(inputs, [keras.layers.Dense(1, name=name)(flat) for name in "ab"])
    model.compile("sgd", "mse")
    total, first, second = model.evaluate(X, Y, verbose=0)
    apart = [np.mean((out[:, 0] - Y) ** 2) for out in model.predict(X, verbose=0)]
    assert [total, first, second] == pytest.approx([sum(apart), *apart], rel=1e-5)
    model.fit(X, Y, epochs=1, verbose=0)


def test_pellucids_own_models_refuse_both():
    layers = pellucid.layers
    model = pellucid.Sequential([layers.Flatten(), layers.Dense(3)])
    model.compile("sgd", "mse")
    with pytest.raises(TargetError, match="needs 3 columns"):
        model.fit(X, Y, verbose=0)
    inputs = pellucid.Input((5, 1))
    two = pellucid.Model(inputs, [layers.Dense(1)(layers.Flatten()(inputs)) for _ in range(2)])
    two.compile("sgd", "mse")
    with pytest.raises(ArgumentError, match="2 outputs"):
        two.fit(X, Y, verbose=0)
