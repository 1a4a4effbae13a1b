"""History and progress: what a training leaves behind and what it shows."""

import subprocess
import sys
import types

import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.training.loop import NonFiniteWarning
from pellucid.training.progress import choose, progress
from pellucid.training.progress.lines import Lines

X = np.random.default_rng(0).standard_normal((10, 2)).astype("float32")
Y = X.sum(1, keepdims=True)


@pytest.fixture(scope="module")
def history():
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile(optimizer=pellucid.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
    return model.fit(X, Y, epochs=4, validation_split=0.2, initial_epoch=1, verbose=0)


def test_columns_and_epochs(history):
    columns = ["loss", "mae", "val_loss", "val_mae", "learning_rate"]
    assert list(history.history) == columns
    assert history.epoch == [1, 2, 3]
    assert all(len(values) == 3 for values in history.history.values())


def test_best_epoch_is_the_lowest_validation_loss(history):
    values = history.history["val_loss"]
    assert history.best_epoch == history.epoch[values.index(min(values))]


def test_frame(history):
    frame = history.frame()
    assert list(frame.columns) == list(history.history)
    assert frame.index.tolist() == [1, 2, 3]


def test_plot_writes_a_picture(history, tmp_path):
    history.plot(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes()[:4] == b"\x89PNG"


def test_numbers_are_shown_with_meaning():
    assert progress.number(0.0) == "0.0000"
    assert progress.number(1e-7) == "1.000e-07"


def test_verbose_choices(capsys):
    assert type(choose(0)).__name__ == "Progress"
    assert isinstance(choose(2), Lines)
    assert isinstance(choose("auto"), Lines)  # pytest captures: no terminal
    with pytest.raises(ValueError, match="`verbose` must be"):
        choose(7)


def test_lines_say_first_epochs_and_last(capsys):
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(X, Y, epochs=3)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Training on CPU: 3 parameters, 10 rows, 3 epochs of 1 step")
    assert [line.split("  ")[0] for line in lines[1:4]] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert lines[-1].startswith("Done in ") and "best epoch" in lines[-1]
    assert not any("\x1b" in line or "\r" in line or "\b" in line for line in lines)


def test_bar_in_a_terminal():
    code = """
import os, pty, sys
script = '''
import numpy as np, pellucid
from pellucid import layers
x = np.ones((64, 2), "float32")
model = pellucid.Sequential([layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, x[:, :1], epochs=30)
'''
sys.exit(os.waitstatus_to_exitcode(pty.spawn([sys.executable, "-c", script])))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "30/30" in done.stdout and "best epoch" in done.stdout


def test_a_notebook_gets_one_line_that_rewrites_itself(monkeypatch):
    shown = []

    class ZMQInteractiveShell:
        pass

    class DisplayHandle:
        def display(self, data, raw):
            shown.append(data["text/plain"])

        update = display

    kernel = types.ModuleType("IPython")
    kernel.get_ipython = ZMQInteractiveShell
    output = types.ModuleType("IPython.display")
    output.DisplayHandle = DisplayHandle
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setitem(sys.modules, "IPython.display", output)
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(X, Y, epochs=3)
    assert shown[0].startswith("Training on CPU")
    assert "best epoch" in shown[-1]
    assert all(text.startswith(shown[0]) for text in shown)


def test_a_training_without_a_finished_epoch_has_its_columns_empty(tmp_path):
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(1e30), "mse", metrics=["mae"])
    with pytest.warns(NonFiniteWarning):
        found = model.fit(X, Y, epochs=3, batch_size=2, validation_split=0.2, verbose=0)
    columns = ["loss", "mae", "val_loss", "val_mae", "learning_rate"]
    assert found.history == {name: [] for name in columns}
    assert (found.epoch, found.best_epoch, found.ended) == ([], None, "non-finite")
    found.plot(tmp_path / "nothing.png")
    assert len(found.frame()) == 0
    assert found.diagnosis.findings[0].code == "D401"
