"""Layers of scripts in the ways of Keras 1 and 2: weights named afterwards, losses with their inputs, new names."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras

backend, layers = keras.backend, keras.layers
ROWS = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")


class Linear(layers.Layer):
    """Makes variables in ``build`` and says afterwards that they train."""

    def build(self, input_shape):
        start = np.random.default_rng(0).normal(size=(input_shape[1], 3))
        self.W = backend.variable(start)
        self.b = backend.zeros((3,))
        self.trainable_weights = [self.W, self.b]

    def call(self, x, mask=None):
        return backend.dot(x, self.W) + self.b


class Unnamed(layers.Layer):
    """Keeps its variable in the list alone."""

    def build(self, input_shape):
        self.trainable_weights = [backend.variable(np.ones(input_shape[1]))]

    def call(self, x):
        return x


@pytest.mark.parametrize(("layer", "count"), [(Linear, 15), (Unnamed, 4)])
def test_variables_that_are_named_as_weights_afterwards(layer, count):
    model = keras.Sequential([layer(input_shape=(4,))])
    assert model.count_params() == count
    assert len(model.trainable_weights) == len(model.get_weights())


def test_such_weights_train():
    model = keras.Sequential([Linear(input_shape=(4,)), layers.Dense(1)])
    before = model.layers[0].get_weights()
    model.compile("sgd", "mse")
    model.fit(ROWS, ROWS[:, 0], verbose=0)
    for old, new in zip(before, model.layers[0].get_weights(), strict=True):
        assert not np.array_equal(old, new)
    kernel, bias = model.layers[0].get_weights()
    half = keras.Model(model.input, model.layers[0].output)
    assert half.predict(ROWS) == pytest.approx(ROWS @ kernel + bias, abs=1e-5)


def test_a_loss_that_says_what_it_was_made_of():
    class Penalty(layers.Layer):
        def call(self, inputs):
            loss = backend.mean(backend.square(inputs))
            self.add_loss(loss, inputs=inputs)
            return inputs

    model = keras.Sequential([Penalty(input_shape=(4,))])
    model.compile("sgd", loss=None)
    history = model.fit(ROWS, batch_size=64, verbose=0)
    assert history.history["loss"] == pytest.approx([np.mean(ROWS**2)], rel=1e-5)


def test_names_can_be_given_later():
    model = keras.Sequential([layers.Dense(2, input_dim=4), layers.Dense(1)])
    model.layers[0].name = "first"
    model.layers[1]._name = "last"
    model.name = "whole"
    assert [layer.name for layer in model.layers] == ["first", "last"]
    assert model.get_layer("first") is model.layers[0]
    assert model.name == "whole"


def test_oldest_words_for_random_numbers():
    drawn = backend.random_normal((2000,), mean=1.0, std=3.0).numpy()
    assert np.std(drawn) == pytest.approx(3.0, rel=0.1)
    assert np.mean(drawn) == pytest.approx(1.0, abs=0.3)


def test_an_initializer_of_a_script_needs_no_dtype():
    def start(shape, name=None):
        return backend.variable(np.full(shape, 0.5), name=name)

    dense = layers.Dense(2, kernel_initializer=start, input_dim=4)
    keras.Sequential([dense])
    assert np.array_equal(dense.get_weights()[0], np.full((4, 2), 0.5, "float32"))
