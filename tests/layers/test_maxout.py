"""Maxout against the functions that it can become."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import apply, init, layers
from pellucid.core.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")


def test_two_pieces_can_be_a_rectifier():
    layer = layers.Maxout(2, pieces=2)
    params, state = init(layer, 0, X)
    kernel = np.concatenate([params["kernel"][:, :2], np.zeros((3, 2))], axis=1)
    outputs, _ = apply(layer, {**params, "kernel": kernel.astype("float32")}, state, X)
    np.testing.assert_allclose(outputs, np.maximum(X @ kernel[:, :2], 0), rtol=1e-5, atol=1e-6)


def test_many_pieces_follow_a_convex_function():
    """The tangents of x^2 at -2, -1, 0, 1, 2: their maximum touches it there and is below it elsewhere."""
    places = np.arange(-2.0, 3.0)
    layer = layers.Maxout(1, pieces=5)
    layer(X[:, :1])
    layer.set_weights([2 * places[None], -(places**2)])
    grid = np.linspace(-2, 2, 41, dtype="float32")
    followed = np.asarray(layer(grid[:, None]))[:, 0]
    assert (followed <= grid**2 + 1e-6).all()
    np.testing.assert_allclose(followed[::10], grid[::10] ** 2, atol=1e-6)
    assert np.abs(followed - grid**2).max() < 0.26


def test_one_piece_is_a_dense_layer():
    layer, dense = layers.Maxout(4, pieces=1), layers.Dense(4)
    layer(X)
    dense(X)
    dense.set_weights(layer.get_weights())
    np.testing.assert_allclose(layer(X), dense(X), rtol=1e-6)


def test_wrong_inputs_and_arguments_are_refused():
    layer = layers.Maxout(2)
    layer(X)
    with pytest.raises(ShapeError, match="built for rows of 3 features"):
        layer(X[:, :2])
    with pytest.raises(ArgumentError, match="`pieces` must be an integer of at least 1"):
        layers.Maxout(2, pieces=0)
