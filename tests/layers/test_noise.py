"""Dropout and Gaussian noise: what they do in training, and that they do nothing else."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Sequential, apply, layers, run
from pellucid.core.errors import ArgumentError
from pellucid.modules.tree import hyperparameters_of

ONES = np.ones((100, 50), "float32")
KEY = jax.random.key(3)


def trained(layer, x=ONES, key=KEY):
    return np.asarray(apply(layer, {}, {}, x, training=True, key=key)[0])


def test_dropout_drops_the_rate_and_keeps_the_mean():
    outputs = trained(layers.Dropout(0.3))
    np.testing.assert_allclose(np.unique(outputs), [0, 1 / 0.7], rtol=1e-6)
    assert abs(np.mean(outputs == 0) - 0.3) < 0.02
    assert abs(outputs.mean() - 1) < 0.03


def test_outside_training_nothing_happens():
    for layer in (layers.Dropout(0.5), layers.GaussianNoise(1.0)):
        np.testing.assert_array_equal(layer(ONES), ONES)


def test_a_strength_of_zero_draws_nothing():
    model = Sequential([layers.Dropout(0.0), layers.GaussianNoise(0.0)])
    np.testing.assert_array_equal(
        apply(model, {}, {}, ONES, training=True)[0], ONES
    )  # no key needed
    assert hyperparameters_of(model) == {}


@pytest.mark.parametrize("shape", [(None, 1), (100, 1), [None, 1]])
def test_noise_shape_drops_whole_rows(shape):
    outputs = trained(layers.Dropout(0.5, noise_shape=shape))
    assert all(len(set(row)) == 1 for row in outputs)
    assert len(set(outputs[:, 0])) == 2


def test_masks_depend_on_key_seed_and_path():
    base = trained(layers.Dropout(0.5))
    np.testing.assert_array_equal(base, trained(layers.Dropout(0.5)))
    assert not np.array_equal(base, trained(layers.Dropout(0.5, seed=1)))
    assert not np.array_equal(base, trained(layers.Dropout(0.5), key=jax.random.key(4)))
    twice = trained(Sequential([layers.Dropout(0.5), layers.Dropout(0.5)]))
    assert 0.2 < np.mean(twice != 0) < 0.3


def test_the_gradient_passes_where_the_unit_was_kept():
    layer = layers.Dropout(0.5)
    gradient = jax.grad(lambda x: apply(layer, {}, {}, x, training=True, key=KEY)[0].sum())(
        jnp.asarray(ONES)
    )
    np.testing.assert_array_equal(gradient, trained(layer))


@pytest.mark.parametrize("rate", [1.0, -0.1, 1.5])
def test_an_absurd_rate_is_refused(rate):
    with pytest.raises(ArgumentError, match=r"`rate` must be a number in \[0, 1\)"):
        layers.Dropout(rate)


def test_noise_has_the_deviation_and_no_mean():
    outputs = trained(layers.GaussianNoise(2.0)) - ONES
    assert abs(outputs.std() - 2.0) < 0.05 and abs(outputs.mean()) < 0.05
    with pytest.raises(ArgumentError, match="`stddev` must be"):
        layers.GaussianNoise(-1.0)


def test_rate_and_stddev_enter_programs_as_arrays():
    model = Sequential([layers.Dropout(0.5), layers.GaussianNoise(1.0)])
    assert hyperparameters_of(model) == {"dropout/rate": 0.5, "gaussian_noise/stddev": 1.0}
    traced = []

    @jax.jit
    def forward(hyper):
        traced.append(1)
        return run(model, {}, {}, ONES, training=True, key=KEY, hyper=hyper).outputs

    quiet = forward({"dropout/rate": jnp.float32(0.01), "gaussian_noise/stddev": jnp.float32(0.01)})
    loud = forward({"dropout/rate": jnp.float32(0.9), "gaussian_noise/stddev": jnp.float32(3.0)})
    assert quiet.std() < 0.3 < loud.std() and len(traced) == 1


def test_pixels_become_floats():
    assert trained(layers.Dropout(0.5), np.full((2, 2), 200, "uint8")).dtype == np.float32
