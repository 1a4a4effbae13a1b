"""``optimizer.get_updates`` with ``K.function``: hand-written steps of Keras 1 and 2, as policy gradients used them."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.core.errors import ArgumentTypeError, UsageError

backend = keras.backend
ROWS = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
SIGNS = np.sign(ROWS[:, 0])


def linear():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(1, use_bias=False)(inputs))
    target = backend.placeholder(shape=(None, 1))
    return model, target, backend.mean(backend.square(model.output - target))


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("old", [True, False])
def test_a_step_is_the_optimizer_s(shown, old):
    model, target, loss = linear()
    optimizer = keras.optimizers.SGD(0.1)
    weights = model.trainable_weights
    updates = (
        optimizer.get_updates(weights, [], loss) if old else optimizer.get_updates(loss, weights)
    )
    step = backend.function([model.input, target], [loss] if shown else [], updates=updates)
    kernel, wanted = model.get_weights()[0].astype("float64"), SIGNS[:, None]
    for _ in range(2):
        error = ROWS @ kernel - wanted
        values = step([ROWS, wanted])
        assert values == (pytest.approx([np.mean(error**2)], rel=1e-4) if shown else [])
        kernel -= 0.1 * 2 * ROWS.T @ error / len(ROWS)
        assert model.get_weights()[0] == pytest.approx(kernel, abs=1e-5)


def test_what_no_optimizer_made_is_refused():
    model, target, loss = linear()
    with pytest.raises(UsageError, match="get_updates"):
        backend.function([model.input, target], [loss], updates=[(1, 2)])
    with pytest.raises(ArgumentTypeError, match="made of the tensors of a model"):
        keras.optimizers.SGD(0.1).get_updates(backend.variable(1.0), model.trainable_weights)


class Follows(keras.layers.Layer):
    """Keeps a moving mean of what passes, by an assignment or by a pair, as Keras 1 and 2 wrote it."""

    def __init__(self, pairs):
        super().__init__()
        self.pairs = pairs

    def build(self, input_shape):
        self.mean = self.add_weight(shape=(), initializer="zeros", trainable=False, name="mean")

    def call(self, inputs):
        new = self.mean * 0.5 + keras.ops.mean(inputs) * 0.5
        self.add_update([(self.mean, new)] if self.pairs else self.mean.assign(new), inputs)
        return inputs


@pytest.mark.parametrize("pairs", [False, True])
def test_updates_that_a_layer_adds_are_made_in_every_step(pairs):
    model = keras.Sequential([Follows(pairs), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 3), "float32"), np.ones((8, 1)), batch_size=4, verbose=0)
    assert float(model.layers[0].mean.numpy()) == 0.75
