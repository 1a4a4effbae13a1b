"""Small patterns that published programs are full of."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras import ops, tensorflow as tf

layers = keras.layers
X, Y = np.arange(18.0, dtype="float32").reshape(6, 3) / 18, np.ones(6, "float32")


def test_a_subclass_calls_the_call_of_its_layer():
    class Doubled(layers.Dense):
        def call(self, inputs):
            return 2 * super().call(inputs)

    model = keras.Sequential([layers.Input((3,)), Doubled(2)])
    kernel, bias = model.get_weights()
    assert np.allclose(model.predict(X, verbose=0), 2 * (X @ kernel + bias), atol=1e-5)
    model.compile("sgd", "mse")
    model.fit(X, np.ones((6, 2)), verbose=0)
    assert not np.allclose(model.get_weights()[0], kernel)


@pytest.mark.parametrize("names", [ops, tf])
def test_sizes_put_together_may_stand_in_shapes(names):
    class Mask(layers.Layer):
        def call(self, inputs):
            rows, steps = names.shape(inputs)[0], names.shape(inputs)[1]
            places = tf.range(steps)
            mask = names.reshape(names.cast(places[:, None] >= places, "int32"), (1, steps, steps))
            ones = names.convert_to_tensor([1, 1])
            join = ops.concatenate if names is ops else tf.concat
            often = join([names.expand_dims(rows, -1), ones], 0)
            return names.cast(names.tile(mask, often), "float32") + inputs[:, None]

    model = keras.Sequential([layers.Input((3,)), Mask()])
    expected = np.tril(np.ones((3, 3))) + X[:, None]
    assert np.allclose(model.predict(X, verbose=0), expected)


def test_sizes_are_constants_for_tapes():
    x = tf.Variable(X)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(x * x) / tf.reduce_prod(tf.cast(tf.shape(x), "float32"))
    assert np.allclose(tape.gradient(loss, x), 2 * X / 18)


def test_training_is_given_by_position():
    class Inner(keras.Model):
        def __init__(self):
            super().__init__()
            self.drop = layers.Dropout(0.5)

        def call(self, x, training=False):
            return self.drop(x, training)

    class Outer(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = Inner()

        def call(self, x, training=False):
            return self.inner(x, training)

    model, ones = Outer(), np.ones((4, 50), "float32")
    assert 0 < float(ops.mean(ops.cast(model(ones, training=True) == 0, "float32"))) < 1
    assert np.array_equal(model(ones, training=False), ones)


def test_hooks_hear_of_tests_and_predictions_batch_by_batch():
    seen = []

    class Listener(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            seen.append(("train", list(logs.keys())))

        def on_test_begin(self, logs=None):
            seen.append(("test", list(logs.keys())))

        def on_test_batch_end(self, batch, logs=None):
            seen.append(("test batch", batch, sorted(logs)))

        def on_test_end(self, logs=None):
            seen.append(("test end", sorted(logs)))

        def on_predict_batch_end(self, batch, logs=None):
            seen.append(("predict batch", batch, logs["outputs"].shape))

    model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(X, Y, callbacks=[Listener()], verbose=0)
    loss, _ = model.evaluate(X, Y, batch_size=3, callbacks=[Listener()], verbose=0)
    found = model.predict(X, batch_size=4, callbacks=[Listener()], verbose=0)
    both = ["loss", "mae"]
    assert seen == [
        ("train", []),
        ("test", []),
        ("test batch", 0, both),
        ("test batch", 1, both),
        ("test end", both),
        ("predict batch", 0, (4, 1)),
        ("predict batch", 1, (2, 1)),
    ]
    assert loss == pytest.approx(model.evaluate(X, Y, verbose=0)[0], rel=1e-4)
    assert np.allclose(found, model.predict(X, verbose=0), atol=1e-6)


def test_the_learning_rate_has_its_old_name_in_histories():
    model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    rate = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))
    history = model.fit(X, Y, epochs=2, callbacks=[rate], verbose=0).history
    assert history["lr"] == pytest.approx([0.1, 0.05])


def test_tables_of_numbers_and_truth_values():
    model = keras.Sequential([layers.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    table = np.array([[1.5, True], [2.0, False]], dtype=object)
    model.fit(table, np.ones(2), verbose=0)
    expected = model.predict(np.array([[1.5, 1], [2, 0]]), verbose=0)
    assert np.array_equal(model.predict(table, verbose=0), expected)


def test_one_text_alone_has_no_axis_of_rows():
    layer = layers.TextVectorization()
    layer.adapt(["a b c", "a b"])
    assert layer("a b b").shape == (3,)
    assert layer(["a b b"]).shape == (1, 3)
    assert np.array_equal(layer("a b b"), layer(["a b b"])[0])


def test_without_a_loss_penalties_alone_are_trained_on():
    class Penalty(layers.Layer):
        def call(self, inputs):
            self.add_loss(0.5 * tf.reduce_sum(inputs))
            return inputs

    inputs = layers.Input((3,))
    model = keras.Model(inputs, Penalty()(inputs))
    model.compile("sgd")
    for targets in (None, np.full((6, 3), 9.0)):
        history = model.fit(X, targets, batch_size=6, verbose=0).history
        assert history["loss"] == pytest.approx([0.5 * X.sum()], rel=1e-5)


def test_numpy_sums_tensors():
    assert np.mean(tf.constant(X), axis=0).shape == (3,)
    assert float(np.sum(tf.constant(X))) == pytest.approx(X.sum())


def test_a_metric_updated_inside_a_call_is_a_column_of_the_history():
    class Endpoint(layers.Layer):
        def __init__(self):
            super().__init__()
            self.seen = keras.metrics.MeanAbsoluteError(name="off")

        def call(self, targets, outputs):
            self.add_loss(ops.mean(ops.square(targets - outputs)))
            self.seen.update_state(targets, outputs)
            return outputs

    inputs, targets = keras.Input((3,)), keras.Input((2,))
    model = keras.Model([inputs, targets], Endpoint()(targets, layers.Dense(2)(inputs)))
    wanted = np.ones((6, 2), "float32")
    kernel, bias = model.get_weights()
    model.compile(keras.optimizers.SGD(0.0))
    history = model.fit([X, wanted], batch_size=2, epochs=2, verbose=0).history
    assert history["off"] == pytest.approx(
        2 * [np.abs(X @ kernel + bias - wanted).mean()], rel=1e-5
    )


@pytest.mark.parametrize("loss", ["function", "object"])
def test_a_step_of_the_scripts_own_calls_the_loss_of_compile_under_a_tape(loss):
    chosen = keras.losses.mean_absolute_error
    chosen = keras.losses.MeanAbsoluteError() if loss == "object" else chosen

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = keras.Sequential([layers.Input((3,)), layers.Dense(1)])

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                value = self.loss(y, self.inner(x, training=True))
            weights = self.inner.trainable_weights
            self.optimizer.apply_gradients(zip(tape.gradient(value, weights), weights, strict=True))
            return {"loss": tf.reduce_mean(value)}

    model = Own()
    model.compile("adam", loss=chosen)
    history = model.fit(X, Y.reshape(-1, 1), epochs=30, verbose=0).history
    assert model.loss is chosen
    assert history["loss"][-1] < history["loss"][0]


def test_tensors_of_graphs_have_the_shapes_methods_of_older_keras():
    given = layers.Input(shape=(4, 3))
    made = layers.Dense(5)(given) * 2.0
    assert given.shape.as_list() == [None, 4, 3] and str(given.shape) == "(None, 4, 3)"
    assert made.get_shape().as_list() == [None, 4, 5] and made._keras_shape == (None, 4, 5)
    assert isinstance(made, keras.KerasTensor) and made.shape == (None, 4, 5)
    assert keras.Model(given, made).predict(np.ones((2, 4, 3)), verbose=0).shape == (2, 4, 5)
