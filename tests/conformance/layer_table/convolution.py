"""Convolutions: plain, transposed, depthwise, separable."""

from __future__ import annotations

from layer_table.rows import Row

SERIES, IMAGES, VOLUMES = (3, 6, 4), (2, 5, 6, 2), (2, 4, 3, 4, 2)
SERIES_FIRST, IMAGES_FIRST, VOLUMES_FIRST = (3, 4, 6), (2, 2, 5, 6), (2, 2, 4, 3, 4)

TABLE: dict[str, list[Row]] = {
    "Conv1D": [
        Row({"filters": 3, "kernel_size": 2}, SERIES),
        Row({"filters": 3, "kernel_size": 3, "padding": "same", "strides": 2}, SERIES),
        Row({"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, SERIES),
        Row({"filters": 4, "kernel_size": 2, "groups": 2, "activation": "tanh"}, SERIES),
        Row(
            {"filters": 3, "kernel_size": 2, "data_format": "channels_first", "use_bias": False},
            SERIES_FIRST,
        ),
        Row({"filters": 2, "kernel_size": (1,), "activity_regularizer": "l2"}, SERIES),
    ],
    "Conv2D": [
        Row({"filters": 3, "kernel_size": 2}, IMAGES),
        Row({"filters": 3, "kernel_size": (3, 2), "padding": "same", "strides": 2}, IMAGES),
        Row({"filters": 2, "kernel_size": 2, "dilation_rate": (2, 3)}, IMAGES),
        Row({"filters": 4, "kernel_size": 3, "groups": 2, "padding": "same"}, IMAGES),
        Row({"filters": 3, "kernel_size": 1, "activation": "sigmoid", "use_bias": False}, IMAGES),
        Row(
            {"filters": 3, "kernel_size": 3, "strides": (1, 2), "data_format": "channels_first"},
            IMAGES_FIRST,
        ),
        Row({"filters": 2, "kernel_size": 2, "strides": 3, "kernel_regularizer": "l2"}, IMAGES),
    ],
    "Conv3D": [
        Row({"filters": 2, "kernel_size": 2}, VOLUMES),
        Row({"filters": 2, "kernel_size": (2, 1, 3), "padding": "same"}, VOLUMES),
        Row({"filters": 2, "kernel_size": 2, "strides": (2, 1, 2), "activation": "tanh"}, VOLUMES),
        Row({"filters": 4, "kernel_size": 2, "groups": 2, "use_bias": False}, VOLUMES),
        Row({"filters": 3, "kernel_size": 2, "data_format": "channels_first"}, VOLUMES_FIRST),
        Row({"filters": 2, "kernel_size": 2, "dilation_rate": (3, 1, 2)}, VOLUMES),
    ],
    "Conv1DTranspose": [
        Row({"filters": 3, "kernel_size": 2}, SERIES),
        Row({"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}, SERIES),
        Row({"filters": 2, "kernel_size": 2, "strides": 3, "activation": "tanh"}, SERIES),
        Row({"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 1}, SERIES),
        Row({"filters": 2, "kernel_size": 3, "dilation_rate": 2, "use_bias": False}, SERIES),
        Row({"filters": 2, "kernel_size": 3, "data_format": "channels_first"}, SERIES_FIRST),
    ],
    "Conv2DTranspose": [
        Row({"filters": 3, "kernel_size": 2}, IMAGES),
        Row({"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}, IMAGES),
        Row({"filters": 2, "kernel_size": (2, 3), "strides": (1, 2)}, IMAGES),
        Row(
            {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 1, "padding": "same"},
            IMAGES,
        ),
        Row({"filters": 2, "kernel_size": 2, "dilation_rate": 2, "activation": "tanh"}, IMAGES),
        Row({"filters": 2, "kernel_size": 3, "data_format": "channels_first"}, IMAGES_FIRST),
    ],
    "Conv3DTranspose": [
        Row({"filters": 2, "kernel_size": 2}, VOLUMES),
        Row({"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, VOLUMES),
        Row({"filters": 2, "kernel_size": (1, 2, 2), "strides": (1, 2, 1)}, VOLUMES),
        Row({"filters": 1, "kernel_size": 2, "use_bias": False, "activation": "tanh"}, VOLUMES),
        Row({"filters": 2, "kernel_size": 2, "data_format": "channels_first"}, VOLUMES_FIRST),
    ],
    "DepthwiseConv1D": [
        Row({"kernel_size": 2}, SERIES),
        Row({"kernel_size": 3, "depth_multiplier": 2}, SERIES),
        Row({"kernel_size": 3, "strides": 2, "padding": "same"}, SERIES),
        Row({"kernel_size": 2, "dilation_rate": 3, "use_bias": False}, SERIES),
        Row(
            {"kernel_size": 2, "data_format": "channels_first", "activation": "tanh"}, SERIES_FIRST
        ),
    ],
    "DepthwiseConv2D": [
        Row({"kernel_size": 2}, IMAGES),
        Row({"kernel_size": (3, 2), "depth_multiplier": 3}, IMAGES),
        Row({"kernel_size": 3, "strides": 2, "padding": "same"}, IMAGES),
        Row({"kernel_size": 2, "dilation_rate": 2, "use_bias": False}, IMAGES),
        Row(
            {"kernel_size": 2, "data_format": "channels_first", "activation": "tanh"}, IMAGES_FIRST
        ),
    ],
    "SeparableConv1D": [
        Row({"filters": 3, "kernel_size": 2}, SERIES),
        Row({"filters": 3, "kernel_size": 3, "depth_multiplier": 2, "padding": "same"}, SERIES),
        Row({"filters": 2, "kernel_size": 2, "strides": 2}, SERIES),
        Row({"filters": 2, "kernel_size": 2, "dilation_rate": 2, "use_bias": False}, SERIES),
        Row({"filters": 2, "kernel_size": 2, "data_format": "channels_first"}, SERIES_FIRST),
        Row({"filters": 2, "kernel_size": 1, "pointwise_regularizer": "l2"}, SERIES),
    ],
    "SeparableConv2D": [
        Row({"filters": 3, "kernel_size": 2}, IMAGES),
        Row({"filters": 3, "kernel_size": (3, 1), "depth_multiplier": 2}, IMAGES),
        Row({"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, IMAGES),
        Row({"filters": 2, "kernel_size": 2, "dilation_rate": 2, "activation": "tanh"}, IMAGES),
        Row({"filters": 2, "kernel_size": 2, "data_format": "channels_first"}, IMAGES_FIRST),
    ],
}
