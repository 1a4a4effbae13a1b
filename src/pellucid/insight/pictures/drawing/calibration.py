"""Draws reliability diagrams: how often it came true over how probable it was said to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from pellucid.insight.pictures.drawing.look import COLOURS, QUIET, quiet, saved


def draw(calibration: Any, path: str | Path | None) -> Figure:
    """Return the figure."""
    figure = Figure(figsize=(5.6, 6.4), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
    filled = calibration.count > 0
    confidence, frequency = calibration.confidence[filled], calibration.frequency[filled]
    low, high = (end[filled] for end in calibration.interval)
    upper.plot([0, 1], [0, 1], color=QUIET, ls="--", lw=1.0, label="as often as said")
    upper.vlines(confidence, confidence, frequency, color=COLOURS[1], lw=5, alpha=0.45, label="gap")
    upper.errorbar(
        confidence,
        frequency,
        yerr=np.clip([frequency - low, high - frequency], 0, None),
        color=COLOURS[0],
        marker="o",
        ms=5,
        lw=1.4,
        elinewidth=0.9,
        capsize=2.5,
        label="came true (bars: 95 % interval)",
    )
    upper.set_ylim(-0.02, 1.02)
    upper.set_xlim(0, 1)
    binary = calibration.kind == "binary"
    second = f"rows of class “{calibration.label}”" if binary else "right answers"
    upper.set_ylabel(f"share of {second}")
    upper.set_title(
        f"expected calibration error {calibration.expected_calibration_error:.1%},  "
        f"Brier score {calibration.brier:.3g}",
        fontsize=11,
    )
    handles, names = upper.get_legend_handles_labels()
    below = {"loc": "outside lower center", "frameon": False, "fontsize": "small"}
    figure.legend(handles, names, ncols=3, **below)
    upper.grid(alpha=0.25)
    widths = np.diff(calibration.edges)
    style = {"align": "edge", "color": COLOURS[3], "edgecolor": "white"}
    lower.bar(calibration.edges[:-1], calibration.count, widths, **style)
    lower.set_ylabel("rows")
    what = f"class “{calibration.label}”" if binary else "the most probable class"
    lower.set_xlabel(f"predicted probability of {what}")
    upper.yaxis.set_major_formatter(PercentFormatter(1.0))
    lower.xaxis.set_major_formatter(PercentFormatter(1.0))
    for axis in (upper, lower):
        quiet(axis)
    return saved(figure, path)
