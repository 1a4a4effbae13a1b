"""Learning curves: one panel a quantity, what was measured while training beside what was measured after the epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

TRAINING, VALIDATION, BEST = "#2563a8", "#d1641b", "#8a8a8a"


def draw(history: Any, names: list[str] | None = None) -> Figure:
    """Return the figure; it belongs to no window, so it works anywhere."""
    columns = history.history
    names = names or [n for n in columns if not n.startswith("val_") and n != "learning_rate"]
    figure = Figure(figsize=(4.6 * max(len(names), 1), 3.4), layout="constrained")
    axes = figure.subplots(1, max(len(names), 1), squeeze=False)[0]
    epochs = [epoch + 1 for epoch in history.epoch]
    for axis, name in zip(axes, names, strict=False):
        few = "o" if len(epochs) < 15 else None
        axis.plot(epochs, columns[name], color=TRAINING, marker=few, ms=3, label="while training")
        if f"val_{name}" in columns:
            measured = np.isfinite(columns[f"val_{name}"])
            axis.plot(
                np.asarray(epochs)[measured],
                np.asarray(columns[f"val_{name}"])[measured],
                color=VALIDATION,
                marker=few,
                ms=3,
                label="validation, after the epoch",
            )
        if history.best_epoch is not None:
            axis.axvline(history.best_epoch + 1, color=BEST, lw=0.8, ls=":", label="best epoch")
        axis.set_xlabel("epoch")
        axis.set_title(name.replace("_", " "))
        axis.grid(alpha=0.25)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0].legend(frameon=False, fontsize="small")
    return figure
