"""Draws descent on plain functions: the paths on the function, and how low each optimizer is after each step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pellucid.insight.pictures.drawing.look import COLOURS, MARKERS, panels, quiet, saved

FINE = 200
LEVELS = 22
DASHES = ("-", (0, (5, 2)), (0, (4, 1, 1, 1)), (0, (1, 1)))


def draw(descent: Any, path: str | Path | None) -> Figure:
    """Return the figure."""
    figure, table = panels(2, width=5.4, height=4.6)
    left, right = table[0]
    if descent.points.shape[-1] == 1:
        curve(left, descent)
    else:
        plane(left, descent)
    surface = descent.surface
    left.set_title(f"${surface.equation}$" if surface.equation else surface.name, fontsize=12)
    by_step(right, descent)
    handles, names = right.get_legend_handles_labels()
    below = {"loc": "outside lower center", "frameon": False}
    figure.legend(handles, names, ncols=min(len(names), 3), **below)
    return saved(figure, path)


def colour(number: int) -> str:
    """Return the colour of an optimizer; greys that vanish on the map are left out."""
    vivid = (COLOURS[1], COLOURS[0], "#C8006B", "#009E73", COLOURS[4], COLOURS[3])
    return vivid[number % len(vivid)]


def curve(axis: Any, descent: Any) -> None:
    """Draw a function of one number, and the places on it."""
    low, high = descent.surface.limits
    x = np.linspace(low, high, FINE)
    y = values_at(descent, x)
    axis.plot(x, y, color="#444444", lw=1.2)
    for number, (points, values) in enumerate(zip(descent.points, descent.values, strict=True)):
        style = {"color": colour(number), "marker": "o", "ms": 4, "lw": 0.9, "mec": "white"}
        axis.plot(points[:, 0], values, mew=0.5, **style)
    axis.set_xlim(low, high)
    axis.set_ylim(np.nanmin(y) - 0.04 * np.ptp(y), np.nanmax(y) + 0.04 * np.ptp(y))
    star(axis, descent)
    axis.set_xlabel("x")
    axis.set_ylabel("f(x)")
    quiet(axis)


def plane(axis: Any, descent: Any) -> None:
    """Draw lines of equal height, closer where the function is low, and the paths over them."""
    left, right, bottom, top = descent.surface.limits
    x, y = np.linspace(left, right, FINE), np.linspace(bottom, top, FINE)
    height = values_at(descent, *np.meshgrid(x, y))
    low = float(np.nanmin(height))
    # Equal steps of the square root of the height above the lowest place: valleys get lines, too.
    root = np.sqrt(height - low)
    axis.contourf(x, y, root, levels=LEVELS, cmap="Greys_r", alpha=0.4)
    axis.contour(x, y, root, levels=LEVELS, colors="#666666", linewidths=0.35)
    for number, points in enumerate(descent.points):
        few = len(points) <= 60
        mark = {"marker": MARKERS[number % len(MARKERS)], "ms": 4, "mec": "white", "mew": 0.4}
        axis.plot(*points.T, color=colour(number), lw=1.5 if few else 1.1, **(mark if few else {}))
        # Where each is at the end, since paths run through the same valley.
        axis.plot(
            *points[-1], color=colour(number), ls="", **{**mark, "ms": 9, "mew": 1.0}, zorder=7
        )
    axis.plot(*descent.points[0, 0], "o", ms=9, mfc="none", mec="black", mew=1.4, zorder=5)
    axis.annotate(
        "start",
        descent.points[0, 0],
        xytext=(7, 7),
        textcoords="offset points",
        fontsize=9,
        bbox={"boxstyle": "round,pad=0.15", "fc": "#ffffffcc", "ec": "none"},
    )
    star(axis, descent)
    axis.set_xlim(left, right)
    axis.set_ylim(bottom, top)
    axis.set_xlabel("x")
    axis.set_ylabel("y")


def star(axis: Any, descent: Any) -> None:
    """Mark the lowest place, where it is known."""
    surface = descent.surface
    if surface.minimum is None:
        return
    place = surface.minimum if len(surface.minimum) == 2 else (*surface.minimum, surface.lowest)
    axis.plot(*place, "*", ms=15, mfc="#ffe14d", mec="black", mew=0.8, zorder=6)


def by_step(axis: Any, descent: Any) -> None:
    """Draw the function's value after each step; above the lowest value where that is known."""
    known = descent.surface.minimum is not None
    base = descent.surface.lowest if known else 0.0
    for number, (name, values) in enumerate(zip(descent.names, descent.values, strict=True)):
        above = values - base
        shown = np.where(np.isfinite(above) & ((above > 0) | (not known)), above, np.nan)
        away = not np.isfinite(values[-1]) or values[-1] > 1e3 * max(abs(values[0]), 1e-12)
        label = f"{name} (ran away)" if away and known else name
        # Dashes, because two lines may be one: 0.1 and 0.9 bring a parabola down alike.
        dash = DASHES[number % len(DASHES)]
        axis.plot(shown, color=colour(number), ls=dash, lw=1.7, label=label)
    axis.set_xlabel("step")
    axis.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    if known:
        axis.set_yscale("log")
        start, top = descent.values[0, 0] - base, axis.get_ylim()[1]
        axis.set_ylim(top=min(100 * start, top) if start > 0 else None)
        axis.set_ylabel("value above the lowest (logarithmic)")
    else:
        axis.set_yscale("symlog", linthresh=1.0)
        axis.set_ylabel("value (logarithmic beyond ±1)")
    axis.grid(alpha=0.25)
    quiet(axis)


def values_at(descent: Any, *numbers: np.ndarray) -> np.ndarray:
    """Return the function on arrays of places."""
    return np.asarray(descent.surface.function(*numbers), float)
