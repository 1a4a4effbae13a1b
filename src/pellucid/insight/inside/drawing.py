"""What lies inside a model, as pictures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pellucid.core.errors import UsageError
from pellucid.insight.inside.attention_maps import AttentionMaps
from pellucid.insight.inside.embedding_map import EmbeddingMap
from pellucid.insight.inside.feature_maps import FeatureMaps
from pellucid.insight.inside.filters import Filters

# Okabe and Ito's colours, which colour-blind people tell apart.
COLOURS = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#8a8a00", "#000000", "#7f3c8d", "#a5714b",
)  # fmt: skip
INK = "#333333"
SIGNED = "RdBu_r"
NAMES = 60
"""So many points are named at most."""
TICKS = 24
"""So many steps are named at most."""


def bare(axis: Any) -> None:
    """Take the ticks off."""
    axis.set_xticks([])
    axis.set_yticks([])


def grid(count: int, columns: int, size: float) -> tuple[Figure, list[Any]]:
    """Return a figure of so many cells and their axes; cells that are left over are hidden."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(size * columns + 0.6, size * rows + 0.5), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    for axis in axes[count:]:
        axis.set_visible(False)
    return figure, list(axes[:count])


def draw_filters(found: Filters, most: int, channels: int) -> Figure:
    """Draw a convolution's kernels."""
    kernel = found.kernel[..., :most]
    if kernel.ndim not in (3, 4):
        raise UsageError(
            "filters",
            f"kernels of {kernel.ndim - 2} axes cannot be drawn in the plane.",
            "filters(...).kernel",
        )
    inputs, count = found.kernel.shape[-2:]
    largest = float(np.abs(kernel).max()) or 1.0
    if kernel.ndim == 3:  # of a series: each filter is a picture of steps and channels
        figure, axes = grid(kernel.shape[-1], 8, 1.3)
        cells = [kernel[..., number].T for number in range(kernel.shape[-1])]
        told = "steps to the right, channels downwards"
    elif inputs == 3:
        figure, axes = grid(kernel.shape[-1], 8, 1.0)
        cells = [0.5 + kernel[..., number] / (2 * largest) for number in range(kernel.shape[-1])]
        told = "its three channels as red, green and blue; grey is zero"
    else:
        shown = min(inputs, channels)
        columns = shown if shown > 1 else 8
        figure, axes = grid(kernel.shape[-1] * shown, columns, 0.9)
        cells = [kernel[..., c, f] for f in range(kernel.shape[-1]) for c in range(shown)]
        told = f"a filter a line, {shown} of {inputs} channels" if shown > 1 else "a filter a cell"
    for number, (axis, cell) in enumerate(zip(axes, cells, strict=True)):
        axis.imshow(cell, cmap=SIGNED, vmin=-largest, vmax=largest)
        bare(axis)
        if len(cells) > kernel.shape[-1]:
            line, column = divmod(number, len(cells) // kernel.shape[-1])
            axis.set_ylabel(f"filter {line}" if column == 0 else "", fontsize="x-small")
            axis.set_title(f"channel {column}" if line == 0 else "", fontsize="x-small")
    if not (kernel.ndim == 4 and inputs == 3):
        bar = figure.colorbar(axes[-1].images[0], ax=axes, fraction=0.03, aspect=30)
        bar.ax.tick_params(labelsize="x-small")
    figure.suptitle(
        f"{found.path}: {kernel.shape[-1]} of {count} filters ({told})", fontsize="small"
    )
    return figure


def draw_feature_maps(found: FeatureMaps, row: int, most: int) -> Figure:
    """Draw one row and its maps."""
    maps, picture = found.maps[row], found.inputs[row]
    if maps.ndim == 2:
        return draw_series_maps(found, row)
    shown = maps[..., :most]
    figure, axes = grid(shown.shape[-1] + 1, 8, 1.15)
    grey = (
        picture
        if picture.ndim == 3 and picture.shape[-1] == 3
        else picture.reshape(*picture.shape[:2], -1).mean(-1)
    )
    if grey.ndim == 3:
        grey = (grey - grey.min()) / (float(np.ptp(grey)) or 1.0)
    axes[0].imshow(grey, cmap="gray")
    axes[0].set_title("input", fontsize="x-small")
    colours, low, high = scale_of(shown)
    for number, axis in enumerate(axes[1:]):
        axis.imshow(shown[..., number], cmap=colours, vmin=low, vmax=high)
        axis.set_title(str(number), fontsize="x-small")
    for axis in axes:
        bare(axis)
    bar = figure.colorbar(axes[-1].images[0], ax=axes, fraction=0.03, aspect=30)
    bar.ax.tick_params(labelsize="x-small")
    figure.suptitle(
        f"{found.path}: {shown.shape[-1]} of {maps.shape[-1]} feature maps of row {row}",
        fontsize="small",
    )
    return figure


def draw_series_maps(found: FeatureMaps, row: int) -> Figure:
    """Draw the maps of a series: steps to the right, maps downwards, the series itself above."""
    maps, series = found.maps[row], found.inputs[row]
    figure = Figure(figsize=(7, 2.2 + 0.14 * maps.shape[-1]), layout="constrained")
    above, below = figure.subplots(2, 1, height_ratios=[1, 1 + 0.06 * maps.shape[-1]])
    above.plot(series.reshape(len(series), -1), color=INK, lw=0.9)
    above.set_xlim(-0.5, len(series) - 0.5)
    above.set_title(f"{found.path}: feature maps of row {row}, the series above", fontsize="small")
    colours, low, high = scale_of(maps)
    heat = below.imshow(maps.T, cmap=colours, vmin=low, vmax=high, aspect="auto")
    below.set_xlabel("step", fontsize="small")
    below.set_ylabel("map", fontsize="small")
    for axis in (above, below):
        axis.tick_params(labelsize="x-small")
    bar = figure.colorbar(heat, ax=below, fraction=0.03)
    bar.ax.tick_params(labelsize="x-small")
    return figure


def scale_of(values: np.ndarray) -> tuple[str, float, float]:
    """Return colours and range: around zero where there are both signs."""
    low, high = float(values.min()), float(values.max())
    if low < 0 < high:
        largest = max(-low, high)
        return SIGNED, -largest, largest
    return "magma", low, high if high > low else low + 1.0


def draw_attention(found: AttentionMaps, row: int, labels: Any) -> Figure:
    """Draw one map for each head."""
    weights = found.weights[row].reshape(found.weights.shape[1], -1, found.weights.shape[-1])
    steps = max(weights.shape[1:])
    figure, axes = grid(len(weights), 4, min(max(2.2, 0.2 * steps), 4.5))
    for head, axis in enumerate(axes):
        axis.imshow(weights[head], cmap="magma", vmin=0, vmax=float(weights.max()) or 1.0)
        axis.set_title(f"head {head}" if len(weights) > 1 else "weights", fontsize="small")
        axis.tick_params(labelsize="x-small")
        if labels is not None:
            every = math.ceil(steps / TICKS)
            marks = range(0, weights.shape[2], every)
            axis.set_xticks(marks, [str(labels[mark]) for mark in marks], rotation=90)
            marks = range(0, weights.shape[1], every)
            axis.set_yticks(marks, [str(labels[mark]) for mark in marks])
    axes[0].set_ylabel("step that looks", fontsize="small")
    axes[0].set_xlabel("step it looks at", fontsize="small")
    bar = figure.colorbar(axes[-1].images[0], ax=axes, fraction=0.03, aspect=30)
    bar.ax.tick_params(labelsize="x-small")
    figure.suptitle(f"{found.path}: attention of row {row}", fontsize="small")
    return figure


def draw_embedding(found: EmbeddingMap) -> Figure:
    """Draw points, in the colours of their labels."""
    figure = Figure(figsize=(5.6, 4.6), layout="constrained")
    axis = figure.subplots()
    first, second = found.points.T
    size = 36 if len(first) < 100 else 12
    labels = found.labels
    kinds = [] if labels is None else list(dict.fromkeys(labels.tolist()))
    if labels is None or len(kinds) == len(labels):
        axis.scatter(first, second, s=size, color=COLOURS[0], alpha=0.8, lw=0)
        for point, name in zip(found.points[:NAMES], kinds[:NAMES], strict=False):
            axis.annotate(str(name), point, (3, 3), textcoords="offset points", fontsize="x-small")
    elif len(kinds) <= len(COLOURS):
        for colour, kind in zip(COLOURS, sorted(kinds), strict=False):
            chosen = labels == kind
            axis.scatter(
                first[chosen],
                second[chosen],
                s=size,
                color=colour,
                alpha=0.8,
                lw=0,
                label=str(kind),
            )
        axis.legend(frameon=False, fontsize="x-small", loc="center left", bbox_to_anchor=(1, 0.5))
    else:
        numbers = (
            labels if labels.dtype.kind in "iuf" else np.unique(labels, return_inverse=True)[1]
        )
        shades = axis.scatter(first, second, s=size, c=numbers, cmap="viridis", lw=0)
        figure.colorbar(shades, ax=axis, fraction=0.04)
    names = {"pca": "principal component", "tsne": "t-SNE", "umap": "UMAP"}
    for number, name in enumerate((axis.set_xlabel, axis.set_ylabel)):
        part = f" ({found.explained[number]:.0%} of the variance)" if found.explained else ""
        name(f"{names[found.method]} {number + 1}{part}", fontsize="small")
    axis.tick_params(labelsize="x-small")
    axis.set_title(f"{found.path}: {len(first)} points", fontsize="small")
    return figure
