"""Layers that vary images: outside training they give the images, or resize them."""

from __future__ import annotations

from typing import Any

import numpy as np
from layer_table.rows import Row

IMAGES, COLOURED = (3, 5, 6, 2), (2, 4, 5, 3)
RANGE = {"value_range": (-3, 3)}


def same(layer, params, state, inputs):
    return np.asarray(inputs)


def resting(*rows):
    """Return rows of layers that vary images in training only."""
    return [Row(arguments, shape, keras=None, witness=same) for arguments, shape in rows]


MOVING = (
    ({}, IMAGES),
    ({"fill_mode": "constant", "fill_value": 0.5}, IMAGES),
    ({"fill_mode": "wrap", "seed": 3}, COLOURED),
    ({"fill_mode": "nearest"}, (1, 3, 4, 1)),
    ({"data_format": "channels_first"}, (2, 3, 4, 5)),
)


def moving(**factors):
    """Return rows of layers that take images at other places."""
    return resting(*(({**factors, **options}, shape) for options, shape in MOVING))


def taps(count: int, size: int) -> np.ndarray:
    """Return what part of each of `size` pixels each of `count` pixels takes, between the nearest two centres."""
    parts = np.zeros((count, size))
    for i in range(count):
        place = np.clip((i + 0.5) * size / count - 0.5, 0, size - 1)
        low = int(place)
        parts[i, low] += 1 - (place - low)
        parts[i, min(low + 1, size - 1)] += place - low
    return parts


def middle_resized(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Cut the largest middle of the window's proportions, and resize it row by row, column by column."""
    rows, columns = inputs.shape[1:3]
    high = min(rows, max(columns * layer.height // layer.width, 1))
    wide = min(columns, max(rows * layer.width // layer.height, 1))
    top, left = (rows - high) // 2, (columns - wide) // 2
    part = inputs[:, top : top + high, left : left + wide]
    down, across = taps(layer.height, high), taps(layer.width, wide)
    return np.einsum("ir,jc,brcf->bijf", down, across, part)


TABLE: dict[str, list[Row]] = {
    "RandomFlip": resting(
        ({}, IMAGES),
        ({"mode": "horizontal"}, IMAGES),
        ({"mode": "vertical"}, COLOURED),
        ({"seed": 5}, COLOURED),
        ({"mode": "vertical", "data_format": "channels_first"}, (2, 3, 4, 5)),
    ),
    "RandomRotation": moving(factor=0.1),
    "RandomShear": moving(x_factor=0.3, y_factor=(-0.1, 0.2)),
    "RandomTranslation": moving(height_factor=0.3, width_factor=(-0.2, 0.1)),
    "RandomZoom": moving(height_factor=(-0.3, 0.2)),
    "RandomCrop": [
        # Keras 3.15 says that it resizes the middle outside training, but gives the images as they are.
        Row({"height": height, "width": width, **rest}, shape, keras=None, witness=middle_resized)
        for height, width, shape, rest in (
            (5, 6, IMAGES, {}),
            (2, 3, (2, 4, 6, 3), {}),
            (2, 2, (2, 4, 4, 1), {"seed": 2}),
            (4, 2, COLOURED, {}),
            (1, 1, (3, 3, 3, 2), {}),
        )
    ],
    "RandomBrightness": resting(
        ({"factor": 0.2, **RANGE}, IMAGES),
        ({"factor": (0.1, 0.3)}, IMAGES),
        ({"factor": 1, **RANGE}, COLOURED),
        ({"factor": 0.0, "seed": 4}, COLOURED),
        ({"factor": 0.5, "data_format": "channels_first"}, (2, 3, 4, 5)),
    ),
    "RandomContrast": resting(
        ({"factor": 0.2, **RANGE}, IMAGES),
        ({"factor": (0.1, 0.9)}, IMAGES),
        ({"factor": (1, 3), **RANGE}, COLOURED),
        ({"factor": 0.0, "seed": 4}, COLOURED),
        ({"factor": 0.5, "data_format": "channels_first"}, (2, 3, 4, 5)),
    ),
    "RandomSaturation": resting(
        ({"factor": 0.2, **RANGE}, COLOURED),
        ({"factor": (0.1, 0.9)}, COLOURED),
        ({"factor": 1.0, **RANGE}, COLOURED),
        ({"factor": 0.5}, IMAGES),
        ({"factor": 0.5, "data_format": "channels_first"}, (2, 3, 4, 5)),
    ),
    "RandomErasing": resting(
        ({}, IMAGES),
        ({"factor": 0.5, "scale": (0.1, 0.2)}, IMAGES),
        ({"fill_value": 0.0}, COLOURED),
        ({"factor": (0.2, 0.8), **RANGE}, COLOURED),
        ({"fill_value": 1, "data_format": "channels_first"}, (2, 3, 4, 5)),
    ),
    "MixUp": resting(
        ({}, IMAGES),
        ({"alpha": 1.0}, IMAGES),
        ({"alpha": 3, "seed": 1}, COLOURED),
        ({"data_format": "channels_first"}, (2, 3, 4, 5)),
        ({"name": "mixed"}, (1, 2, 2, 1)),
    ),
    "CutMix": resting(
        ({}, IMAGES),
        ({"factor": 0.5}, IMAGES),
        ({"factor": 3, "seed": 1}, COLOURED),
        ({"data_format": "channels_first"}, (2, 3, 4, 5)),
        ({"name": "mixed"}, (1, 2, 2, 1)),
    ),
    "RandAugment": resting(
        (RANGE, COLOURED),
        ({"num_ops": 1, **RANGE}, COLOURED),
        ({"factor": 1, "seed": 1}, IMAGES),
        ({"factor": 0.0, "interpolation": "nearest"}, IMAGES),
        ({"data_format": "channels_first"}, (2, 3, 4, 5)),
    ),
    "Resizing": [
        Row({"height": 3, "width": 4}, (2, 6, 8, 2)),
        Row({"height": 8, "width": 9}, (2, 4, 3, 1)),
        Row({"height": 4, "width": 4, "crop_to_aspect_ratio": True}, (2, 8, 12, 2)),
        Row({"height": 5, "width": 2, "data_format": "channels_first"}, (2, 3, 5, 4)),
        Row({"height": 6, "width": 6, "interpolation": "nearest"}, (2, 3, 2, 2)),
    ],
    "CenterCrop": [
        Row({"height": 3, "width": 4}, IMAGES),
        Row({"height": 2, "width": 2}, (2, 5, 5, 1)),
        Row({"height": 8, "width": 8}, (2, 4, 4, 2)),
        Row({"height": 2, "width": 3, "data_format": "channels_first"}, (2, 3, 4, 5)),
        Row({"height": 5, "width": 6, "name": "middle"}, IMAGES),
    ],
}
