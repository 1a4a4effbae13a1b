"""The picture of a scalar graph: one box a number, columns from the inputs to the loss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

if TYPE_CHECKING:
    from pellucid.insight.explaining.graph import ScalarGraph, ScalarNode

# Colours that the colour-blind tell apart (Okabe and Ito), light enough for black letters.
COLOURS = {
    "input": "#cfe6f7", "weight": "#fde8c4", "product": "#f2f2f2", "sum": "#dcefe6", "activation": "#bfe3d3",
    "target": "#e8e3f3", "penalty": "#fde8c4", "loss": "#f6d3c3",
}  # fmt: skip
BACK = "#0b559f"
WIDE, HIGH = 2.15, 0.62
BOX = (1.5, 0.46)
NAME = re.compile(r"([a-z])(\d*)\[([\d,]+)\]")


def draw(graph: ScalarGraph) -> Figure:
    """Return the figure; it belongs to no window, so it works anywhere."""
    columns: dict[int, list[ScalarNode]] = {}
    for node in graph.nodes:
        columns.setdefault(node.column, []).append(node)
    most = max(map(len, columns.values()))
    size = (WIDE * len(columns) + 0.2, max(HIGH * (most + 1), 2.4) + 0.5)
    figure = Figure(figsize=size, layout="constrained")
    axis: Any = figure.subplots()
    places: dict[str, tuple[float, float]] = {}
    for number, column in enumerate(sorted(columns)):
        heights = heights_of(columns[column], places, most)
        places |= {
            node.name: (WIDE * number, y) for node, y in zip(columns[column], heights, strict=True)
        }
    for node in graph.nodes:
        for source in node.sources:
            line(axis, places[source], places[node.name])
    for node in graph.nodes:
        box(axis, node, places[node.name])
    axis.set_xlim(-BOX[0] / 2 - 0.15, WIDE * (len(columns) - 1) + BOX[0] / 2 + 0.15)
    ys = [y for _, y in places.values()]
    axis.set_ylim(min(ys) - 0.4, max(ys) + 0.4)
    axis.set_title(
        f"{graph.model}: each number, and below it in blue the loss's derivative by it", fontsize=10
    )
    axis.axis("off")
    return figure


def heights_of(
    nodes: list[ScalarNode], places: dict[str, tuple[float, float]], most: int
) -> list[float]:
    """Return where the numbers of a column stand: a sum beside its terms, an activation beside its sum."""
    middle = [HIGH * ((most - 1) / 2 + (len(nodes) - 1) / 2 - index) for index in range(len(nodes))]
    heights = []
    for index, node in enumerate(nodes):
        before = [places[source][1] for source in node.sources if source in places]
        if node.kind in ("sum", "loss"):
            heights.append(sum(before) / len(before))
        elif node.kind == "activation":
            heights.append(before[0] if len(before) == 1 else before[index])
        elif node.kind in ("target", "penalty"):
            heights.append(min(heights) - HIGH)
        else:
            heights.append(middle[index])
    return heights


def line(axis: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow from box to box; a weight stands above its product, in the same column."""
    if start[0] == end[0]:
        tail, head = (start[0], start[1] - BOX[1] / 2), (end[0], end[1] + BOX[1] / 2)
    else:
        tail, head = (start[0] + BOX[0] / 2, start[1]), (end[0] - BOX[0] / 2, end[1])
    style = {
        "arrowstyle": "-|>",
        "color": "#7d8590",
        "lw": 0.8,
        "shrinkA": 0,
        "shrinkB": 0,
        "mutation_scale": 7,
    }
    axis.annotate("", head, tail, arrowprops=style, zorder=1)


def box(axis: Any, node: ScalarNode, place: tuple[float, float]) -> None:
    """Draw a number: its name and value, and its derivative."""
    x, y = place
    corner = (x - BOX[0] / 2, y - BOX[1] / 2)
    shape = FancyBboxPatch(
        corner,
        *BOX,
        boxstyle="round,pad=0,rounding_size=0.08",
        fc=COLOURS[node.kind],
        ec="#4a4f57",
        lw=0.7,
        zorder=2,
    )
    axis.add_patch(shape)
    middle = node.derivative is None
    text = f"{typeset(node.name)} = {node.value:.4g}"
    axis.text(x, y if middle else y + 0.1, text, ha="center", va="center", fontsize=8, zorder=3)
    if not middle:
        slope = f"{node.derivative:.4g}"
        axis.text(x, y - 0.11, slope, ha="center", va="center", fontsize=8, color=BACK, zorder=3)


def typeset(name: str) -> str:
    """Return a name as a formula.

    >>> typeset("w1[2,3]"), typeset("penalty")
    ('$w^{(1)}_{2,3}$', 'penalty')
    """
    written = NAME.sub(lambda m: f"{m[1]}{f'^{{({m[2]})}}' if m[2] else ''}_{{{m[3]}}}", name)
    written = written.replace("·", r"\,")
    return name if written == name and len(name) > 1 else f"${written}$"
