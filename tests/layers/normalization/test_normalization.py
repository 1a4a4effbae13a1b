"""Batch and layer normalisation against NumPy, PyTorch and Keras."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import Sequential, apply, init, layers
from pellucid.core.errors import ArgumentError, ShapeError

ROWS = np.random.default_rng(0).normal(3.0, 2.0, (6, 4)).astype("float32")
IMAGES = np.random.default_rng(1).normal(3.0, 2.0, (5, 2, 3, 4)).astype("float32")


@pytest.mark.parametrize(("x", "axis"), [(ROWS, -1), (IMAGES, -1), (IMAGES, 1), (IMAGES, 2)])
def test_batch_normalization_equals_numpy_in_training_and_inference(x, axis):
    layer = layers.BatchNormalization(axis, momentum=0.9, epsilon=0.01, gamma_initializer="uniform")
    params, state = init(layer, 0, x)
    outputs, new = apply(layer, params, state, x, training=True)
    moved = np.moveaxis(x, axis, -1).astype("float64")
    flat = moved.reshape(-1, moved.shape[-1])
    mean, variance = flat.mean(0), flat.var(0)
    wanted = (moved - mean) / np.sqrt(variance + 0.01) * params["gamma"] + params["beta"]
    np.testing.assert_allclose(np.moveaxis(outputs, axis, -1), wanted, atol=1e-5)
    np.testing.assert_allclose(new["moving_mean"], 0.1 * mean, rtol=1e-5)
    np.testing.assert_allclose(new["moving_variance"], 0.9 + 0.1 * variance, rtol=1e-5)
    still, same = apply(layer, params, new, x)
    wanted = (moved - new["moving_mean"]) / np.sqrt(new["moving_variance"] + 0.01) * params["gamma"]
    np.testing.assert_allclose(np.moveaxis(still, axis, -1), wanted, atol=1e-4)
    assert all(same[path] is new[path] for path in new)


def test_a_frozen_layer_is_in_inference_whatever_the_flag_says():
    layer = layers.BatchNormalization(momentum=0.0)
    model = Sequential([layer])
    params, state = init(model, 0, ROWS)
    model.trainable = False
    outputs, new = apply(model, params, state, ROWS, training=True)
    np.testing.assert_allclose(outputs, ROWS / np.sqrt(1.001), rtol=1e-5)
    np.testing.assert_array_equal(new["batch_normalization/moving_mean"], np.zeros(4))


def test_a_large_mean_does_not_swallow_the_variance():
    """The one-pass formula mean(x^2) - mean^2 gives 0 or worse here."""
    x = (ROWS - 3.0) + 10_000.0
    layer = layers.BatchNormalization(epsilon=0.0)
    outputs = layer(x, training=True)
    np.testing.assert_allclose(np.std(np.asarray(outputs), axis=0), np.ones(4), rtol=1e-2)


def test_a_mask_leaves_positions_out_of_the_statistics():
    series = np.random.default_rng(2).normal(size=(2, 3, 4)).astype("float32")
    mask = np.array([[True, True, False], [True, False, False]])
    layer = layers.BatchNormalization(momentum=0.0)
    layer(series, training=True, mask=mask)
    np.testing.assert_allclose(layer.moving_mean, series[mask].mean(0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer.moving_variance, series[mask].var(0), rtol=1e-4)


def test_half_precision_sums_in_single():
    x = np.full((4096, 1), 20.0, "float32")
    x[::2] = 10.0
    layer = layers.BatchNormalization(momentum=0.0, dtype="bfloat16")
    assert layer(x, training=True).dtype == jax.numpy.bfloat16
    np.testing.assert_allclose(np.float32(layer.moving_variance), [25.0], rtol=1e-2)


def test_wrong_inputs_are_refused():
    layer = layers.BatchNormalization()
    layer(ROWS)
    with pytest.raises(ShapeError, match=r"built for rows of 4 features.*rows of 3 features"):
        layer(ROWS[:, :3])
    with pytest.raises(ShapeError, match="needs rows of features"):
        layers.BatchNormalization()(np.ones(3))
    for axis in (0, 2, -2, -3):
        with pytest.raises(ShapeError, match=f"axis {axis} is no feature axis"):
            layers.BatchNormalization(axis)(ROWS)
    with pytest.raises(ArgumentError, match=r"`momentum` must be a number in \[0, 1\]"):
        layers.BatchNormalization(momentum=1.5)


def test_center_and_scale_decide_the_weights():
    for center in (True, False):
        for scale in (True, False):
            layer = layers.BatchNormalization(center=center, scale=scale)
            params, state = init(layer, 0, ROWS)
            assert ("beta" in params, "gamma" in params) == (center, scale)
            assert set(state) == {"moving_mean", "moving_variance"}


@pytest.mark.parametrize("axis", [-1, [1, 2], [-1, -2, -3], 2])
def test_layer_normalization_equals_numpy(axis):
    layer = layers.LayerNormalization(
        axis, epsilon=0.01, gamma_initializer="uniform", beta_initializer="uniform"
    )
    params, state = init(layer, 0, IMAGES)
    outputs, _ = apply(layer, params, state, IMAGES)
    axes = tuple(sorted(a % 4 for a in np.atleast_1d(axis)))
    shape = [IMAGES.shape[a] if a in axes else 1 for a in range(4)]
    x = IMAGES.astype("float64")
    centred = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 0.01)
    wanted = centred * params["gamma"].reshape(shape) + params["beta"].reshape(shape)
    np.testing.assert_allclose(outputs, wanted, atol=1e-5)


def test_rms_scaling_only_scales():
    layer = layers.LayerNormalization(rms_scaling=True, epsilon=0.0, scale=False)
    np.testing.assert_allclose(layer(ROWS), ROWS / ROWS.std(1, keepdims=True), rtol=1e-5)
    assert len(layer.weights) == 1


def test_layer_normalization_refuses_other_sizes():
    layer = layers.LayerNormalization()
    layer(ROWS)
    with pytest.raises(ShapeError, match=r"LayerNormalization.*4 features.*3 features"):
        layer(ROWS[:, :3])


@pytest.mark.oracle
def test_equal_torch():
    torch = pytest.importorskip("torch", reason="oracle extra")
    x = np.moveaxis(IMAGES, -1, 1)
    ours = layers.BatchNormalization(axis=1, momentum=0.9, epsilon=1e-3)
    peer = torch.nn.BatchNorm2d(4, eps=1e-3, momentum=0.1)
    outputs = ours(x, training=True)
    np.testing.assert_allclose(outputs, peer(torch.tensor(x)).detach(), atol=1e-5)
    np.testing.assert_allclose(ours.moving_mean, peer.running_mean, rtol=1e-5)
    count = x.size // 4
    unbiased = 0.9 + (np.asarray(ours.moving_variance) - 0.9) * count / (count - 1)
    np.testing.assert_allclose(unbiased, peer.running_var, rtol=1e-5)
    np.testing.assert_allclose(
        layers.LayerNormalization()(ROWS),
        torch.nn.LayerNorm(4, eps=1e-3)(torch.tensor(ROWS)).detach(),
        atol=1e-5,
    )


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:.*rms_scaling")
def test_rms_scaling_equals_keras(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras", reason="oracle extra")
    ours = layers.LayerNormalization(rms_scaling=True)(IMAGES)
    np.testing.assert_allclose(
        ours, keras.layers.LayerNormalization(rms_scaling=True)(IMAGES), atol=1e-5
    )


@pytest.mark.oracle
def test_equal_keras(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras", reason="oracle extra")
    pairs = [
        (
            layers.BatchNormalization(momentum=0.7),
            keras.layers.BatchNormalization(momentum=0.7),
            True,
        ),
        (
            layers.BatchNormalization(1, scale=False),
            keras.layers.BatchNormalization(1, scale=False),
            True,
        ),
        (layers.LayerNormalization([1, 3]), keras.layers.LayerNormalization([1, 3]), False),
    ]
    for ours, peer, stateful in pairs:
        options = {"training": True} if stateful else {}
        np.testing.assert_allclose(ours(IMAGES, **options), peer(IMAGES, **options), atol=1e-5)
        for mine, theirs in zip(ours.weights, peer.weights, strict=True):
            np.testing.assert_allclose(mine, theirs.value, rtol=1e-5, atol=1e-6)
