"""Dense: the affine map, its penalties, and what it says about wrong shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid import Input, Sequential, apply, init, layers, regularizers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError

ROWS = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


def test_equals_numpy():
    layer = layers.Dense(3, activation="relu", bias_initializer="uniform")
    params, state = init(layer, 1, ROWS)
    wanted = np.maximum(np.einsum("ni,ij->nj", ROWS, params["kernel"]) + params["bias"], 0)
    np.testing.assert_allclose(apply(layer, params, state, ROWS)[0], wanted, atol=1e-6)


def test_acts_on_the_last_axis():
    layer = layers.Dense(2)
    series = np.ones((3, 5, 4), "float32")
    assert layer(series).shape == (3, 5, 2)
    assert layer.kernel.shape == (4, 2)


def test_without_bias_there_is_none():
    layer = layers.Dense(2, use_bias=False)
    layer(ROWS)
    assert len(layer.weights) == 1
    with pytest.raises(AttributeError):
        _ = layer.bias


def test_pixels_of_eight_bits_become_floats():
    layer = layers.Dense(1, kernel_initializer="ones")
    assert layer(np.array([[200, 100, 100]], "uint8")) == 400.0


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (np.ones((5,)), ["single numbers (no feature axis)", "x[:, None]"]),
        (np.ones((4,)), ["single numbers (no feature axis)", "x[None]"]),
        (
            np.ones((5, 3)),
            ["rows of 4 features", "rows of 3 features", "give inputs with 4 features"],
        ),
        (np.ones((5, 2, 2)), ["rows of shape (2, 2)", "layers.Flatten() before it"]),
        (np.ones((5, 2, 3)), ["rows of shape (2, 3)", "give inputs with 4 features"]),
    ],
)
def test_a_wrong_shape_after_the_build_names_layer_shapes_and_repair(inputs, words):
    model = Sequential([Input(shape=(4,)), layers.Dense(2, name="hidden")])
    with pytest.raises(ShapeError, match=r"Dense 'hidden'.*built for rows of 4 features") as caught:
        model(inputs)
    for word in words:
        assert word in str(caught.value)


def test_rows_without_features_are_refused_at_the_first_call():
    with pytest.raises(ShapeError, match=r"(?s)needs rows of features.*x\[:, None\]"):
        layers.Dense(2)(np.ones(5))


@pytest.mark.parametrize("units", [0, -3, 2.5, "3", None])
def test_units_are_a_positive_integer(units):
    with pytest.raises(
        (ArgumentError, ArgumentTypeError), match="`units` must be an integer of at least 1"
    ):
        layers.Dense(units)


def test_numpy_integers_are_integers():
    assert layers.Dense(np.prod((2, 3)))(ROWS).shape == (5, 6)


@pytest.mark.parametrize("given", ["l2", regularizers.L2(0.01)])
def test_regularizers_by_name_or_object(given):
    layer = layers.Dense(2, kernel_regularizer=given, kernel_initializer="ones")
    layer(ROWS)
    penalty: Any = layer.kernel_regularizer
    np.testing.assert_allclose(penalty(layer.kernel), 0.01 * 8, rtol=1e-6)
    assert layer.bias_regularizer is None


@pytest.mark.oracle
def test_equals_torch():
    torch = pytest.importorskip("torch", reason="oracle extra")
    layer = layers.Dense(3, bias_initializer="uniform")
    outputs = layer(ROWS)
    peer = torch.nn.Linear(4, 3)
    with torch.no_grad():
        peer.weight.copy_(torch.tensor(np.asarray(layer.kernel).T))
        peer.bias.copy_(torch.tensor(np.asarray(layer.bias)))
    np.testing.assert_allclose(outputs, peer(torch.tensor(ROWS)).detach(), atol=1e-6)
