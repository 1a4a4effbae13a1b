"""Weights and variables in lists, tuples and dicts of a script's layer: trained, listed and stored like any others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid import keras
from pellucid.keras import layers, ops, tensorflow as tf

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
START = [np.eye(3, dtype="float32") * 0.5, np.full((3, 3), 0.1, "float32")]


class Chain(layers.Layer):
    """x W_0 W_1, its weights kept as the subclass says."""

    def call(self, inputs: Any) -> Any:
        for kernel in self.all_kernels():
            inputs = ops.matmul(inputs, kernel)
        return inputs

    def all_kernels(self) -> Any:
        return self.kernels


class AppendedInBuild(Chain):
    def build(self, input_shape: Any) -> None:
        self.kernels = []
        for _ in range(2):
            self.kernels.append(self.add_weight(shape=(3, 3), name="kernel"))


class AppendedInInit(Chain):
    def __init__(self) -> None:
        super().__init__()
        self.kernels = []
        for _ in range(2):
            self.kernels.append(self.add_weight(shape=(3, 3)))


class ATuple(Chain):
    def __init__(self) -> None:
        super().__init__()
        self.kernels = tuple(self.add_weight(shape=(3, 3)) for _ in range(2))


class ADict(Chain):
    def build(self, input_shape: Any) -> None:
        self.parts = {name: self.add_weight(shape=(3, 3)) for name in ("first", "second")}

    def all_kernels(self) -> Any:
        return self.parts.values()


class FreeVariables(Chain):
    def __init__(self) -> None:
        super().__init__()
        self.kernels = [tf.Variable(tf.zeros((3, 3))) for _ in range(2)]


class FreeVariablesInBuild(Chain):
    def build(self, input_shape: Any) -> None:
        self.kernels = []
        for _ in range(2):
            self.kernels.append(tf.Variable(tf.random.normal((3, 3)) * 0.1))


class Named(Chain):
    """The witness: each weight an attribute of its own."""

    def build(self, input_shape: Any) -> None:
        self.one = self.add_weight(shape=(3, 3))
        self.other = self.add_weight(shape=(3, 3))

    def all_kernels(self) -> Any:
        return self.one, self.other


KINDS = [AppendedInBuild, AppendedInInit, ATuple, ADict, FreeVariables, FreeVariablesInBuild]


def trained(kind: type) -> tuple[Any, list[np.ndarray]]:
    """Return a model of one layer after two steps, and its predictions and weights."""
    model = keras.Sequential([layers.Input((3,)), kind()])
    model.set_weights(START)
    model.compile("sgd", "mse")
    model.fit(X, X * 2, epochs=2, batch_size=8, verbose=0)
    return model, [*model.get_weights(), model.predict(X, verbose=0)]


@pytest.mark.parametrize("kind", KINDS)
def test_they_train_as_attributes_do(kind, tmp_path):
    model, found = trained(kind)
    for mine, theirs in zip(found, trained(Named)[1], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5)
    assert np.abs(found[0] - START[0]).max() > 1e-3
    first = next(iter(model.layers[0].all_kernels()))
    np.testing.assert_array_equal(first.numpy(), found[0])
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(X) ** 2)
    assert all(grad is not None for grad in tape.gradient(loss, model.trainable_variables))
    model.save_weights(tmp_path / "a.weights.h5")
    model.set_weights(START)
    model.load_weights(tmp_path / "a.weights.h5")
    np.testing.assert_array_equal(model.predict(X, verbose=0), found[2])


def test_a_subclassed_model_keeps_them_too():
    class Network(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.kernels = None

        def build(self, input_shape: Any) -> None:
            self.kernels = []
            for width in (3, 1):
                self.kernels.append(self.add_weight(shape=(3, width)))

        def call(self, inputs: Any) -> Any:
            return inputs @ self.kernels[0] @ self.kernels[1]

    model = Network()
    model.compile("sgd", "mse")
    history = model.fit(X, X[:, :1], epochs=20, batch_size=8, verbose=0).history["loss"]
    assert len(model.trainable_variables) == 2
    assert history[-1] < history[0]
