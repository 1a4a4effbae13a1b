"""Draws decision boundaries: the answer as colour, the rows over it, the border as a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pellucid.insight.pictures.drawing.look import (
    BLUE_TO_ORANGE,
    COLOURS,
    MARKERS,
    SURFACE,
    panels,
    saved,
)

IN_A_ROW = 4


def draw(
    boundaries: Sequence[Any], titles: Sequence[str] | None, path: str | Path | None
) -> Figure:
    """Return the figure of one or several boundaries side by side."""
    columns = min(len(boundaries), IN_A_ROW)
    rows = -(-len(boundaries) // columns)
    figure, table = panels(columns, rows, width=4.0 if columns > 1 else 5.2, height=3.9)
    axes = list(table.flat)
    numbers = [b for b in boundaries if b.kind == "numbers"]
    low, high = span(numbers) if numbers else (0.0, 1.0)
    for number, (axis, boundary) in enumerate(zip(axes, boundaries, strict=False)):
        shown = paint(axis, boundary, low, high)
        points(axis, boundary, low, high)
        axis.set_title(titles[number] if titles else title(boundary), fontsize=11)
        axis.set_xlabel(boundary.names[0])
        axis.set_xlim(boundary.across[0], boundary.across[-1])
        axis.set_ylim(boundary.up[0], boundary.up[-1])
        if number % columns == 0:
            axis.set_ylabel(boundary.names[1])
        if shown is not None and number == len(boundaries) - 1:
            bar = figure.colorbar(shown, ax=axes, shrink=0.9, pad=0.02)
            bar.set_label(meaning(boundary))
            bar.locator = MaxNLocator(6)
            bar.update_ticks()
    for axis in axes[len(boundaries) :]:
        axis.set_visible(False)
    if boundaries[0].labels:
        handles, labels = axes[0].get_legend_handles_labels()
        below = {"loc": "outside lower center", "frameon": False, "handletextpad": 0.1}
        figure.legend(handles, labels, ncols=min(len(labels), 5), markerscale=1.5, **below)
    return saved(figure, path)


def span(numbers: Sequence[Any]) -> tuple[float, float]:
    """Return the lowest and highest number of all surfaces and their rows: one scale for all."""
    low = min(min(b.values.min(), b.targets.min()) for b in numbers)
    high = max(max(b.values.max(), b.targets.max()) for b in numbers)
    return float(low), float(high) if high > low else float(low) + 1.0


def paint(axis: Any, boundary: Any, low: float, high: float) -> Any:
    """Colour the plane by the answers; return what a colour bar explains, or None."""
    if boundary.kind == "classes":
        classes_plane(axis, boundary)
        return None
    if boundary.kind == "numbers":
        levels = np.linspace(low, high, 21)
        return axis.contourf(
            boundary.across, boundary.up, boundary.values, levels=levels, cmap=SURFACE
        )
    reach = 0.5 if boundary.kind == "binary" else max(float(np.abs(boundary.values).max()), 1e-12)
    middle = boundary.threshold
    levels = np.linspace(middle - reach, middle + reach, 21)
    shown = axis.contourf(
        boundary.across, boundary.up, boundary.values, levels=levels, cmap=BLUE_TO_ORANGE
    )
    if boundary.values.min() < middle < boundary.values.max():
        axis.contour(
            boundary.across, boundary.up, boundary.values, [middle], colors="black", linewidths=1.4
        )
    return shown


def classes_plane(axis: Any, boundary: Any) -> None:
    """Colour each place by its class, the paler the less sure the model is, with lines between the classes."""
    regions = boundary.regions
    colours = np.array([to_rgb(COLOURS[k % len(COLOURS)]) for k in range(len(boundary.labels))])
    chance = 1 / len(boundary.labels)
    sure = np.clip((boundary.values.max(-1) - chance) / (1 - chance), 0, 1)[..., None]
    strength = 0.1 + 0.45 * sure
    picture = 1 - strength * (1 - colours[regions])
    extent = (boundary.across[0], boundary.across[-1], boundary.up[0], boundary.up[-1])
    axis.imshow(picture, origin="lower", extent=extent, aspect="auto", interpolation="bilinear")
    for k in range(len(boundary.labels)):
        # Where a class leads the best other one is where its lead crosses zero: a line without steps.
        rest = np.delete(boundary.values, k, axis=-1).max(-1)
        lead = boundary.values[..., k] - rest
        if lead.min() < 0 < lead.max():
            axis.contour(boundary.across, boundary.up, lead, [0.0], colors="black", linewidths=0.9)


def points(axis: Any, boundary: Any, low: float, high: float) -> None:
    """Draw the rows: coloured by their class, with a mark of its own, or by their number on the surface's scale."""
    size = float(np.clip(5000 / len(boundary.points), 10, 34))
    if boundary.kind == "numbers":
        style = {"cmap": SURFACE, "vmin": low, "vmax": high, "edgecolors": "white"}
        axis.scatter(*boundary.points.T, c=boundary.targets, s=size, linewidths=0.7, **style)
        return
    for k, label in enumerate(boundary.labels):
        rows = boundary.points[boundary.targets == k]
        colour, mark = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
        axis.scatter(
            *rows.T, s=size, c=colour, marker=mark, edgecolors="white", linewidths=0.5, label=label
        )


def title(boundary: Any) -> str:
    """Say how many layers there are and how good the answers to the rows drawn are.

    >>> from types import SimpleNamespace
    >>> title(SimpleNamespace(depth=2, kind="binary", accuracy=0.5))
    '2 layers: 50% of these rows right'
    """
    layers = f"{boundary.depth} layer{'s' if boundary.depth != 1 else ''}"
    if boundary.kind == "numbers":
        return f"{layers}: root mean square error {boundary.accuracy:.3g}"
    share = f"{boundary.accuracy:.1%}".replace(".0%", "%")
    return f"{layers}: {share} of these rows right"


def meaning(boundary: Any) -> str:
    """Say what the colour of a plane means."""
    if boundary.kind == "numbers":
        return "output"
    what = "probability of" if boundary.kind == "binary" else "score for"
    return f"{what} “{boundary.labels[1]}”"
