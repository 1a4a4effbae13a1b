"""Layers and models of scripts: variables as weights, tensors in ``call``, old forms, the same numbers as Pellucid."""

import json

import numpy as np
import pytest

import pellucid
import pellucid.keras as keras
from pellucid.keras import layers, ops
from pellucid.keras.tensor import Tensor
from pellucid.keras.variable import Variable

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4)).astype("float32")


class Linear(layers.Layer):
    """As Keras's guides write it."""

    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="random_normal", trainable=True
        )
        self.b = self.add_weight(name="b", shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        assert isinstance(inputs, Tensor)
        return ops.matmul(inputs, self.w) + self.b

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Running(layers.Layer):
    """Holds state that ``call`` assigns to, in the old order of arguments."""

    def build(self, input_shape):
        self.total = self.add_weight(
            "total", (input_shape.as_list()[-1],), initializer="zeros", trainable=False
        )

    def call(self, inputs):
        self.total.assign_add(ops.sum(inputs, axis=0))
        return inputs


def test_weights_are_variables():
    layer = layers.Dense(2)
    out = layer(X)
    assert [v.path for v in layer.trainable_variables] == ["kernel", "bias"]
    assert all(isinstance(v, Variable) for v in layer.weights)
    layer.kernel.assign(np.ones((4, 2)))
    np.testing.assert_allclose(
        layer(X).numpy(), np.repeat(X.sum(1, keepdims=True), 2, 1), rtol=1e-5
    )
    assert out.shape.as_list() == [32, 2]


def test_own_layer_in_every_style():
    layer = Linear(2, name="mine")
    direct = layer(X).numpy()
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layer(inputs))
    np.testing.assert_allclose(model.predict(X), direct, rtol=1e-5)
    stack = keras.Sequential([keras.Input((4,)), Linear(2)])
    stack.set_weights(model.get_weights())
    np.testing.assert_allclose(stack(X).numpy(), direct, rtol=1e-5)
    assert Linear.from_config(layer.get_config()).units == 2


def test_state_that_call_assigns_to():
    layer = Running()
    layer(X)
    layer(X)
    np.testing.assert_allclose(layer.total.numpy(), 2 * X.sum(0), rtol=1e-4)
    model = keras.Sequential([keras.Input((4,)), Running(), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, X[:, 0], batch_size=8, epochs=1, verbose=0)
    np.testing.assert_allclose(model.layers[0].total.numpy(), X.sum(0), rtol=1e-4, atol=1e-5)


def test_a_tensorflow_variable_becomes_a_weight():
    class Scale(layers.Layer):
        def __init__(self):
            super().__init__()
            self.factor = Variable(3.0, name="factor")

        def call(self, inputs):
            return inputs * self.factor

    layer = Scale()
    np.testing.assert_allclose(layer(X).numpy(), 3 * X, rtol=1e-6)
    assert len(layer.trainable_weights) == 1


def test_operations_on_symbols_become_layers():
    inputs = keras.Input((4,))
    out = ops.concatenate([ops.mean(inputs, axis=-1, keepdims=True), inputs * 2], axis=-1)
    model = keras.Model(inputs, out)
    expected = np.concatenate([X.mean(1, keepdims=True), 2 * X], 1)
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-5, atol=1e-6)


def test_masks_go_from_layer_to_layer_at_the_prompt():
    words = np.array([[1, 2, 0], [3, 0, 0]])
    embedded = layers.Embedding(5, 4, mask_zero=True)(words)
    assert np.asarray(embedded._keras_mask).tolist() == [[True, True, False], [True, False, False]]
    series = layers.LSTM(3)
    whole = series(embedded).numpy()
    np.testing.assert_allclose(
        whole[1], series(Tensor(embedded.value[1:, :1])).numpy()[0], rtol=1e-5
    )


def test_old_forms():
    assert layers.Dense(output_dim=3, init="uniform").units == 3
    assert layers.LeakyReLU(alpha=0.1).negative_slope == 0.1
    assert layers.Dropout(p=0.25).rate == 0.25
    assert layers.Dense(np.int64(3)).units == 3
    assert isinstance(layers.MaxPool2D(), layers.MaxPooling2D)


def test_the_class_is_the_plain_one_s_child():
    layer = layers.Dense(3)
    assert isinstance(layer, pellucid.layers.Dense)
    assert isinstance(pellucid.layers.Dense(3), layers.Dense)
    assert isinstance(layer, layers.Layer)
    assert not isinstance(layer, layers.Conv2D)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Dense(3, kernel_regularizer="l2", kernel_initializer=keras.initializers.HeNormal()),
        layers.Bidirectional(layers.LSTM(4)),
        layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)]),
        layers.TimeDistributed(layers.Dense(2)),
        layers.Conv2D(3, (2, 2)),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_configurations_are_plain_data(layer):
    config = json.loads(json.dumps(layer.get_config()))
    made = type(layer).from_config(config)
    assert json.loads(json.dumps(made.get_config())) == config
    described = json.loads(json.dumps(keras.utils.serialize_keras_object(layer)))
    assert type(keras.utils.deserialize_keras_object(described)) is type(layer)


def test_a_weight_that_an_option_leaves_out_is_none():
    layer = layers.Dense(3, use_bias=False)
    layer.build((None, 2))
    assert layer.built
    assert layer.bias is None


def test_branches_are_listed_as_keras_lists_them():
    numbers, words = keras.Input((2,), name="numbers"), keras.Input((1,), name="words")
    left = layers.Dense(4, name="left")(numbers)
    right = layers.Flatten(name="flat")(layers.Embedding(3, 4, name="embedding")(words))
    model = keras.Model([numbers, words], layers.Add(name="sum")([left, right]))
    names = [layer.name for layer in model.layers]
    assert names.index("embedding") < names.index("left")
    assert [w.shape for w in model.get_weights()] == [(3, 4), (2, 4), (4,)]
