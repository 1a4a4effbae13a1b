"""Keras 1's layer ``Merge``, which joins models at the bottom of a ``Sequential``."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras.merging import Merge

RANDOM = np.random.default_rng(1)
FOURS, THREES = RANDOM.normal(size=(30, 4)), RANDOM.normal(size=(30, 3))


def branch(size, units=5):
    return keras.Sequential([keras.layers.Dense(units, input_dim=size)])


def test_a_stack_on_two_models():
    left, right = branch(4), branch(3)
    model = keras.Sequential()
    model.add(Merge([left, right], mode="concat"))
    model.add(keras.layers.Dense(1))
    model.compile("sgd", "mse")
    target = FOURS[:, 0] - THREES[:, 1]
    losses = model.fit([FOURS, THREES], target, epochs=30, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0]
    kernel, bias = model.layers[-1].get_weights()
    joined = np.concatenate([left.predict(FOURS), right.predict(THREES)], axis=1)
    assert model.predict([FOURS, THREES]) == pytest.approx(joined @ kernel + bias, abs=1e-5)


@pytest.mark.parametrize(
    ("mode", "join"),
    [("sum", np.add), ("mul", np.multiply), (lambda pair: pair[0] - pair[1], np.subtract)],
)
def test_ways_to_join(mode, join):
    left, right = branch(4), branch(3)
    model = keras.Sequential()
    model.add(Merge([left, right], mode=mode))
    wanted = join(left.predict(FOURS), right.predict(THREES))
    assert model.predict([FOURS, THREES]) == pytest.approx(wanted, abs=1e-5)


def test_a_model_that_is_joined_twice_has_its_input_once():
    left, right = branch(4), branch(3)
    inner = keras.Sequential()
    inner.add(Merge([left, right], mode="sum"))
    model = keras.Sequential()
    model.add(Merge([inner, right], mode="concat"))
    assert model.predict([FOURS, THREES]).shape == (30, 10)


def test_the_file_of_a_joined_stack(tmp_path):
    model = keras.Sequential()
    model.add(Merge([branch(4), branch(3)], mode="concat"))
    model.add(keras.layers.Dense(2))
    model.save(tmp_path / "model.h5")
    again = keras.models.load_model(tmp_path / "model.h5")
    assert again.predict([FOURS, THREES]) == pytest.approx(model.predict([FOURS, THREES]))


def test_a_script_joins_in_a_way_of_its_own():
    class RandomWeightedAverage(keras.layers._Merge):
        def _merge_function(self, inputs):
            rows = keras.backend.shape(inputs[0])[0]
            weights = keras.backend.random_uniform((rows, 1))
            return weights * inputs[0] + (1 - weights) * inputs[1]

    first, second = keras.Input((2,)), keras.Input((2,))
    model = keras.Model([first, second], RandomWeightedAverage()([first, second]))
    zeros, ones = np.zeros((4, 2), "float32"), np.ones((4, 2), "float32")
    drawn = [model([zeros, ones], training=True).numpy() for _ in range(2)]
    assert ((drawn[0] > 0) & (drawn[0] < 1)).all()
    assert not np.allclose(drawn[0], drawn[1])
