"""The step that ends a training, looked into: the layer, on the very rows, with the last finite weights."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Sequential, layers
from pellucid.optimizers import SGD

X = np.random.default_rng(0).uniform(0.5, 1.5, (400, 4)).astype("float32")
Y = X.sum(axis=1)


class Logarithm(layers.Layer):
    def call(self, inputs):
        return jnp.log(inputs)


class Root(layers.Layer):
    def call(self, inputs):
        return jnp.sqrt(inputs)


def diagnosis(layer, x, **fit):
    model = Sequential([layer, layers.Dense(4, "relu"), layers.Dropout(0.1), layers.Dense(1)])
    model.compile(SGD(0.01), "mse")
    with pytest.warns(match="NaN or infinite"):
        history = model.fit(x, Y, epochs=3, verbose=0, doctor=True, **fit)

    return history.diagnosis


@pytest.mark.parametrize("fit", [{}, {"shuffle": False}, {"batch_size": 64}])
def test_a_row_that_the_rehearsal_has_not_seen(fit):
    x = X.copy()
    x[397] = -1
    found = diagnosis(Logarithm(name="logarithm"), x, **fit).findings[0]
    assert (found.code, found.sign.place.layer) == ("D502", "logarithm")
    assert "reaches from -1 " in found.sign.evidence[0]
    steps = -(-400 // fit.get("batch_size", 32))
    if not fit.get("shuffle", True):
        assert f"after {steps - 1} steps" in found.sign.evidence[0]


def test_a_slope_that_the_rehearsal_has_not_seen():
    x = X.copy()
    x[397] = 0
    model = Sequential([layers.Dense(4, use_bias=False), Root(name="root"), layers.Dense(1)])
    model.build((None, 4))
    model.layers[0].kernel = np.eye(4, dtype="float32")
    model.compile(SGD(1e-4), "mse")
    with pytest.warns(match="NaN or infinite"):
        history = model.fit(x, Y, epochs=3, verbose=0, doctor=True)

    found = history.diagnosis.findings[0]
    assert (found.code, found.sign.place.layer) == ("D502", "root")
