"""Words of Keras 1 that the tables translate, with what they must mean."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras import initializations as old
from pellucid.keras.former import former

layers = keras.layers
SERIES = np.random.default_rng(0).normal(size=(6, 5, 3)).astype("float32")


@pytest.mark.parametrize("length", [{"input_length": 5}, {}])
@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN", "Conv1D"])
def test_series_by_length_and_size(name, length):
    arguments = (4, 3) if name == "Conv1D" else (4,)
    model = keras.Sequential([getattr(layers, name)(*arguments, input_dim=3, **length)])
    assert model.input_shape == (None, length.get("input_length"), 3)
    assert model.predict(SERIES).shape[0] == 6


def test_accuracy_that_fit_was_asked_to_show():
    rows, labels = SERIES[:, 0], np.eye(2)[[0, 1, 0, 1, 0, 1]]
    model = keras.Sequential([layers.Dense(2, activation="softmax", input_dim=3)])
    model.compile(loss="categorical_crossentropy", optimizer="sgd", class_mode="categorical")
    history = model.fit(rows, labels, nb_epoch=2, show_accuracy=True, verbose=0)
    assert len(history.history["acc"]) == 2
    score = model.evaluate(rows, labels, show_accuracy=True, verbose=0)
    share = np.mean(model.predict(rows).argmax(-1) == labels.argmax(-1))
    assert score[1] == pytest.approx(share)


@pytest.mark.parametrize(
    ("old", "modern"),
    [("cosine_proximity", "cosine_similarity"), ("kullback_leibler_divergence", "kl_divergence")],
)
def test_losses_and_metrics_by_their_old_names(old, modern):
    found = []
    for name in (old, modern):
        model = keras.Sequential([layers.Dense(3, activation="softmax", input_dim=3)])
        model.set_weights([np.eye(3), np.zeros(3)])
        model.compile("sgd", name, metrics=[name])
        found.append(model.evaluate(SERIES[:, 0], np.full((6, 3), 1 / 3), verbose=0))
    assert found[0] == pytest.approx(found[1])


def test_penalties_on_outputs():
    penalty = former("regularizers", "activity_l2")(0.5)
    assert float(penalty(np.array([1.0, 2.0], "float32"))) == pytest.approx(2.5)


def test_columns_keep_the_words_of_the_script():
    model = keras.Sequential([layers.Dense(1, input_dim=3)])
    model.compile("sgd", "mse", metrics=["mae", "mse"])
    history = model.fit(SERIES[:, 0], SERIES[:, 1, 0], verbose=0).history
    assert list(history) == ["loss", "mae", "mse"]


def test_initializers_that_were_functions_of_a_shape_and_a_name():
    layer = layers.SimpleRNN(
        4,
        init=lambda shape, name: old.normal(shape, scale=0.01, name=name),
        inner_init=lambda shape, name: old.identity(shape, scale=2.0, name=name),
    )
    layer(SERIES)
    kernel, recurrent, _ = layer.get_weights()
    np.testing.assert_array_equal(recurrent, 2 * np.eye(4))
    assert 0.002 < kernel.std() < 0.03
    assert old.get("he_normal")((3, 4)).shape == (3, 4)
    assert abs(old.uniform((50, 50)).numpy()).max() == pytest.approx(0.05, rel=0.01)


def test_average_pooling_without_a_size_halves():
    images = np.arange(16.0, dtype="float32").reshape(1, 4, 4, 1)
    wanted = images.reshape(1, 2, 2, 2, 2, 1).mean((2, 4))
    np.testing.assert_allclose(layers.AveragePooling2D()(images).numpy(), wanted)
    assert layers.AveragePooling1D(padding="same")(SERIES).shape == (6, 3, 3)
