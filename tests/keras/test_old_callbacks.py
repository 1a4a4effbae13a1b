"""What callbacks of Keras 1 and 2 find: numbers under both names, validation data, words for the training."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(64, 4)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("float32")


def classifier():
    model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid", input_dim=4)])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


class Watch(keras.callbacks.Callback):
    """Notes what it is given."""

    def on_train_begin(self, logs={}):  # noqa: B006
        self.batches, self.epochs = [], []

    def on_batch_end(self, batch, logs={}):  # noqa: B006
        self.batches.append(logs.get("acc"))

    def on_epoch_end(self, epoch, logs={}):  # noqa: B006
        self.epochs.append((logs["acc"], logs.get("val_acc"), logs.get("nothing", -1)))
        logs["mine"] = 7.0


def test_logs_know_the_accuracy_by_both_names():
    watch = Watch()
    history = classifier().fit(X, Y, validation_data=(X, Y), epochs=2, callbacks=[watch], verbose=0)
    columns = history.history
    wanted = zip(columns["accuracy"], columns["val_accuracy"], [-1, -1], strict=True)
    assert watch.epochs == list(wanted)
    assert len(watch.batches) == 4
    assert None not in watch.batches


def test_validation_data_stand_in_the_callback():
    watch = Watch()
    classifier().fit(X, Y, validation_split=0.25, callbacks=[watch], verbose=0)
    inputs, targets, weights = watch.validation_data
    assert np.array_equal(inputs, X[48:])
    assert np.array_equal(targets, Y[48:])
    assert np.array_equal(weights, np.ones(16))


def test_the_words_for_a_training():
    watch = Watch()
    history = classifier().fit(X, Y, epochs=2, batch_size=16, callbacks=[watch], verbose=0)
    for params in (watch.params, history.params):
        assert params["epochs"] == params["nb_epoch"] == 2
        assert params["samples"] == params["nb_sample"] == 64
        assert params["steps"] == 4
        assert params["metrics"] == ["loss", "accuracy"]


def test_the_model_keeps_the_history():
    model = classifier()
    history = model.fit(X, Y, verbose=0)
    assert model.history is history
    assert model.history.history["acc"] == history.history["accuracy"]


def test_names_of_what_evaluate_returns():
    def far(y_true, y_pred):
        return keras.backend.mean(keras.backend.abs(y_true - y_pred))

    model = classifier()
    model.compile("adam", "mse", metrics=["mae", far])
    assert model.metrics_names == ["loss", "mae", "far"]
    one = keras.Input((4,))
    outputs = [keras.layers.Dense(1, name="a")(one), keras.layers.Dense(1, name="b")(one)]
    several = keras.Model(one, outputs)
    several.compile("sgd", {"a": "mse", "b": "mae"}, metrics={"b": "mse"})
    several.fit(X, {"a": Y, "b": Y}, verbose=0)
    measured = several.evaluate(X, {"a": Y, "b": Y}, verbose=0)
    found = several.evaluate(X, {"a": Y, "b": Y}, verbose=0, return_dict=True)
    assert dict(zip(several.metrics_names, measured, strict=True)) == pytest.approx(found)


@pytest.mark.parametrize("weights", [[1.0, 3.0], np.array([1.0, 3.0])])
def test_class_weights_in_the_order_of_the_classes(weights):
    def trained(class_weight):
        model = classifier()
        model.set_weights([np.ones((4, 1)), np.zeros(1)])
        model.fit(X, Y, class_weight=class_weight, shuffle=False, verbose=0)
        return model.get_weights()[0]

    assert trained(weights) == pytest.approx(trained({0: 1.0, 1: 3.0}))
    assert trained("auto") == pytest.approx(trained("balanced"))
    assert trained(weights) != pytest.approx(trained(None))


def test_validation_data_without_targets():
    inputs = keras.Input((3,))
    outputs = keras.layers.Dense(3)(inputs)
    model = keras.Model(inputs, outputs)
    model.add_loss(keras.ops.mean((inputs - outputs) ** 2))
    model.compile("sgd")
    seen = keras.callbacks.LambdaCallback()
    x = np.ones((8, 3), "float32")
    history = model.fit(x, epochs=1, validation_data=(x, None), callbacks=[seen], verbose=0)
    assert "val_loss" in history.history
    assert len(seen.validation_data) == 1


def test_waiting_times_and_words_that_keras_lets_pass():
    x, y = np.ones((4, 2), "float32"), np.ones(4, "float32")
    model = keras.Sequential([keras.layers.Dense(4 / 2), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    stop = keras.callbacks.EarlyStopping(
        "loss", patience=2.5, min_delta=-1, mode="least", verbose=3
    )
    reduce = keras.callbacks.ReduceLROnPlateau(
        "loss", patience=1.0, cooldown=0.5, mode="any", verbose=True
    )
    history = model.fit(x, y, 32, 20, 3, callbacks=[stop, reduce])
    assert len(history.epoch) == 4  # the first is the best; three more are waited for
    assert model.evaluate(x, y, verbose=3) == pytest.approx(history.history["loss"][-1])
    assert keras.callbacks.EarlyStopping(patience=-1).patience == 0


def test_numbers_of_another_kind_that_keras_lets_pass():
    layer = keras.layers.Conv2D(6 / 2, 3, use_bias=0)
    assert layer.filters == 3 and layer.use_bias is False
    assert keras.layers.LSTM(4, "tanh", "sigmoid", 1, return_sequences=1).return_sequences is True
    assert keras.losses.BinaryCrossentropy(1).from_logits is True
    with pytest.raises(ValueError, match="units"):
        keras.layers.Dense(2.5)
    with pytest.raises(ValueError, match="use_bias"):
        keras.layers.Dense(2, use_bias=2)
