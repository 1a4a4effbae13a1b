"""Models whose batches have a size of their own: stateful layers, and code that was written for one batch size."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras

backend, layers = keras.backend, keras.layers
RANDOM = np.random.default_rng(0)


def test_code_that_is_written_for_one_batch_size():
    rows = RANDOM.normal(size=(64, 4))
    inputs = keras.Input(batch_shape=(16, 4))

    def shifted(x):
        return x + backend.constant(np.arange(16.0)[:, None])

    model = keras.Model(inputs, layers.Lambda(shifted)(inputs))
    model.compile("sgd", "mse")
    history = model.fit(rows, rows, batch_size=16, validation_data=(rows, rows), verbose=0)
    wanted = np.mean(np.arange(16.0) ** 2)
    assert history.history["val_loss"] == pytest.approx([wanted], rel=1e-5)
    assert model.evaluate(rows, rows, batch_size=16, verbose=0) == pytest.approx(wanted, rel=1e-5)
    found = model.predict(rows, batch_size=16)
    assert found == pytest.approx(rows + np.tile(np.arange(16.0), 4)[:, None], abs=1e-5)


@pytest.mark.parametrize(
    "first", [{"batch_input_shape": (2, 3, 1)}, {"batch_size": 2, "input_shape": (3, 1)}]
)
def test_stateful_layers_are_validated_in_their_own_batches(first):
    rows, target = RANDOM.normal(size=(8, 3, 1)), RANDOM.normal(size=(8, 1))
    model = keras.Sequential(
        [
            layers.LSTM(4, stateful=True, return_sequences=True, **first),
            layers.LSTM(3, stateful=True),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    model.fit(rows, target, batch_size=2, shuffle=False, validation_data=(rows, target), verbose=0)
    assert model.predict(rows, batch_size=2).shape == (8, 1)
