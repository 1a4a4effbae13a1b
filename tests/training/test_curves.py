"""Learning curves: what the labels say was measured when, and which epochs are marked."""

import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.callbacks import EarlyStopping, History, LearningRateScheduler

X = np.random.default_rng(0).standard_normal((40, 3)).astype("float32")
Y = X.sum(1) + np.random.default_rng(1).standard_normal(40).astype("float32")


def history_of(**columns):
    """Return a history with these columns."""
    history = History()
    for epoch in range(len(next(iter(columns.values())))):
        history.add(epoch, {name: values[epoch] for name, values in columns.items()})
    return history


def labels(axis):
    return [text.get_text() for text in axis.get_legend().get_texts()]


def test_the_legend_says_what_was_measured_when():
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    history = model.fit(X, Y, epochs=3, validation_split=0.2, verbose=0)
    left, right = history.plot().axes
    best = history.best_epoch + 1
    assert labels(left) == [
        "loss (mean while training, weights changing)",
        "val_loss (after the epoch)",
        f"best epoch: {best} (lowest val_loss)",
    ]
    assert labels(right)[:2] == [
        "mae (mean while training, weights changing)",
        "val_mae (after the epoch)",
    ]
    for name, line in zip(("loss", "val_loss"), left.lines, strict=False):
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
        np.testing.assert_array_equal(line.get_ydata(), history.history[name])
    assert left.get_xlabel() == "epoch"


def test_without_validation_the_best_epoch_is_that_of_the_training_loss():
    history = history_of(loss=[3.0, 1.0, 2.0])
    axis = history.plot().axes[0]
    assert labels(axis)[1:] == ["best epoch: 2 (lowest loss)"]
    assert axis.lines[-1].get_xdata()[0] == 2


def test_restored_weights_are_marked():
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(0.5), "mse")
    stop = EarlyStopping(patience=2, restore_best_weights=True)
    history = model.fit(X, Y, epochs=40, validation_split=0.3, callbacks=[stop], verbose=0)
    assert history.restored_epoch == history.best_epoch
    best = history.best_epoch + 1
    said = f"best epoch: {best} (lowest val_loss), its weights restored"
    assert labels(history.plot().axes[0])[-1] == said
    history.restored_epoch = 0 if best > 1 else 1
    marks = labels(history.plot().axes[0])[-2:]
    assert marks == [
        f"best epoch: {best} (lowest val_loss)",
        f"weights restored: epoch {history.restored_epoch + 1}",
    ]


def test_changes_of_the_learning_rate_are_marked_between_the_epochs():
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(0.1), "mse")
    halve = LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch == 2 else rate)
    history = model.fit(X, Y, epochs=4, callbacks=[halve], verbose=0)
    (axis,) = history.plot().axes
    change = next(line for line in axis.lines if line.get_label() == "learning rate changes")
    assert change.get_xdata()[0] == 2.5
    assert [text.get_text() for text in axis.texts] == ["0.05"]


def test_a_rate_that_changes_often_has_a_panel_of_its_own():
    rates = [0.1 * 0.9**epoch for epoch in range(12)]
    figure = history_of(loss=list(range(12)), learning_rate=rates).plot()
    loss, rate = figure.axes
    assert rate.get_title() == "learning rate" and rate.get_yscale() == "log"
    np.testing.assert_allclose(rate.lines[0].get_ydata(), rates)
    assert loss.texts[:] == []
    assert len(history_of(loss=[1, 2], learning_rate=[0.1, 0.1]).plot().axes) == 1


def test_epochs_without_validation_are_left_out():
    history = history_of(loss=[3, 2, 1], val_loss=[np.nan, 2.5, np.nan])
    line = history.plot().axes[0].lines[1]
    assert line.get_xdata().tolist() == [2] and line.get_ydata().tolist() == [2.5]


def test_a_misspelt_column():
    with pytest.raises(ValueError, match="write 'accuracy' instead of 'acuracy'"):
        history_of(loss=[1.0], accuracy=[0.5]).plot(names=["acuracy"])
