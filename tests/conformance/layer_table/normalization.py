"""Layers that normalise."""

from __future__ import annotations

from typing import Any

import numpy as np
from layer_table.rows import Integers, Row

from pellucid import layers, regularizers

ROWS, SERIES, IMAGES = (3, 4), (3, 5, 4), (3, 2, 3, 4)
ONE_PAIR = "the gradient takes both vectors as constants: it is the slope only once the iteration has converged"


def root_mean_square(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Divide by the root of the mean of squares, with the axes in front."""
    axes = tuple(np.atleast_1d(layer.axis))
    front = tuple(range(len(axes)))
    x = np.moveaxis(inputs, axes, front)
    scale = params["scale"].reshape(params["scale"].shape + (1,) * (x.ndim - len(axes)))
    return np.moveaxis(x / np.sqrt((x**2).mean(front) + layer.epsilon) * scale, front, axes)


def spectral(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Divide the kernel by what the power iteration finds, written with plain vectors."""
    kernel = np.asarray(
        next(params[path] for path in params if path.endswith(("kernel", "embeddings")))
    )
    matrix = kernel.reshape(-1, kernel.shape[-1])
    u, v = np.asarray(state["vector_u"])[0], matrix[:, 0]
    for _ in range(layer.power_iterations):
        v = matrix @ u / np.linalg.norm(matrix @ u)
        u = matrix.T @ v / np.linalg.norm(matrix.T @ v)
    kernel = kernel / (v @ matrix @ u)
    if isinstance(layer.layer, layers.Embedding):
        return kernel[inputs]
    bias = next((params[path] for path in params if path.endswith("bias")), 0.0)
    return np.maximum(
        inputs @ kernel + bias, 0.0 if layer.layer.activation.__name__ == "relu" else -np.inf
    )


TABLE: dict[str, list[Row]] = {
    "GroupNormalization": [
        # Three numbers in a group: of two, Keras's single precision inside would leave few digits of the gradient.
        Row({"groups": 2}, (3, 6)),
        Row({"groups": 2, "epsilon": 1e-5}, SERIES),
        Row({"groups": 4, "center": False}, IMAGES),
        Row({"groups": 1, "scale": False}, IMAGES),
        Row({"groups": -1, "gamma_initializer": "uniform"}, IMAGES),
        Row({"groups": 3, "axis": 1}, (2, 6, 4)),
        Row(
            {"groups": 2, "gamma_regularizer": "l2", "beta_regularizer": regularizers.L1(0.1)},
            SERIES,
        ),
    ],
    "RMSNormalization": [
        Row({}, ROWS),
        Row({"epsilon": 0.1}, SERIES),
        Row(
            {"axis": 1}, SERIES, keras=None, witness=root_mean_square
        ),  # Keras raises: the scale does not fit
        Row({"axis": [1, 2]}, SERIES),
        Row({"axis": [-1]}, IMAGES),
        Row({"axis": (1, 3)}, IMAGES, keras=None, witness=root_mean_square),
    ],
    "SpectralNormalization": [
        Row({"layer": layers.Dense(3), "power_iterations": 60}, ROWS, keras=None, witness=spectral),
        Row(
            {"layer": layers.Dense(3, activation="relu"), "power_iterations": 1},
            ROWS,
            keras=None,
            witness=spectral,
            skip={"gradient": ONE_PAIR},
        ),
        Row(
            {"layer": layers.Dense(2, use_bias=False), "power_iterations": 3},
            SERIES,
            keras=None,
            witness=spectral,
            skip={"gradient": ONE_PAIR},
        ),
        Row(
            {"layer": layers.Embedding(6, 3), "power_iterations": 80},
            Integers((2, 4), 6),
            keras=None,
            witness=spectral,
        ),
        Row(
            {
                "layer": layers.Dense(5, kernel_initializer="orthogonal"),
                "power_iterations": 2,
                "trainable": False,
            },
            ROWS,
            keras=None,
            witness=spectral,
            skip={"gradient": ONE_PAIR},
        ),
    ],
    "UnitNormalization": [
        Row({}, ROWS),
        Row({"axis": 1}, SERIES),
        Row({"axis": [1, 2]}, SERIES),
        Row({"axis": (-1,)}, IMAGES),
        Row({"axis": [2, 3]}, IMAGES),
    ],
}
