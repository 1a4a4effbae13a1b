"""Losses that read symbolic tensors of the graph around them: divergences of encoders, penalties on gradients."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import pellucid.keras as keras

K = keras.backend
X = np.random.default_rng(0).random((12, 5)).astype("float32")


def encoder():
    inputs = keras.Input((5,))
    mean, spread = keras.layers.Dense(2)(inputs), keras.layers.Dense(2)(inputs)
    drawn = keras.layers.Lambda(lambda p: p[0] + K.exp(p[1] / 2) * K.random_normal(K.shape(p[0])))
    outputs = keras.layers.Dense(5, activation="sigmoid")(drawn([mean, spread]))
    model = keras.Model(inputs, outputs)

    def divergence(y_true, y_pred):
        return -0.5 * K.sum(1 + spread - K.square(mean) - K.exp(spread), axis=-1)

    return model, divergence, keras.Model(inputs, [mean, spread])


def test_the_divergence_of_an_encoder_is_that_of_its_tensors():
    model, divergence, parts = encoder()
    model.compile("sgd", divergence)
    mean, spread = parts.predict(X, verbose=0)
    expected = -0.5 * np.sum(1 + spread - mean**2 - np.exp(spread), axis=-1).mean()
    assert model.evaluate(X, X, verbose=0) == pytest.approx(expected, rel=1e-5)
    assert model.test_on_batch(X, X) == pytest.approx(expected, rel=1e-5)
    history = model.fit(X, X, epochs=20, batch_size=4, verbose=0)
    assert history.history["loss"][-1] < 0.5 * history.history["loss"][0]


def critic():
    """A linear critic: its gradient by the inputs is its kernel, whatever the inputs are."""
    score = keras.layers.Dense(1, use_bias=False)
    inputs = keras.Input((5,))
    middle = keras.layers.Lambda(lambda x: 0.5 * x)(inputs)
    model = keras.Model(inputs, score(middle))

    def penalty(y_true, y_pred, at):
        slopes = K.gradients(y_pred, at)[0]
        return K.mean(K.square(1 - K.sqrt(K.sum(K.square(slopes), axis=np.arange(1, 2)))))

    loss = partial(penalty, at=middle)
    loss.__name__ = "penalty"
    model.compile(keras.optimizers.SGD(0.1), loss)
    return model, score


@pytest.mark.parametrize("way", ["fit", "train_on_batch"])
def test_the_penalty_on_a_gradient_trains_the_critic(way):
    model, score = critic()
    kernel = score.get_weights()[0]
    length = np.linalg.norm(kernel)
    assert model.evaluate(X, np.zeros(12), verbose=0) == pytest.approx((1 - length) ** 2, rel=1e-4)
    if way == "fit":
        model.fit(X, np.zeros(12), batch_size=12, verbose=0)
    else:
        assert model.train_on_batch(X, np.zeros(12)) == pytest.approx((1 - length) ** 2, rel=1e-4)
    expected = kernel - 0.1 * 2 * (length - 1) * kernel / length
    assert score.get_weights()[0] == pytest.approx(expected, rel=1e-4)


def test_a_layer_that_works_for_one_number_of_rows():
    class Between(keras.layers.Layer):
        def call(self, inputs):
            share = K.random_uniform((4, 1))
            return share * inputs[0] + (1 - share) * inputs[1]

    first, second = keras.Input((3,)), keras.Input((3,))
    middle = Between()([first, second])
    assert middle.shape == (None, 3)
    model = keras.Model([first, second], middle)
    found = np.asarray(model([np.zeros((4, 3)), np.ones((4, 3))]))
    assert found.min() > 0 and found.max() < 1
    assert found == pytest.approx(np.repeat(found[:, :1], 3, axis=1))
