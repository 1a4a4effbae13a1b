"""Ending a training: early stopping, callbacks, Ctrl-C, NaN; the weights are those promised."""

import os
import signal
import subprocess
import sys
import textwrap

import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.callbacks import EarlyStopping, LambdaCallback
from pellucid.core.errors import UnknownNameError
from pellucid.training.loop import NonFiniteWarning

X = np.linspace(-1, 1, 12, dtype="float32")[:, None]
Y = X**2


def quadratic(rate=0.1, start=2.0):
    """One weight w on the input 1; the loss is w squared: every epoch's value is known by hand."""
    model = pellucid.Sequential(
        [
            layers.Dense(
                1,
                use_bias=False,
                kernel_initializer=pellucid.initializers.Constant(start),
            )
        ]
    )
    model.compile(optimizer=pellucid.optimizers.SGD(rate), loss="mse")
    return model


ONE, ZERO = np.ones((4, 1), "float32"), np.zeros((4, 1), "float32")


def keras_rule(values, patience, min_delta=0.0, baseline=None, start_from_epoch=0):
    """Keras's early stopping, written as its plain loop: (epochs run, best epoch)."""
    best, best_epoch, wait = np.inf, -1, 0
    for epoch, value in enumerate(values):
        improved = value < best - min_delta
        if improved:
            best, best_epoch = value, epoch
        if epoch < start_from_epoch:
            continue
        wait += 1
        if improved:
            if baseline is None or value < baseline - min_delta:
                wait = 0
            continue
        if wait >= patience and epoch > 0:
            return epoch + 1, best_epoch
    return len(values), best_epoch


@pytest.mark.parametrize(
    "options",
    [
        {"patience": 0},
        {"patience": 2},
        {"patience": 2, "min_delta": 0.5},
        {"patience": 2, "baseline": 0.05},
        {"patience": 1, "start_from_epoch": 9},
    ],
)
def test_stops_when_and_where_keras_rule_does(options):
    validation = (ONE, 0.7 * ONE)
    model = quadratic()
    free = model.fit(ONE, ZERO, epochs=20, validation_data=validation, verbose=0)
    expected, best = keras_rule(free.history["val_loss"], **options)
    model = quadratic()
    stop = EarlyStopping(**options)
    history = model.fit(
        ONE, ZERO, epochs=20, validation_data=validation, callbacks=[stop], verbose=0
    )
    assert len(history.epoch) == expected
    assert stop.best_epoch == history.restored_epoch == best
    best_value = free.history["val_loss"][best]
    assert model.evaluate(*validation, verbose=0) == pytest.approx(best_value)


def test_last_weights_on_request():
    model = quadratic()
    stop = EarlyStopping(patience=2, restore_best_weights=False)
    history = model.fit(
        ONE, ZERO, epochs=20, validation_data=(ONE, 0.7 * ONE), callbacks=[stop], verbose=0
    )
    last = history.history["val_loss"][-1]
    assert model.evaluate(ONE, 0.7 * ONE, verbose=0) == pytest.approx(last)


def test_best_weights_come_back_when_the_epochs_run_out():
    model = quadratic()
    stop = EarlyStopping(patience=100)
    history = model.fit(
        ONE, ZERO, epochs=9, validation_data=(ONE, 0.9 * ONE), callbacks=[stop], verbose=0
    )
    assert history.ended == "epochs"
    best = min(history.history["val_loss"])
    assert model.evaluate(ONE, 0.9 * ONE, verbose=0) == pytest.approx(best)


@pytest.mark.parametrize(
    ("monitor", "words"),
    [("val_los", "val_loss"), ("val_accuracy", "it measures"), ("accuracy", "metrics=")],
)
def test_misspelt_monitor_is_an_error_before_the_first_step(monitor, words):
    model = quadratic()
    before = model
    with pytest.raises(UnknownNameError) as error:
        model.fit(
            ONE, ZERO, validation_data=(ONE, ZERO), callbacks=[EarlyStopping(monitor)], verbose=0
        )
    assert words in str(error.value)
    assert before.history is None


def test_monitor_without_validation_data_says_how_to_get_some():
    with pytest.raises(UnknownNameError, match="validation_split"):
        quadratic().fit(ONE, ZERO, callbacks=[EarlyStopping()], verbose=0)


@pytest.mark.parametrize("batch_size", [1, 4])
def test_nan_stops_with_the_last_finite_weights_and_names_the_step(batch_size):
    """Rate 3 multiplies w by -5 a step: after k steps w = 2 (-5)^k, whose square overflows float32 at a known k."""
    model = quadratic(rate=3.0)
    with pytest.warns(NonFiniteWarning) as caught:
        history = model.fit(ONE, ZERO, batch_size=batch_size, epochs=200, verbose=0)
    steps = next(
        k for k in range(200) if batch_size * (2.0 * 5.0**k) ** 2 > float(np.finfo("float32").max)
    )
    assert f"step {steps} " in str(caught[0].message)
    assert history.ended == "non-finite"
    np.testing.assert_allclose(model.get_weights()[0], 2.0 * (-5.0) ** steps, rtol=1e-4)


def root(y_true, y_pred):
    """The distance; the root has no slope at 0."""
    return jnp.mean(jnp.sqrt(jnp.square(y_pred - y_true)))


@pytest.mark.parametrize("callbacks", [[], [LambdaCallback(on_train_batch_end=lambda *_: None)]])
def test_a_gradient_that_is_not_finite_leaves_the_weights_before_it(callbacks):
    """A row of zeros costs 0 and loses the weights: the next loss tells, or, where a chunk ends, the weights do."""
    x, given = np.ones((5, 1), "float32"), {"batch_size": 1, "shuffle": False, "verbose": 0}
    model, twin = quadratic(rate=0.01), quadratic(rate=0.01)
    for each in (model, twin):
        each.compile(pellucid.optimizers.SGD(0.01), root)
    twin.fit(x, 9 * x, epochs=1, **given)
    zero = np.append(x, np.zeros((1, 1), "float32"), axis=0)
    with pytest.warns(NonFiniteWarning, match=r"step 5 \(epoch 1, batch 5\)"):
        history = model.fit(zero, 9 * zero, epochs=2, callbacks=callbacks, **given)
    assert history.ended == "non-finite"
    np.testing.assert_array_equal(model.get_weights()[0], twin.get_weights()[0])


def test_weights_that_were_lost_long_before_the_loss_tells_are_found():
    """The first step loses the row of a table that no later step looks up, so that no loss ever tells."""
    ids = np.append(0, np.ones(199, int))[:, None]
    layer = layers.Embedding(2, 1, embeddings_initializer=pellucid.initializers.Constant(1.0))
    model = pellucid.Sequential([layer, layers.Flatten()])
    model.compile(pellucid.optimizers.SGD(1e-3), root)
    targets = np.where(ids == 0, 1.0, 3.0)
    given = {"batch_size": 1, "shuffle": False, "verbose": 0}
    with pytest.warns(NonFiniteWarning, match=r"step 0 "):
        history = model.fit(ids, targets, epochs=1, **given)
    assert history.ended == "non-finite"
    np.testing.assert_array_equal(model.get_weights()[0], [[1.0], [1.0]])


def test_stop_training_from_a_callback():
    model = quadratic()

    def stop(epoch, logs):
        model.stop_training = epoch == 3

    history = model.fit(
        ONE, ZERO, epochs=50, callbacks=[LambdaCallback(on_epoch_end=stop)], verbose=0
    )
    assert (len(history.epoch), history.ended) == (4, "callback")


def test_control_c_leaves_a_usable_model_and_history():
    model = quadratic(rate=1e-6)

    def press(epoch, logs):
        if epoch == 2:
            os.kill(os.getpid(), signal.SIGINT)

    history = model.fit(
        ONE, ZERO, epochs=10**6, callbacks=[LambdaCallback(on_epoch_end=press)], verbose=0
    )
    assert history.ended == "interrupt"
    assert len(history.history["loss"]) == 3
    assert np.isfinite(model.predict(ONE)).all()


def test_control_c_in_a_script_that_runs_in_one_program(tmp_path):
    """No callback wakes the program here: the signal must be heeded at the chunk's edge."""
    script = tmp_path / "endless.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, signal, threading, numpy as np, pellucid
            from pellucid import layers
            x = np.ones((64, 2), "float32")
            model = pellucid.Sequential([layers.Dense(1)])
            model.compile(optimizer="sgd", loss="mse")
            threading.Timer(3.0, os.kill, (os.getpid(), signal.SIGINT)).start()
            history = model.fit(x, x[:, :1], epochs=10**8, verbose=0)
            print(history.ended, len(history.epoch) > 0, model.predict(x).shape)
            """
        )
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert done.stdout.split("\n")[0] == "interrupt True (64, 1)", done.stderr


def test_epochs_of_a_continued_training_are_counted_from_its_first():
    model = quadratic()
    stop = EarlyStopping("loss", patience=1, min_delta=1e9, start_from_epoch=7)
    history = model.fit(ONE, ZERO, epochs=20, initial_epoch=5, callbacks=[stop], verbose=0)
    assert history.epoch == [5, 6, 7]


def test_a_bad_step_is_counted_in_its_own_training():
    model = quadratic(rate=3.0)
    model.fit(ONE, ZERO, epochs=5, verbose=0)
    with pytest.warns(NonFiniteWarning, match=r"at step 22 \(epoch 23, batch 0\)"):
        model.fit(ONE, ZERO, epochs=200, verbose=0)
