"""Wrapper: a layer inside another, with its weights, its mask and its penalties."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Sequential, layers
from pellucid.core.errors import ArgumentTypeError

X = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")


class Doubled(layers.Wrapper):
    def call(self, inputs):
        return 2 * self.layer(inputs)


def test_a_wrapper_of_ones_own():
    inner = layers.Dense(2, kernel_regularizer="l2")
    model = Sequential([layers.Input((3,)), Doubled(inner), layers.Dense(1)])
    np.testing.assert_allclose(Doubled(inner)(X), 2 * np.asarray(inner(X)), rtol=1e-6)
    model.compile("sgd", "mse")
    before = np.asarray(inner.kernel)
    model.fit(X, X[:, :1], epochs=2, verbose=0)
    assert np.abs(np.asarray(inner.kernel) - before).max() > 0


def test_its_weights_are_declared_by_build():
    wrapper = layers.Wrapper(layers.BatchNormalization())
    wrapper.build((None, 3))
    assert len(wrapper.trainable_weights) == len(wrapper.non_trainable_weights) == 2


def test_masks_are_those_of_the_layer_inside():
    steps, mask = np.zeros((2, 4, 3), "float32"), np.ones((2, 4), bool)
    for inner, kept in ((layers.Dense(2), True), (layers.LSTM(2), False)):
        found = layers.Wrapper(inner).compute_mask(steps, mask)
        assert (found is not None) is kept


def test_wrappers_of_ours_are_wrappers():
    assert isinstance(layers.TimeDistributed(layers.Dense(1)), layers.Wrapper)
    assert isinstance(layers.SpectralNormalization(layers.Dense(1)), layers.Wrapper)
    with pytest.raises(ArgumentTypeError, match=r"`layer` must be a layer[\s\S]*Doubled\(layers"):
        Doubled("dense")


def test_a_subclass_may_make_the_layer_inside_by_itself():
    class Halved(layers.Wrapper):
        def __init__(self, units, **kwargs):
            super().__init__(layers.Dense(units), **kwargs)
            self.units = units

        def call(self, inputs):
            return self.layer(inputs) / 2

    model = Sequential([Halved(3, name="half")])
    x = np.ones((2, 4), "float32")
    kernel, bias = (model.build((None, 4)), model.get_weights())[1]
    np.testing.assert_allclose(model.predict(x, verbose=0), (x @ kernel + bias) / 2, rtol=1e-6)
    assert model.layers[0].get_config()["name"] == "half"
    with pytest.raises(TypeError, match="unexpected keyword argument 'unit'"):
        Halved(3, unit=4)
