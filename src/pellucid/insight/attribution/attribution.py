"""What an attribution holds: one number for each number of the input, and what they are about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np

from pellucid.core.late import LateModule
from pellucid.insight.attribution.question import Question

# Pictures need Matplotlib, which is imported when one is drawn.
drawing: Any = LateModule("pellucid.insight.attribution.drawing")

SHOWN = 5


@dataclass(frozen=True, repr=False)
class Attribution:
    """How much an answer hangs on each number of the input.

    Attributes:
        method: The method's name.
        values: One number for each number of ``inputs``: of ``x``'s shape, ``(rows, ...)``. Where the inputs are whole
            numbers for an embedding and the method differentiates: of that embedding's output, ``(rows, steps,
            width)``. Of methods that speak of places, not of channels (Grad-CAM, occlusion): ``x``'s shape without its
            channels.
        inputs: The rows that were asked about.
        scores: The number that was explained, one a row: the target's logit or output.
        target: The class (its label where the model knows labels) of each row; empty where there is one output.
        of: ``"logits"`` or ``"outputs"``, whichever was explained.
        place: ``"inputs"``, or the path of the layer at whose output the values are.
        signed: Whether negative values speak against the target; else values are sizes.
        names: The features' names, for tables.
        details: What this method knows besides, by name.
    """

    method: str
    values: np.ndarray
    inputs: np.ndarray
    scores: np.ndarray
    target: tuple[Any, ...] = ()
    of: str = "outputs"
    place: str = "inputs"
    signed: bool = True
    names: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    def ranking(self, row: int = 0) -> list[tuple[int, ...]]:
        """Return the places of one row from the largest value, or size where values have a sign, to the smallest.

        Values at an embedding's output are added up over its width: a place is a step then.
        """
        sizes = np.abs(self.by_place()[row])
        order = np.argsort(-sizes, axis=None, kind="stable")
        return [tuple(int(i) for i in np.unravel_index(index, sizes.shape)) for index in order]

    def by_place(self) -> np.ndarray:
        """Return the values as they are drawn: at an embedding's output summed over its width, (rows, steps)."""
        return self.values if self.place == "inputs" else self.values.sum(-1)

    def draw(self, rows: int = 4, kind: str = "auto") -> Any:
        """Return a figure: a heat map over each picture, a band under each series, bars for a table's features.

        Args:
            rows: How many rows are shown, from the first. Default 4.
            kind: ``"image"``, ``"series"``, ``"table"``, or ``"auto"``, by the shape. Default ``"auto"``.
        """
        return drawing.draw(self, rows, kind)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        lines = [self._title(), *(f"  {line}" for line in self._details())]
        values = self.by_place()
        for row in range(min(len(values), 3)):
            told = f"of {self.target[row]!r} " if self.target else ""
            best = ", ".join(
                f"{values[row][place]:.4g} {self.place_in_words(place)}"
                for place in self.ranking(row)[:SHOWN]
            )
            lines.append(
                f"  row {row}: {self.of[:-1]} {told}is {self.scores[row]:.4g}; most: {best}"
            )
        if len(values) > 3:
            lines.append(f"  ... {len(values)} rows in all")
        return "\n".join(lines)

    def place_in_words(self, place: tuple[int, ...]) -> str:
        """Say where a value belongs: ``"at (3, 4)"``, or the feature's name."""
        if len(place) == 1:
            return f"at {self.names[place[0]]}" if self.names else f"at {place[0]}"
        return f"at {place}"

    def _title(self) -> str:
        shape = "x".join(map(str, self.values.shape[1:]))
        where = "the inputs" if self.place == "inputs" else f"the output of '{self.place}'"
        return f"{self.method}: {len(self.values)} rows of {shape} numbers at {where}"

    def _details(self) -> list[str]:
        numbers = {n: v for n, v in self.details.items() if not isinstance(v, np.ndarray)}
        return [f"{n.replace('_', ' ')}: {_shown(v)}" for n, v in numbers.items() if v is not None]


def attribution_of(
    question: Question, method: str, values: np.ndarray, names: Any = None, **more: Any
) -> Attribution:
    """Return the attribution that answers a question."""
    return Attribution(
        method=method,
        values=values,
        inputs=jax.tree.leaves(question.subject.inputs)[0],
        scores=question.scores,
        target=question.labels,
        of=question.of,
        place=question.path or "inputs",
        names=tuple(map(str, names if names is not None else ())),
        **more,
    )


def names_of_columns(x: Any) -> Any:
    """Return the column names of a data frame, else None."""
    columns = getattr(x, "columns", None)
    return None if columns is None else list(columns)


def _shown(value: Any) -> str:
    return f"{value:.2g}" if isinstance(value, float) else str(value)
