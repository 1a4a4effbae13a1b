"""A grid of what an augmentation makes of images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import numpy as np
from matplotlib.figure import Figure

from pellucid.modules import Layer, apply, init

MOST = 8


def draw(layer: Layer, images: Any, times: int, path: str | Path | None, seed: int) -> Figure:
    """Return the grid: a row an image, the image itself first; see ``Augmentation.preview``."""
    batch = np.asarray(images)[:MOST]
    params, state = init(layer, seed, batch)
    keys = [jax.random.fold_in(jax.random.key(seed), turn) for turn in range(times)]
    varied = [
        np.asarray(apply(layer, params, state, batch, training=True, key=key)[0]) for key in keys
    ]
    columns = [batch, *varied]
    first = getattr(layer, "data_format", None) == "channels_first"
    columns = [np.moveaxis(column, 1, -1) if first else column for column in columns]
    figure = Figure(figsize=(1.25 * len(columns), 1.3 * len(batch) + 0.3), layout="constrained")
    axes = figure.subplots(len(batch), len(columns), squeeze=False)
    low, high = float(batch.min()), float(batch.max())
    for number, column in enumerate(columns):
        for row, axis in enumerate(axes[:, number]):
            _show(axis, column[row], low, high)
        axes[0, number].set_title("image" if number == 0 else str(number), fontsize=8)
    if path is not None:
        figure.savefig(path, dpi=120)
    return figure


def _show(axis: Any, image: np.ndarray, low: float, high: float) -> None:
    axis.axis("off")
    if image.shape[-1] == 3:
        axis.imshow(np.clip((image - low) / max(high - low, 1e-12), 0, 1))
    else:
        axis.imshow(image[..., 0], cmap="gray", vmin=low, vmax=high)
