"""``get_ipython()`` in notebooks: magics that a notebook registers itself."""

from __future__ import annotations

import json

import pytest

from pellucid.keras.running import run_file
from pellucid.keras.running.cells import plain

CELLS = [
    "from IPython.core.magic import register_cell_magic\n"
    "@register_cell_magic\n"
    "def backend(line, cell):\n"
    "    if line == 'tensorflow':\n"
    "        get_ipython().run_cell(cell)\n"
    "    else:\n"
    "        print('not run:', line)",
    "%%backend tensorflow\nx = 3\n%time x + 1",
    "%%backend torch\nx = 5",
    "get_ipython().system('ls')\nget_ipython().run_line_magic('matplotlib', 'inline')\nprint(x)",
]


@pytest.mark.usefixtures("no_frameworks")
def test_a_notebook_s_own_magic_runs_its_cells(tmp_path, capsys):
    pytest.importorskip("IPython")
    notebook = tmp_path / "lesson.ipynb"
    cells = [{"cell_type": "code", "source": source} for source in CELLS]
    notebook.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    assert run_file(notebook, []) == 0
    shown = capsys.readouterr()
    assert shown.out.split("\n")[:3] == ["4", "not run: torch", "3"]
    assert "left out: !ls" in shown.err


@pytest.mark.usefixtures("no_frameworks")
def test_shell_commands_go_on_over_several_lines(tmp_path):
    cell = "!wget --quiet \\\n    https://example.org/a \\\n    -O /tmp/a\nx = 1"
    assert plain(cell, lambda words: None) == "pass\nx = 1"
    notebook = tmp_path / "lesson.ipynb"
    cells = [{"cell_type": "code", "source": cell + "\nassert x == 1"}]
    notebook.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    assert run_file(notebook, []) == 0
