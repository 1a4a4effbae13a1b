"""Layers that vary what images are made of: colours, levels, sharpness, perspective; and those that spread values."""

from __future__ import annotations

from typing import Any

import numpy as np
from layer_table.augmentation import COLOURED, IMAGES, MOVING, RANGE, resting
from layer_table.rows import Row

CHANNELS_FIRST = {"data_format": "channels_first"}
FIRST = (2, 3, 4, 5)


def colouring(*, least: Any, pair: Any, **more: Any):
    """Return rows of layers with a factor and a value range."""
    return resting(
        ({"factor": least, **RANGE, **more}, COLOURED),
        ({"factor": pair, **more}, COLOURED),
        ({"factor": least, "seed": 4, **more}, IMAGES),
        ({"factor": pair, "value_range": (0, 1), **more}, (1, 3, 4, 1)),
        ({"factor": pair, **CHANNELS_FIRST, **more}, FIRST),
    )


def placed(inputs: np.ndarray, layer: Any) -> np.ndarray:
    """Return images with the channels last."""
    return np.moveaxis(inputs, 1, -1) if layer.data_format == "channels_first" else inputs


def back(images: np.ndarray, layer: Any) -> np.ndarray:
    """Return images as the layer gets and gives them."""
    return np.moveaxis(images, -1, 1) if layer.data_format == "channels_first" else images


def stretched(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Interpolate between each channel's smallest and largest value."""
    images = placed(np.asarray(inputs), layer)
    found = np.array(images)
    for row in range(len(images)):
        for channel in range(images.shape[-1]):
            part = images[row, ..., channel]
            ends = [part.min(), part.max()]
            if ends[0] < ends[1]:
                found[row, ..., channel] = np.interp(part, ends, layer.value_range)
    return back(found, layer)


def equalized(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Look up where each pixel stands among the sorted levels of its channel."""
    low, high = layer.value_range
    images = placed(np.asarray(inputs), layer)
    found = np.clip(images, low, high)
    for row in range(len(images)):
        for channel in range(images.shape[-1]):
            part = found[row, ..., channel]
            levels = np.floor((part - low) * (layer.bins - 1) / (high - low) + 1e-3)
            if len(np.unique(levels)) > 1:
                ordered = np.sort(levels, axis=None)
                rank = np.searchsorted(ordered, levels, side="right")
                least = np.sum(ordered == ordered[0])
                level = np.round(255 * (rank - least) / (ordered.size - least))
                found[row, ..., channel] = low + level / 255 * (high - low)
    return back(found, layer)


TABLE: dict[str, list[Row]] = {
    "AutoContrast": [
        Row(RANGE, COLOURED),
        Row({}, IMAGES),
        Row({"value_range": (0, 1)}, (1, 3, 4, 1)),
        Row({**RANGE, "name": "stretched"}, (3, 2, 2, 2)),
        # With channels first Keras takes the ends over channels and rows.
        Row({**RANGE, **CHANNELS_FIRST}, FIRST, keras=None, witness=stretched),
    ],
    "Equalization": [
        # Keras leaves images as they are outside training, and counts over the whole batch.
        Row(arguments, shape, keras=None, witness=equalized)
        for arguments, shape in (
            (RANGE, COLOURED),
            ({}, IMAGES),
            ({"bins": 8, **RANGE}, IMAGES),
            ({"bins": 1000, **RANGE}, (1, 3, 4, 1)),
            ({**RANGE, **CHANNELS_FIRST}, FIRST),
        )
    ],
    "ContrastLimitedAdaptiveHistogramEqualization": [
        # Limits that come to whole numbers of pixels: on PyTorch Keras cuts off fractions.
        Row({"tile_grid_size": (2, 2), "clip_limit": 64.0, **RANGE}, (2, 4, 4, 3)),
        Row({"tile_grid_size": (1, 3), "clip_limit": 0.0, **RANGE}, IMAGES),
        Row({"tile_grid_size": (2, 2), "clip_limit": 16.0, **RANGE}, (1, 8, 8, 1)),
        Row({"clip_limit": 128.0, **RANGE}, (1, 7, 15, 2)),
        Row({"tile_grid_size": (2, 3), "clip_limit": 64, **RANGE, **CHANNELS_FIRST}, FIRST),
    ],
    "RandomInvert": colouring(least=0.75, pair=(0.2, 0.5)),
    "RandomPosterization": colouring(least=3, pair=(2, 8)),
    "RandomHue": colouring(least=0.5, pair=(0.2, 0.5)),
    "RandomColorDegeneration": colouring(least=0.5, pair=(0.2, 1.0)),
    "RandomSharpness": colouring(least=0.5, pair=(0.2, 0.5)),
    "RandomGaussianBlur": colouring(least=1.0, pair=(0.2, 0.5), kernel_size=(5, 3), sigma=(0.1, 1)),
    "Solarization": resting(
        (RANGE, COLOURED),
        ({"addition_factor": 0.5}, IMAGES),
        ({"threshold_factor": (0.2, 0.5), "seed": 1}, IMAGES),
        ({"addition_factor": (0.1, 0.2), "threshold_factor": 1, **RANGE}, (1, 3, 4, 1)),
        (CHANNELS_FIRST, FIRST),
    ),
    "RandomGrayscale": resting(
        ({}, COLOURED),
        ({"factor": 1.0}, COLOURED),
        ({"factor": 0}, COLOURED),
        ({"seed": 2}, IMAGES),
        (CHANNELS_FIRST, FIRST),
    ),
    "RandomColorJitter": resting(
        ({}, COLOURED),
        ({"brightness_factor": 0.2, "contrast_factor": 0.1, **RANGE}, IMAGES),
        ({"saturation_factor": 0.2, "hue_factor": (0.1, 0.3)}, COLOURED),
        ({"hue_factor": 0.5, "seed": 1, **RANGE}, COLOURED),
        ({"brightness_factor": 0.2, "hue_factor": 0.1, **CHANNELS_FIRST}, FIRST),
    ),
    "RandomPerspective": resting(
        ({}, IMAGES),
        ({"factor": 0.5, "scale": 0.3}, COLOURED),
        ({"interpolation": "nearest", "fill_value": 1.0}, COLOURED),
        ({"factor": (0.1, 0.2), "seed": 2}, (1, 3, 4, 1)),
        (CHANNELS_FIRST, FIRST),
    ),
    "AugMix": resting(
        (RANGE, COLOURED),
        ({"num_chains": 1, "chain_depth": 2, **RANGE}, COLOURED),
        ({"all_ops": False, "factor": 1.0, "seed": 1}, IMAGES),
        ({"alpha": 0.5, "factor": (0.1, 0.2), "interpolation": "nearest"}, (1, 3, 4, 1)),
        ({"num_chains": 2, "chain_depth": 1, **CHANNELS_FIRST}, FIRST),
    ),
    "RandomElasticTransform": resting(
        *(({**options, "scale": (0.2, 0.6)}, shape) for options, shape in MOVING)
    ),
}
