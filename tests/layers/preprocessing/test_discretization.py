"""Discretization: what it learns, keeps and refuses; the conformance table compares its numbers with Keras's."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.core.errors import ArgumentError, DataError, UsageError


def test_adapt_makes_equally_full_buckets_also_from_batches():
    x = np.random.default_rng(0).exponential(size=1000)
    whole, parts = layers.Discretization(num_bins=5), layers.Discretization(num_bins=5)
    whole.adapt(x)
    parts.adapt(iter(np.split(x, 4)))
    for layer in (whole, parts):
        counts = np.bincount(np.asarray(layer(x)))
        assert counts.size == 5
        assert np.abs(counts - 200).max() <= 30
    parts.adapt(iter(np.split(x, 4)), steps=1)
    first = layers.Discretization(num_bins=5)
    first.adapt(x[:250])
    assert parts.bin_boundaries == first.bin_boundaries


def test_learned_boundaries_are_in_copies_and_files(tmp_path):
    x = np.random.default_rng(1).normal(size=(60, 3)).astype("float32")
    y = (x.sum(axis=1) > 0).astype(int)
    layer = layers.Discretization(num_bins=6, output_mode="count")
    layer.adapt(x)
    model = pellucid.Sequential([layer, layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=1, verbose=0)
    model.save(tmp_path / "model.safetensors")
    again = pellucid.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict(x), model.predict(x))
    assert again.layers[0].bin_boundaries == layer.bin_boundaries
    assert layer.clone().bin_boundaries == layer.bin_boundaries
    assert layer.clone().num_bins == 6


def test_adapting_again_changes_what_a_compiled_model_gives():
    layer = layers.Discretization(num_bins=2)
    layer.adapt([0.0, 1.0, 2.0, 3.0])
    model = pellucid.Sequential([layer, layers.Embedding(2, 1)])
    x = np.array([[1.5]], "float32")
    low, high = (model.layers[1](np.array([[n]])) for n in (0, 1))
    np.testing.assert_array_equal(model.predict(x), high)
    layer.adapt([10.0, 11.0, 12.0, 13.0])
    np.testing.assert_array_equal(model.predict(x), low)


def test_what_it_refuses():
    layer = layers.Discretization(num_bins=3)
    with pytest.raises(UsageError, match=r"no boundaries yet[\s\S]*adapt\(x_train\)"):
        layer(np.zeros((2, 2)))
    with pytest.raises(DataError, match="NaN or infinity"):
        layer.adapt([1.0, np.nan])
    with pytest.raises(DataError, match="no numbers"):
        layer.adapt(np.zeros((0, 2)))
    with pytest.raises(UsageError, match="nothing to learn"):
        layers.Discretization([0.0]).adapt([1.0])
    with pytest.raises(ArgumentError, match="either `bin_boundaries` or `num_bins`"):
        layers.Discretization()
    with pytest.raises(ArgumentError, match="rising order"):
        layers.Discretization([1.0, 0.0])
    with pytest.raises(ArgumentError, match="make 3 buckets, but `num_bins` is 2"):
        layers.Discretization([0.0, 1.0], num_bins=2)
