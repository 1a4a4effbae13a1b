"""Layers at the prompt: on real arrays, before and after the build, and nothing traced left behind."""

from __future__ import annotations

import gc

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Layer, Sequential, apply, infer, init, layers
from pellucid.core.errors import ArgumentTypeError, DataError, FrozenError

ROWS = np.ones((2, 3), "float32")


def test_a_call_before_the_build_builds():
    layer = layers.Dense(2)
    assert not layer.built
    assert layer(ROWS).shape == (2, 2) and layer.built
    np.testing.assert_allclose(layer(ROWS), ROWS @ np.asarray(layer.kernel), rtol=1e-6)


@pytest.mark.parametrize(
    "inputs", [[[1, 2, 3]], np.ones((1, 3)), np.ones((1, 3), "uint8"), jnp.ones((1, 3))]
)
def test_lists_numpy_and_integers_are_taken(inputs):
    assert layers.Dense(2)(inputs).dtype == jnp.float32


def test_ragged_lists_are_refused_in_words():
    with pytest.raises((DataError, ValueError)):
        layers.Dense(2)([[1.0, 2.0], [3.0]])
    with pytest.raises(DataError, match="no array"):
        layers.Dense(2)(np.array([[1.0], "a"], dtype=object))


def test_training_draws_anew_each_call_and_inference_does_not():
    layer = layers.Dropout(0.5)
    x = np.ones((4, 50), "float32")
    one, two = layer(x, training=True), layer(x, training=True)
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(layer(x), x)
    again = layers.Dropout(0.5)
    np.testing.assert_array_equal(again(x, training=True), one)


def test_moving_averages_are_kept():
    layer = layers.BatchNormalization(momentum=0.0)
    layer(np.array([[1.0], [3.0]]), training=True)
    np.testing.assert_array_equal(layer.moving_mean, [2.0])


def leaked(model):
    """Return what is traced among all that the model holds."""
    gc.collect()
    held = [
        value
        for each in _places(model)
        for value in [*vars(each).values(), *each._weights.values()]
    ]
    held += [slot.value for each in _places(model) for slot in each._weights.values()]
    return [leaf for leaf in jax.tree.leaves(held) if isinstance(leaf, jax.core.Tracer)]


def _places(model):
    from pellucid.modules import places

    return [layer for _, layer in places(model)]


class Hoarder(Layer):
    """Puts what it sees into a list of its own, as people do who debug."""

    def __init__(self):
        super().__init__()
        self.seen = []
        self.kept = {"last": None}

    def call(self, inputs):
        self.seen.append(inputs)
        self.kept["last"] = inputs
        return inputs


def test_no_tracer_is_left_behind():
    model = Sequential(
        [Hoarder(), layers.Dense(2), layers.BatchNormalization(), layers.Dropout(0.5)]
    )
    infer(model, ROWS)
    with jax.checking_leaks():
        jax.jit(model)(ROWS)  # draws the weights while tracing
        params, state = init(model, 0)
        jax.grad(
            lambda p: apply(model, p, state, ROWS, training=True, key=jax.random.key(0))[0].sum()
        )(params)
    assert leaked(model) == []
    assert model.layers[0].seen == [] and model.layers[0].kept == {"last": None}
    assert isinstance(model.layers[1].kernel, jax.Array)


def test_state_cannot_be_kept_from_inside_a_transform():
    layer = layers.BatchNormalization()
    layer(ROWS)
    with pytest.raises(FrozenError, match="cannot be kept"):
        jax.jit(lambda x: layer(x, training=True))(ROWS)
    np.testing.assert_array_equal(layer.moving_mean, np.zeros(3))


def test_a_traced_value_cannot_be_assigned():
    layer = layers.Dense(2)
    layer(ROWS)

    def assign(kernel):
        layer.kernel = kernel
        return kernel

    with pytest.raises(FrozenError, match="a traced value cannot be kept"):
        jax.jit(assign)(jnp.ones((3, 2)))


def test_an_input_layer_in_the_place_of_an_array():
    with pytest.raises((DataError, ArgumentTypeError)):
        layers.Dense(2)(layers.InputLayer(shape=(3,)))
