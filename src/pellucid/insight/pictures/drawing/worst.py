"""Draws what was predicted worst: images in a grid, other rows as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from pellucid.core.errors import ShapeError
from pellucid.insight.pictures.drawing.look import panels, saved

IN_A_ROW = 6
SMALL = 4
"""Rows of tables with fewer numbers on a side are no images."""


def draw(worst: Any, image_shape: tuple[int, ...] | None, path: str | Path | None) -> Figure:
    """Return the figure."""
    images = as_images(worst.rows, image_shape)
    return saved(table(worst) if images is None else grid(worst, images), path)


def as_images(rows: np.ndarray | None, shape: tuple[int, ...] | None) -> np.ndarray | None:
    """Return the rows as images, (rows, height, width) or (rows, height, width, 3 or 4), or None if they are none.

    Raises:
        ShapeError: The rows do not have as many numbers as the shape asked for.
    """
    if rows is None:
        return None
    if shape is not None:
        if int(np.prod(shape)) != int(np.prod(rows.shape[1:])):
            raise ShapeError(
                "draw", f"rows of shape {rows.shape[1:]} are no images of shape {tuple(shape)}."
            )
        rows = rows.reshape(len(rows), *shape)
    if rows.ndim == 4 and rows.shape[-1] == 1:
        rows = rows[..., 0]
    image = rows.ndim == 3 or (rows.ndim == 4 and rows.shape[-1] in (3, 4))
    return rows if image and min(rows.shape[1:3]) >= SMALL else None


def grid(worst: Any, images: np.ndarray) -> Figure:
    """Draw every row as an image, with what is right, what was answered, and its loss."""
    columns = min(len(images), IN_A_ROW)
    lines = -(-len(images) // columns)
    high_by_wide = images.shape[1] / images.shape[2]
    figure, axes = panels(columns, lines, width=1.9, height=1.9 * high_by_wide + 0.85)
    figure.set_figheight(figure.get_figheight() + 0.35)  # for the heading
    low, high = float(images.min()), float(images.max())
    scaled = (images - low) / (high - low if high > low else 1.0)
    for number, axis in enumerate(axes.flat):
        axis.axis("off")
        if number >= len(images):
            continue
        axis.imshow(scaled[number], cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        answer = worst.predicted[number]
        if worst.probability is not None:
            answer += f" ({worst.probability[number]:.0%})"
        axis.set_title(
            f"row {worst.index[number]}\ntrue {worst.true[number]}\n→ {answer}\n"
            f"loss {worst.loss[number]:.3g}",
            fontsize=9,
            loc="left",
        )
    figure.suptitle(heading(worst), fontsize=11)
    return figure


def table(worst: Any) -> Figure:
    """Draw the table as text."""
    lines = worst.table
    letters = [max(map(len, column)) + 3 for column in zip(*lines, strict=True)]
    size = (max(0.09 * sum(letters), 5.2), 0.27 * len(lines) + 0.5)
    figure = Figure(figsize=size, layout="constrained")
    axis = figure.subplots()
    axis.axis("off")
    drawn = axis.table(
        cellText=lines[1:],
        colLabels=lines[0],
        cellLoc="right",
        colLoc="right",
        colWidths=[each / sum(letters) for each in letters],
        bbox=Bbox.unit(),
    )
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(9)
    for (row, _), cell in drawn.get_celld().items():
        cell.visible_edges = "B"
        cell.set_edgecolor("#bbbbbb")
        if row == 0:
            cell.set_text_props(weight="bold")
    figure.suptitle(heading(worst), fontsize=11)
    return figure


def heading(worst: Any) -> str:
    """Say what is shown."""
    return f"the {len(worst)} rows with the largest loss (mean of all rows {worst.mean_loss:.3g})"
