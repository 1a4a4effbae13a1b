"""What all pictures share: colours that colour-blind people tell apart, quiet axes, saving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from pellucid.core.errors import ArgumentError

# Tableau's palette for the colour-blind, ordered so that the first two are blue and orange.
COLOURS = (
    "#006BA4", "#FF800E", "#595959", "#5F9ED1", "#C85200",
    "#ABABAB", "#A2C8EC", "#FFBC79", "#898989", "#CFCFCF",
)  # fmt: skip
MARKERS = "os^DvP*X<>"
BLUE_TO_ORANGE = LinearSegmentedColormap.from_list(
    "blue to orange", ["#8fbfe0", "#c3ddef", "#ffffff", "#ffdfc0", "#ffb570"]
)
SURFACE = "cividis"
QUIET = "#8a8a8a"
KINDS = (".png", ".svg", ".pdf")


def panels(columns: int, rows: int = 1, *, width: float = 4.4, height: float = 3.8) -> Any:
    """Return a figure, which belongs to no window, and its axes as a table, (rows, columns)."""
    figure = Figure(figsize=(width * columns, height * rows), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def quiet(axis: Any) -> None:
    """Take away the frame's upper and right side."""
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def saved(figure: Figure, path: str | Path | None) -> Figure:
    """Save a figure when a path is given, and return it.

    Raises:
        ArgumentError: A file of another kind.
    """
    if path is None:
        return figure
    path = Path(path)
    if path.suffix.lower() not in KINDS:
        raise ArgumentError(
            "draw",
            f"the file must end in {', '.join(KINDS)}, but it is '{path.name}'.",
            f"path='{path.with_suffix('.png').name}'",
        )
    figure.savefig(path, dpi=150)
    return figure
