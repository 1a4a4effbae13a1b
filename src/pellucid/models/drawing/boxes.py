"""Any model as a graph of boxes, from top to bottom, long ones in several columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from pellucid.models.drawing.diagram import Box, Diagram
from pellucid.models.drawing.layout import Item, Layout, arrange
from pellucid.models.drawing.words import family

INK, GREY = "#333333", "#7a7a7a"
LINE, GAP, MARGIN, LETTER = 0.17, 0.32, 0.35, 0.078
"""Inches: the height of a line of text, between ranks, around a column, and the width of a letter."""

Say = Callable[[Box], list[str]]
Point = tuple[float, float]


@dataclass
class Page:
    """The places of everything in inches, y downwards.

    Attributes:
        centre: Per box and bend.
        height: Per box.
        width: The width of a box.
        size: Width and height of the whole.
    """

    centre: dict[Item, Point]
    height: dict[int, float]
    width: float
    size: Point


def draw_boxes(diagram: Diagram, say: Say) -> Figure:
    """Return the picture of a diagram.

    Args:
        diagram: The boxes and arrows.
        say: Gives the lines of a box; the first are in bold.
    """
    layout = arrange(len(diagram.boxes), diagram.arrows)
    texts = [say(box) for box in diagram.boxes]
    page = _measure(layout, texts)
    figure = Figure(figsize=(page.size[0], page.size[1] + 0.5))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, page.size[0]), ylim=(page.size[1], -0.5))
    axes.axis("off")
    axes.text(MARGIN, -0.22, diagram.heading, fontsize=11, weight="bold", color=INK)
    for number, box in enumerate(diagram.boxes):
        _draw_box(axes, page, number, box, texts[number])
    for number, (start, end) in enumerate(diagram.arrows):
        _draw_arrow(axes, layout, page, number, start, end)
    return figure


def _measure(layout: Layout, texts: list[list[str]]) -> Page:
    """Turn ranks and places into inches."""
    width = max((len(line) for text in texts for line in text), default=8) * LETTER + 0.3
    width = max(width, 1.1)
    height = {number: len(text) * LINE + 0.14 for number, text in enumerate(texts)}
    tallest = [0.3] * len(layout.column)
    for number, rank in enumerate(layout.rank):
        tallest[rank] = max(tallest[rank], height[number])
    lefts, x = [], MARGIN
    for columns in layout.widths:
        lefts.append(x)
        x += columns * (width + 0.25) + MARGIN
    tops, y, bottom = [], 0.0, 0.0
    for rank, column in enumerate(layout.column):
        if rank and column != layout.column[rank - 1]:
            y = 0.0
        tops.append(y)
        y += tallest[rank] + GAP
        bottom = max(bottom, y)
    centre = {}
    for item, place in layout.place.items():
        rank = layout.rank[item[0]] if item[1] < 0 else item[1]
        across = lefts[layout.column[rank]] + place * (width + 0.25) + width / 2
        centre[item] = (across, tops[rank] + MARGIN + tallest[rank] / 2)
    return Page(centre, height, width, (max(x, 3.0), bottom + MARGIN))


def _draw_box(axes: Axes, page: Page, number: int, box: Box, text: list[str]) -> None:
    x, y = page.centre[(number, -1)]
    high = page.height[number]
    shape = FancyBboxPatch(
        (x - page.width / 2, y - high / 2),
        page.width,
        high,
        boxstyle="round,pad=0,rounding_size=0.05",
        facecolor=family(box.layer)[1],
        edgecolor=INK,
        linewidth=0.8,
    )
    axes.add_patch(shape)
    for i, line in enumerate(text):
        down = y - high / 2 + 0.07 + (i + 0.5) * LINE
        weight = "bold" if i == 0 else "normal"
        colour = INK if i < 2 else "#444444"
        axes.text(x, down, line, ha="center", va="center", fontsize=8, weight=weight, color=colour)


def _draw_arrow(axes: Axes, layout: Layout, page: Page, number: int, start: int, end: int) -> None:
    """Draw an arrow through its bends; where it leaves a column it ends and starts again at a number."""
    (x0, y0), (x1, y1) = page.centre[(start, -1)], page.centre[(end, -1)]
    bends = layout.bends[number]
    columns = [
        layout.column[layout.rank[start]],
        *(layout.column[rank] for _, rank in bends),
        layout.column[layout.rank[end]],
    ]
    points = [
        (x0, y0 + page.height[start] / 2),
        *(page.centre[bend] for bend in bends),
        (x1, y1 - page.height[end] / 2),
    ]
    pieces: list[list[Point]] = [[points[0]]]
    for i in range(1, len(points)):
        if columns[i] != columns[i - 1]:
            x, y = pieces[-1][-1]
            pieces[-1].append((x, y + 0.2))
            pieces.append([(points[i][0], points[i][1] - 0.2)])
        pieces[-1].append(points[i])
    for i, piece in enumerate(pieces):
        _draw_line(axes, piece)
        if i:
            for x, y in (pieces[i - 1][-1], piece[0]):
                circle = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": GREY}
                axes.text(x, y, str(number + 1), fontsize=6, ha="center", va="center", bbox=circle)


def _draw_line(axes: Axes, points: list[Point]) -> None:
    """Draw one piece of an arrow, with its head at the end."""
    if len(points) > 2:
        across, down = zip(*points[:-1], strict=True)
        axes.plot(across, down, color=GREY, linewidth=0.9, solid_joinstyle="round", zorder=0)
    axes.annotate(
        "",
        xy=points[-1],
        xytext=points[-2],
        arrowprops={
            "arrowstyle": "-|>",
            "color": GREY,
            "linewidth": 0.9,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=0,
    )
