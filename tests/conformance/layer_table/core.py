"""The layers of the first release: dense, activations, normalisation, noise, scaling, shapes."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from layer_table.rows import Row

from pellucid import initializers, regularizers

ROWS, SERIES, NUMBERS = (3, 4), (3, 2, 4), (3,)


def by_nothing(layer, params, state, inputs):
    return inputs


def by_sine(layer, params, state, inputs):
    return np.sin(inputs)


def by_standard_scores(layer, params, state, inputs):
    """Layer normalisation over axis 1, in sums."""
    count = inputs.shape[1]
    mean = inputs.sum(1, keepdims=True) / count
    variance = ((inputs - mean) ** 2).sum(1, keepdims=True) / count
    scores = (inputs - mean) * (variance + layer.epsilon) ** -0.5
    return scores * params["gamma"][None, :, None] + params["beta"][None, :, None]


TABLE: dict[str, list[Row]] = {
    "Activation": [
        Row({"activation": "relu"}, ROWS),
        Row({"activation": "softmax"}, SERIES),
        Row({"activation": "gelu"}, ROWS),
        Row({"activation": "linear"}, ROWS),
        Row({"activation": jnp.sin}, ROWS, keras=None, witness=by_sine),
        Row({"activation": lambda x: x * x}, SERIES),
    ],
    "ActivityRegularization": [
        Row({}, ROWS),
        Row({"l1": 0.5}, ROWS),
        Row({"l2": 0.5}, ROWS),
        Row({"l1": 0.1, "l2": 0.2}, SERIES),
        Row({"l1": 1}, NUMBERS),
    ],
    "BatchNormalization": [
        Row({}, ROWS),
        Row({"axis": 1, "momentum": 0.5}, SERIES),
        Row({"axis": -1, "epsilon": 1e-5, "center": False}, SERIES),
        Row({"scale": False, "moving_mean_initializer": "ones"}, ROWS),
        Row(
            {
                "gamma_initializer": "uniform",
                "beta_initializer": "uniform",
                "beta_regularizer": "l2",
            },
            ROWS,
        ),
        Row({"trainable": False, "moving_variance_initializer": initializers.Constant(4.0)}, ROWS),
    ],
    "Dense": [
        Row({"units": 3}, ROWS),
        Row({"units": 2, "activation": "tanh"}, SERIES),
        Row({"units": 1, "use_bias": False, "kernel_initializer": "ones"}, ROWS),
        Row({"units": 3, "activation": "softmax", "bias_initializer": "uniform"}, ROWS),
        Row(
            {"units": 2, "kernel_regularizer": regularizers.L2(0.1), "bias_regularizer": "l1"}, ROWS
        ),
        Row({"units": 2, "activity_regularizer": "l2", "kernel_constraint": "non_neg"}, ROWS),
    ],
    "Dropout": [
        Row({"rate": 0.5}, ROWS),
        Row({"rate": 0.0}, ROWS),
        Row({"rate": 0.9, "seed": 3}, SERIES),
        Row({"rate": 0.5, "noise_shape": (None, 1, None)}, SERIES),
        Row({"rate": 0.1, "noise_shape": (3, 1)}, ROWS),
    ],
    "ELU": [
        Row({"alpha": a}, s)
        for a, s in ((1.0, ROWS), (0.5, SERIES), (2.0, ROWS), (0.0, ROWS), (3, NUMBERS))
    ],
    "Flatten": [
        Row({}, ROWS),
        Row({}, SERIES),
        Row({}, NUMBERS),
        Row({"data_format": "channels_first"}, SERIES),
        Row({"data_format": "channels_last"}, SERIES),
    ],
    "EinsumDense": [
        Row({"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "c"}, ROWS),
        Row(
            {
                "equation": "...c,chd->...hd",
                "output_shape": (3, 2),
                "bias_axes": "hd",
                "activation": "tanh",
                "bias_initializer": "uniform",
            },
            SERIES,
        ),
        Row(
            {
                "equation": "abc,cde->abde",
                "output_shape": (2, 2, 3),
                "bias_axes": "be",
                "bias_initializer": "uniform",
                "bias_regularizer": "l2",
            },
            SERIES,
        ),
        Row(
            {"equation": "bc...,cd->bd...", "output_shape": 5, "kernel_constraint": "non_neg"},
            SERIES,
        ),
        Row({"equation": "abc,bc->a", "output_shape": (), "kernel_regularizer": "l1"}, SERIES),
    ],
    "GaussianNoise": [
        Row({"stddev": 0.1}, ROWS),
        Row({"stddev": 0.0}, ROWS),
        Row({"stddev": 2.0}, SERIES, keras_arguments={"stddev": 1.0}),
        Row({"stddev": 1, "seed": 5}, ROWS),
        Row({"stddev": 0.5}, NUMBERS),
    ],
    "Identity": [
        Row({}, ROWS),
        Row({}, SERIES),
        Row({}, NUMBERS),
        Row({"name": "rest"}, ROWS),
        Row({"trainable": False}, ROWS),
    ],
    "InputLayer": [
        Row({"shape": (4,)}, ROWS, keras=None, witness=by_nothing),
        Row({"shape": 4}, ROWS, keras=None, witness=by_nothing),
        Row({"shape": (None, 4)}, SERIES, keras=None, witness=by_nothing),
        Row({"batch_shape": (3, 2, 4)}, SERIES, keras=None, witness=by_nothing),
        Row({"shape": (), "batch_size": 3}, NUMBERS, keras=None, witness=by_nothing),
    ],
    "LayerNormalization": [
        Row({}, ROWS),
        Row({"axis": [1, 2]}, SERIES),
        # Keras on PyTorch cannot normalise over an inner axis alone.
        Row({"axis": 1, "epsilon": 1e-6}, SERIES, keras=None, witness=by_standard_scores),
        Row({"center": False, "scale": False}, ROWS),
        Row({"rms_scaling": True, "gamma_initializer": "uniform"}, ROWS),
        Row({"beta_initializer": "uniform", "gamma_regularizer": "l2"}, SERIES),
    ],
    "LeakyReLU": [
        Row({"negative_slope": a}, s)
        for a, s in ((0.3, ROWS), (0.0, ROWS), (0.1, SERIES), (2, ROWS), (1.0, NUMBERS))
    ],
    "Normalization": [
        Row({"mean": 3.0, "variance": 2.0}, ROWS),
        Row({"mean": [0.0, 1.0, 2.0, 3.0], "variance": [1.0, 2.0, 3.0, 4.0]}, SERIES),
        Row({"mean": 3.0, "variance": 2.0, "invert": True}, ROWS),
        Row({"mean": 0.5, "variance": 4.0, "axis": None}, SERIES),
        Row({"mean": [1.0, 2.0], "variance": [3.0, 4.0], "axis": 1}, SERIES),
        Row({"mean": 1.0, "variance": 0.5, "axis": (1, 2)}, SERIES),
    ],
    "PReLU": [
        Row({}, ROWS),
        Row({"alpha_initializer": "ones"}, SERIES),
        Row({"alpha_initializer": "uniform", "shared_axes": [1]}, SERIES),
        Row({"alpha_initializer": "uniform", "shared_axes": 1}, ROWS),
        Row({"alpha_regularizer": "l1", "alpha_constraint": "non_neg"}, ROWS),
    ],
    "ReLU": [
        Row({}, ROWS),
        Row({"max_value": 1.0}, ROWS),
        Row({"negative_slope": 0.5}, SERIES),
        Row({"threshold": 0.5}, ROWS),
        Row({"max_value": 2.0, "negative_slope": 0.1, "threshold": 0.3}, ROWS),
    ],
    "Rescaling": [
        Row({"scale": 1 / 255}, ROWS),
        Row({"scale": 2, "offset": -1}, SERIES),
        Row({"scale": [1.0, 2.0, 3.0, 4.0]}, ROWS),
        Row({"scale": 0.5, "offset": (1.0, 2.0, 3.0, 4.0)}, SERIES),
        Row({"scale": 3.0}, NUMBERS),
    ],
    "Reshape": [
        Row({"target_shape": (2, 2)}, ROWS),
        Row({"target_shape": (4, -1)}, SERIES),
        Row({"target_shape": [8]}, SERIES),
        Row({"target_shape": -1}, SERIES, keras_arguments={"target_shape": (-1,)}),
        Row({"target_shape": (1,)}, NUMBERS),
    ],
    "Softmax": [
        Row({"axis": a}, s)
        for a, s in ((-1, ROWS), (1, ROWS), (1, SERIES), (-2, SERIES), (2, SERIES))
    ],
}
