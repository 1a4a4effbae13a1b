"""`check_gradients` passes what is right and finds what is wrong."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, insight, layers
from pellucid.core.errors import ArgumentError, UsageError

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(5, 3)).astype("float32")
CLASSES = np.array([0, 1, 2, 1, 0])


@jax.custom_vjp
def doubled(x: Any) -> Any:
    """Return twice the input, with a derivative that says three."""
    return 2 * x


doubled.defvjp(lambda x: (2 * x, None), lambda _, g: (3 * g,))


class Wrong(pellucid.Layer):
    """A layer with a wrong derivative."""

    def call(self, inputs: Any) -> Any:
        return doubled(inputs)


class Stopped(pellucid.Layer):
    """A layer that lets no gradient through."""

    def call(self, inputs: Any) -> Any:
        return jax.lax.stop_gradient(inputs)


def classifier(*more: Any) -> Sequential:
    """Return a compiled classifier with further layers after the first."""
    model = Sequential(
        [
            layers.Dense(4, activation="tanh", kernel_regularizer="l2", name="first"),
            *more,
            layers.Dense(3, activation="softmax", name="last"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def test_right_gradients_agree_to_many_digits() -> None:
    found = insight.check_gradients(classifier(), ROWS, CLASSES)
    assert found.ok
    assert found.worst_error < 1e-7
    paths = [array.path for array in found.arrays]
    assert paths == ["first/kernel", "first/bias", "last/kernel", "last/bias", "inputs"]
    assert "All gradients agree" in str(found)


def test_the_gradient_is_the_one_of_the_formula() -> None:
    model = Sequential([layers.Dense(1, name="line")])
    model.compile("sgd", "mse")
    y = RNG.normal(size=5)
    found = insight.check_gradients(model, ROWS, y, entries=3)
    kernel, bias = (np.asarray(a, np.float64) for a in model.get_weights())
    wide = ROWS.astype(np.float64)
    error = wide @ kernel + bias - y.astype("float32")[:, None]
    np.testing.assert_allclose(found.arrays[0].gradient, (2 / 5 * wide.T @ error)[:, 0], rtol=1e-12)
    assert found.arrays[0].places == ((0, 0), (1, 0), (2, 0))
    assert found.loss == pytest.approx(float(np.mean(error**2)), rel=1e-12)


def test_a_wrong_custom_derivative_is_found() -> None:
    found = insight.check_gradients(classifier(Wrong()), ROWS, CLASSES)
    assert not found.ok
    # Everything before the wrong layer is wrong; what is behind is right.
    assert {array.path for array in found.wrong} == {"first/kernel", "first/bias", "inputs"}
    inputs = found.wrong[-1]  # on which no penalty lies: three times where two would be right
    np.testing.assert_allclose(inputs.gradient, 1.5 * inputs.difference, rtol=1e-5)
    assert "do not agree with finite differences: first/kernel, first/bias, inputs" in str(found)
    assert str(found).count("WRONG") == 3


def test_a_gradient_that_is_stopped_is_found() -> None:
    found = insight.check_gradients(classifier(Stopped()), ROWS, CLASSES)
    assert "first/bias" in {array.path for array in found.wrong}


def test_a_kink_is_no_mistake() -> None:
    model = Sequential([layers.Dense(4, activation="relu"), layers.Dense(1)])
    model.compile("sgd", "mse")
    found = insight.check_gradients(model, np.zeros((2, 3)), np.ones(2))
    bias = next(array for array in found.arrays if array.path == "dense/bias")
    assert bias.kinks.all()  # relu at exactly 0: the loss's slopes to both sides differ
    assert found.ok, str(found)
    assert "(4 at a kink)" in str(found)


def test_many_kinds_of_layers_several_inputs_and_training_mode() -> None:
    image, words = Input(shape=(6, 6, 1)), Input(shape=(4,), dtype="int32")
    seen = layers.Flatten()(layers.BatchNormalization()(layers.Conv2D(2, 3)(image)))
    read = layers.LSTM(3)(layers.Embedding(7, 3)(words))
    answer = layers.Dense(1)(layers.Dropout(0.3)(layers.Concatenate()([seen, read])))
    model = Model([image, words], answer)
    model.compile("adam", "mse")
    x = [RNG.normal(size=(4, 6, 6, 1)).astype("float32"), RNG.integers(0, 7, size=(4, 4))]
    for training in (False, True):
        found = insight.check_gradients(model, x, np.arange(4.0), entries=4, training=training)
        assert found.ok, str(found)
        assert found.arrays[-1].path == "inputs/0"  # whole numbers have no gradient
    assert all(weight.dtype == np.float32 for weight in model.get_weights())
    assert jnp.ones(1).dtype == np.float32


def test_what_is_sampled_is_seeded() -> None:
    model = classifier()
    drawn = [
        insight.check_gradients(model, ROWS, CLASSES, entries=2, seed=seed).arrays[0].places
        for seed in (0, 0, 3)
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 2


def test_mistakes_are_taught() -> None:
    with pytest.raises(UsageError, match="no optimizer"):
        insight.check_gradients(Sequential([layers.Dense(1)]), ROWS, CLASSES)
    with pytest.raises(ArgumentError, match="`entries` must be positive"):
        insight.check_gradients(classifier(), ROWS, CLASSES, entries=0)
