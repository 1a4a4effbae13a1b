"""Activation layers against their formulas, and against Keras."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, UnknownNameError

X = np.array([[-3.0, -0.5, 0.0, 0.2, 1.0, 7.0]], "float32")

FORMULAS = [
    (layers.ReLU(), np.maximum(X, 0)),
    (layers.ReLU(max_value=2.0), np.clip(X, 0, 2)),
    (layers.ReLU(negative_slope=0.5, threshold=0.25), np.where(X >= 0.25, X, 0.5 * (X - 0.25))),
    (layers.LeakyReLU(), np.where(X >= 0, X, 0.3 * X)),
    (layers.LeakyReLU(0.01), np.where(X >= 0, X, 0.01 * X)),
    (layers.ELU(2.0), np.where(X > 0, X, 2 * np.expm1(X))),
    (layers.PReLU(alpha_initializer="ones"), X),
    (layers.PReLU(), np.maximum(X, 0)),
    (layers.Softmax(), np.exp(X) / np.exp(X).sum()),
    (layers.Activation("tanh"), np.tanh(X)),
    (layers.Activation(None), X),
    (layers.Identity(), X),
]


@pytest.mark.parametrize(("layer", "wanted"), FORMULAS, ids=lambda v: repr(v)[:40])
def test_formula(layer, wanted):
    np.testing.assert_allclose(layer(X), wanted, rtol=1e-6, atol=1e-6)


def test_softmax_over_another_axis():
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    np.testing.assert_allclose(
        np.sum(layers.Softmax(axis=1)(x), axis=1), np.ones((2, 4)), rtol=1e-6
    )


def test_softmax_leaves_masked_scores_out():
    mask = np.array([[True, True, True, True, False, False]])
    outputs = layers.Softmax()(X, mask=mask)
    kept = np.exp(X) * mask
    np.testing.assert_allclose(outputs, kept / kept.sum(), rtol=1e-6)


def test_prelu_learns_one_slope_for_each_feature_or_shares_them():
    images = np.ones((2, 3, 4, 5), "float32")
    for shared, shape in (
        (None, (3, 4, 5)),
        ([1, 2], (1, 1, 5)),
        (3, (3, 4, 1)),
        ([-1], (3, 4, 1)),
    ):
        layer = layers.PReLU(shared_axes=shared)
        layer(images)
        assert layer.alpha.shape == shape


def test_whole_numbers_become_floats():
    assert layers.Activation("sigmoid")(np.array([[0]], "uint8")).dtype == np.float32
    assert layers.ELU()(np.array([[-1]], "int32")) < -0.6


def test_bad_settings_are_refused():
    with pytest.raises(UnknownNameError, match="'rellu' is no activation"):
        layers.Activation("rellu")
    with pytest.raises(ArgumentError, match="`negative_slope`"):
        layers.LeakyReLU(-1.0)
    with pytest.raises(ArgumentTypeError, match="`negative_slope`"):
        layers.LeakyReLU(None)
    with pytest.raises(ArgumentTypeError, match="no argument `alpha`"):
        layers.LeakyReLU(alpha=0.1)


@pytest.mark.oracle
def test_equal_keras(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras", reason="oracle extra")
    for name, arguments in [
        ("ReLU", {"max_value": 3.0, "negative_slope": 0.2, "threshold": 0.1}),
        ("LeakyReLU", {}),
        ("ELU", {"alpha": 0.5}),
        ("Softmax", {}),
        ("PReLU", {}),
        ("Activation", {"activation": "selu"}),
    ]:
        ours = getattr(layers, name)(**arguments)(X)
        np.testing.assert_allclose(
            ours, getattr(keras.layers, name)(**arguments)(X), rtol=1e-5, atol=1e-6
        )
