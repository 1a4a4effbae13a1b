"""Notebooks: cells in order, magics, what is shown below a cell, and the extension for live ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pellucid.core.errors import FileFormatError
from pellucid.keras import finder, notices
from pellucid.keras.running import ipython, notebook, run_file
from pellucid.keras.running.cells import plain


def write(path: Path, *cells: str) -> Path:
    """Write a notebook of these cells, between two of text."""
    text = {"cell_type": "markdown", "metadata": {}, "source": ["# Title"]}
    code = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": cell.splitlines(keepends=True)}
        for cell in cells
    ]  # fmt: skip
    content = {"cells": [text, *code, text], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content))
    return path


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run_file(path)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


pytestmark = pytest.mark.usefixtures("no_frameworks")


def test_cells_run_in_order_and_show_their_last_value(tmp_path: Path, capsys):
    path = write(
        tmp_path / "book.ipynb",
        "!pip install -q keras\n%matplotlib inline\nimport keras\nx = 40",
        "%%time\ny = x + 2\ny",
        "y;",
        "display('shown', [1])\nNone",
        "from keras.optimizers import SGD\nSGD(lr=0.5).learning_rate",
    )
    code, printed, said = run(path, capsys)
    assert code == 0, said
    assert printed == "42\nshown\n[1]\n0.5\n"
    assert "left out: !pip install -q keras" in said
    assert "matplotlib" not in said
    assert "`lr=` is now `learning_rate=`. (book.ipynb[cell 5]:2)" in said


def test_figures_of_a_cell_are_saved_without_being_shown(tmp_path: Path):
    path = write(
        tmp_path / "book.ipynb",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "plt.plot([2, 1])\nplt.show()",
        "1",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pellucid", "run", path], capture_output=True, text=True, timeout=60
    )
    assert "2 figures were saved in" in done.stderr
    assert len(list((tmp_path / "book_figures").iterdir())) == 2


def test_an_error_names_cell_and_line(tmp_path: Path, capsys):
    path = write(tmp_path / "book.ipynb", "x = 1", "def f():\n    return x / 0\n\nf()")
    code, _, error = run(path, capsys)
    assert code == 1
    assert 'book.ipynb[cell 2]", line 4, in <module>' in error
    assert "return x / 0" in error
    assert "notebook.py" not in error


def test_format_3_is_read(tmp_path: Path):
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1\n", "b = 2"]}]}]}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old))
    assert list(notebook.code_cells(path)) == ["a = 1\nb = 2"]


@pytest.mark.parametrize("content", ["print(1)", "[]", '{"cells": 3}', '{"worksheets": []}'])
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: str):
    path = tmp_path / "no.ipynb"
    path.write_text(content)
    with pytest.raises(FileFormatError, match="this is no notebook"):
        list(notebook.code_cells(path))


@pytest.mark.parametrize(
    ("cell", "expected", "left_out"),
    [
        ("x = 10 % 3", "x = 10 % 3", 0),
        ("s = '''\n!pip\n%magic\n'''", "s = '''\n!pip\n%magic\n'''", 0),
        ("if True:\n    !ls -l", "if True:\n    pass", 1),
        ("files = !ls\nx = 1", "files = []\nx = 1", 1),
        ("!pip install a \\\n  b\nx = 1", "pass\nx = 1", 1),
        ("%time x = 3", "x = 3", 0),
        ("%timeit f(1)", "f(1)", 0),
        ("%load_ext tensorboard\n%tensorboard --logdir logs", "pass\npass", 1),
        ("model.fit?\nx = 1", "pass\nx = 1", 0),
        ("%%capture out\nx = 1", "x = 1", 0),
        ("%%bash\nrm -rf data", "", 1),
    ],
)
def test_magics(cell: str, expected: str, left_out: int):
    said: list[str] = []
    assert plain(cell, said.append) == expected
    assert len(said) == left_out


def test_a_cell_that_writes_a_file_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    exec(plain("%%writefile own.py\nx = 1\n", print), {})
    exec(plain("%%writefile -a own.py\ny = 2\n", print), {})
    assert (tmp_path / "own.py").read_text() == "x = 1\ny = 2\n"


class Shell:
    """What IPython's shell offers an extension."""

    def register_magic_function(self, function, magic_kind, magic_name):
        self.magic = {(magic_kind, magic_name): function}


def test_the_magic_of_live_notebooks(capsys: pytest.CaptureFixture[str]):
    shell = Shell()
    ipython.load_ipython_extension(shell)
    magic = shell.magic["line", "pellucid_keras"]
    assert finder._finder not in sys.meta_path
    magic("")
    try:
        assert "mean pellucid.keras" in capsys.readouterr().out
        assert finder._finder in sys.meta_path
        notices.say("lr", "`lr=` is now `learning_rate=`.")
        magic("notes")
        assert "`lr=` is now" in capsys.readouterr().out
        magic("what")
        assert "on | off | notes" in capsys.readouterr().out
    finally:
        magic("off")
    assert finder._finder not in sys.meta_path
    magic("on")
    ipython.unload_ipython_extension(shell)
    assert finder._finder not in sys.meta_path


def test_ipython_loads_the_extension(tmp_path: Path):
    pytest.importorskip("IPython")
    lines = "%load_ext pellucid.keras\n%pellucid_keras\nimport keras\nprint(type(keras).__name__)"
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--quick", "--colors=NoColor", "-c", lines],
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "StandIn" in done.stdout, done.stdout + done.stderr
