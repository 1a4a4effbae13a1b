"""What an epoch is, and after which epochs is validated: `steps_per_epoch`, `validation_freq`, `validation_steps`."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Input, Sequential, callbacks, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.training import engine
from pellucid.training.progress.lines import MANY, SHOWN, Lines

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(10, 3)).astype("float32"), RNG.normal(size=10).astype("float32")
OTHER = (X[:7] + 1, Y[:7])


def trained(**options):
    model = Sequential([Input(shape=(3,)), layers.Dense(1)])
    model.compile("adam", "mse")
    options = {"batch_size": 3, "shuffle": False, "verbose": 0, **options}
    return model, model.fit(X, Y, **options)


def weights(model):
    return np.concatenate([array.reshape(-1) for array in model.get_weights()])


def test_an_epoch_of_some_steps_goes_on_where_the_last_one_ended():
    whole, _ = trained(epochs=3)
    parts, history = trained(epochs=4, steps_per_epoch=3)  # 12 steps either way: 3 passes of 4
    np.testing.assert_array_equal(weights(parts), weights(whole))
    assert history.epoch == [0, 1, 2, 3]


def test_an_epoch_may_be_several_passes():
    whole, _ = trained(epochs=6)
    parts, history = trained(epochs=3, steps_per_epoch=8)
    np.testing.assert_array_equal(weights(parts), weights(whole))
    assert len(history.history["loss"]) == 3


def test_the_loss_of_an_epoch_is_that_of_its_own_steps():
    _, whole = trained(epochs=1)
    _, parts = trained(epochs=2, steps_per_epoch=2)  # batches of 3, 3 | 3, 1
    means = np.average(parts.history["loss"], weights=[6, 4])
    np.testing.assert_allclose(means, whole.history["loss"][0], rtol=1e-6)


@pytest.mark.parametrize("rows_per_step", [5, 4])
def test_every_row_is_seen_before_any_is_seen_again(rows_per_step):
    # The gradient of the mean output is the mean of the rows, here one-hot: the weights count what was seen.
    model = Sequential(
        [Input(shape=(12,)), layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile("sgd", lambda y, out: jnp.mean(out, -1))
    rows = 12 if rows_per_step == 4 else 10
    steps = rows // rows_per_step
    model.fit(
        np.eye(12, dtype="float32")[:rows],
        np.zeros((rows, 1)),
        batch_size=rows_per_step,
        epochs=steps,
        steps_per_epoch=steps + 1,
        verbose=0,
    )
    seen = -weights(model)[:rows] * rows_per_step / 0.01
    np.testing.assert_allclose(seen, steps + 1, rtol=1e-5)


def test_the_order_changes_from_pass_to_pass_and_chunks_do_not_matter(monkeypatch):
    def run(wake):
        monkeypatch.setattr(engine, "WAKE_SECONDS", wake)
        return trained(epochs=5, steps_per_epoch=3, shuffle=True)

    (long, history), (short, _) = run(10.0), run(1e-9)
    np.testing.assert_array_equal(weights(long), weights(short))
    assert len(set(history.history["loss"])) == 5


@pytest.mark.parametrize(
    ("frequency", "measured"), [(1, [1, 2, 3, 4, 5]), (2, [2, 4]), (7, []), ([1, 4], [1, 4])]
)
def test_only_some_epochs_are_validated(frequency, measured):
    _, every = trained(epochs=5, validation_data=OTHER)
    _, some = trained(epochs=5, validation_data=OTHER, validation_freq=frequency)
    wanted = [v if i + 1 in measured else np.nan for i, v in enumerate(every.history["val_loss"])]
    np.testing.assert_array_equal(some.history["val_loss"], wanted)
    assert some.history["loss"] == every.history["loss"]


def test_epochs_are_counted_from_the_first_one_for_validation():
    _, history = trained(epochs=6, initial_epoch=3, validation_data=OTHER, validation_freq=[4, 6])
    assert list(np.isfinite(history.history["val_loss"])) == [True, False, True]


def test_early_stopping_judges_validated_epochs_only():
    stop = callbacks.EarlyStopping("val_loss", min_delta=1e6, patience=2)
    model, history = trained(
        epochs=20, validation_data=OTHER, validation_freq=3, callbacks=[stop], batch_size=10
    )
    # Epoch 3 improves on nothing; 6 and 9 do not improve enough.
    assert history.ended == "early stopping"
    assert len(history.epoch) == 9
    assert stop.best_epoch == 2
    del model


def test_a_rule_on_the_training_loss_judges_every_epoch():
    stop = callbacks.EarlyStopping("loss", min_delta=1e6, patience=2)
    _, history = trained(epochs=20, validation_data=OTHER, validation_freq=3, callbacks=[stop])
    assert len(history.epoch) == 3


def test_callbacks_pass_over_epochs_that_were_not_validated(tmp_path):
    keep = callbacks.ModelCheckpoint(tmp_path / "best.safetensors", save_best_only=True)
    rates = callbacks.ReduceLROnPlateau(patience=1, min_delta=1e6)
    model, history = trained(
        epochs=5, validation_data=OTHER, validation_freq=2, callbacks=[keep, rates]
    )
    assert keep.best == min(history.history["val_loss"][1::2])
    assert model.learning_rate == pytest.approx(
        1e-4
    )  # epoch 4 did not improve on epoch 2 by so much


def test_history_shows_what_was_measured():
    _, history = trained(epochs=4, validation_data=OTHER, validation_freq=2)
    assert history.best_epoch in (1, 3)
    line = history.plot().axes[0].lines[1]
    assert list(line.get_xdata()) == [2, 4]
    text = io.StringIO()
    with redirect_stdout(text):
        trained(epochs=2, validation_data=OTHER, validation_freq=2, verbose=2)
    first, second = (line for line in text.getvalue().splitlines() if line.startswith("epoch"))
    assert "val_loss" not in first
    assert "val_loss" in second


def test_only_some_batches_are_validated():
    model, history = trained(epochs=1, validation_data=OTHER, validation_steps=2)
    wanted = model.evaluate(OTHER[0][:6], OTHER[1][:6], verbose=0)
    np.testing.assert_allclose(history.history["val_loss"][-1], wanted, rtol=1e-6)
    np.testing.assert_allclose(model.evaluate(*OTHER, 3, 0, steps=2), wanted, rtol=1e-6)
    np.testing.assert_array_equal(model.predict(X, 3, steps=2), model.predict(X[:6]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps_per_epoch": 0}, "`steps_per_epoch` must be an integer of at least 1"),
        ({"steps_per_epoch": 2.5}, "`steps_per_epoch` must be an integer of at least 1"),
        ({"validation_freq": 0}, "`validation_freq` must be an integer of at least 1"),
        ({"validation_freq": [2, 0]}, "`validation_freq` must be an integer of at least 1"),
        ({"validation_freq": None}, "`validation_freq` must be a number of epochs or a list"),
        ({"validation_steps": 3, "validation_data": OTHER}, "need 9 rows, but there are 7"),
        ({"validation_steps": -1, "validation_data": OTHER}, "`validation_steps` must be"),
        ({"validation_steps": 2}, "but there are none"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(options, words):
    with pytest.raises((ArgumentError, ArgumentTypeError), match=words):
        trained(epochs=2, **options)


def test_a_flood_of_epochs_gets_some_lines_unless_all_are_asked_for(capsys):
    rows = [(epoch, {"loss": 1.0}) for epoch in range(10 * MANY)]
    for every, count in ((False, 2 * SHOWN + 1), (True, 20 * MANY)):
        lines = Lines(every)
        lines.epochs(rows)
        lines.epochs(rows)
        shown = capsys.readouterr().out.splitlines()
        assert len(shown) == count
        assert shown[-1].startswith(f"epoch {10 * MANY}/")
    lines = Lines()
    lines.epochs(rows[:MANY])
    assert len(capsys.readouterr().out.splitlines()) == MANY
