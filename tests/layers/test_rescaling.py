"""Rescaling and Normalization."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Sequential, init, layers
from pellucid.core.errors import ArgumentError, DataError, ShapeError, UsageError

ROWS = np.random.default_rng(0).normal([5.0, -3.0, 100.0], [1.0, 0.1, 40.0], (50, 3))


def test_rescaling_equals_numpy():
    pixels = np.array([[0, 255], [51, 102]], "uint8")
    np.testing.assert_allclose(layers.Rescaling(1 / 255)(pixels), pixels / 255, rtol=1e-6)
    scaled = layers.Rescaling([1.0, 2.0], offset=np.array([1.0, 0.0]))(pixels)
    np.testing.assert_allclose(scaled, pixels * [1.0, 2.0] + [1.0, 0.0])


def test_adapted_features_have_mean_zero_and_variance_one():
    layer = layers.Normalization()
    layer.adapt(ROWS)
    outputs = np.asarray(layer(ROWS), "float64")
    np.testing.assert_allclose(outputs.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(outputs.std(0), 1, rtol=1e-5)


def test_batches_give_the_statistics_of_the_whole():
    whole, parts = layers.Normalization(), layers.Normalization()
    whole.adapt(ROWS)
    parts.adapt(ROWS[i : i + 7] for i in range(0, 50, 7))
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-6)
    np.testing.assert_allclose(parts.variance, whole.variance, rtol=1e-6)


@pytest.mark.parametrize(
    ("axis", "shape"), [(None, ()), (-1, (4,)), (1, (2,)), ((1, 2), (2, 4)), ([-2, -1], (2, 4))]
)
def test_axis_says_what_keeps_statistics_of_its_own(axis, shape):
    data = np.random.default_rng(1).normal(size=(6, 2, 4))
    layer = layers.Normalization(axis)
    layer.adapt(data)
    kept = [] if axis is None else [a % 3 for a in np.atleast_1d(axis)]
    others = tuple(a for a in range(3) if a not in kept)
    assert layer.mean.shape == shape
    np.testing.assert_allclose(layer.variance, data.var(others), rtol=1e-5)
    wanted = (data - data.mean(others, keepdims=True)) / data.std(others, keepdims=True)
    np.testing.assert_allclose(layer(data), wanted, atol=1e-5)


def test_invert_goes_back():
    forth, back = layers.Normalization(), layers.Normalization(invert=True)
    forth.adapt(ROWS)
    back.adapt(ROWS)
    np.testing.assert_allclose(back(forth(ROWS)), ROWS, rtol=1e-4)


def test_a_constant_feature_gives_zero():
    layer = layers.Normalization()
    layer.adapt(np.full((5, 2), 3.0))
    np.testing.assert_array_equal(layer(np.full((1, 2), 3.0)), [[0, 0]])


def test_unadapted_it_refuses_in_words():
    layer = layers.Normalization()
    with pytest.raises(
        UsageError, match=r"(?s)neither mean nor variance.*normalization.adapt\(x_train\)"
    ):
        layer(ROWS)
    model = Sequential([Input(shape=(3,)), layers.Normalization(), layers.Dense(1)])
    with pytest.raises(UsageError, match="neither mean nor variance"):
        init(model, 0)


def test_a_fresh_start_keeps_what_was_adapted():
    layer = layers.Normalization()
    layer.adapt(ROWS)
    model = Sequential([layer, layers.Dense(1)])
    _, state = init(model, 0, ROWS)
    np.testing.assert_allclose(state["normalization/mean"], ROWS.mean(0), rtol=1e-5)
    assert len(model.trainable_weights) == 2


def test_given_statistics_are_state_too():
    layer = layers.Normalization(mean=3.0, variance=[2.0][0])
    np.testing.assert_allclose(layer([[3.0, 5.0]]), [[0.0, 2 / np.sqrt(2)]], rtol=1e-6)
    np.testing.assert_array_equal(layer.mean, [3.0, 3.0])


@pytest.mark.parametrize(
    "arguments", [{"mean": 1.0}, {"variance": 1.0}, {"mean": [1.0], "variance": 2.0}]
)
def test_mean_and_variance_come_together(arguments):
    with pytest.raises(ArgumentError, match="together and with one shape"):
        layers.Normalization(**arguments)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (np.array([[1.0, np.nan]]), "NaN or infinity"),
        (np.empty((0, 2)), "no rows"),
        ([], "no rows"),
    ],
)
def test_bad_data_are_refused(data, words):
    with pytest.raises(DataError, match=words):
        layers.Normalization().adapt(data)


def test_other_sizes_are_refused():
    layer = layers.Normalization()
    layer.adapt(ROWS)
    with pytest.raises(ShapeError, match=r"Normalization.*3 features.*2 features"):
        layer(ROWS[:, :2])


@pytest.mark.oracle
def test_equals_keras(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras", reason="oracle extra")
    ours, peer = layers.Normalization(), keras.layers.Normalization()
    ours.adapt(ROWS)
    peer.adapt(ROWS.astype("float32"))
    x = ROWS.astype("float32")
    np.testing.assert_allclose(ours(x), peer(x), atol=1e-4)
