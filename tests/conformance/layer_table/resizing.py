"""Layers that enlarge, frame and trim."""

from __future__ import annotations

import numpy as np
from layer_table.rows import Integers, Row

SERIES, IMAGES, VOLUMES = (3, 5, 2), (2, 4, 5, 2), (2, 4, 3, 5, 2)
IMAGES_FIRST, VOLUMES_FIRST = (2, 2, 4, 5), (2, 2, 4, 3, 5)


def by_cubic_weights(layer, params, state, inputs):
    """Return images enlarged by Keys's cubic with -1/2, a row and a column at a time; PyTorch has -3/4."""

    def weight(distance):
        d = abs(distance)
        if d < 1:
            return (1.5 * d - 2.5) * d * d + 1
        return ((-0.5 * d + 2.5) * d - 4) * d + 2 if d < 2 else 0.0

    for axis, factor in ((1, layer.size[0]), (2, layer.size[1])):
        size = inputs.shape[axis]
        places = (np.arange(size * factor) + 0.5) / factor - 0.5
        table = np.array([[weight(place - cell) for cell in range(size)] for place in places])
        table /= table.sum(axis=1, keepdims=True)
        inputs = np.moveaxis(np.tensordot(table, inputs, (1, axis)), 0, axis)
    return inputs


TABLE: dict[str, list[Row]] = {
    "UpSampling1D": [
        Row({}, SERIES),
        Row({"size": 1}, SERIES),
        Row({"size": 3}, SERIES),
        Row({"size": 2}, (2, 1, 4)),
        Row({"size": 2}, Integers((2, 3, 1), 9), keras_arguments={"size": 2, "dtype": "int32"}),
    ],
    "UpSampling2D": [
        Row({}, IMAGES),
        Row({"size": (1, 3)}, IMAGES),
        Row({"size": 2, "interpolation": "bilinear"}, IMAGES),
        Row(
            {"size": (2, 3), "interpolation": "bilinear", "data_format": "channels_first"},
            IMAGES_FIRST,
        ),
        Row({"data_format": "channels_first"}, IMAGES_FIRST),
        Row(
            {"size": (3, 2), "interpolation": "bicubic"},
            IMAGES,
            keras=None,
            witness=by_cubic_weights,
        ),
    ],
    "UpSampling3D": [
        Row({}, VOLUMES),
        Row({"size": 1}, VOLUMES),
        Row({"size": (1, 2, 3)}, VOLUMES),
        Row({"data_format": "channels_first"}, VOLUMES_FIRST),
        Row({"size": (2, 1, 1), "data_format": "channels_first"}, VOLUMES_FIRST),
    ],
    "ZeroPadding1D": [
        Row({}, SERIES),
        Row({"padding": 0}, SERIES),
        Row({"padding": (2, 1)}, SERIES),
        Row({"padding": 3}, (2, 1, 2)),
        Row({"padding": (0, 2), "data_format": "channels_first"}, SERIES),
    ],
    "ZeroPadding2D": [
        Row({}, IMAGES),
        Row({"padding": 2}, IMAGES),
        Row({"padding": (1, 2)}, IMAGES),
        Row({"padding": ((0, 1), (2, 3))}, IMAGES),
        Row({"padding": ((0, 1), (2, 3)), "data_format": "channels_first"}, IMAGES_FIRST),
    ],
    "ZeroPadding3D": [
        Row({}, VOLUMES),
        Row({"padding": 2}, VOLUMES),
        Row({"padding": (1, 0, 2)}, VOLUMES),
        Row({"padding": ((0, 1), (2, 0), (1, 1))}, VOLUMES),
        Row({"padding": ((0, 1), (2, 0), (1, 1)), "data_format": "channels_first"}, VOLUMES_FIRST),
    ],
    "Cropping1D": [
        Row({}, SERIES),
        Row({"cropping": 0}, SERIES),
        Row({"cropping": 2}, SERIES),
        Row({"cropping": (0, 3)}, SERIES),
        Row({"cropping": (4, 0)}, SERIES),
    ],
    "Cropping2D": [
        Row({}, IMAGES),
        Row({"cropping": 1}, IMAGES),
        Row({"cropping": (1, 2)}, IMAGES),
        Row({"cropping": ((0, 1), (2, 0))}, IMAGES),
        Row({"cropping": ((0, 1), (2, 0)), "data_format": "channels_first"}, IMAGES_FIRST),
    ],
    "Cropping3D": [
        Row({}, VOLUMES),
        Row({"cropping": 0}, VOLUMES),
        Row({"cropping": (1, 1, 2)}, VOLUMES),
        Row({"cropping": ((0, 1), (2, 0), (1, 1))}, VOLUMES),
        Row({"cropping": ((0, 1), (2, 0), (1, 1)), "data_format": "channels_first"}, VOLUMES_FIRST),
    ],
}
