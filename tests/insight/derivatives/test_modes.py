"""Forward mode and reverse mode: the same derivative, passes counted, times taken."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Sequential, insight, layers
from pellucid.core.errors import ArgumentError


def test_both_modes_give_the_matrix_of_the_formula() -> None:
    # The outer functions of document 004's chain, here of three inputs and two outputs.
    x = np.array([0.3, -1.2, 2.0])
    found = insight.compare_modes(lambda v: jnp.stack([v[0] * v[1], jnp.sin(v[2])]), x, repeats=1)
    wanted = np.array([[x[1], x[0], 0], [0, 0, np.cos(x[2])]])
    np.testing.assert_allclose(found.forward, wanted, atol=1e-6)
    np.testing.assert_allclose(found.reverse, wanted, atol=1e-6)
    assert (found.forward_passes, found.reverse_passes) == (3, 2)
    assert found.difference < 1e-6
    assert min(found.forward_seconds, found.reverse_seconds, found.value_seconds) > 0


def test_a_loss_has_one_output_and_many_weights() -> None:
    model = Sequential([layers.Dense(24, activation="tanh"), layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(64, 12)).astype("float32")
    found = insight.compare_modes(model, x, x[:, 0])
    weights = model.count_params()
    assert (found.forward_passes, found.reverse_passes) == (weights, 1)
    assert found.forward.shape == (1, weights)
    np.testing.assert_allclose(found.forward, found.reverse, atol=1e-5)
    assert min(found.reverse_seconds, found.forward_seconds) > 0
    told = str(found)
    assert f"{weights:,} passes" in told


def test_a_model_without_targets_is_differentiated_by_its_inputs() -> None:
    model = Sequential([layers.Dense(2)])
    x = np.ones((5, 3), "float32")
    found = insight.compare_modes(model, x, repeats=1)
    np.testing.assert_allclose(found.reverse, model.get_weights()[0].T, atol=1e-6)


def test_mistakes_are_taught() -> None:
    with pytest.raises(ArgumentError, match="30,000 inputs"):
        insight.compare_modes(jnp.sum, np.zeros(30_000))
    with pytest.raises(ArgumentError, match="`repeats`"):
        insight.compare_modes(jnp.sum, np.zeros(3), repeats=0)
