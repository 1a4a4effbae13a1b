"""Draws confusion matrices: colour for the share of a class, numbers as long as they can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pellucid.insight.pictures.drawing.look import SURFACE, saved

SHARES = 8
"""Up to so many classes each field tells the share as well."""
NUMBERS = 25
"""Up to so many classes the fields have numbers."""
LONG = 18


def draw(confusion: Any, path: str | Path | None) -> Figure:
    """Return the figure."""
    classes = len(confusion.labels)
    names = [shortened(label) for label in confusion.labels]
    side = float(np.clip(2.6 + 0.6 * classes, 4.2, 12.0))
    figure = Figure(figsize=(side + 1.2 + 0.05 * max(map(len, names)), side), layout="constrained")
    axis = figure.subplots()
    shares = confusion.shares
    shown = axis.imshow(shares, cmap=SURFACE, vmin=0, vmax=1)
    bar = figure.colorbar(shown, ax=axis, shrink=0.85, pad=0.02)
    bar.set_label("share of the true class")
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    turned = max(map(len, names)) > (4 if classes > 6 else 9)
    axis.set_xticks(range(classes), names, rotation=45 if turned else 0)
    for text in axis.get_xticklabels():
        text.set(ha="right" if turned else "center", rotation_mode="anchor" if turned else None)
    axis.set_yticks(range(classes), names)
    axis.tick_params(length=0, labelsize=float(np.clip(14 - 0.28 * classes, 8, 11)))
    axis.set_xticks(np.arange(classes - 1) + 0.5, minor=True)
    axis.set_yticks(np.arange(classes - 1) + 0.5, minor=True)
    axis.grid(which="minor", color="white", lw=0.8)
    axis.tick_params(which="minor", length=0)
    axis.set_xlabel("predicted")
    axis.set_ylabel("true")
    rows = int(confusion.counts.sum())
    axis.set_title(f"{confusion.accuracy:.1%} of {rows:,} rows right", fontsize=11)
    if classes <= NUMBERS:
        numbers(axis, confusion, shares)
    return saved(figure, path)


def numbers(axis: Any, confusion: Any, shares: np.ndarray) -> None:
    """Write the counts, and the shares where there is room; zeros are left away where they would crowd."""
    classes = len(confusion.labels)
    digits = len(f"{confusion.counts.max():,}")
    size = float(np.clip(15 - 0.35 * classes - 0.8 * max(digits - 3, 0), 7.5, 12))
    for (i, j), count in np.ndenumerate(confusion.counts):
        if count == 0 and classes > SHARES:
            continue
        text = f"{count:,}"
        if classes <= SHARES and np.isfinite(shares[i, j]):
            text += f"\n{shares[i, j]:.1%}"
        dark = not np.isfinite(shares[i, j]) or shares[i, j] > 0.55
        axis.text(
            j, i, text, ha="center", va="center", fontsize=size, color="black" if dark else "white"
        )


def shortened(label: str) -> str:
    """Return a label that is not longer than its field.

    >>> shortened("a very long name of a class")
    'a very long name …'
    """
    return label if len(label) <= LONG else f"{label[: LONG - 1]}…"
