"""Draws how the numbers of layers are spread over the epochs: as bands of quantiles or as ridges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from pellucid.insight.pictures.drawing.look import COLOURS, QUIET, SURFACE, panels, quiet, saved

IN_A_ROW = 4
MOST_RIDGES = 12
FEW, COARSE = 400, 4
"""Fewer numbers than this are drawn in bins that are four times as wide."""
BANDS = ((0, 6, 0.12, "all"), (1, 5, 0.25, "middle 90 %"), (2, 4, 0.45, "middle 50 %"))
"""Places of lower and upper quantile, strength of the colour, and what to call the band."""


def draw(
    epochs: list[int], found: dict[str, list[Any]], what: str, style: str, path: str | Path | None
) -> Figure:
    """Return the figure: a panel for each layer or weight, in the order of the network."""
    found = joined(found)
    columns = min(len(found), IN_A_ROW)
    rows = -(-len(found) // columns)
    width = 3.3 if columns > 1 else 4.6
    figure, table = panels(columns, rows, width=width, height=2.7 if style == "bands" else 3.1)
    colour = COLOURS[0] if what == "activations" else COLOURS[4]
    for number, axis in enumerate(table.flat):
        if number >= len(found):
            axis.set_visible(False)
            continue
        name, spreads = list(found.items())[number]
        axis.set_title(name, fontsize=10)
        quiet(axis)
        if style == "bands":
            bands(axis, epochs, spreads, colour)
        else:
            ridges(axis, epochs, spreads, what)
        if number % columns == 0:
            axis.set_ylabel("epochs done" if style == "ridges" else value_name(what))
        note(axis, spreads[-1])
    if style == "bands":
        handles, names = table.flat[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False)
    else:
        figure.supxlabel("heights: roots of counts, equal for each epoch", fontsize=9)
    return saved(figure, path)


def joined(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Join layers that only pass on what came (a Flatten; a Dropout in evaluation) with the one before."""
    kept: dict[str, list[Any]] = {}
    for name, spreads in found.items():
        last = next(reversed(kept), None)
        if last is not None and all(
            one.size == two.size and np.array_equal(one.quantiles, two.quantiles)
            for one, two in zip(kept[last], spreads, strict=True)
        ):
            kept[f"{last}, {name}"] = kept.pop(last)
        else:
            kept[name] = spreads
    return kept


def value_name(what: str) -> str:
    """Return the name of the axis of values."""
    return "activation" if what == "activations" else "gradient"


def bands(axis: Any, epochs: list[int], spreads: list[Any], colour: str) -> None:
    """Draw quantiles over the epochs."""
    table = np.stack([spread.quantiles for spread in spreads])
    for low, high, strength, name in BANDS:
        style = {"color": colour, "alpha": strength, "lw": 0, "label": name}
        axis.fill_between(epochs, table[:, low], table[:, high], **style)
    axis.plot(epochs, table[:, 3], color="black", lw=1.1, label="median")
    axis.axhline(0, color=QUIET, lw=0.6, ls=":")
    axis.set_xlabel("epochs done")
    axis.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_locator(MaxNLocator(5))
    short_numbers(axis.yaxis)


def ridges(axis: Any, epochs: list[int], spreads: list[Any], what: str) -> None:
    """Draw a histogram for some of the epochs, one above the other, the latest in front."""
    chosen = np.unique(np.linspace(0, len(epochs) - 1, min(MOST_RIDGES, len(epochs))).astype(int))
    colours = matplotlib.colormaps[SURFACE](np.linspace(0.1, 0.9, len(chosen)))
    low = min(spreads[k].quantiles[0] for k in chosen)
    high = max(spreads[k].quantiles[-1] for k in chosen)
    room = 0.03 * (high - low) or 1.0
    for place, (k, colour) in enumerate(zip(chosen, colours, strict=True)):
        spread = spreads[k]
        group = COARSE if spread.size < FEW else 1
        edges, counts = spread.edges[::group], spread.counts.reshape(-1, group).sum(1)
        middles = (edges[:-1] + edges[1:]) / 2
        # Every ridge has the same height: what counts is where its numbers are. A root keeps the tails visible when
        # most numbers are zero.
        height = 2.2 * np.sqrt(counts / max(counts.max(), 1))
        foot = len(chosen) - 1 - place
        x = np.concatenate([[low - room, edges[0]], middles, [edges[-1], high + room]])
        y = foot + np.concatenate([[0, 0], height, [0, 0]])
        axis.fill_between(x, foot, y, color=colour, alpha=0.85, lw=0, zorder=place)
        axis.plot(x, y, color="white", lw=0.8, zorder=place)
    axis.set_yticks(range(len(chosen)), [str(epochs[k]) for k in chosen[::-1]])
    axis.set_xlim(low - room, high + room)
    axis.set_xlabel(value_name(what))
    axis.xaxis.set_major_locator(MaxNLocator(5))
    axis.tick_params(labelsize=8)
    short_numbers(axis.xaxis)


def short_numbers(axis: Any) -> None:
    """Write very small and large numbers with one power of ten for the axis."""
    formatter = ScalarFormatter(useMathText=True)
    formatter.set_powerlimits((-2, 3))
    axis.set_major_formatter(formatter)


def note(axis: Any, spread: Any) -> None:
    """Say, at the end, how many numbers are zero, if many are, and how many are lost."""
    said = []
    if spread.zeros >= 0.1:
        said.append(f"{spread.zeros:.0%} zeros at the end")
    if spread.lost:
        said.append(f"{spread.lost} of {spread.size} not finite")
    if said:
        box = {"boxstyle": "round,pad=0.15", "fc": "#ffffffcc", "ec": "none"}
        style = {"fontsize": 8, "color": "#333333", "ha": "right", "va": "top", "bbox": box}
        axis.text(0.99, 0.99, "\n".join(said), transform=axis.transAxes, zorder=99, **style)
