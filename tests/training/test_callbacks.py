"""Callbacks: which hooks are called when, and what each built-in one does."""

import csv

import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.callbacks import (
    Callback,
    CSVLogger,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)
from pellucid.core.errors import ArgumentError, UnknownNameError
from pellucid.training import engine

X = np.random.default_rng(0).standard_normal((10, 2)).astype("float32")
Y = X.sum(1, keepdims=True)


def model(optimizer="sgd"):
    made = pellucid.Sequential([layers.Dense(1)])
    made.compile(optimizer=optimizer, loss="mse", metrics=["mae"])
    return made


class Recorder(Callback):
    def __init__(self):
        super().__init__()
        self.calls = []

    def on_train_begin(self, logs=None):
        self.calls.append("train begin")

    def on_train_end(self, logs=None):
        self.calls.append("train end")

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch} begin")

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch} end")
        self.logs = logs


class BatchRecorder(Recorder):
    def on_train_batch_begin(self, batch, logs=None):
        self.calls.append(f"batch {batch} begin")

    def on_train_batch_end(self, batch, logs=None):
        self.calls.append(f"batch {batch} end")
        self.batch_logs = logs


def test_hooks_come_in_keras_order():
    recorder = BatchRecorder()
    model().fit(X, Y, batch_size=5, epochs=2, callbacks=[recorder], verbose=0)
    batches = [f"batch {b} {when}" for b in (0, 1) for when in ("begin", "end")]
    epochs = [c for e in (0, 1) for c in (f"epoch {e} begin", *batches, f"epoch {e} end")]
    assert recorder.calls == ["train begin", *epochs, "train end"]
    assert recorder.params["steps"] == 2
    assert set(recorder.logs) >= {"loss", "mae", "learning_rate"}
    assert recorder.batch_logs["loss"] == pytest.approx(recorder.logs["loss"])


@pytest.mark.parametrize("wake", [0.25, 1e-9])
@pytest.mark.parametrize("recorder", [Recorder, BatchRecorder])
def test_callbacks_do_not_change_the_run(monkeypatch, recorder, wake):
    """Also where an epoch takes several chunks, because they are short."""
    plain, watched = model(), model()
    plain.fit(X, Y, batch_size=1, epochs=3, verbose=0)
    monkeypatch.setattr(engine, "WAKE_SECONDS", wake)
    watched.fit(X, Y, batch_size=1, epochs=3, callbacks=[recorder()], verbose=0)
    for first, second in zip(plain.get_weights(), watched.get_weights(), strict=True):
        assert np.array_equal(first, second)


def test_pauses_follow_from_the_hooks():
    assert Callback().pauses == "train"
    assert Recorder().pauses == "epoch"
    assert BatchRecorder().pauses == "batch"
    assert LambdaCallback(on_train_begin=print).pauses == "train"
    assert LambdaCallback(on_train_batch_end=print).pauses == "batch"
    assert CSVLogger("x").pauses == "train"
    assert TerminateOnNaN().pauses == "train"


def test_a_callback_sees_and_may_change_the_current_weights():
    made = model()
    seen = []

    def zero(epoch, logs):
        seen.append(made.get_weights())
        made.layers[0].kernel = np.zeros((2, 1), "float32")

    made.compile(optimizer=pellucid.optimizers.SGD(0.1), loss="mse")
    made.fit(
        X, Y, batch_size=10, epochs=2, callbacks=[LambdaCallback(on_epoch_end=zero)], verbose=0
    )
    one_step_from_zero = 0.1 * 2 * X.T @ (Y - seen[0][1]) / 10
    np.testing.assert_allclose(seen[1][0], one_step_from_zero, rtol=1e-5)
    assert not made.get_weights()[0].any()


def test_learning_rate_scheduler_sets_each_epochs_rate():
    rates = LearningRateScheduler(lambda epoch, rate: 0.1 / (epoch + 1))
    history = model().fit(X, Y, epochs=4, callbacks=[rates], verbose=0)
    np.testing.assert_allclose(
        history.history["learning_rate"], [0.1, 0.05, 0.1 / 3, 0.025], rtol=1e-6
    )


def test_learning_rate_scheduler_refuses_nonsense():
    with pytest.raises(ArgumentError, match="finite number"):
        model().fit(X, Y, callbacks=[LearningRateScheduler(lambda e: None)], verbose=0)


def test_reduce_on_plateau_follows_the_rule():
    made = model(pellucid.optimizers.SGD(0.5))
    reduce = ReduceLROnPlateau(monitor="loss", factor=0.5, patience=2, min_delta=1e9, min_lr=0.1)
    history = made.fit(X, Y, epochs=9, callbacks=[reduce], verbose=0)
    expected = [0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.1, 0.1]
    np.testing.assert_allclose(history.history["learning_rate"], expected, rtol=1e-6)


def test_csv_logger_writes_every_epoch(tmp_path):
    history = model().fit(X, Y, epochs=5, callbacks=[CSVLogger(tmp_path / "h.csv")], verbose=0)
    with open(tmp_path / "h.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == history.history["loss"]
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2, 3, 4]


def test_checkpoint_keeps_the_best(tmp_path):
    made = model(pellucid.optimizers.SGD(0.1))
    file = tmp_path / "best.safetensors"
    keep = ModelCheckpoint(file, monitor="val_loss")
    history = made.fit(X, Y, epochs=6, validation_data=(X, 0.2 * Y), callbacks=[keep], verbose=0)
    best = pellucid.load(file).evaluate(X, 0.2 * Y, verbose=0)
    best = best[0] if isinstance(best, list) else best
    assert best == pytest.approx(min(history.history["val_loss"]), rel=1e-6)


@pytest.mark.parametrize(
    "callback", [ReduceLROnPlateau("val_los"), ModelCheckpoint("f", "val_los")]
)
def test_misspelt_monitors_are_refused_before_the_first_step(callback):
    with pytest.raises(UnknownNameError, match="val_los"):
        model().fit(X, Y, validation_split=0.2, callbacks=[callback], verbose=0)


def test_a_class_instead_of_an_object_is_refused():
    with pytest.raises(ArgumentError, match="is no callback"):
        model().fit(X, Y, callbacks=[TerminateOnNaN], verbose=0)


def test_keras_way_of_setting_the_rate_works_between_and_inside_trainings():
    made = model(pellucid.optimizers.SGD(0.5))
    made.optimizer.learning_rate = 0.25
    assert made.learning_rate == 0.25

    def halve(epoch, logs):
        made.optimizer.learning_rate = 0.125

    history = made.fit(X, Y, epochs=2, callbacks=[LambdaCallback(on_epoch_end=halve)], verbose=0)
    np.testing.assert_allclose(history.history["learning_rate"], [0.25, 0.125])


def test_average_of_the_weights_is_what_training_ends_with():
    made = model(pellucid.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5))
    path = []
    keep = LambdaCallback(on_epoch_end=lambda epoch, logs: path.append(made.get_weights()[0]))
    made.fit(X, Y, batch_size=10, epochs=3, callbacks=[keep], verbose=0)
    expected = 0.5 * (0.5 * path[0] + 0.5 * path[1]) + 0.5 * path[2]
    np.testing.assert_allclose(made.get_weights()[0], expected, rtol=1e-6)
