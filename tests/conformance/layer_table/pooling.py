"""Poolings: windows, all of it, a fixed number of regions."""

from __future__ import annotations

import numpy as np
from layer_table.rows import Row

SERIES, IMAGES, VOLUMES = (3, 6, 2), (2, 5, 6, 2), (2, 4, 3, 5, 2)
SERIES_FIRST, IMAGES_FIRST, VOLUMES_FIRST = (3, 2, 6), (2, 2, 5, 6), (2, 2, 4, 3, 5)
MASKED = (2, 6, 2)
MASK = np.arange(6) < np.array([[4], [6]])
STEPS_LAST = dict.fromkeys(
    ("mask", "padding"), "masks are for series whose second axis counts the steps"
)


def largest(layer, params, state, inputs):
    """Return the largest valid step of each series; Keras takes the mask for nothing."""
    return np.where(MASK[..., None], inputs, -np.inf).max(axis=1, keepdims=layer.keepdims)


def windows(rank, inputs, first):
    """Return rows of poolings over windows."""
    sizes = [(2,), (2, 3), (2, 1, 3)][rank - 1]
    return [
        Row({"pool_size": 2}, inputs),
        Row({"pool_size": sizes}, inputs),
        Row({"pool_size": 3, "strides": 1, "padding": "same"}, inputs),
        Row({"pool_size": 2, "strides": 2, "padding": "same"}, inputs),
        Row({"pool_size": 2, "strides": (1,) * rank}, inputs),
        Row({"pool_size": 2, "data_format": "channels_first"}, first),
    ]


def everything(inputs, first):
    """Return rows of poolings over all of it."""
    return [
        Row({}, inputs),
        Row({"keepdims": True}, inputs),
        Row({"data_format": "channels_first"}, first, skip=STEPS_LAST),
        Row({"data_format": "channels_first", "keepdims": True}, first, skip=STEPS_LAST),
        Row({"data_format": "channels_last"}, first),
    ]


def regions(rank, inputs, first):
    """Return rows of poolings into a fixed number of regions; some sizes divide the inputs', some do not."""
    mixed = [(4,), (5, 4), (2, 3, 3)][rank - 1]
    return [
        Row({"output_size": 1}, inputs),
        Row({"output_size": 2}, inputs),
        Row({"output_size": 3}, inputs),
        Row({"output_size": mixed}, inputs),
        Row({"output_size": 2, "data_format": "channels_first"}, first),
    ]


ALL = ((1, SERIES, SERIES_FIRST), (2, IMAGES, IMAGES_FIRST), (3, VOLUMES, VOLUMES_FIRST))

TABLE: dict[str, list[Row]] = {
    **{
        f"MaxPooling{rank}D": [Row({}, last), *windows(rank, last, first)]
        for rank, last, first in ALL
    },
    **{f"AveragePooling{rank}D": windows(rank, last, first) for rank, last, first in ALL},
    **{f"GlobalMaxPooling{rank}D": everything(last, first) for rank, last, first in ALL},
    **{f"GlobalAveragePooling{rank}D": everything(last, first) for rank, last, first in ALL},
    **{f"AdaptiveAveragePooling{rank}D": regions(rank, last, first) for rank, last, first in ALL},
    **{f"AdaptiveMaxPooling{rank}D": regions(rank, last, first) for rank, last, first in ALL},
}
TABLE["GlobalAveragePooling1D"] += [
    Row({}, MASKED, call={"mask": MASK}),
    Row({"keepdims": True}, MASKED, call={"mask": MASK}),
]
TABLE["GlobalMaxPooling1D"] += [
    Row({}, MASKED, call={"mask": MASK}, keras=None, witness=largest),
    Row({"keepdims": True}, MASKED, call={"mask": MASK}, keras=None, witness=largest),
]
