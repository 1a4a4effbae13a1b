"""Rates of Keras 2: `decay=` beside callbacks that set the rate; columns under the names they had."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras

K = keras.backend
X = np.ones((8, 1), "float32")


def trained(schedule, callbacks):
    """One weight, a gradient of 1: each step takes away the rate."""
    model = keras.Sequential([keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(lr=1.0, decay=0.5), lambda t, p: p)
    model.build((None, 1))
    model.set_weights([np.zeros((1, 1))])
    model.fit(X, X, batch_size=4, epochs=3, callbacks=callbacks, verbose=0)
    steps = np.arange(6)
    expected = -sum(schedule[step // 2] / (1 + 0.5 * step) for step in steps)
    assert model.get_weights()[0].item() == pytest.approx(expected, rel=1e-5)
    return model


def test_a_scheduler_sets_the_first_rate_of_an_optimizer_with_decay():
    seen = []

    def halved(epoch, rate):
        seen.append(rate)
        return rate if epoch == 0 else rate * 0.5

    model = trained([1.0, 0.5, 0.25], [keras.callbacks.LearningRateScheduler(halved)])
    assert seen == [1.0, 1.0, 0.5]
    assert K.get_value(model.optimizer.lr) == 0.25
    K.set_value(model.optimizer.lr, 2.0)
    model.set_weights([np.zeros((1, 1))])
    model.fit(X, X, batch_size=8, verbose=0)
    assert model.get_weights()[0].item() == pytest.approx(-2 / (1 + 0.5 * 6), rel=1e-5)


def test_a_plateau_reduces_it():
    reduce = keras.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=1, min_delta=1e9)
    trained([1.0, 1.0, 0.1], [reduce])


def test_a_schedule_of_the_scripts_own_is_not_set():
    model = keras.Sequential([keras.layers.Dense(1)])
    rate = keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    model.compile(keras.optimizers.SGD(rate), "mse")
    with pytest.raises(RuntimeError, match="schedule"):
        model.fit(X, X, callbacks=[keras.callbacks.LearningRateScheduler(lambda e: 0.1)], verbose=0)


def test_columns_under_their_long_names():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae", "mse"])
    stop = keras.callbacks.EarlyStopping("val_mean_absolute_error", patience=100)
    history = model.fit(X, X, epochs=2, validation_split=0.5, callbacks=[stop], verbose=0).history
    assert history["val_mean_absolute_error"] == history["val_mae"]
    assert history["mean_squared_error"] == history["mse"]
    assert history.get("mean_absolute_percentage_error") is None
    assert stop.best == pytest.approx(min(history["val_mae"]))
