"""The rows as facts: a sample of them as arrays, because checks ask many things of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

Form = Literal["numbers", "classes", "one-hot", "yes-no", "multi-hot"]


@dataclass(frozen=True)
class Column:
    """The rows of one input or output.

    Attributes:
        name: Its name; ``""`` for the only one.
        rows: Of a sample, in their order, ``(rows, ...)``, as numbers; as they were given, before any encoding.
        count: How many rows there are in all.
        dtype: As it was given: ``"float64"``, ``"uint8"``.
        low, high: Of all rows.
    """

    name: str
    rows: np.ndarray
    count: int
    dtype: str
    low: float
    high: float

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one row."""
        return self.rows.shape[1:]

    @cached_property
    def flat(self) -> np.ndarray:
        """The sample as ``(rows, numbers)`` in float64."""
        return self.rows.reshape(len(self.rows), -1).astype(float)

    @cached_property
    def means(self) -> np.ndarray:
        """The mean of each number over the sample."""
        return self.flat.mean(axis=0)

    @cached_property
    def spreads(self) -> np.ndarray:
        """The standard deviation of each number over the sample."""
        return self.flat.std(axis=0)

    @cached_property
    def whole(self) -> bool:
        """Whether all numbers of the sample are whole."""
        return bool(np.all(self.flat == np.round(self.flat)))

    @cached_property
    def form(self) -> Form:
        """What targets look like.

        ``one-hot``: rows of zeros with a single 1, of two numbers or more; ``multi-hot``: zeros and ones otherwise;
        ``yes-no``: one number, 0 or 1; ``classes``: one whole number of at least 0, few different ones beside the rows;
        ``numbers``: everything else.
        """
        values = self.flat
        is_binary = bool(np.all((values == 0) | (values == 1)))
        if values.shape[1] > 1:
            if not is_binary:
                return "numbers"
            return "one-hot" if bool(np.all(values.sum(axis=1) == 1)) else "multi-hot"
        if is_binary:
            return "yes-no"
        different = len(np.unique(values))
        is_few = different <= max(2, min(1000, len(values) // 3))
        return "classes" if self.whole and self.low >= 0 and is_few else "numbers"


@dataclass(frozen=True)
class Rows:
    """Inputs, targets and weights of the same rows.

    Attributes:
        x: Inputs by name; ``""`` for the only one.
        y: Targets by the output's name; empty without targets.
    """

    x: Mapping[str, Column]
    y: Mapping[str, Column] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many rows there are in all."""
        return next(iter(self.x.values())).count


@dataclass(frozen=True)
class Data:
    """The rows that are trained on and those that are held back.

    Attributes:
        training: What is trained on, as given, before any split.
        validation: What was given to validate on, or None.
    """

    training: Rows
    validation: Rows | None = None
