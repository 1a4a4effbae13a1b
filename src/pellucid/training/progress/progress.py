"""What every kind of progress answers to, and the silent one."""

from __future__ import annotations

import math

Logs = dict[str, float]


class Progress:
    """The silent kind; the others override what they show."""

    def begin(self, line: str, epochs: int, steps: int) -> None:
        """Show the first line: device, parameters, steps."""

    def epochs(self, done: list[tuple[int, Logs]]) -> None:
        """Show finished epochs; several when many ended since the last look."""

    def step(self, epoch: int, step: int) -> None:
        """Show how far the current epoch is."""

    def say(self, line: str) -> None:
        """Show a sentence."""

    def end(self, line: str) -> None:
        """Show the last line: the best epoch and its score."""


def numbers(logs: Logs) -> str:
    """Write a row of the history in one line.

    >>> numbers({"loss": 0.123456, "accuracy": 1.0, "learning_rate": 0.001})
    'loss 0.1235  accuracy 1.0000'
    """
    shown = {n: v for n, v in logs.items() if n != "learning_rate" and not skipped(n, v)}
    return "  ".join(f"{name} {number(value)}" for name, value in shown.items())


def skipped(name: str, value: float) -> bool:
    """Tell whether a column says nothing: an epoch that was not validated.

    >>> skipped("val_loss", float("nan")), skipped("loss", float("nan"))
    (True, False)
    """
    return name.startswith("val_") and math.isnan(value)


def number(value: float) -> str:
    """Write a number with four decimals, or in scientific form where those would say nothing.

    >>> number(0.5), number(0.00001234), number(123456.0)
    ('0.5000', '1.234e-05', '1.235e+05')
    """
    size = abs(value)
    return f"{value:.4f}" if size == 0 or 1e-3 <= size < 1e4 else f"{value:.3e}"


def count(number: int, thing: str) -> str:
    """Write a number of things.

    >>> count(1, "epoch"), count(60000, "row")
    ('1 epoch', '60,000 rows')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
