"""A sample of the rows that pass by in batches, and how many there are in one pass over the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.insight.doctor.facts.data import Column, Data, Rows
from pellucid.insight.doctor.facts.rows_of import MOST_NUMBERS, MOST_ROWS


class Sample:
    """The first rows of a training, in the order in which they came.

    A pass over the data ends when its user says so, or at the first batch most of whose rows were there before.

    Attributes:
        x: Inputs of the batches kept.
        y: Their targets.
        count: Rows of the first pass.
        batches: Batches of the first pass.
        batch_size: Rows of the first batch.
        is_over: Whether the first pass is over.
        is_shuffled: Whether a later pass began with other rows; None while that is not known.
    """

    def __init__(self) -> None:
        self.x: list[np.ndarray] = []
        self.y: list[np.ndarray] = []
        self.count = 0
        self.batches = 0
        self.batch_size: int | None = None
        self.is_over = False
        self.is_shuffled: bool | None = None
        self._seen: set[bytes] = set()
        self._kept = 0

    def wants(self) -> bool:
        """Tell whether the numbers of the next batch are asked for."""
        return not self.is_over or self.is_shuffled is None

    def add(self, x: np.ndarray, y: np.ndarray | None, rows: int) -> None:
        """Take a batch.

        Args:
            x: Inputs.
            y: Targets, or None.
            rows: How many rows the batch has; arrays may hold the first ones only.
        """
        if self.is_over:
            if self.is_shuffled is None and self.x:
                self.is_shuffled = not np.array_equal(x, self.x[0])
            return
        if self._repeats(x):
            self.end_pass()
            self.add(x, y, rows)
            return
        self.count += rows
        self.batches += 1
        self.batch_size = self.batch_size or rows
        fits = not self.x or (x.shape[1:] == self.x[0].shape[1:] and (y is None) == (not self.y))
        if self._kept < self.most(x) and fits:
            self.x.append(x)
            self.y += [] if y is None else [y]
            self._kept += len(x)

    def _repeats(self, x: np.ndarray) -> bool:
        if self._kept >= MOST_ROWS:
            return False
        keys = [row.tobytes() for row in x]
        again = sum(key in self._seen for key in keys) > 0.5 * len(keys)
        self._seen.update(keys)
        return again and self.batches > 0

    @staticmethod
    def most(x: np.ndarray) -> int:
        """Return how many rows are kept."""
        return max(64, min(MOST_ROWS, MOST_NUMBERS // max(int(np.prod(x.shape[1:])), 1)))

    def end_pass(self) -> None:
        """Note that a pass over the data is over."""
        self.is_over = self.is_over or self.count > 0
        self._seen = set()

    def data(self) -> Data | None:
        """Return the rows as facts; the smallest and the largest number are those of the sample."""
        if not self.x:
            return None
        targets = {"": self._column(self.y)} if len(self.y) == len(self.x) else {}
        return Data(Rows({"": self._column(self.x)}, targets))

    def _column(self, parts: list[np.ndarray]) -> Column:
        rows = np.concatenate(parts)
        low, high = (float(rows.min()), float(rows.max())) if rows.size else (0.0, 0.0)
        return Column("", rows, max(self.count, len(rows)), str(rows.dtype), low, high)


class Curves:
    """Losses of steps and columns of epochs, as they come in.

    Attributes:
        losses: The loss of each step so far, numbers or what ``float`` takes.
        columns: By name one number for each epoch.
    """

    def __init__(self) -> None:
        self.losses: list[Any] = []
        self.columns: dict[str, list[float]] = {}
        self._epoch_began = 0

    def add(self, loss: Any) -> None:
        """Note the loss of a step; what is not a number yet becomes one a thousand steps later at most."""
        self.losses.append(loss)
        if len(self.losses) % 1000 == 0:
            self.settle()

    def settle(self) -> None:
        """Make numbers of what came in."""
        for place in range(len(self.losses) - 1, -1, -1):
            if isinstance(self.losses[place], float):
                break
            self.losses[place] = float(self.losses[place])

    def end_epoch(self, **values: float) -> None:
        """Close an epoch: its mean loss, unless another is given, and other numbers.

        Where no step was taken since the last one, the numbers belong to that one.
        """
        self.settle()
        if self.columns and self._epoch_began == len(self.losses):
            self._complete(values)
            return
        mine = self.losses[self._epoch_began :]
        self._epoch_began = len(self.losses)
        epochs = max(map(len, self.columns.values()), default=0)
        found = {"loss": float(np.mean(mine))} if mine else {}
        for name, value in {**found, **values}.items():
            column = self.columns.setdefault(name, [float("nan")] * epochs)
            column.append(float(value))
        for column in self.columns.values():
            column += [float("nan")] * (epochs + 1 - len(column))

    def _complete(self, values: dict[str, float]) -> None:
        """Put numbers into the row of the last epoch."""
        epochs = max(map(len, self.columns.values()))
        for name, value in values.items():
            column = self.columns.setdefault(name, [float("nan")] * epochs)
            column[-1] = float(value)

    def in_epochs(self, steps: int | None) -> dict[str, np.ndarray]:
        """Return the columns; where no epoch was closed, those of epochs of so many steps."""
        self.settle()
        if self.columns or not steps or not self.losses:
            return {name: np.array(column) for name, column in self.columns.items()}
        whole = len(self.losses) // steps * steps
        return {"loss": np.mean(np.reshape(self.losses[:whole], (-1, steps)), axis=1)}
