"""Training as scripts do it: Keras's defaults, steps of their own, batches one by one, files."""

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras import layers, ops, tensorflow as tf
from pellucid.keras.tape import GradientTape

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 4)).astype("float32")
Y = (X[:, :1] * 2 - X[:, 1:2]).astype("float32")
YES = (Y[:, 0] > 0).astype("float32")


def regression(**options):
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(8, activation="relu", **options), layers.Dense(1)]
    )
    model.compile(keras.optimizers.Adam(0.05), "mse", metrics=["mae"])
    return model


def test_validation_split_takes_the_last_rows():
    model = regression()
    model.compile(keras.optimizers.SGD(0.0), "mse")
    history = model.fit(X, Y, validation_split=0.25, epochs=1, verbose=0).history
    np.testing.assert_allclose(
        history["val_loss"][0], model.evaluate(X[72:], Y[72:], verbose=0), rtol=1e-5
    )


def test_history_has_keras_s_columns_and_resolves_acc():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(X, YES, epochs=2, validation_data=(X, YES), verbose=0)
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert history.history["val_acc"] == history.history["val_accuracy"]


class Own(keras.Model):
    """A step with a tape, trackers, and a test step."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)
        self.tracker = keras.metrics.Mean(name="loss")

    def call(self, inputs):
        return self.dense(inputs)

    @property
    def metrics(self):
        return [self.tracker]

    def train_step(self, data):
        x, y = data
        with GradientTape() as tape:
            loss = ops.mean(ops.square(y - self(x, training=True)))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables, strict=True))
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}

    def test_step(self, data):
        x, y = data
        self.tracker.update_state(ops.mean(ops.abs(y - self(x, training=False))))
        return {"loss": self.tracker.result()}


def test_own_step_learns_as_the_usual_one_does():
    own = Own()
    own.compile(keras.optimizers.SGD(0.1))
    own.build((None, 4))
    usual = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    usual.set_weights(own.get_weights())
    usual.compile(keras.optimizers.SGD(0.1), "mse")
    options = {"epochs": 3, "batch_size": 32, "shuffle": False, "verbose": 0}
    mine, theirs = own.fit(X, Y, validation_data=(X, Y), **options), usual.fit(X, Y, **options)
    np.testing.assert_allclose(mine.history["loss"], theirs.history["loss"], rtol=1e-4)
    np.testing.assert_allclose(own.get_weights()[0], usual.get_weights()[0], rtol=1e-4, atol=1e-6)
    expected = np.mean(
        [np.abs(Y[i : i + 32] - own.predict(X[i : i + 32])).mean() for i in (0, 32, 64)]
    )
    assert mine.history["val_loss"][-1] == pytest.approx(expected, rel=1e-4)


def test_early_stopping_with_an_own_step():
    own = Own()
    own.compile(keras.optimizers.SGD(0.0))
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=2)
    history = own.fit(X, Y, epochs=10, validation_data=(X, Y), callbacks=[stop], verbose=0)
    assert len(history.epoch) == 3


def test_train_on_batch_is_one_step_of_fit():
    one, other = regression(kernel_regularizer="l2"), regression(kernel_regularizer="l2")
    other.set_weights(one.get_weights())
    loss, mae = one.train_on_batch(X, Y)
    history = other.fit(X, Y, batch_size=96, shuffle=False, verbose=0).history
    assert loss == pytest.approx(history["loss"][0], rel=1e-5)
    assert mae == pytest.approx(history["mae"][0], rel=1e-5)
    for mine, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


def test_a_gan_trains_its_frozen_discriminator():
    discriminator = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    discriminator.compile("sgd", "binary_crossentropy")
    discriminator.trainable = False
    noise = keras.Input((2,))
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(4)])
    combined = keras.Model(noise, discriminator(generator(noise)))
    combined.compile("sgd", "binary_crossentropy")
    before = discriminator.get_weights()
    combined.train_on_batch(np.ones((8, 2)), np.ones(8))
    assert np.array_equal(before[0], discriminator.get_weights()[0])
    discriminator.train_on_batch(X, YES)
    assert not np.array_equal(before[0], discriminator.get_weights()[0])
    assert discriminator.trainable is False


def test_stateful_layers_carry_their_state_through_predict():
    model = keras.Sequential([layers.LSTM(3, stateful=True, batch_input_shape=(1, 2, 1))])
    series = np.ones((1, 2, 1))
    first, second = model.predict(series), model.predict(series)
    model.reset_states()
    assert not np.allclose(first, second)
    np.testing.assert_allclose(model.predict(series), first, rtol=1e-6)


def test_added_losses_of_a_graph():
    inputs = keras.Input((4,))
    code = layers.Dense(2)(inputs)
    model = keras.Model(inputs, layers.Dense(4)(code))
    model.add_loss(ops.mean(ops.square(inputs - model.output)) + 0.1 * ops.mean(ops.abs(code)))
    model.compile("adam")
    out, hidden = model.predict(X), keras.Model(inputs, code).predict(X)
    expected = np.mean((X - out) ** 2) + 0.1 * np.abs(hidden).mean()
    history = model.fit(X, None, epochs=1, batch_size=96, verbose=0).history
    assert history["loss"][0] == pytest.approx(expected, rel=1e-4)


def test_own_metric_with_variables():
    class Right(keras.metrics.Metric):
        def __init__(self, name="right", **kwargs):
            super().__init__(name=name, **kwargs)
            self.count = self.add_weight(name="count", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            hit = ops.equal(
                ops.reshape(ops.cast(y_true, "bool"), (-1,)), ops.reshape(y_pred > 0.5, (-1,))
            )
            self.count.assign_add(ops.sum(ops.cast(hit, "float32")))

        def result(self):
            return self.count

        def reset_state(self):
            self.count.assign(0.0)

    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=[Right()])
    model.fit(X, YES, epochs=2, verbose=0)
    expected = ((model.predict(X)[:, 0] > 0.5) == (YES > 0)).sum()
    assert model.evaluate(X, YES, verbose=0)[1] == expected


@pytest.mark.parametrize("name", ["model.keras", "model.h5", "folder/model"])
def test_models_in_files_of_any_name(tmp_path, name):
    model = regression()
    model.fit(X, Y, epochs=1, verbose=0)
    model.save(str(tmp_path / name))
    again = keras.models.load_model(str(tmp_path / name))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert type(again) is keras.Sequential
    assert again.evaluate(X, Y, verbose=0) == pytest.approx(model.evaluate(X, Y, verbose=0))
    model.save_weights(str(tmp_path / "w.weights.h5"))
    other = keras.models.model_from_json(model.to_json())
    other.load_weights(str(tmp_path / "w.weights.h5"))
    np.testing.assert_array_equal(other.predict(X), model.predict(X))


def test_callbacks_with_keras_s_defaults(tmp_path):
    hooks = [
        keras.callbacks.EarlyStopping(monitor="val_acc", patience=1),
        keras.callbacks.ModelCheckpoint(str(tmp_path / "{epoch}.h5"), save_weights_only=True),
        keras.callbacks.TensorBoard(str(tmp_path / "logs")),
    ]
    model = regression()
    model.fit(
        X, Y, epochs=2, callbacks=hooks, verbose=0
    )  # no `val_acc`: Keras goes on, and so do we
    assert (tmp_path / "1.h5").exists()
    assert (tmp_path / "2.h5").exists()
    assert len((tmp_path / "logs" / "scalars.csv").read_text().splitlines()) == 3
    assert hooks[0].restore_best_weights is False


def test_a_graph_with_branches_of_different_depth_is_made_anew_as_it_was(tmp_path):
    left, right = keras.Input((4,)), keras.Input((3,))
    deep = keras.layers.Dense(5)(keras.layers.Dense(5)(right))
    joined = keras.layers.concatenate([keras.layers.Dense(5)(left), deep])
    model = keras.Model([left, right], keras.layers.Dense(1)(joined))
    rows = [np.ones((2, 4)), np.arange(6.0).reshape(2, 3)]
    model.save(tmp_path / "model.h5")
    of_file = keras.models.load_model(tmp_path / "model.h5")
    of_config = keras.Model.from_config(model.get_config())
    of_config.set_weights(model.get_weights())
    for again in (of_file, of_config):
        assert again.predict(rows) == pytest.approx(model.predict(rows))


def test_yaml_of_keras_2():
    model = regression()
    again = keras.models.model_from_yaml(model.to_yaml())
    again.set_weights(model.get_weights())
    assert again.predict(X) == pytest.approx(model.predict(X))


def test_layers_around_layers_come_back_from_a_file(tmp_path):
    model = keras.Sequential(
        [
            layers.Bidirectional(layers.LSTM(4, return_sequences=True), input_shape=(5, 3)),
            layers.TimeDistributed(layers.Dense(2, kernel_regularizer="l2")),
        ]
    )
    rows = RNG.normal(size=(2, 5, 3))
    model.predict(rows)
    model.save(tmp_path / "model.h5")
    again = keras.models.load_model(tmp_path / "model.h5")
    assert again.predict(rows) == pytest.approx(model.predict(rows), abs=1e-6)


def test_targets_of_the_only_output_with_a_loss_need_no_name():
    inputs = keras.Input((4,))
    hidden = layers.Dense(3)(inputs)
    model = keras.Model(inputs, [layers.Dense(1)(hidden), hidden])
    x = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    y = x[:, :1]
    model.compile("sgd", loss=["mse", None])
    wanted = np.mean((model.predict(x, verbose=0)[0] - y) ** 2)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(wanted, rel=1e-5)
    assert model.evaluate(x, [y, None], verbose=0) == pytest.approx(wanted, rel=1e-5)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(8)
    assert model.fit(data, verbose=0).history["loss"][0] == pytest.approx(wanted, rel=1e-5)


def test_numbers_of_a_tensor_are_a_copy_that_may_be_changed():
    tensor = keras.ops.ones((2, 2))
    numbers = tensor.numpy()
    numbers /= 2
    assert (tensor.numpy().sum(), numbers.sum()) == (4, 2)


class ReadsTheGraph(layers.Layer):
    """As in the variational autoencoders of Keras 2.0: its loss reads a tensor that is not among its inputs."""

    def __init__(self, outside, weighted=False, **kwargs):
        super().__init__(**kwargs)
        self.outside, self.weighted = outside, weighted

    def build(self, input_shape):
        if self.weighted:
            self.shift = self.add_weight(shape=(1,))

    def call(self, inputs):
        given, answer = inputs
        self.add_loss(ops.mean(ops.square(given - answer)) + ops.mean(ops.square(self.outside)))
        return given


def test_a_loss_that_reads_tensors_of_the_graph_around_it():
    inputs = keras.Input((4,))
    code = layers.Dense(2)(inputs)
    answer = layers.Dense(4)(code)
    model = keras.Model(inputs, ReadsTheGraph(code)([inputs, answer]))
    model.compile("sgd", loss=None)
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
    codes, answers = keras.Model(inputs, [code, answer]).predict(x, verbose=0)
    wanted = np.mean((x - answers) ** 2) + np.mean(codes**2)
    assert model.evaluate(x, verbose=0) == pytest.approx(wanted, rel=1e-5)
    losses = model.fit(x, epochs=30, verbose=0).history["loss"]
    assert losses[-1] < 0.8 * losses[0]
    with pytest.raises(ValueError, match="not among its inputs; only layers without weights"):
        ReadsTheGraph(code, weighted=True)([inputs, answer])


def test_a_subclass_keeps_a_loss_and_an_optimizer_of_its_own_until_it_is_compiled():
    class Trained(keras.Model):
        def __init__(self):
            super().__init__()
            self.seed = 7
            self.loss, self.history = [], []
            self.optimizer = keras.optimizers.SGD(0.1)
            self.dense = layers.Dense(1)

        def call(self, inputs):
            return self.dense(inputs)

    model, x = Trained(), np.ones((4, 2), "float32")
    for _ in range(5):
        with GradientTape() as tape:
            loss = ops.mean((model(x) - 3.0) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply_gradients(zip(grads, model.trainable_variables, strict=True))
        model.loss.append(float(loss))
    assert model.loss[-1] < model.loss[0] / 2
    model.compile("adam", "mse")
    assert model.loss == "mse"
    assert type(model.optimizer).__name__ == "Adam"
    with pytest.raises(AttributeError, match="compile"):
        model.optimizer = keras.optimizers.SGD(0.1)


def test_a_model_that_was_frozen_before_its_weights_were_made_trains_as_it_was_compiled():
    critic = keras.Sequential([layers.Dense(4), layers.Dense(1)])
    critic.compile("sgd", "mse")
    critic.trainable = False
    x = np.ones((4, 2), "float32")
    first, second = (float(critic.train_on_batch(x, x[:, :1] * 3)) for _ in range(2))
    assert second < first
    assert not critic.trainable
    assert critic.trainable_weights == []
