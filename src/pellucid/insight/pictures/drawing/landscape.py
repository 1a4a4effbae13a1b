"""Draws loss landscapes: as a map, as a surface, or both, with the path of a training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

from pellucid.insight.pictures.drawing.look import COLOURS, SURFACE, saved

STEEP = 30.0
"""A landscape whose highest loss is so many times its lowest is drawn on a logarithmic scale."""
LEVELS = 24
PATH = COLOURS[1]
MODEL = "#ffffff"


def draw(landscape: Any, style: str, path: str | Path | None) -> Figure:
    """Return the figure."""
    both = style == "both"
    figure = Figure(figsize=(11.5 if both else 6.0, 4.9), layout="constrained")
    columns = 2 if both else 1
    if style != "surface":
        as_map(figure, figure.add_subplot(1, columns, 1), landscape)
    if style != "contour":
        as_surface(figure.add_subplot(1, columns, columns, projection="3d"), landscape)
    return saved(figure, path)


def labels(landscape: Any) -> tuple[str, str]:
    """Say what the two axes are."""
    if landscape.kind == "path":
        one, two = landscape.explained
        of_path = "of the path's variance"
        return (
            f"first principal direction ({one:.1%} {of_path})",
            f"second principal direction ({two:.1%} {of_path})",
        )
    what = "random direction, in filter lengths" if landscape.kind == "random" else "direction"
    return f"first {what}", f"second {what}"


def heights(landscape: Any) -> tuple[np.ndarray, bool]:
    """Return the losses, what is not finite left out, and whether they are to be drawn logarithmically."""
    loss = np.where(np.isfinite(landscape.loss), landscape.loss, np.nan)
    low, high = np.nanmin(loss), np.nanmax(loss)
    return loss, bool(low > 0 and high / low > STEEP)


def as_map(figure: Figure, axis: Any, landscape: Any) -> None:
    """Draw lines of equal loss."""
    loss, steep = heights(landscape)
    low, high = float(np.nanmin(loss)), float(np.nanmax(loss))
    high = high if high > low else low + 1e-12 + abs(low) * 1e-6
    levels = np.geomspace(low, high, LEVELS) if steep else np.linspace(low, high, LEVELS)
    norm = LogNorm(low, high) if steep else Normalize(low, high)
    grid = landscape.across, landscape.up, np.ma.masked_invalid(loss)
    shown = axis.contourf(*grid, levels=levels, norm=norm, cmap=SURFACE)
    axis.contour(*grid, levels=levels, colors="black", linewidths=0.3, alpha=0.5)
    bar = figure.colorbar(shown, ax=axis, shrink=0.9, pad=0.02)
    bar.set_label("loss (logarithmic scale)" if steep else "loss")
    bar.locator = LogLocator(subs=(1.0, 2.0, 5.0)) if steep else MaxNLocator(6)
    if steep:
        bar.formatter = FuncFormatter(lambda value, _: f"{value:.3g}")
    bar.update_ticks()
    if landscape.path is not None:
        draw_path(axis, landscape)
    axis.plot(0, 0, "*", ms=13, mfc=MODEL, mec="black", mew=0.8, ls="", label="the model")
    first, second = labels(landscape)
    axis.set_xlabel(first)
    axis.set_ylabel(second)
    axis.set_title(f"loss at the model's weights: {landscape.center:.4g}", fontsize=11)
    axis.legend(loc="best", fontsize="small", framealpha=0.85)


def draw_path(axis: Any, landscape: Any) -> None:
    """Draw the path of a training, with the moments at its ends written beside it."""
    places = landscape.path
    few = len(places) <= 60
    name = f"training, a dot each {step_of(landscape)}" if few else "training"
    mark = {"marker": "o", "ms": 3.5, "mec": "black", "mew": 0.4} if few else {}
    axis.plot(*places.T, color=PATH, lw=1.6, label=name, **mark)
    for place, moment in ((places[0], landscape.moments[0]), (places[-1], landscape.moments[-1])):
        axis.annotate(
            f"{landscape.unit} {moment}",
            place,
            xytext=(5, 6),
            textcoords="offset points",
            fontsize=8,
            color="white",
            bbox={"boxstyle": "round,pad=0.15", "fc": "#00000099", "ec": "none"},
        )


def step_of(landscape: Any) -> str:
    """Say how far the dots of a path are apart: ``"epoch"``, ``"2 epochs"``."""
    apart = landscape.moments[1] - landscape.moments[0]
    return landscape.unit if apart == 1 else f"{apart} {landscape.unit}s"


def as_surface(axis: Any, landscape: Any) -> None:
    """Draw the losses as a surface."""
    loss, steep = heights(landscape)
    height = np.log10(loss) if steep else loss
    across, up = np.meshgrid(landscape.across, landscape.up)
    axis.computed_zorder = False  # else lines at the height of the surface vanish behind it
    axis.plot_surface(
        across,
        up,
        height,
        cmap=SURFACE,
        rstride=1,
        cstride=1,
        linewidth=0.15,
        edgecolor="#00000055",
        alpha=0.92,
        zorder=1,
    )
    if landscape.path is not None:
        values = np.asarray(landscape.path_loss, float)
        values = np.log10(np.maximum(values, np.nanmin(loss))) if steep else values
        axis.plot(*landscape.path.T, values, color=PATH, lw=2.0, marker="o", ms=2.5, zorder=3)
    center = np.log10(landscape.center) if steep else landscape.center
    axis.plot([0], [0], [center], "*", ms=12, mfc=MODEL, mec="black", ls="", zorder=4)
    axis.set_xlabel("first direction")
    axis.set_ylabel("second direction")
    axis.set_zlabel("log₁₀ loss" if steep else "loss", labelpad=9)
    axis.tick_params(labelsize=8)
    for each in (axis.xaxis, axis.yaxis, axis.zaxis):
        each.set_major_locator(MaxNLocator(5))
    axis.set_box_aspect(None, zoom=0.86)  # else the name of the height is cut off
    axis.view_init(elev=32, azim=-58)
    if landscape.path is not None:
        axis.set_title("path: the loss at the recorded weights", fontsize=10, color="#444444")
