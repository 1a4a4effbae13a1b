"""A bar in the terminal, for loops that a script writes itself."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np


class Progbar:
    """Shows how far a loop is, how long it will take, and the means of what it measures.

    Args:
        target: Steps to come; None where nobody knows.
        width: Characters of the bar.
        verbose: 0 nothing, 1 a bar, 2 one line at the end.
        interval: Seconds between two pictures of the bar at least.
        stateful_metrics: Names whose last value is shown instead of their mean.
        stateless_metrics: The other way round: names whose mean is shown, and of all others the last value.
        unit_name: What is counted.

    Example:
        >>> bar = Progbar(2, verbose=2)
        >>> for step in range(2):
        ...     bar.update(step + 1, [("loss", 1.0 - step)])
        2/2 - 0s - ...s/step - loss: 0.5000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Any = None,
        stateless_metrics: Any = None,
        unit_name: str = "step",
    ):
        self.target, self.width, self.verbose = target, width, verbose
        self.interval, self.unit_name = interval, unit_name
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._sums: dict[str, list[float]] = {}
        self._seen = 0
        self._start = time.perf_counter()
        self._shown = 0.0
        self._length = 0

    def update(self, current: int, values: Any = None, finalize: bool | None = None) -> None:
        """Show step ``current``.

        Args:
            current: How many steps are done.
            values: Pairs of names and values of the last step.
            finalize: Whether it is the end; when omitted, whether the target is reached.
        """
        ended = self.target is not None and current >= self.target if finalize is None else finalize
        steps = max(current - self._seen, 1)
        for name, value in values or ():
            self._count(name, float(np.mean(np.asarray(value))), steps, ended)
        self._seen = current
        now = time.perf_counter()
        if self.verbose == 1 and (ended or now - self._shown >= self.interval):
            line = f"{self._bar(current)} {self._times(current, now, ended)}{self._values()}"
            sys.stdout.write("\r" + line.ljust(self._length) + ("\n" if ended else ""))
            sys.stdout.flush()
            self._length, self._shown = len(line), now
        elif self.verbose == 2 and ended:
            sys.stdout.write(
                f"{current}/{self.target} - {self._times(current, now, ended)}{self._values()}\n"
            )

    def add(self, n: int, values: Any = None) -> None:
        """Show ``n`` steps more."""
        self.update(self._seen + n, values)

    def _count(self, name: str, value: float, steps: int, ended: bool) -> None:
        last_only = (
            name in self.stateful_metrics
            if self.stateless_metrics is None
            else name not in self.stateless_metrics
        )
        if last_only:
            self._sums[name] = [value, 1]
            return
        # The end of an epoch often comes twice; the second time brings the epoch's own mean.
        if ended and steps == 1 and self.target is None:
            self._sums[name] = [value, 1]
            return
        known = self._sums.setdefault(name, [0.0, 0])
        known[0] += value * steps
        known[1] += steps

    def _bar(self, current: int) -> str:
        if not self.target:
            return f"{current:7d}/Unknown"
        digits = len(str(self.target))
        filled = int(self.width * min(current / self.target, 1))
        return f"{current:{digits}d}/{self.target} " + "━" * filled + "─" * (self.width - filled)

    def _times(self, current: int, now: float, ended: bool) -> str:
        each = (now - self._start) / max(current, 1)
        if self.target and not ended:
            return _clock(each * (self.target - current))
        return f"{now - self._start:.0f}s - {_short(each)}/{self.unit_name}"

    def _values(self) -> str:
        found = ""
        for name, (total, count) in self._sums.items():
            mean = total / max(count, 1)
            found += f" - {name}: " + (f"{mean:.4f}" if abs(mean) > 1e-3 else f"{mean:.4e}")
        return found


def _clock(seconds: float) -> str:
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def _short(seconds: float) -> str:
    for limit, factor, unit in ((1, 1, "s"), (1e-3, 1e3, "ms")):
        if seconds >= limit:
            return f"{seconds * factor:.0f}{unit}"
    return f"{seconds * 1e6:.0f}us"
