"""Runs a notebook's cells in order, in one namespace, and prints what the notebook would show below each."""

from __future__ import annotations

import ast
import json
import linecache
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from pellucid.core.errors import FileFormatError
from pellucid.keras.running import figures
from pellucid.keras.running.shell import Shell


def run(path: Path, main: ModuleType) -> None:
    """Run the cells of code.

    Args:
        path: The notebook, JSON of format 3 or 4.
        main: The module whose names the cells set.

    Raises:
        FileFormatError: The file is no notebook.
    """
    names = vars(main)
    names["display"] = display
    shell = Shell(names, run_cell)
    names["get_ipython"] = lambda: shell
    for number, source in enumerate(code_cells(path), start=1):
        shell.place = f"{path}[cell {number}]"
        shell.run_cell(source)
        figures.save_open()  # a notebook shows a cell's figures without `plt.show()`


def code_cells(path: Path) -> Iterator[str]:
    """Yield the source of every cell of code.

    Raises:
        FileFormatError: The file is no notebook.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        # Format 3 has its cells in sheets, and calls the source `input`.
        found = content["cells"] if "cells" in content else content["worksheets"][0]["cells"]
        sources = [
            cell.get("source", cell.get("input", ""))
            for cell in found
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise FileFormatError(
            str(path),
            f"this is no notebook ({type(error).__name__}: {error}).",
            "give a .ipynb file",
        ) from None
    yield from ("".join(source) for source in sources)


def run_cell(source: str, name: str, names: dict[str, Any]) -> None:
    """Run one cell; the value of an expression in its last line is shown.

    Args:
        source: Plain Python.
        name: What tracebacks call it.
        names: The notebook's names.
    """
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec", dont_inherit=True), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), name, "eval", dont_inherit=True), names)
        if value is not None and not source.rstrip().endswith(";"):
            display(value)


def display(*values: Any, **_: Any) -> None:
    """Print what a notebook would show."""
    for value in values:
        sys.stdout.write(f"{value if isinstance(value, str) else repr(value)}\n")
