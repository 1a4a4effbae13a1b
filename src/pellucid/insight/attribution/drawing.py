"""Attributions as pictures: a heat map over each picture, a band behind each series, bars for a table."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from pellucid.core.errors import ArgumentError
from pellucid.insight.attribution.attribution import Attribution
from pellucid.insight.attribution.importance import Importance

FOR, AGAINST, INK = "#b2552a", "#2b6a99", "#333333"
SIGNED, SIZES = "RdBu_r", "magma"
BARS = 20
"""So many features of a table, or steps of a text, are shown."""
SMALLEST_PICTURE = 8
KINDS = ("auto", "image", "series", "table")


def draw(found: Attribution, rows: int, kind: str) -> Figure:
    """Return the figure of an attribution; it belongs to no window, so it works anywhere."""
    if kind not in KINDS:
        raise ArgumentError(
            "draw", f"`kind` must be one of {', '.join(KINDS)}, but it is {kind!r}."
        )
    chosen = kind_of(found) if kind == "auto" else kind
    shown = min(max(rows, 1), len(found.values))
    draw_kind = {"image": draw_images, "series": draw_series, "table": draw_tables}[chosen]
    return draw_kind(found, shown)


def kind_of(found: Attribution) -> str:
    """Return how an attribution is drawn best, by its shapes."""
    values, inputs = found.by_place(), found.inputs
    if inputs.ndim == 4:
        return "image"
    if inputs.ndim == 3:
        height, width = inputs.shape[1:]
        square = min(height, width) >= SMALLEST_PICTURE and max(height, width) <= 2 * min(
            height, width
        )
        return "image" if square and values.ndim == 3 else "series"
    return "table"


def title_of(found: Attribution, row: int) -> str:
    """Say what one row's values are about."""
    what = "logit" if found.of == "logits" else "output"
    told = f"{what} of {found.target[row]}" if found.target else what
    return f"{told} = {found.scores[row]:.3g}"


def limits_of(found: Attribution, values: np.ndarray) -> tuple[str, float, float]:
    """Return colour map and range: symmetric around zero where signs count."""
    largest = float(np.abs(values).max()) or 1.0
    return (SIGNED, -largest, largest) if found.signed else (SIZES, 0.0, largest)


def draw_images(found: Attribution, rows: int) -> Figure:
    """Draw each picture beside itself in grey under its heat map."""
    figure = Figure(figsize=(5.4, 2.5 * rows + 0.4), layout="constrained")
    axes = figure.subplots(rows, 2, squeeze=False)
    darkest, brightest = found.inputs[:rows].min(), found.inputs[:rows].max()
    for row in range(rows):
        picture, values = found.inputs[row], found.by_place()[row]
        if (
            values.ndim == 3
        ):  # one map for all channels: what speaks for the target may not cancel in size
            values = values.sum(-1) if found.signed else values.max(-1)
        colours, low, high = limits_of(found, values)
        axes[row, 0].imshow(shown_picture(picture), cmap="gray", vmin=darkest, vmax=brightest)
        axes[row, 0].set_title("input" if row == 0 else "", fontsize="small")
        axes[row, 0].set_ylabel(f"row {row}", fontsize="small")
        axes[row, 1].imshow(grey(picture), cmap="gray", vmin=darkest, vmax=brightest, alpha=0.35)
        heat = axes[row, 1].imshow(values, cmap=colours, vmin=low, vmax=high, alpha=0.75)
        axes[row, 1].set_title(title_of(found, row), fontsize="small")
        bar = figure.colorbar(heat, ax=axes[row, 1], fraction=0.05)
        bar.ax.tick_params(labelsize="x-small")
        for axis in axes[row]:
            axis.set_xticks([])
            axis.set_yticks([])
    return headed(figure, found)


def draw_series(found: Attribution, rows: int) -> Figure:
    """Draw each series as lines over bands in the colour of their steps' values."""
    figure = Figure(figsize=(7.2, 1.9 * rows + 0.6), layout="constrained")
    axes = figure.subplots(rows, 1, squeeze=False)[:, 0]
    for row, axis in enumerate(axes):
        series, values = found.inputs[row], found.by_place()[row]
        steps = values.reshape(len(values), -1).sum(-1)
        colours, low, high = limits_of(found, steps)
        lines = series.reshape(len(series), -1)
        bottom, top = float(lines.min()), float(lines.max())
        margin = 0.08 * (top - bottom or 1.0)
        box = (-0.5, len(steps) - 0.5, bottom - margin, top + margin)
        heat = axis.imshow(
            steps[None], cmap=colours, vmin=low, vmax=high, alpha=0.55, aspect="auto", extent=box
        )
        axis.plot(lines, color=INK, lw=1.1 if lines.shape[1] < 4 else 0.6)
        axis.set_title(f"row {row}: {title_of(found, row)}", fontsize="small", loc="left")
        axis.tick_params(labelsize="x-small")
        bar = figure.colorbar(heat, ax=axis, fraction=0.03)
        bar.ax.tick_params(labelsize="x-small")
    axes[-1].set_xlabel("step")
    return headed(figure, found)


def draw_tables(found: Attribution, rows: int) -> Figure:
    """Draw bars for the largest values of each row: features by size, steps in their order."""
    values = found.by_place().reshape(len(found.values), -1)[:rows]
    count = min(values.shape[1], BARS)
    figure = Figure(
        figsize=(3.1 * min(rows, 4) + 1, (0.24 * count + 1.1) * -(-rows // 4)), layout="constrained"
    )
    axes = figure.subplots(-(-rows // 4), min(rows, 4), squeeze=False).flatten()
    for axis in axes[rows:]:
        axis.set_visible(False)
    for row, axis in enumerate(axes[:rows]):
        order = np.argsort(-np.abs(values[row]), kind="stable")[:count]
        order = np.sort(order) if is_text(found) else order
        heights = values[row][order]
        colours = [FOR if height >= 0 else AGAINST for height in heights]
        axis.barh(range(count), heights, color=colours)
        axis.set_yticks(
            range(count), [label_of(found, row, int(i)) for i in order], fontsize="x-small"
        )
        axis.invert_yaxis()
        axis.axvline(0, color=INK, lw=0.6)
        axis.tick_params(axis="x", labelsize="x-small")
        axis.set_title(f"row {row}\n{title_of(found, row)}", fontsize="small")
    return headed(figure, found)


def draw_importance(found: Importance, features: int) -> Figure:
    """Draw a bar for each of the most important features, the spread over the repeats as a line."""
    order = found.ranking()[:features]
    figure = Figure(figsize=(5.2, 0.27 * len(order) + 1.2), layout="constrained")
    axis = figure.subplots()
    axis.barh(
        range(len(order)),
        found.mean[order],
        xerr=found.spread[order],
        color=FOR,
        ecolor=INK,
        capsize=2,
    )
    axis.set_yticks(
        range(len(order)), [found.names[feature] for feature in order], fontsize="small"
    )
    axis.invert_yaxis()
    axis.axvline(0, color=INK, lw=0.6)
    axis.set_xlabel(f"{found.metric}: how much worse when the feature is shuffled")
    axis.set_title(
        f"permutation importance ({found.metric} is {found.base:.3g})", fontsize="medium"
    )
    return figure


def headed(figure: Figure, found: Attribution) -> Figure:
    """Put the method, and what is to be known of it, over the picture."""
    error = found.details.get("completeness_error")
    told = (
        "" if error is None else f"\ncompleteness error {error:.1e}, {found.details['steps']} steps"
    )
    reading = "red: for, blue: against" if found.signed else "bright: much"
    if kind_of(found) == "table":
        reading = "brown: for, blue: against" if found.signed else ""
    figure.suptitle(" · ".join(filter(None, [found.method, reading])) + told, fontsize="medium")
    return figure


def is_text(found: Attribution) -> bool:
    """Tell whether the inputs are whole numbers in an order: tokens of a text."""
    return found.inputs.dtype.kind in "iu" or found.place != "inputs"


def label_of(found: Attribution, row: int, index: int) -> str:
    """Name one bar: the feature's name and its number in this row, or the step and its token."""
    number = found.inputs[row].reshape(-1)[index]
    if is_text(found):
        return f"step {index}: {number}"
    name = found.names[index] if found.names else f"feature {index}"
    return f"{name} = {number:.3g}"


def grey(picture: np.ndarray) -> np.ndarray:
    """Return a picture's mean over its channels, (height, width)."""
    return picture if picture.ndim == 2 else picture.mean(-1)


def shown_picture(picture: np.ndarray) -> np.ndarray:
    """Return a picture as it can be shown: three channels in [0, 1], others in grey."""
    if picture.ndim == 2 or picture.shape[-1] != 3:
        return grey(picture)
    low, high = float(picture.min()), float(picture.max())
    return (picture - low) / (high - low or 1.0)
