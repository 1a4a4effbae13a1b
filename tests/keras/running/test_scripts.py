"""`pellucid run script.py`: as `python script.py`, with Keras's names meaning Pellucid."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pellucid.core.errors import ArgumentError
from pellucid.keras import finder
from pellucid.keras.notices import Notice
from pellucid.keras.running import figures, run_file
from pellucid.keras.running.closing import last_words

OLD_KERAS = """\
import sys
import numpy as np
from keras.layers.core import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import SGD
from keras.utils import np_utils
import helper

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 8, "float32")
Y = np_utils.to_categorical((X.sum(1) == 1).astype("int32"), 2)
model = Sequential()
model.add(Dense(output_dim=16, input_dim=2, init="uniform", activation="tanh"))
model.add(Dropout(p=0.0))
model.add(Dense(2, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer=SGD(lr=0.5, momentum=0.9), metrics=["accuracy"])
model.fit(X, Y, nb_epoch=200, batch_size=8, verbose=0)
loss, accuracy = model.evaluate(X, Y, verbose=0)
print("accuracy", accuracy, sys.argv[1:], __name__, helper.NAME)
assert accuracy == 1
"""


def test_a_script_of_keras_1_runs_and_is_told_the_modern_names(run_script, tmp_path: Path):
    (tmp_path / "helper.py").write_text(
        "import keras\nNAME = 'beside ' + keras.layers.Dense.__name__\n"
    )
    done = run_script(OLD_KERAS, "--epochs", "3")
    assert done.returncode == 0, done.stderr
    assert "accuracy 1.0 ['--epochs', '3'] __main__ beside Dense" in done.stdout
    for line in (
        "Old forms in this script; they work here, and these are their modern names",
        "the module `keras.layers.core` is now `keras.layers`. (train.py:3)",
        "the module `keras.utils.np_utils` is now `keras.utils`. (train.py:6)",
        "`output_dim=` is now `units=`. (train.py:12)",
        "`p=` is now `rate=`. (train.py:13)",
        "`lr=` is now `learning_rate=`. (train.py:15)",
        "`nb_epoch=` is now `epochs=`. (train.py:16)",
    ):
        assert line in done.stderr
    assert done.stderr.count("learning_rate") == 1


def test_quiet_notes_and_a_modern_script_say_nothing(run_script):
    text = "import keras\nprint(keras.optimizers.SGD({}=0.25).learning_rate)\n"
    assert run_script(text.format("learning_rate")).stderr == ""
    assert run_script(text.format("lr"), options=("--quiet-notes",)).stderr == ""
    done = run_script(text.format("lr"))
    assert (done.stdout.strip(), done.returncode) == ("0.25", 0)
    assert "learning_rate" in done.stderr


@pytest.fixture
def run_here(no_frameworks: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Write a script and run it in this process; return code, standard output and standard error."""

    def run(text: str, *arguments: str, name: str = "script.py", quiet: bool = False):
        path = tmp_path / name
        path.write_text(text)
        code = run_file(path, arguments, quiet=quiet)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_the_process_is_as_it_was_afterwards(run_here):
    before = sys.argv, list(sys.path), sys.modules["__main__"]
    code, printed, _ = run_here(
        "import sys, keras\nprint(sys.argv[1:], sys.path[0], __file__)", "a", "b"
    )
    assert code == 0
    assert printed.startswith("['a', 'b'] /")
    assert (sys.argv, sys.path, sys.modules["__main__"]) == before
    assert finder._finder not in sys.meta_path
    assert "keras" not in sys.modules


def test_classes_of_the_script_can_be_pickled(run_here):
    code, _, error = run_here(
        "import pickle\nclass A: pass\nassert isinstance(pickle.loads(pickle.dumps(A())), A)\n"
        "if __name__ == '__main__':\n    from multiprocessing import current_process\n"
    )
    assert (code, error) == (0, "")


def test_an_error_is_shown_from_the_script_on(run_here):
    code, _, error = run_here("def f():\n    return 1 / 0\n\nf()\n")
    assert code == 1
    lines = error.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].strip().endswith('script.py", line 4, in <module>')
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert "pellucid" not in error.replace(str(Path.cwd()), "")


def test_an_error_that_teaches_is_shown_without_our_inside(run_here):
    code, _, error = run_here("from keras.layers import Dense, Densse\n")
    assert code == 1
    assert [line.strip() for line in error.splitlines()[2:]] == [
        "from keras.layers import Dense, Densse",
        "MissingModuleError: `keras.layers.Densse` does not exist here.",
        "at script.py:1: from keras.layers import Dense, Densse",
        "Repair: write keras.layers.Dense; what there is: docs/keras-scripts.md",
    ]
    code, _, error = run_here("import keras\nlayer = keras.layers.Dense(-3)\n")
    assert 'script.py", line 2' in error
    assert "finder.py" not in error
    assert "at script.py:2: layer = keras.layers.Dense(-3)" in error
    assert error.count("File ") == 1


def test_fallbacks_of_scripts_work(run_here):
    code, printed, _ = run_here(
        "try:\n    from keras.layers import NoSuch\nexcept ImportError:\n    print('none')\n"
        "import keras\nprint(hasattr(keras, 'no_such'))\n"
    )
    assert (code, printed) == (0, "none\nFalse\n")


def test_a_syntax_error_is_shown(run_here):
    code, _, error = run_here("x = (1,\n")
    assert code == 1
    assert "SyntaxError" in error
    assert 'script.py", line 1' in error


@pytest.mark.parametrize(
    ("line", "code"), [("", 0), ("sys.exit()", 0), ("sys.exit(3)", 3), ("sys.exit('no data')", 1)]
)
def test_the_exit_code_is_the_scripts(run_here, line: str, code: int):
    found, _, error = run_here(f"import sys\n{line}\n")
    assert found == code
    assert ("no data" in error) == ("no data" in line)


def test_ctrl_c_ends_with_130(run_here):
    code, _, error = run_here("raise KeyboardInterrupt\n")
    assert code == 130
    assert "KeyboardInterrupt" in error


def test_other_encodings_are_read(
    no_frameworks: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "latin.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nprint('Gerät')\n".encode("latin-1"))
    assert run_file(path) == 0
    assert capsys.readouterr().out == "Gerät\n"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, run_script):
    with pytest.raises(ArgumentError, match="does not exist"):
        run_file(tmp_path / "nothing.py")
    with pytest.raises(ArgumentError, match="is a folder"):
        run_file(tmp_path)


def test_figures_are_saved_without_a_display(
    run_script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"):
        monkeypatch.delenv(name, raising=False)
    done = run_script(
        "import os\nos.makedirs('elsewhere')\nos.chdir('elsewhere')\n"
        "import matplotlib.pyplot as plt\n"
        "plt.plot([1, 2]); plt.figure(); plt.plot([2, 1])\nplt.show()\nprint(plt.get_fignums())\n"
        "fig, ax = plt.subplots()\nfig.show()\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"
    assert "3 figures were saved in" in done.stderr
    saved = sorted(path.name for path in (tmp_path / "train_figures").iterdir())
    assert saved == ["figure-1.png", "figure-2.png", "figure-3.png"]


def test_figures_that_are_changed_while_they_are_shown_are_saved_at_the_end(
    run_script, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("DISPLAY", raising=False)
    done = run_script(
        "import matplotlib.pyplot as plt\nplt.ion()\n"
        "for i in range(3):\n    plt.plot([i, 2])\n    plt.pause(0.001)\nprint(plt.get_fignums())\n"
    )
    assert done.stdout == "[1]\n", done.stderr
    assert "1 figure was saved" in done.stderr


def test_a_display_and_a_chosen_backend_are_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "linux")
    for backend, display, expected in (
        ("", ":0", ""),
        ("svg", "", "svg"),
        ("agg", "", figures.BACKEND),
        ("module://matplotlib_inline.backend_inline", "", figures.BACKEND),
    ):
        monkeypatch.setenv("MPLBACKEND", backend)
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        figures.use(Path("train.py"))
        assert figures.os.environ["MPLBACKEND"] == expected
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("MPLBACKEND", "")
    figures.use(Path("book.ipynb"), always=True)
    assert figures.os.environ["MPLBACKEND"] == figures.BACKEND


def test_the_last_words_tell_forms_from_differences():
    notices = [
        Notice("AUC", "exact", "difference", "train.py:9: AUC()"),
        Notice("module engine", "an outer module", "form", None),
        Notice("module engine.topology", "an inner module", "form", None),
    ]
    album = figures.Album(Path("train_figures"))
    words = last_words(notices, album).splitlines()
    assert words[1].startswith("Old forms in this script")
    assert words[2] == "  an inner module"
    assert words[4] == "Different from Keras in this script (docs/differences.md):"
    assert words[5] == "  exact (train.py:9)"
    assert last_words([], album) == last_words(notices, album, quiet=True) == ""
    album.count = 1
    assert last_words([], album) == "\n1 figure was saved in train_figures/"


def test_a_script_starts_without_what_it_does_not_use(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text(
        "import sys\nheavy = {'jax', 'optax', 'typer', 'pydantic', 'matplotlib', 'sklearn'}\n"
        "sys.exit(f'imported {heavy & set(sys.modules)}' if heavy & set(sys.modules) else 0)\n"
    )
    command = [sys.executable, "-m", "pellucid", "run", str(script)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
