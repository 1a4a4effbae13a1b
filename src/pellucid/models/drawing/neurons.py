"""Fully connected networks as neurons and weights, the way every first lecture draws them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from pellucid.layers import Dense
from pellucid.models.drawing.diagram import Box, Diagram
from pellucid.models.drawing.words import activation_of, detail, family
from pellucid.modules import Layer

POSITIVE, NEGATIVE, UNKNOWN, INK = "#2563a8", "#d1641b", "#9a9a9a", "#333333"
MOST, FIRST = 12, 7
"""A column shows all of up to 12 units; of more the first 7 and the last 3, with dots between."""
ACROSS, UP, RADIUS, PER_ROW = 2.2, 0.46, 0.16, 8
"""Inches between columns and between units, of a unit; columns in one row beside the first."""
ABOVE, BELOW = 0.45, 0.75
"""Inches for the words above and below a row."""


@dataclass
class Column:
    """The units of one layer.

    Attributes:
        title: The layer's name.
        units: How many there are.
        colour: Of the circles.
        kernel: The weights from the column before, (its units, units), or None where they are not known.
        notes: What happens between the column before and this one, e.g. dropout.
        activation: The name of the activation.
    """

    title: str
    units: int
    colour: str
    kernel: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)
    activation: str = ""

    @property
    def shown(self) -> list[int]:
        """The units that are drawn."""
        if self.units <= MOST:
            return list(range(self.units))
        return [*range(FIRST), *range(self.units - 3, self.units)]

    def places(self) -> dict[int, float]:
        """Return the height of each drawn unit above the middle, in inches; the dots take the place of one unit."""
        rows = len(self.shown) + (self.units > MOST)
        heights = {}
        for i, unit in enumerate(self.shown):
            row = i + (self.units > MOST and i >= FIRST)
            heights[unit] = ((rows - 1) / 2 - row) * UP
        return heights


def has_neurons(diagram: Diagram) -> bool:
    """Tell whether a diagram is one chain of fully connected layers, with others between that keep the units."""
    layers = [box.layer for box in diagram.boxes if box.layer is not None]
    known = all(box.shape is not None for box in diagram.boxes)
    if not (diagram.is_chain and known and any(isinstance(layer, Dense) for layer in layers)):
        return False
    return all(_is_vector(box) or i == 0 for i, box in enumerate(diagram.boxes)) and all(
        isinstance(layer, Dense) or layer.count_params() == 0 or family(layer)[0] == "normalisation"
        for layer in layers
    )


def draw_neurons(diagram: Diagram) -> Figure:
    """Return the picture of a chain of fully connected layers; a row begins with the last column of the row before."""
    columns = _columns(diagram)
    rows = [columns[i : i + PER_ROW + 1] for i in range(0, max(len(columns) - 1, 1), PER_ROW)]
    heights = [ABOVE + max(_height(column) for column in row) + BELOW for row in rows]
    width = max(max(len(row) for row in rows) * ACROSS + 0.2, 3.6)
    high = sum(heights) + 0.75
    figure = Figure(figsize=(width, high))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, high), aspect="equal")
    axes.axis("off")
    axes.text(0.3, high - 0.25, diagram.heading, fontsize=11, weight="bold", color=INK)
    top = high - 0.4
    for number, (row, tall) in enumerate(zip(rows, heights, strict=True)):
        middle = top - ABOVE - (tall - ABOVE - BELOW) / 2
        for i, column in enumerate(row):
            x = ACROSS * (i + 0.5) + 0.1
            _draw_column(axes, column, x, middle, again=number > 0 and i == 0)
            if i:
                _draw_weights(axes, row[i - 1], column, x, middle)
        top -= tall
    _legend(axes, columns)
    return figure


def _is_vector(box: Box) -> bool:
    return isinstance(box.shape, tuple) and len(box.shape) == 1 and isinstance(box.shape[0], int)


def _columns(diagram: Diagram) -> list[Column]:
    """Return a column for the inputs and for each fully connected layer; other layers become notes."""
    first = diagram.boxes[0]
    begins = first.layer is None or not isinstance(first.layer, Dense)
    size = math.prod(first.shape) if begins else _inputs_of(first.layer)
    columns = [Column("input", size, family(None)[1])]
    notes: list[str] = []
    for box in diagram.boxes[1 if begins else 0 :]:
        if isinstance(box.layer, Dense):
            kernel = np.asarray(box.layer.kernel) if box.layer.built else None
            colour = family(box.layer)[1]
            name = activation_of(box.layer)
            columns.append(Column(box.name, box.layer.units, colour, kernel, notes, name))
            notes = []
        elif columns[-1].activation == "" and activation_of(box.layer):
            columns[-1].activation = activation_of(box.layer)
        elif len(box.shape) == 1 and columns[-1].units == box.shape[0]:
            notes = [*notes, f"{type(box.layer).__name__} {detail(box.layer)}".rstrip()]
    return columns


def _inputs_of(layer: Any) -> int:
    return int(layer.kernel.shape[0]) if isinstance(layer, Layer) and layer.built else 1


def _height(column: Column) -> float:
    return (len(column.shown) + (column.units > MOST)) * UP


def _draw_column(axes: Axes, column: Column, x: float, middle: float, again: bool) -> None:
    """Draw circles, dots for what is left out, and the words below; pale where a row repeats a column."""
    places = column.places()
    edge = UNKNOWN if again else INK
    for height in places.values():
        colour = "white" if again else column.colour
        style = {"facecolor": colour, "edgecolor": edge, "linewidth": 0.8, "zorder": 3}
        axes.add_patch(Circle((x, middle + height), RADIUS, **style))
    if column.units > MOST:
        gap = middle + (places[FIRST - 1] + places[column.units - 3]) / 2
        axes.text(x, gap, "⋮", ha="center", va="center", fontsize=13, color=INK)
    words = [column.title, f"{column.units:,} unit{'s' if column.units != 1 else ''}"]
    if column.title == "input":
        words = ["input", f"{column.units:,} feature{'s' if column.units != 1 else ''}"]
    if column.activation:
        words.append(column.activation)
    low = middle + min(places.values()) - RADIUS - 0.1
    axes.text(x, low, "\n".join(words), ha="center", va="top", fontsize=8, color=edge)


def _draw_weights(axes: Axes, before: Column, column: Column, x: float, middle: float) -> None:
    """Draw the lines between the drawn units of two columns, by sign and size of the weights."""
    starts, ends = before.places(), column.places()
    pairs = [(i, j) for i in starts for j in ends]
    lines = [
        ((x - ACROSS + RADIUS, middle + starts[i]), (x - RADIUS, middle + ends[j]))
        for i, j in pairs
    ]
    colours, widths = [UNKNOWN] * len(pairs), np.full(len(pairs), 0.5)
    if column.kernel is not None:
        weights = np.array([column.kernel[i, j] for i, j in pairs])
        colours = [POSITIVE if weight > 0 else NEGATIVE for weight in weights]
        widths = 0.15 + 1.5 * np.abs(weights) / max(np.abs(weights).max(), 1e-12)
    axes.add_collection(LineCollection(lines, colors=colours, linewidths=widths, alpha=0.75))
    if column.notes:
        top = middle + max(*starts.values(), *ends.values()) + RADIUS + 0.1
        text = "\n".join(column.notes)
        axes.text(x - ACROSS / 2, top, text, ha="center", va="bottom", fontsize=7.5, color=INK)


def _legend(axes: Axes, columns: list[Column]) -> None:
    if any(column.kernel is not None for column in columns):
        handles = [
            Line2D([], [], color=POSITIVE, label="positive weight"),
            Line2D([], [], color=NEGATIVE, label="negative weight"),
        ]
        axes.legend(handles=handles, loc="upper right", frameon=False, fontsize=7.5, ncols=2)
