"""IntegerLookup: learning, wide and unknown numbers; the conformance table has its numbers."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.core.errors import ArgumentError, DataError, UsageError


def inside(layer, x):
    params, state = pellucid.init(layer, 0, x)
    return jax.jit(lambda x: pellucid.apply(layer, params, state, x)[0])(jnp.asarray(x))


def test_adapt_orders_by_frequency_and_then_by_size():
    layer = layers.IntegerLookup(max_tokens=4)
    layer.adapt(np.array([[7, 3], [3, 9], [7, 100], [-1, 3]]))
    assert layer.get_vocabulary() == [-1, 3, 7, 100]
    assert all(type(each) is int for each in layer.get_vocabulary())


@pytest.mark.parametrize("mode", ["int", "one_hot", "count"])
def test_unknown_numbers_without_a_place_are_refused_or_nan(mode):
    layer = layers.IntegerLookup(
        vocabulary=[4, 2], num_oov_indices=0, mask_token=0, output_mode=mode
    )
    x = np.array([[4, 0], [2, 9]])
    with pytest.raises(DataError, match="9 is not in its vocabulary"):
        layer(x)
    found = np.asarray(inside(layer, x))
    if mode == "int":
        assert found.tolist() == [[1, 0], [2, -1]]
        return
    rows = np.isnan(found).reshape(4 if mode == "one_hot" else 2, -1).any(axis=1)
    assert rows.tolist() == ([False] * 3 + [True] if mode == "one_hot" else [False, True])


def test_numbers_beyond_32_bits():
    layer = layers.IntegerLookup(vocabulary=[5, 2**40])
    with pytest.raises(DataError, match=r"beyond 32 bits[\s\S]*StringLookup"):
        layer(np.array([5 + 2**32]))
    assert layer(np.array([5, 6])).tolist() == [1, 0]
    with jax.enable_x64(True):
        assert layer(np.array([2**40, 5 + 2**32])).tolist() == [2, 0]
    with pytest.raises(DataError, match="beyond 32 bits"):
        layers.IntegerLookup(vocabulary=[5, 2**40], invert=True)(np.array([1]))


def test_a_model_keeps_what_was_learned(tmp_path):
    x = np.random.default_rng(0).choice([1001, 1002, 1007, 1020], (40, 1))
    layer = layers.IntegerLookup(output_mode="one_hot")
    layer.adapt(x)
    model = pellucid.Sequential([layer, layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, np.asarray(x, "float32")[:, 0] - 1000, epochs=1, verbose=0)
    model.save(tmp_path / "model.safetensors")
    again = pellucid.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict(x), model.predict(x))
    assert again.layers[0].get_vocabulary() == layer.get_vocabulary()


def test_what_it_refuses():
    with pytest.raises(UsageError, match="no vocabulary yet"):
        layers.IntegerLookup()(np.array([1]))
    with pytest.raises(DataError, match=r"the inputs are text[\s\S]*StringLookup"):
        layers.IntegerLookup().adapt(["a"])
    with pytest.raises(DataError, match=r"whole numbers, but the inputs hold 0.5"):
        layers.IntegerLookup(vocabulary=[1])(np.array([0.5]))
    with pytest.raises(ArgumentError, match='`salt` needs oov_method="farmhash"'):
        layers.IntegerLookup(salt=3)
