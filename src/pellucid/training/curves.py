"""Learning curves: one panel a quantity, what was measured while training beside what was measured after the epoch.

The two are not the same measurement: a training column is the mean over an epoch in which the weights change, so it
lags about half an epoch behind the validation column, which is measured at the epoch's last weights. The legend says
so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from pellucid.core.errors import unknown_name

# Blue and orange of Tableau's palette for the colour-blind.
TRAINING, VALIDATION, QUIET = "#006BA4", "#C85200", "#8a8a8a"
RATE = "learning_rate"
FEW_CHANGES = 6
"""More changes of the learning rate get a panel of their own, since they cannot all be marked in the others."""


def draw(history: Any, names: list[str] | None = None) -> Figure:
    """Return the figure; it belongs to no window, so it works anywhere.

    Args:
        history: The history of a training.
        names: Columns to draw, without ``val_``; default all, and the learning rate where it changes often.

    Raises:
        UnknownNameError: The history has no such column.
    """
    columns = history.history
    known = [name for name in columns if not name.startswith("val_")]
    for name in names or ():
        if name not in known:
            raise unknown_name("column of this history", name, known)
    changes = rate_changes(history)
    shown = names or [name for name in known if name != RATE]
    if names is None and len(changes) > FEW_CHANGES:
        shown = [*shown, RATE]
    figure = Figure(
        figsize=(4.6 * max(len(shown), 1), 4.3), layout=ConstrainedLayoutEngine(w_pad=0.1)
    )
    axes = figure.subplots(1, max(len(shown), 1), squeeze=False)[0]
    for axis, name in zip(axes, shown, strict=False):
        panel(axis, history, name)
        mark_epochs(axis, history)
        if name != RATE and len(changes) <= FEW_CHANGES:
            mark_rates(axis, changes)
        # Below the panel: these labels are long, and inside they would lie on the curves.
        axis.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(-0.06, -0.16))
    return figure


def panel(axis: Any, history: Any, name: str) -> None:
    """Draw one quantity: the column of the training, and that of the validation where there is one."""
    columns = history.history
    epochs = np.asarray(history.epoch) + 1
    few = "o" if len(epochs) < 15 else None
    if name == RATE:
        label = "learning rate (at the epoch's end)"
        axis.plot(epochs, columns[name], color=QUIET, marker=few, ms=3, label=label)
        if min(columns[name], default=0) > 0:
            axis.set_yscale("log")
    else:
        label = f"{name} (mean while training, weights changing)"
        axis.plot(epochs, columns[name], color=TRAINING, marker=few, ms=3, label=label)
    if f"val_{name}" in columns:
        values = np.asarray(columns[f"val_{name}"])
        measured = np.isfinite(values)
        style = {"color": VALIDATION, "marker": few, "ms": 3, "ls": (0, (5, 1.5))}
        label = f"val_{name} (after the epoch)"
        axis.plot(epochs[measured], values[measured], label=label, **style)
    axis.set_xlabel("epoch")
    axis.set_title(name.replace("_", " "))
    axis.grid(alpha=0.25)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))


def mark_epochs(axis: Any, history: Any) -> None:
    """Mark the best epoch, and the one whose weights the model was given back; one line where they are the same."""
    best, restored = history.best_epoch, history.restored_epoch
    if best is not None:
        column = "val_loss" if history.history.get("val_loss") else "loss"
        label = f"best epoch: {best + 1} (lowest {column})"
        if restored == best:
            label += ", its weights restored"
        axis.axvline(best + 1, color=QUIET, lw=1.0, ls=":", label=label)
    if restored is not None and restored != best:
        label = f"weights restored: epoch {restored + 1}"
        axis.axvline(restored + 1, color="black", lw=1.0, ls="-.", label=label)


def mark_rates(axis: Any, changes: list[tuple[int, float, float]]) -> None:
    """Mark between which epochs the learning rate changed, with the new one above the panel."""
    for number, (epoch, _, rate) in enumerate(changes):
        label = "learning rate changes" if number == 0 else None
        axis.axvline(epoch + 0.5, color="#009E73", lw=0.9, ls="--", label=label)
        axis.annotate(
            f"{rate:.2g}",
            (epoch + 0.5, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-3, 2),
            textcoords="offset points",
            fontsize=7,
            color="#00664a",
            rotation=35,
            va="bottom",
        )
        axis.set_title(axis.get_title(), pad=24)


def rate_changes(history: Any) -> list[tuple[int, float, float]]:
    """Return after which epochs (counted from 1) the learning rate changed, from what, and to what.

    >>> from types import SimpleNamespace
    >>> record = {"learning_rate": [0.1, 0.1, 0.01]}
    >>> rate_changes(SimpleNamespace(epoch=[0, 1, 2], history=record))
    [(2, 0.1, 0.01)]
    """
    rates = history.history.get(RATE, [])
    pairs = zip(history.epoch, rates, rates[1:], strict=False)
    return [(epoch + 1, old, new) for epoch, old, new in pairs if old != new]
