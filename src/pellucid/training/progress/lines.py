"""One line per epoch, without control characters: for pipes, log files and ``verbose=2``.

Tiny networks train tens of thousands of epochs a second; a line for each would cost more than a hundredth of the time.
Unless every line was asked for, ten lines stand for the epochs of one look then.
"""

from __future__ import annotations

import sys

from pellucid.training.progress.progress import Logs, Progress, numbers

# Epochs of one look, a quarter of a second, beyond which only some have lines, and how many then.
MANY, SHOWN = 100, 10


class Lines(Progress):
    """Write to standard output, all epochs of one look in one go.

    Args:
        every: Whether every epoch has its line, however fast they come.
    """

    def __init__(self, every: bool = False) -> None:
        self._every = every
        self._total = 0
        self._told = False

    def begin(self, line: str, epochs: int, steps: int) -> None:
        self._total = epochs
        self._write(line)

    def epochs(self, done: list[tuple[int, Logs]]) -> None:
        if not done:
            return
        if len(done) > MANY and not self._every:
            if not self._told:
                self._write("(more epochs than lines: the history has all, verbose=2 shows all)")
                self._told = True
            done = [done[-1 - i * len(done) // SHOWN] for i in reversed(range(SHOWN))]
        rows = [f"epoch {e + 1}/{self._total}  {numbers(logs)}" for e, logs in done]
        self._write("\n".join(rows))

    def say(self, line: str) -> None:
        self._write(line)

    def end(self, line: str) -> None:
        self._write(line)

    def _write(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
