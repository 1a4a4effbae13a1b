"""One line that rewrites itself, for notebooks: no flood of output below the cell."""

from __future__ import annotations

from typing import Any

from pellucid.training.progress.progress import Logs, Progress, numbers


class Notebook(Progress):
    """Uses the notebook's own display; each look replaces the line."""

    def __init__(self) -> None:
        from IPython.display import DisplayHandle

        self._handle: Any = DisplayHandle()
        self._total = 0
        self._first = ""

    def begin(self, line: str, epochs: int, steps: int) -> None:
        self._total, self._first = epochs, line
        self._handle.display({"text/plain": line}, raw=True)

    def epochs(self, done: list[tuple[int, Logs]]) -> None:
        if done:
            epoch, logs = done[-1]
            self._show(f"epoch {epoch + 1}/{self._total}  {numbers(logs)}")

    def say(self, line: str) -> None:
        self._first = f"{self._first}\n{line}"

    def end(self, line: str) -> None:
        self._show(line)

    def _show(self, line: str) -> None:
        self._handle.update({"text/plain": f"{self._first}\n{line}"}, raw=True)
