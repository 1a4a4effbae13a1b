"""One line per epoch, without control characters: for pipes, log files and ``verbose=2``."""

from __future__ import annotations

import sys
import time

from pellucid.training.progress.progress import Logs, Progress, numbers


class Lines(Progress):
    """Write to standard output, all epochs of one look in one go."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._total = 0

    def begin(self, line: str, epochs: int, steps: int) -> None:
        self._total = epochs
        self._write(line)

    def epochs(self, done: list[tuple[int, Logs]]) -> None:
        if done:
            rows = [f"epoch {e + 1}/{self._total}  {numbers(logs)}" for e, logs in done]
            self._write("\n".join(rows))

    def say(self, line: str) -> None:
        self._write(line)

    def end(self, line: str) -> None:
        self._write(line)

    def _write(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
