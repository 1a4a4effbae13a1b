"""Convolutional networks as volumes: a block a feature map, as high and deep as the map, as wide as it has channels."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Polygon

from pellucid.models.drawing.diagram import Diagram
from pellucid.models.drawing.words import OTHERS, activation_of, detail, family, shape_text

INK, RAY = "#333333", "#8a8a8a"
PAGE, TALLEST, THICKEST, SLANT = 15.0, 2.2, 0.9, 0.45
"""Inches: the width of a row, the highest and the widest block; how far a block's depth leans."""


@dataclass
class Block:
    """One feature map, or one row of units.

    Attributes:
        shape: ``(height, width, channels)``, ``(steps, channels)`` or ``(units,)``.
        words: The layers that made it, a line each.
        family: Name and colour of the first of them.
        kernel: The size of the window that was moved over the block before, or None.
    """

    shape: tuple[int, ...]
    words: list[str]
    family: tuple[str, str]
    kernel: tuple[int, ...] | None = None
    place: tuple[float, float] = field(default=(0.0, 0.0))


@dataclass(frozen=True)
class Scale:
    """Sizes and channels to inches: both grow slower than the numbers, so that small ones can still be seen."""

    size: int
    channels: int

    def box(self, shape: tuple[int, ...]) -> tuple[float, float, float]:
        """Return width, height and depth of a block."""
        *sizes, channels = shape
        if not sizes:
            tall = 0.5 + 0.22 * math.log2(channels + 1)
            return 0.16, min(tall, TALLEST + 0.3), 0.0
        wide = 0.08 + THICKEST * math.log2(channels + 1) / math.log2(self.channels + 2)
        high, deep = (self._length(sizes[0]), self._length(sizes[1]) if len(sizes) > 1 else 0.12)
        return wide, high, deep * SLANT

    def _length(self, size: int) -> float:
        return 0.18 + (TALLEST - 0.18) * (size / self.size) ** 0.6


def has_volumes(diagram: Diagram) -> bool:
    """Tell whether a diagram is one chain that works on images or series."""
    shapes = [box.shape for box in diagram.boxes]
    known = all(isinstance(s, tuple) and s and all(isinstance(n, int) for n in s) for s in shapes)
    if not (diagram.is_chain and known and all(len(shape) <= 3 for shape in shapes)):
        return False
    return any(family(box.layer)[0] == "convolution" for box in diagram.boxes)


def draw_volumes(diagram: Diagram) -> Figure:
    """Return the picture of a chain of layers over images or series."""
    blocks = _blocks(diagram)
    maps = [block.shape for block in blocks if len(block.shape) > 1]
    scale = Scale(max(max(shape[:-1]) for shape in maps), max(shape[-1] for shape in maps))
    rows, width = _place(blocks, scale)
    lines = max(len(block.words) for block in blocks)
    high = TALLEST * (1 + SLANT) + 0.75 + 0.17 * lines
    figure = Figure(figsize=(width, rows * high + 0.6))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, rows * high + 0.6), aspect="equal")
    axes.axis("off")
    axes.text(0.4, rows * high + 0.3, diagram.heading, fontsize=11, weight="bold", color=INK)
    for i, block in enumerate(blocks):
        x, row = block.place
        base = (rows - 1 - row) * high + 0.35 + 0.17 * lines + 0.35
        same_row = i > 0 and blocks[i - 1].place[1] == row
        if block.kernel is not None and same_row and len(blocks[i - 1].shape) == 3:
            _draw_window(axes, blocks[i - 1], block, scale, base)
        elif same_row:
            _draw_step(axes, blocks[i - 1], block, scale, base)
        _draw_block(axes, block, scale, x, base)
    _legend(axes, blocks)
    return figure


def _blocks(diagram: Diagram) -> list[Block]:
    """Return the blocks; layers that keep the shape add a line to the block before."""
    blocks: list[Block] = []
    for box in diagram.boxes:
        kind = "Input" if box.layer is None else type(box.layer).__name__.removesuffix("Layer")
        words = [f"{kind} {detail(box.layer)}".rstrip()]
        if activation_of(box.layer) and kind != "Activation":
            words.append(activation_of(box.layer))
        elif kind == "Activation":
            words = [activation_of(box.layer)]
        names_block = family(box.layer)[0] in ("convolution", "pooling", "fully connected", "input")
        if blocks and box.shape == blocks[-1].shape and not names_block:
            blocks[-1].words += words
        else:
            window = getattr(box.layer, "kernel_size", None) or getattr(
                box.layer, "pool_size", None
            )
            kernel = _window(window)
            blocks.append(Block(box.shape, words, family(box.layer), kernel))
    return blocks


def _window(size: Any) -> tuple[int, ...] | None:
    if size is None:
        return None
    return tuple(size) if isinstance(size, (tuple, list)) else (size, size)


def _place(blocks: list[Block], scale: Scale) -> tuple[int, float]:
    """Give each block its place from the left and its row; return the number of rows and the width of the page."""
    x, row, widest = 0.4, 0, 0.0
    for block in blocks:
        wide, _, deep = scale.box(block.shape)
        words = max(map(len, [*block.words, shape_text(block.shape)])) * 0.075
        needed = max(wide + deep, words) + 0.4
        if x + needed > PAGE and x > 0.4:
            x, row = 0.4, row + 1
        block.place = (x + (needed - wide - deep) / 2, row)
        x += needed
        widest = max(widest, x)
    return row + 1, max(widest + 0.2, 4.0)


def _draw_block(axes: Axes, block: Block, scale: Scale, x: float, base: float) -> None:
    """Draw a block in oblique projection: front, top and side, each in its own shade."""
    wide, high, deep = scale.box(block.shape)
    front = [(x, base), (x + wide, base), (x + wide, base + high), (x, base + high)]
    top = [
        front[3],
        front[2],
        (x + wide + deep, base + high + deep),
        (x + deep, base + high + deep),
    ]
    side = [
        front[1],
        (x + wide + deep, base + deep),
        (x + wide + deep, base + high + deep),
        front[2],
    ]
    for points, light in ((front, 1.0), (top, 1.08), (side, 0.86)):
        colour = [min(1.0, part * light) for part in to_rgb(block.family[1])]
        axes.add_patch(Polygon(points, facecolor=colour, edgecolor=INK, linewidth=0.7, zorder=2))
    middle = x + (wide + deep) / 2
    text = "\n".join(block.words)
    axes.text(middle, base - 0.12, text, ha="center", va="top", fontsize=7.5, color=INK)
    text = shape_text(block.shape)
    place = base + high + deep + 0.08
    axes.text(middle, place, text, ha="center", va="bottom", fontsize=8, weight="bold", color=INK)


def _draw_window(axes: Axes, before: Block, block: Block, scale: Scale, base: float) -> None:
    """Draw the window on the side of the block before, and the rays from it to one value of this block."""
    wide, high, deep = scale.box(before.shape)
    assert block.kernel is not None
    part = min(1.0, block.kernel[0] / before.shape[0])
    across = min(1.0, block.kernel[-1] / before.shape[1])
    tall, lean = max(high * part, 0.08), max(deep * across, 0.04)
    inward = max(min(deep * 0.3, deep - lean), 0.0)  # a large window stays on the side
    x = before.place[0] + wide + inward
    y = base + max(min(high * 0.45, high - tall), 0.0) + inward
    corners = [(x, y), (x + lean, y + lean), (x + lean, y + lean + tall), (x, y + tall)]
    axes.add_patch(Polygon(corners, fill=False, edgecolor=INK, linewidth=0.9, zorder=4))
    _, this_high, this_deep = scale.box(block.shape)
    target = (block.place[0] + this_deep * 0.15, base + this_high * 0.55)
    for corner in (corners[1], corners[2]):
        axes.plot(*zip(corner, target, strict=True), color=RAY, linewidth=0.6, zorder=3)


def _draw_step(axes: Axes, before: Block, block: Block, scale: Scale, base: float) -> None:
    """Draw a plain arrow from one block to the next."""
    wide, high, deep = scale.box(before.shape)
    _, this_high, _ = scale.box(block.shape)
    start = (before.place[0] + wide + deep + 0.03, base + min(high, this_high) / 2)
    axes.annotate(
        "",
        xy=(block.place[0] - 0.03, start[1]),
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": RAY,
            "linewidth": 0.9,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )


def _legend(axes: Axes, blocks: list[Block]) -> None:
    kinds = dict(block.family for block in blocks if block.family != OTHERS)
    handles = [Patch(facecolor=colour, edgecolor=INK, label=name) for name, colour in kinds.items()]
    axes.legend(
        handles=handles, loc="lower center", frameon=False, fontsize=7.5, ncols=min(len(handles), 6)
    )
