"""What ``get_ipython()`` gives in a notebook that is run as a script: magics of the notebook's own, and cells."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from pellucid.keras.running import cells


class Shell:
    """Runs cells, and keeps the magics that the notebook registers with ``@register_cell_magic``.

    Args:
        names: The notebook's names.
        run: Runs plain Python: ``run(source, place, names)``.

    Attributes:
        place: What tracebacks call the cell that runs.
    """

    place = "cell"

    def __init__(self, names: dict[str, Any], run: Callable[[str, str, dict[str, Any]], None]):
        self.user_ns = names
        self.magics: dict[str, dict[str, Any]] = {"line": {}, "cell": {}}
        self._run = run

    def run_cell(self, raw_cell: str, *options: Any, **more: Any) -> None:
        """Run a cell, magics of its own among them."""
        whole = cells.WHOLE_CELL.match(raw_cell.lstrip("\n"))
        if whole is not None and whole["name"] in self.magics["cell"]:
            body = raw_cell.lstrip("\n").partition("\n")[2]
            self.magics["cell"][whole["name"]](whole["rest"], body)
        else:
            self._run(cells.plain(raw_cell, said), self.place, self.user_ns)

    def register_magic_function(
        self, func: Any, magic_kind: str = "line", magic_name: str | None = None
    ) -> None:
        """Know a function as ``%name`` or ``%%name``."""
        for kind in self.magics:
            if kind in magic_kind:
                self.magics[kind][magic_name or func.__name__] = func

    def run_line_magic(self, magic_name: str, line: str, *options: Any) -> Any:
        """Run a magic of the notebook's own; others are left out."""
        if magic_name in self.magics["line"]:
            return self.magics["line"][magic_name](line)
        self.run_cell(f"%{magic_name} {line}")
        return None

    magic = run_line_magic

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> None:
        """Run a cell under a magic."""
        self.run_cell(f"%%{magic_name} {line}\n{cell}")

    def system(self, command: str) -> None:
        """Leave a shell command out, and say so."""
        said(f"left out: !{command}")

    getoutput = system


def said(words: str) -> None:
    """Write what the person who runs the notebook should know."""
    sys.stderr.write(f"{words}\n")
