"""Whole uses: hand-written training loops, control flow, modules, settings."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, ShapeError, UsageError
from pellucid.keras import tensorflow as tf

RNG = np.random.default_rng(3)


def test_a_training_loop_by_hand():
    x = RNG.normal(size=(128, 3)).astype(np.float32)
    y = x @ np.array([[1.0], [-2.0], [0.5]], np.float32) + 0.3
    weights = tf.Variable(tf.random.normal([3, 1], seed=1))
    bias = tf.Variable(tf.zeros([1]))
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(128, seed=0).batch(32)

    @tf.function
    def step(inputs, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.matmul(inputs, weights) + bias - targets))
        for variable, gradient in zip(
            (weights, bias), tape.gradient(loss, (weights, bias)), strict=True
        ):
            variable.assign_sub(0.1 * gradient)
        return loss

    losses = [step(*batch) for batch in data.repeat(30)]
    assert float(losses[-1]) < 1e-4
    np.testing.assert_allclose(weights.numpy().ravel(), [1, -2, 0.5], atol=0.02)
    np.testing.assert_allclose(bias.numpy(), [0.3], atol=0.02)


def test_a_training_loop_with_a_model():
    keras = tf.keras
    x = RNG.normal(size=(64, 2)).astype(np.float32)
    y = (x[:, :1] * x[:, 1:] > 0).astype(np.float32)
    model = keras.Sequential([keras.layers.Dense(16, activation="tanh"), keras.layers.Dense(1)])
    optimizer = keras.optimizers.Adam(0.05)
    loss_of = keras.losses.BinaryCrossentropy(from_logits=True)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
    losses = []
    for _ in range(60):
        for inputs, targets in data:
            with tf.GradientTape() as tape:
                loss = loss_of(targets, model(inputs, training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            losses.append(float(loss))
    assert losses[-1] < 0.2
    assert np.mean((model(x).numpy() > 0) == y) > 0.9


def test_fit_takes_data_sets():
    keras = tf.keras
    x = RNG.normal(size=(96, 4)).astype(np.float32)
    y = x.sum(1, keepdims=True)
    data = tf.data.Dataset.from_tensor_slices((x, y)).map(lambda a, b: (a * 2.0, b * 2.0))
    data = data.shuffle(96).batch(16).prefetch(tf.data.AUTOTUNE)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.05), "mse")
    history = model.fit(data, epochs=12, verbose=0)
    assert history.history["loss"][-1] < 1e-2
    assert model.evaluate(data, verbose=0) < 1e-2


def test_functions_know_shapes_while_they_are_traced():
    @tf.function
    def flat(x):
        assert tf.shape(x)[0] == 4
        total = tf.zeros([], tf.float32)
        for i in tf.range(tf.shape(x)[0]):
            total += tf.reduce_sum(x[i]) * tf.cast(i, tf.float32)
        return tf.reshape(x, tf.concat([tf.shape(x)[:1], [-1]], axis=0)), total

    x = np.arange(24.0).reshape(4, 3, 2)
    rows, total = flat(tf.constant(x))
    np.testing.assert_array_equal(rows, x.reshape(4, 6))
    assert float(total) == pytest.approx((x.sum((1, 2)) * np.arange(4)).sum())


def test_control_flow():
    x = tf.constant([1.0, 2.0, 3.0])
    assert tf.map_fn(lambda v: v**2, x).numpy().tolist() == [1, 4, 9]
    assert tf.vectorized_map(lambda v: v + 1, x).numpy().tolist() == [2, 3, 4]
    assert tf.scan(lambda total, v: total + v, x).numpy().tolist() == [1, 3, 6]
    assert float(tf.foldl(lambda total, v: total * v, x)) == 6
    assert float(tf.cond(tf.reduce_sum(x) > 5, lambda: x[0], lambda: x[1])) == 1
    n, total = tf.while_loop(lambda n, t: n < 4, lambda n, t: (n + 1, t + n), (0, 0))
    assert (int(n), int(total)) == (4, 6)
    assert tf.switch_case(tf.constant(1), [lambda: "a", lambda: "b"]) == "b"
    assert tf.case([(x[0] > 5, lambda: 1), (x[1] > 1, lambda: 2)], default=lambda: 3) == 2
    compiled = tf.function(lambda v: tf.cond(v > 0, lambda: v * 2, lambda: -v))
    assert [float(compiled(tf.constant(v))) for v in (3.0, -3.0)] == [6, 3]


def test_gradients_pass_control_flow():
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.map_fn(lambda v: v**3, x))
    assert tape.gradient(y, x).numpy().tolist() == [3, 12, 27]


def test_gradients_of_ones_own():
    @tf.custom_gradient
    def straight(x):
        return tf.round(x), lambda upstream: upstream * 5.0

    x = tf.Variable([1.4, 2.6])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(straight(x) * 2.0)
    assert float(y) == 8
    assert tape.gradient(y, x).numpy().tolist() == [10, 10]


def test_python_functions():
    doubled = tf.numpy_function(lambda a: a * 2, [tf.constant([1.0, 2.0])], tf.float32)
    assert doubled.numpy().tolist() == [2, 4]
    data = tf.data.Dataset.range(3).map(
        lambda x: tf.py_function(lambda v: v.numpy() + 1, [x], tf.int64)
    )
    assert [int(x) for x in data] == [1, 2, 3]


def test_modules_find_their_variables():
    class Inner(tf.Module):
        def __init__(self):
            super().__init__(name="inner")
            self.w = tf.Variable(1.0)

    class Outer(tf.Module):
        def __init__(self):
            super().__init__()
            self.parts = [Inner(), {"b": tf.Variable(2.0, trainable=False)}]
            self.dense = tf.keras.layers.Dense(2)
            self.dense.build((None, 3))

    outer = Outer()
    assert len(outer.trainable_variables) == 3
    assert len(outer.variables) == 4
    assert [m.name for m in outer.submodules] == ["inner"]


def test_printing(capsys):
    tf.print("loss", tf.constant([1, 2]), 0.5, sep=": ")
    assert capsys.readouterr().err == "loss: [1 2]: 0.5\n"

    @tf.function
    def said(x):
        tf.print("x is", x)
        return x

    said(tf.constant(3))
    import jax

    jax.effects_barrier()
    assert "x is 3" in capsys.readouterr().err


def test_conditions_that_must_hold():
    x = tf.constant([1.0, 2.0])
    tf.debugging.assert_equal(x, [1.0, 2.0])
    tf.debugging.assert_shapes([(x, ("n",)), (tf.zeros([2, 3]), ("n", 3))])
    with pytest.raises(ArgumentError, match="too large: x < y does not hold"):
        tf.debugging.assert_less(x, 2.0, message="too large")
    with pytest.raises(ShapeError, match="must be 2 axes"):
        tf.debugging.assert_rank(x, 2)
    with pytest.raises(ArithmeticError):
        tf.debugging.check_numerics(x / 0.0, "divided")


def test_settings_are_accepted():
    assert tf.config.list_physical_devices("CPU")[0].device_type == "CPU"
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    tf.get_logger().setLevel("ERROR")
    tf.autograph.set_verbosity(0)
    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    config = tf.compat.v1.ConfigProto()
    config.gpu_options.allow_growth = True
    tf.compat.v1.Session(config=config).close()
    assert not tf.test.is_gpu_available()
    assert tf.executing_eagerly()
    strategy = tf.distribute.MirroredStrategy()
    with strategy.scope(), tf.device("/GPU:0"), tf.name_scope("part"):
        assert strategy.num_replicas_in_sync == 1
    assert float(strategy.run(lambda v: v * 2, args=(tf.constant(2.0),))) == 4
    tf.config.run_functions_eagerly(True)
    assert tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(False)


def test_tensorflow_1_is_refused_with_its_reason():
    with pytest.raises(UsageError, match="every line computes at once"):
        tf.compat.v1.disable_v2_behavior()
    with pytest.raises(UsageError, match="belong to TensorFlow 1"):
        tf.compat.v1.placeholder(tf.float32, [None])
    assert tf.compat.v1.reduce_sum is tf.reduce_sum
