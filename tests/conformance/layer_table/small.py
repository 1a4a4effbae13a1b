"""Masking, wrappers, maxout, axes in another order, and the rarer kinds of dropout."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from layer_table.rows import Integers, Row

from pellucid import layers

MASKLESS = dict.fromkeys(
    ("mask", "padding"), "its function does not look at the mask, and the outputs have none"
)
GAPS = {
    "gradient": "a step of padding that is moved a little is no padding any more",
    "padding": "its own padding is not at the end",
}
ROWS, SERIES, IMAGES, VOLUMES = (3, 4), (3, 5, 4), (2, 3, 4, 2), (2, 2, 3, 2, 2)


def largest_piece(layer, params, state, inputs):
    """Return the largest of a unit's affine maps, one map at a time."""
    answers = []
    for piece in range(layer.pieces):
        columns = slice(piece * layer.units, (piece + 1) * layer.units)
        bias = params["bias"][columns] if layer.use_bias else 0.0
        answers.append(np.einsum("...i,ij->...j", inputs, params["kernel"][:, columns]) + bias)
    return np.max(answers, axis=0)


def dense_block(layer, params, state, inputs):
    """Return inputs, or their projection, plus what two dense layers make of them."""
    hidden = np.tanh(inputs @ params["layers_0/kernel"] + params["layers_0/bias"])
    around = inputs @ params["projection/kernel"] if "projection/kernel" in params else inputs
    return around + hidden @ params["layers_1/kernel"] + params["layers_1/bias"]


def convolution_block(layer, params, state, inputs):
    """Return every second cell, projected, plus a 1x1 convolution of it."""
    some = inputs[:, ::2, ::2]
    return some @ params["projection/kernel"][0, 0] + (
        some @ params["layers_0/kernel"][0, 0] + params["layers_0/bias"]
    )


def with_own_shortcut(layer, params, state, inputs):
    """Return two affine maps, added."""
    maps = [
        inputs @ params[f"{name}/kernel"] + params[f"{name}/bias"]
        for name in ("layers_0", "shortcut")
    ]
    return sum(maps)


def as_function(layer, params, state, inputs):
    """Return what the layer's function makes of the inputs."""
    return np.asarray(layer.function(jnp.asarray(inputs), **(layer.arguments or {})))


def power(x, exponent=2):
    """Return a power: a function with an argument."""
    return x**exponent


def double_rows(x, mask=None):
    """Return what has another shape than the inputs."""
    return jnp.concatenate([x, -x], axis=-1)


def dropouts(inputs, first=None):
    """Return rows of layers that drop a part of their inputs."""
    found = [
        Row({"rate": 0.5}, inputs),
        Row({"rate": 0.0}, inputs),
        Row({"rate": 0.9, "seed": 3}, inputs),
        Row({"rate": 0.25, "name": "drop"}, inputs),
        Row({"rate": 0.1, "dtype": "float32"}, inputs, keras_arguments={"rate": 0.1}),
    ]
    return (
        found
        if first is None
        else [*found, Row({"rate": 0.5, "data_format": "channels_first"}, first)]
    )


TABLE: dict[str, list[Row]] = {
    "AlphaDropout": [*dropouts(ROWS), Row({"rate": 0.5, "noise_shape": (None, 1, None)}, SERIES)],
    "GaussianDropout": [*dropouts(ROWS), Row({"rate": 0.5}, SERIES)],
    "Lambda": [
        Row({"function": jnp.sin}, ROWS, keras=None, witness=as_function),
        Row(
            {"function": lambda x: x * x + 1},
            SERIES,
            keras=None,
            witness=as_function,
            skip=MASKLESS,
        ),
        Row(
            {"function": power, "arguments": {"exponent": 3}},
            ROWS,
            keras=None,
            witness=as_function,
        ),
        Row({"function": double_rows, "output_shape": (8,)}, ROWS, keras=None, witness=as_function),
        Row(
            {"function": power, "output_shape": lambda shape: shape},
            SERIES,
            keras=None,
            witness=as_function,
            skip=MASKLESS,
        ),
    ],
    "Masking": [
        Row({}, SERIES),
        Row({"mask_value": 1.0}, SERIES),
        Row({"mask_value": -1}, (2, 4, 1)),
        Row({"mask_value": 2}, Integers((2, 3, 1), 3)),
        Row(
            {"mask_value": 0.0, "name": "gaps"},
            np.array([[[0.0, 0.0], [1.0, 0.0], [2.0, 3.0]], [[4.0, 5.0], [0.0, 6.0], [0.0, 0.0]]]),
            skip=GAPS,
        ),
    ],
    "Maxout": [
        Row({"units": 3}, ROWS, keras=None, witness=largest_piece),
        Row({"units": 2, "pieces": 4}, SERIES, keras=None, witness=largest_piece),
        Row({"units": 2, "pieces": 1}, ROWS, keras=None, witness=largest_piece),
        Row({"units": 1, "use_bias": False}, ROWS, keras=None, witness=largest_piece),
        Row(
            {"units": 2, "pieces": 3, "kernel_regularizer": "l2", "bias_initializer": "uniform"},
            ROWS,
            keras=None,
            witness=largest_piece,
        ),
    ],
    "Permute": [
        Row({"dims": (2, 1)}, SERIES),
        Row({"dims": (1,)}, ROWS),
        Row({"dims": [1, 2]}, SERIES),
        Row({"dims": (3, 1, 2)}, IMAGES),
        Row({"dims": (2, 4, 1, 3)}, VOLUMES),
    ],
    "RepeatVector": [
        Row({"n": n}, inputs) for n, inputs in ((1, ROWS), (3, ROWS), (2, (1, 2)), (5, (4, 1)))
    ]
    + [Row({"n": 2, "name": "again"}, ROWS)],
    "Residual": [
        Row(
            {"layers": [layers.Dense(5, "tanh"), layers.Dense(4)]},
            ROWS,
            keras=None,
            witness=dense_block,
        ),
        Row(
            {"layers": [layers.Dense(5, "tanh"), layers.Dense(3)]},
            SERIES,
            keras=None,
            witness=dense_block,
        ),
        Row(
            {"layers": (layers.Dense(2, "tanh"), layers.Dense(6))},
            IMAGES,
            keras=None,
            witness=dense_block,
        ),
        Row(
            {"layers": [layers.Conv2D(3, 1, strides=2)]},
            (2, 5, 4, 2),
            keras=None,
            witness=convolution_block,
        ),
        Row(
            {"layers": layers.Dense(3), "shortcut": layers.Dense(3)},
            ROWS,
            keras=None,
            witness=with_own_shortcut,
        ),
    ],
    "SpatialDropout1D": dropouts(SERIES),
    "SpatialDropout2D": dropouts(IMAGES, IMAGES),
    "SpatialDropout3D": dropouts(VOLUMES, VOLUMES),
}
