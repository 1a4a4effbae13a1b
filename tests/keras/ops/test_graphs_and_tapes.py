"""Functions on symbolic tensors, inside compiled layers, and under tapes."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras import backend, ops
from pellucid.keras.tape import GradientTape
from pellucid.keras.variable import Variable

X = np.random.default_rng(0).normal(size=(5, 4, 3)).astype("float32")

SYMBOLIC = {
    "mean": lambda x: ops.mean(x, axis=1),
    "sum": lambda x: ops.sum(x, axis=[1, 2], keepdims=True),
    "reshape": lambda x: ops.reshape(x, (-1, 12)),
    "transpose": lambda x: ops.transpose(x, (0, 2, 1)),
    "concatenate": lambda x: ops.concatenate([x, x * 2], axis=-1),
    "softmax": ops.softmax,
    "matmul": lambda x: ops.matmul(x, ops.transpose(x, (0, 2, 1))),
    "expand_dims": lambda x: ops.expand_dims(x, 1),
    "one_hot": lambda x: ops.one_hot(ops.argmax(x, axis=-1), 3),
    "where": lambda x: ops.where(x > 0, x, 0.0),
    "clip": lambda x: ops.clip(x, -0.5, 0.5),
    "top_k": lambda x: ops.top_k(x, 2)[0],
    "normalize": lambda x: ops.normalize(x, axis=-1),
    "max_pool": lambda x: ops.max_pool(x, 2),
    "cast": lambda x: ops.cast(x, "int32"),
    "split": lambda x: ops.split(x, 2, axis=1)[1],
    "stop_gradient": ops.stop_gradient,
    "map": lambda x: ops.map(lambda row: row * 2, x),
    "resize": lambda x: ops.image.resize(ops.expand_dims(x, -1), (2, 2)),
    "unstack": lambda x: ops.unstack(x, axis=1)[2],
    "scan": lambda x: ops.scan(lambda c, row: (c, row + c), np.ones((4, 3), "float32")[0], x)[1],
    "einsum": lambda x: ops.einsum("bij,bkj->bik", x, x),
    "map_fn": lambda x: backend.map_fn(lambda row: row + 1, x),
}


@pytest.mark.parametrize("name", SYMBOLIC)
def test_symbolic_tensors_become_layers(name):
    x = keras.Input(shape=(4, 3))
    model = keras.Model(x, SYMBOLIC[name](x))
    at_once = SYMBOLIC[name](ops.array(X))
    assert model.output_shape[1:] == tuple(at_once.shape)[1:]
    np.testing.assert_allclose(model.predict(X, verbose=0), at_once, rtol=1e-5, atol=1e-6)


def test_inside_a_layer_that_trains():
    class Scaled(keras.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

        def call(self, inputs, training=None):
            noise = keras.random.normal(ops.shape(inputs)) if training else 0.0
            _, sums = ops.scan(
                lambda c, x: (c + x, c + x),
                ops.zeros_like(inputs[:, 0]),
                ops.transpose(inputs, (1, 0, 2)),
            )
            return ops.sum(sums, axis=0) * self.scale + ops.mean(noise)

    model = keras.Sequential([keras.Input(shape=(4, 3)), Scaled(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(X, X.sum((1, 2)), epochs=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    assert not np.allclose(model.layers[0].scale.numpy(), 1)


def _times(x):
    return np.full_like(x, 2.0 ** np.ceil(np.log2(99 / np.abs(x).max())))


def _plus_squares(total, row):
    return total + ops.sum(row * row), None


def _doubled(x):
    return ops.while_loop(lambda y: ops.max(ops.abs(y)) < 99, lambda y: y * 2, x)


@ops.custom_gradient
def _thrice(x):
    return x, lambda upstream: upstream * 3


GRADIENTS = {
    "square": (lambda x: ops.sum(ops.square(x)), lambda x: 2 * x),
    "where": (lambda x: ops.sum(ops.where(x > 0, x, 0.1 * x)), lambda x: np.where(x > 0, 1, 0.1)),
    "reshape": (lambda x: ops.mean(ops.reshape(x, (-1,))), lambda x: np.full_like(x, 1 / x.size)),
    "matmul": (lambda x: ops.sum(ops.matmul(x, ops.ones((3, 2)))), lambda x: np.full_like(x, 2)),
    "stop": (lambda x: ops.sum(x * ops.stop_gradient(x)), lambda x: x),
    "cond": (lambda x: ops.cond(ops.sum(x) < 99, lambda: ops.sum(3 * x), lambda: x), lambda x: np.full_like(x, 3)),
    "divide_no_nan": (lambda x: ops.sum(ops.divide_no_nan(x, 0.0)), np.zeros_like),
    "cdist": (lambda x: ops.sum(ops.cdist(x, x) * 0), np.zeros_like),
    "scan": (lambda x: ops.scan(_plus_squares, ops.array(0.0), x)[0], lambda x: 2 * x),
    "map": (lambda x: ops.sum(ops.map(lambda row: row * 2, x)), lambda x: np.full_like(x, 2)),
    "fori_loop": (lambda x: ops.sum(ops.fori_loop(0, 3, lambda i, y: y * 2, x)), lambda x: np.full_like(x, 8)),
    "while_loop": (lambda x: ops.sum(_doubled(x)), _times),
    "custom_gradient": (lambda x: ops.sum(_thrice(x)), lambda x: np.full_like(x, 3)),
    "pad": (lambda x: ops.sum(ops.pad(x, np.array([[1, 1], [0, 2]]))), np.ones_like),
    "repeat": (lambda x: ops.sum(ops.repeat(x, [1, 2, 0, 1], 0)), lambda x: [[1] * 3, [2] * 3, [0] * 3, [1] * 3]),
    "segment_sum": (lambda x: ops.sum(ops.segment_sum(x, [0, 1, 0, 2]) ** 2), None),
}  # fmt: skip


@pytest.mark.parametrize("name", GRADIENTS)
def test_tapes_follow(name):
    function, wanted = GRADIENTS[name]
    x = Variable(X[0])
    with GradientTape() as tape:
        y = function(x)
    found = tape.gradient(y, x)
    assert np.isfinite(found.numpy()).all()
    if wanted is not None:
        np.testing.assert_allclose(found, wanted(X[0]), rtol=1e-5, atol=1e-6)


def test_loops_hear_variables_that_no_argument_names():
    w = Variable(2.0)
    with GradientTape() as tape:
        y = ops.sum(ops.map(lambda x: w * x, ops.array([1.0, 2.0, 3.0])))
    assert float(tape.gradient(y, w)) == 6.0
