"""Weights that a script's own code reads from other layers: gradients reach them, in programs as under a tape."""

import numpy as np
import pytest

import pellucid.keras as keras
import pellucid.keras.tensorflow as tf
from pellucid.keras import layers, ops

RNG = np.random.default_rng(3)
X = RNG.normal(size=(16, 6)).astype("float32")


class DenseTranspose(layers.Layer):
    """The decoder of a tied autoencoder, as a well-known book writes it."""

    def __init__(self, dense, **kwargs):
        super().__init__(**kwargs)
        self.dense = dense

    def build(self, input_shape):
        self.biases = self.add_weight(
            name="bias", shape=[self.dense.input_shape[-1]], initializer="zeros"
        )
        super().build(input_shape)

    def call(self, inputs):
        return tf.matmul(inputs, self.dense.weights[0], transpose_b=True) + self.biases


class Divided(layers.Wrapper):
    """A spectral norm as many programs for GANs write it: the kernel is exchanged around the call."""

    def build(self, input_shape):
        self.layer.build(input_shape)
        self.w = self.layer.kernel
        self.u = self.add_weight(
            shape=(1, self.w.shape.as_list()[-1]), initializer="ones", trainable=False, name="u"
        )
        super().build()

    def call(self, inputs):
        w = tf.reshape(self.w, [-1, self.w.shape.as_list()[-1]])
        v = tf.matmul(self.u, tf.transpose(w))
        v = v / tf.norm(v)
        u = tf.matmul(v, w)
        u = u / tf.norm(u)
        sigma = tf.matmul(tf.matmul(v, w), tf.transpose(u))
        self.u.assign(u)
        self.layer.kernel.assign(self.w / sigma)
        outputs = self.layer(inputs)
        self.layer.kernel.assign(self.w)
        return outputs


def step_of_fit(model, layer, targets, loss="mse"):
    """Return what one step of gradient descent takes from a layer's kernel."""
    model.compile(keras.optimizers.SGD(1.0), loss)
    before = layer.get_weights()[0].copy()
    model.fit(X, targets, batch_size=len(X), epochs=1, verbose=0)
    return before - layer.get_weights()[0]


def slope(loss, kernel, place):
    """Return the derivative of a loss by one number of a kernel."""
    step = np.zeros(kernel.shape)
    step[place] = 1e-4
    return (loss(kernel + step) - loss(kernel - step)) / 2e-4


def test_a_kernel_that_another_layer_reads():
    dense = layers.Dense(3, activation="tanh", use_bias=False)
    encoder = keras.Sequential([keras.Input((6,)), dense])
    model = keras.Sequential([encoder, keras.Sequential([DenseTranspose(dense)])])
    model(X)
    kernel = dense.get_weights()[0].astype("float64")
    taken = step_of_fit(model, dense, X)

    def loss(kernel):
        return ((np.tanh(X @ kernel) @ kernel.T - X) ** 2).mean()

    for place in ((0, 0), (4, 2)):
        np.testing.assert_allclose(taken[place], slope(loss, kernel, place), rtol=1e-3)


def test_a_kernel_that_a_lambda_reads():
    dense = layers.Dense(3, use_bias=False)
    inputs = keras.Input((6,))
    hidden = dense(inputs)
    model = keras.Model(
        inputs, layers.Lambda(lambda h: ops.matmul(h, ops.transpose(dense.kernel)))(hidden)
    )
    kernel = dense.get_weights()[0].astype("float64")
    taken = step_of_fit(model, dense, X)

    def loss(kernel):
        return ((X @ kernel @ kernel.T - X) ** 2).mean()

    np.testing.assert_allclose(taken[2, 1], slope(loss, kernel, (2, 1)), rtol=1e-3)


def test_a_kernel_that_is_exchanged_around_a_call():
    wrapper = Divided(layers.Dense(4, use_bias=False))
    model = keras.Sequential([keras.Input((6,)), wrapper])
    for _ in range(60):
        model(X)
    found = model(X)
    kernel = wrapper.layer.kernel.numpy().astype("float64")
    wanted = X @ kernel / np.linalg.svd(kernel)[1][0]
    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-4, atol=1e-5)
    taken = step_of_fit(model, wrapper.layer, np.ones((16, 4)))

    def loss(kernel):
        return ((X @ kernel / np.linalg.svd(kernel)[1][0] - 1) ** 2).mean()

    np.testing.assert_allclose(taken[2, 1], slope(loss, kernel, (2, 1)), rtol=2e-2)
    np.testing.assert_allclose(wrapper.layer.kernel.numpy(), kernel - taken, rtol=1e-5, atol=1e-6)


def test_state_of_a_layer_inside_is_kept():
    class Counted(layers.Layer):
        def build(self, shape):
            self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

        def call(self, x):
            return x

    class Around(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = Counted()

        def build(self, shape):
            self.inner.build(shape)

        def call(self, x):
            self.inner.calls.assign_add(1.0)
            return self.inner(x)

    layer = Around()
    for _ in range(3):
        layer(X)
    assert float(layer.inner.calls) == 3


@pytest.mark.parametrize("kind", ["function", "class"])
def test_a_loss_that_reads_a_kernel(kind):
    dense = layers.Dense(3, use_bias=False)
    model = keras.Sequential([keras.Input((6,)), dense])

    def penalised(y_true, y_pred):
        errors = ops.mean((y_true - y_pred) ** 2, axis=-1)
        return errors + 0.5 * ops.sum(dense.kernel**2)

    class Penalised(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return penalised(y_true, y_pred)

    kernel = dense.get_weights()[0].astype("float64")
    loss = penalised if kind == "function" else Penalised()
    taken = step_of_fit(model, dense, np.zeros((16, 3)), loss)

    def by_hand(kernel):
        return ((X @ kernel) ** 2).mean() + 0.5 * (kernel**2).sum()

    np.testing.assert_allclose(taken[2, 1], slope(by_hand, kernel, (2, 1)), rtol=1e-3)
