"""A bar in a terminal, drawn by rich, at most four times a second."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress as RichProgress, TextColumn, TimeRemainingColumn

from pellucid.training.progress.progress import Logs, Progress, numbers


class Bar(Progress):
    """Epochs as a bar, the last row beside it; the finished bar stays as the last line but one."""

    def __init__(self) -> None:
        self._console = Console()
        self._bar = RichProgress(
            TextColumn("epoch"),
            TextColumn("{task.fields[done]}/{task.total:.0f}"),
            BarColumn(bar_width=24),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.description}"),
            console=self._console,
            auto_refresh=False,
        )
        self._steps = 1

    def begin(self, line: str, epochs: int, steps: int) -> None:
        self._steps = steps
        self._console.print(line, highlight=False)
        self._task = self._bar.add_task("compiling", total=epochs, done=0)
        self._bar.start()
        self._bar.refresh()

    def epochs(self, done: list[tuple[int, Logs]]) -> None:
        if done:
            epoch, logs = done[-1]
            self._bar.update(
                self._task, completed=epoch + 1, done=epoch + 1, description=numbers(logs)
            )
            self._bar.refresh()

    def step(self, epoch: int, step: int) -> None:
        self._bar.update(self._task, completed=epoch + step / self._steps)
        self._bar.refresh()

    def say(self, line: str) -> None:
        self._bar.console.print(line, highlight=False)

    def end(self, line: str) -> None:
        self._bar.stop()
        self._console.print(line, highlight=False)
