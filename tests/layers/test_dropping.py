"""Spatial, alpha and Gaussian dropout as layers: when they drop, what is dropped together, rates as arrays."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import apply, init, layers
from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.modules import run
from pellucid.modules.tree import hyperparameters_of

KEY = jax.random.key(0)
FAMILY = [
    (layers.SpatialDropout1D, (4, 5, 6)),
    (layers.SpatialDropout2D, (4, 3, 3, 6)),
    (layers.SpatialDropout3D, (4, 2, 3, 2, 6)),
    (layers.AlphaDropout, (4, 30)),
    (layers.GaussianDropout, (4, 30)),
]


@pytest.mark.parametrize(("cls", "shape"), FAMILY)
def test_only_training_drops_and_rate_zero_never(cls, shape):
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    layer = cls(0.4)
    np.testing.assert_array_equal(apply(layer, {}, {}, x)[0], x)
    assert not np.array_equal(apply(layer, {}, {}, x, training=True, key=KEY)[0], x)
    np.testing.assert_array_equal(apply(cls(0.0), {}, {}, x, training=True)[0], x)


@pytest.mark.parametrize(("cls", "shape"), FAMILY)
def test_rates_are_arrays_of_the_program(cls, shape):
    x = np.ones(shape, "float32")
    layer = cls(0.4)
    init(layer, 0, x)
    assert hyperparameters_of(layer) == {"rate": 0.4}
    rates = jnp.array([0.1, 0.4])
    many = jax.vmap(
        lambda rate: run(layer, {}, {}, x, training=True, key=KEY, hyper={"rate": rate}).outputs
    )(rates)
    for rate, outputs in zip((0.1, 0.4), many, strict=True):
        alone = apply(cls(rate), {}, {}, x, training=True, key=KEY)[0]
        np.testing.assert_allclose(outputs, alone, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("cls", "shape"), FAMILY)
def test_keys_and_seeds_decide(cls, shape):
    x = np.ones(shape, "float32")

    def drawn(layer, key=KEY):
        return np.asarray(apply(layer, {}, {}, x, training=True, key=key)[0])

    np.testing.assert_array_equal(drawn(cls(0.5)), drawn(cls(0.5)))
    assert not np.array_equal(drawn(cls(0.5)), drawn(cls(0.5), jax.random.key(1)))
    assert not np.array_equal(drawn(cls(0.5)), drawn(cls(0.5, seed=3)))


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_whole_channels_are_dropped(rank, data_format):
    cells, channels = (3, 2, 4)[:rank], 200
    shape = (2, *cells, channels) if data_format == "channels_last" else (2, channels, *cells)
    layer = getattr(layers, f"SpatialDropout{rank}D")(0.25, data_format=data_format)
    y, _ = apply(layer, {}, {}, np.ones(shape, "float32"), training=True, key=KEY)
    y = np.asarray(y) if data_format == "channels_last" else np.moveaxis(y, 1, -1)
    flat = y.reshape(2, -1, channels)
    assert (flat == flat[:, :1]).all()
    np.testing.assert_allclose(np.unique(flat), [0.0, 1 / 0.75], rtol=1e-6)
    np.testing.assert_allclose((flat[:, 0] == 0).mean(), 0.25, atol=0.08)
    assert not np.array_equal(flat[0], flat[1])


def test_alpha_dropout_takes_a_noise_shape():
    layer = layers.AlphaDropout(0.5, noise_shape=(None, 1, None))
    y, _ = apply(layer, {}, {}, np.ones((3, 4, 5), "float32"), training=True, key=KEY)
    assert (np.asarray(y) == np.asarray(y)[:, :1]).all()


@pytest.mark.parametrize(("cls", "shape"), FAMILY)
def test_rates_outside_their_limits_and_other_ranks_are_refused(cls, shape):
    for rate in (-0.1, 1.0):
        with pytest.raises(ArgumentError, match=r"`rate` must be a number in \[0, 1\)"):
            cls(rate)
    if "Spatial" in cls.__name__:
        with pytest.raises(ShapeError, match=r"it needs (series|images|volumes)"):
            cls(0.5)(np.ones((2, 3), "float32"))
