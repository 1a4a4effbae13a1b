"""Layers around a layer, with the same network written out in NumPy as witness."""

from __future__ import annotations

import numpy as np
from layer_table.rows import Row

from pellucid import Sequential, layers

ROWS, SERIES = (3, 4), (3, 5, 4)


def softmax(a):
    powers = np.exp(a - a.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


ACTIVATIONS = {"linear": lambda a: a, "tanh": np.tanh, "softmax": softmax}


def affine(layer, x, params, path):
    outputs = x @ np.asarray(params[f"{path}kernel"]) + np.asarray(params[f"{path}bias"])
    return ACTIVATIONS[layer.activation.__name__](outputs)


def repeated(layer, params, state, inputs):
    h = np.asarray(inputs)
    for k in range(layer.times):
        h = inner(layer.pattern.layer, {path: array[k] for path, array in params.items()}, h)
    return h


def remembered(layer, params, state, inputs):
    own = {path.split("/", 1)[1]: array for path, array in params.items()}
    return inner(layer.layer, own, np.asarray(inputs))


def inner(layer, params, h):
    """Compute one `Dense`, or a `Sequential` of several, from weights by path."""
    if isinstance(layer, layers.Dense):
        return affine(layer, h, params, "")
    for each in layer.layers:
        h = affine(each, h, params, f"{each.name}/")
    return h


def tied(layer, params, state, inputs):
    outputs = np.asarray(inputs) @ np.asarray(params["encoder/kernel"]).T
    return ACTIVATIONS[layer.activation.__name__](outputs + np.asarray(params.get("bias", 0.0)))


def block():
    return Sequential([layers.Dense(6, "tanh"), layers.Dense(4)])


TABLE: dict[str, list[Row]] = {
    "Repeat": [
        Row(arguments, shape, keras=None, witness=repeated)
        for arguments, shape in (
            ({"layer": layers.Dense(4), "times": 3}, ROWS),
            ({"layer": layers.Dense(4, "tanh"), "times": 1}, SERIES),
            ({"layer": layers.Dense(4, bias_initializer="uniform"), "times": 2}, SERIES),
            ({"layer": block(), "times": 2}, ROWS),
            ({"layer": layers.Dense(4, kernel_regularizer="l2"), "times": 4}, ROWS),
        )
    ],
    "Remat": [
        Row({"layer": layer}, shape, keras=None, witness=remembered)
        for layer, shape in (
            (layers.Dense(4), ROWS),
            (layers.Dense(2, "tanh"), SERIES),
            (layers.Dense(3, "softmax", bias_initializer="uniform"), ROWS),
            (block(), ROWS),
            (block(), SERIES),
        )
    ],
    "Tied": [
        Row(
            {
                "layer": layers.Dense(3, name="encoder", use_bias=False, input_shape=(5,)),
                **arguments,
            },
            shape,
            keras=None,
            witness=tied,
        )
        for arguments, shape in (
            ({}, (3, 3)),
            ({"activation": "tanh"}, (3, 3)),
            ({"use_bias": False}, (2, 4, 3)),
            ({"bias_initializer": "uniform"}, (3, 3)),
            ({"activation": "softmax", "bias_regularizer": "l2"}, (2, 4, 3)),
        )
    ],
    "Wrapper": [
        Row({"layer": layer, **more}, shape, keras=None, witness=remembered)
        for layer, shape, more in (
            (layers.Dense(4), ROWS, {}),
            (layers.Dense(2, "tanh"), SERIES, {}),
            (layers.Dense(3, "softmax", kernel_regularizer="l2"), ROWS, {}),
            (block(), ROWS, {"trainable": False}),
            (layers.Dense(3, bias_initializer="uniform"), ROWS, {"activity_regularizer": "l2"}),
        )
    ],
}
