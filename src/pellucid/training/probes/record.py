"""What probes measured in one training: by quantity and place, with the steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from pellucid.core.errors import UsageError, unknown_name
from pellucid.training.probes.schedule import Schedule

Values = Mapping[str, Mapping[str, Any]]


class Record:
    """What was measured in a training: by quantity and place, with the steps.

    It needs no model of Pellucid's: any loop of training may fill it, row by row.

    Args:
        labels: For quantities of several numbers what these are, by quantity.

    Attributes:
        steps: The steps that were measured, counted from 0, in order. A step's numbers are those of its batch
            with the weights before its update.
        labels: As given.
        notes: What could not be measured and why, one sentence each.
        schedule: Which steps were to be measured, where a :class:`Schedule` said so.

    ``record["gradient_norm"]["dense"]`` is an array ``(steps,)``, or ``(steps, labels)``; NaN where a step has none.

    Example:
        >>> from pellucid.training.probes import Record
        >>> record = Record()
        >>> record.add(0, {"loss": {"whole model": 2.5}, "gradient_norm": {"dense": 1.0}})
        >>> record.add(1, {"loss": {"whole model": 2.0}})
        >>> record.steps, record.quantities, record.layers
        ([0, 1], ['loss', 'gradient_norm'], ['whole model', 'dense'])
        >>> record["gradient_norm"]["dense"]
        array([ 1., nan])
    """

    def __init__(self, labels: Mapping[str, tuple[str, ...]] | None = None):
        self.steps: list[int] = []
        self.labels: dict[str, tuple[str, ...]] = {k: tuple(v) for k, v in (labels or {}).items()}
        self.notes: list[str] = []
        self.schedule: Schedule | None = None
        self._rows: list[dict[str, dict[str, Any]]] = []

    def add(self, step: int, values: Values) -> None:
        """Append what was measured at a step: quantity to place to a number, or to several.

        Args:
            step: The step's number, larger than the last one's.
            values: For instance ``{"gradient_norm": {"dense": 0.5}}``.

        Raises:
            UsageError: The step does not come after the last one.
        """
        if self.steps and step <= self.steps[-1]:
            raise UsageError(
                "Record.add",
                f"step {step} comes after step {self.steps[-1]}; steps are added in order, each once.",
                "begin a new record for a new training: Record()",
            )
        self.steps.append(int(step))
        self._rows.append({name: dict(places) for name, places in values.items()})

    @property
    def quantities(self) -> list[str]:
        """The quantities that were measured, in order of their first appearance."""
        return list(dict.fromkeys(name for row in self._rows for name in row))

    @property
    def layers(self) -> list[str]:
        """The places that were measured, in order of their first appearance."""
        found = (place for row in self._rows for places in row.values() for place in places)
        return list(dict.fromkeys(found))

    def __len__(self) -> int:
        return len(self.steps)

    def __contains__(self, quantity: str) -> bool:
        return quantity in self.quantities

    def __getitem__(self, quantity: str) -> dict[str, np.ndarray]:
        """Return the numbers of a quantity by place, each ``(steps,)`` or ``(steps, labels)``.

        Raises:
            UnknownNameError: It was not measured; with the nearest that was.
        """
        if quantity not in self.quantities:
            raise unknown_name("quantity", quantity, self.quantities)
        rows = [row.get(quantity, {}) for row in self._rows]
        shape = (len(self.labels[quantity]),) if self.labels.get(quantity) else ()
        return {
            place: np.array([np.broadcast_to(row.get(place, np.nan), shape) for row in rows], float)
            for place in dict.fromkeys(place for row in rows for place in row)
        }

    def frame(self) -> Any:
        """Return all numbers as a pandas data frame: a row a step, columns ``(quantity, place)`` (needs pandas)."""
        try:
            import pandas
        except ImportError:
            raise UsageError(
                "Record.frame", "it needs pandas, which is not installed.", "pip install pandas"
            ) from None
        columns = {}
        for quantity in self.quantities:
            for place, numbers in self[quantity].items():
                labels = self.labels.get(quantity)
                if not labels:
                    columns[quantity, place] = numbers
                for turn, label in enumerate(labels or ()):
                    columns[f"{quantity}: {label}", place] = numbers[:, turn]
        frame = pandas.DataFrame(columns, index=pandas.Index(self.steps, name="step"))
        frame.columns = pandas.MultiIndex.from_tuples(list(columns), names=["quantity", "layer"])
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Return the record as lists and dicts for a JSON file; NaN becomes None, infinity ``"inf"`` or ``"-inf"``."""
        return {
            "steps": list(self.steps),
            "labels": {name: list(labels) for name, labels in self.labels.items()},
            "notes": list(self.notes),
            "quantities": {
                name: {place: plain(numbers.tolist()) for place, numbers in self[name].items()}
                for name in self.quantities
            },
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Self:
        """Make a record from :meth:`to_dict`'s answer."""
        made = cls({name: tuple(labels) for name, labels in found["labels"].items()})
        made.notes = list(found["notes"])
        for turn, step in enumerate(found["steps"]):
            made.add(
                step,
                {
                    name: {place: numbers_of(rows[turn]) for place, rows in places.items()}
                    for name, places in found["quantities"].items()
                },
            )
        return made

    def __repr__(self) -> str:
        span = f", {self.steps[0]} to {self.steps[-1]}" if self.steps else ""
        return f"Record({len(self)} steps{span}; {', '.join(self.quantities) or 'nothing yet'})"


def plain(value: Any) -> Any:
    """Return numbers in the form that JSON has.

    >>> plain([1.0, float("nan"), [float("inf")]])
    [1.0, None, ['inf']]
    """
    if isinstance(value, list):
        return [plain(each) for each in value]
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)


def numbers_of(value: Any) -> Any:
    """Return what :func:`plain` was given.

    >>> numbers_of([1.0, None, "-inf"])
    [1.0, nan, -inf]
    """
    if isinstance(value, list):
        return [numbers_of(each) for each in value]
    return math.nan if value is None else float(value)
