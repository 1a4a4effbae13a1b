"""Calling models and steps of layers in ways that scripts do."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.core.errors import ShapeError
from pellucid.keras import tensorflow as tf
from pellucid.keras.utils import set_random_seed

layers = keras.layers
IMAGES = np.random.default_rng(0).uniform(size=(3, 8, 8)).astype("float32")


@pytest.mark.parametrize("of_graph", [True, False])
def test_a_last_axis_of_one_is_added_where_the_model_has_it(of_graph):
    model = keras.Sequential([layers.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten()])
    if of_graph:
        model = keras.Model(model.inputs, model.outputs[0])
    expected = model(IMAGES[..., None]).numpy()
    assert np.array_equal(model(IMAGES), expected)
    images = tf.Variable(IMAGES)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(images, training=True))
    assert tape.gradient(loss, images).shape == (3, 8, 8)
    with pytest.raises(ShapeError):
        model(IMAGES[0])


def test_a_model_inside_a_step_gets_it_too():
    class Trainer(keras.Model):
        def __init__(self, model):
            super().__init__()
            self.model = model
            self.loss_tracker = keras.metrics.Mean(name="loss")

        @property
        def metrics(self):
            return [self.loss_tracker]

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(keras.losses.mean_squared_error(y, self.model(x)))
            weights = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            self.loss_tracker.update_state(loss)
            return {"loss": self.loss_tracker.result()}

    inner = keras.Sequential([layers.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1)])
    trainer = Trainer(inner)
    trainer.compile(keras.optimizers.SGD(0.01))
    losses = trainer.fit(IMAGES, np.ones((3, 1), "float32"), epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def standardized(kernel):
    mean, variance = tf.nn.moments(kernel, axes=[0, 1, 2], keepdims=True)
    return (kernel - mean) / tf.sqrt(variance + 1e-10)


class ByStep(layers.Conv2D):
    """Replaces the step."""

    def convolution_op(self, inputs, kernel):
        return tf.nn.conv2d(inputs, standardized(kernel), strides=[1, 1], padding="VALID")


class ByCall(layers.Conv2D):
    """Calls the step."""

    def call(self, inputs):
        return self.convolution_op(inputs, standardized(self.kernel)) + self.bias


def test_a_script_s_own_convolution_is_the_one_that_is_used():
    set_random_seed(0)
    x = IMAGES[..., None]
    one, other, plain = ByStep(4, 3), ByCall(4, 3), layers.Conv2D(4, 3)
    for layer in (plain, one, other):
        layer.build((None, 8, 8, 1))
        layer.set_weights(plain.get_weights())
    kernel = np.asarray(plain.kernel)
    scaled = (kernel - kernel.mean((0, 1, 2))) / kernel.std((0, 1, 2))
    windows = np.lib.stride_tricks.sliding_window_view(IMAGES, (3, 3), axis=(1, 2))
    expected = np.einsum("nijab,abo->nijo", windows, scaled[:, :, 0])
    assert np.allclose(one(x), expected, atol=1e-4)
    assert np.allclose(other(x), expected, atol=1e-4)
    assert not np.allclose(plain(x), expected, atol=1e-2)
    model = keras.Sequential([layers.Input((8, 8, 1)), one])
    assert np.allclose(model.predict(x, verbose=0), expected, atol=1e-4)


def test_layers_and_schedules_as_plain_values():
    layer = layers.deserialize(layers.serialize(layers.Dense(3, activation="relu")))
    assert (layer.units, layer.activation.__name__) == (3, "relu")
    schedules = keras.optimizers.schedules
    schedule = schedules.deserialize(schedules.serialize(schedules.ExponentialDecay(0.1, 10, 0.5)))
    assert float(schedule(10)) == pytest.approx(0.05)
