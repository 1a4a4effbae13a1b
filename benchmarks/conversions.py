"""Where each framework keeps the common starting weights, and in which layout.

The weights are drawn in Keras's layout (`parts.py`); Keras and Pellucid take them as they are. The
functions here return {name in the framework's layer: array} for one leaf.

PyTorch has the channels first, and pads a strided convolution by as much on both sides, where Keras
pads one place more on the far side. A mirrored image under a mirrored kernel is padded alike, and
nothing else in these networks knows left from right (but for which of two equal pixels a pool takes):
so PyTorch gets mirrored images and kernels and does the same arithmetic with its own usual padding.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Named = dict[str, NDArray]


def images_for_torch(x: NDArray) -> NDArray:
    """Return (batch, *places, channels) as (batch, channels, *places), mirrored."""
    places = tuple(range(1, x.ndim - 1))
    return np.ascontiguousarray(np.moveaxis(np.flip(x, places), -1, 1))


def torch_convolution(kernel: NDArray, *bias: NDArray) -> Named:
    """Turn (*sizes, channels, filters) into (filters, channels, *sizes), mirrored."""
    sizes = tuple(range(kernel.ndim - 2))
    weight = np.moveaxis(np.flip(kernel, sizes), (-1, -2), (0, 1))
    return {"weight": weight, **({"bias": bias[0]} if bias else {})}


def torch_dense(kernel: NDArray, bias: NDArray) -> Named:
    """Turn (inputs, units) into (units, inputs)."""
    return {"weight": kernel.T, "bias": bias}


def torch_batch_norm(scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray) -> Named:
    """Name the four vectors."""
    return {"weight": scale, "bias": offset, "running_mean": mean, "running_var": variance}


def torch_layer_norm(scale: NDArray, offset: NDArray) -> Named:
    """Name the two vectors."""
    return {"weight": scale, "bias": offset}


def torch_lstm(kernel: NDArray, recurrent: NDArray, bias: NDArray) -> Named:
    """Transpose; the gates stand in the same order. PyTorch's second bias is 0 and kept frozen."""
    return {
        "weight_ih_l0": kernel.T,
        "weight_hh_l0": recurrent.T,
        "bias_ih_l0": bias,
        "bias_hh_l0": np.zeros_like(bias),
    }


def torch_gru(kernel: NDArray, recurrent: NDArray, bias: NDArray) -> Named:
    """Transpose, and turn the order of gates from update, reset, new into reset, update, new."""

    def reordered(array: NDArray) -> NDArray:
        update, reset, new = np.split(array, 3, axis=-1)
        return np.concatenate([reset, update, new], axis=-1)

    return {
        "weight_ih_l0": reordered(kernel).T,
        "weight_hh_l0": reordered(recurrent).T,
        "bias_ih_l0": reordered(bias[0]),
        "bias_hh_l0": reordered(bias[1]),
    }


def torch_attention(*arrays: NDArray) -> Named:
    """Stack query, key and value as PyTorch does: (3 width, width), heads one after the other."""
    *inner, kernel, bias = arrays
    width = kernel.shape[-1]
    return {
        "in_proj_weight": np.concatenate([array.reshape(width, -1).T for array in inner[::2]]),
        "in_proj_bias": np.concatenate([array.ravel() for array in inner[1::2]]),
        "out_proj.weight": kernel.reshape(-1, width).T,
        "out_proj.bias": bias,
    }


TORCH: dict[str, Callable[..., Named]] = {
    "convolution": torch_convolution,
    "dense": torch_dense,
    "batch_norm": torch_batch_norm,
    "layer_norm": torch_layer_norm,
    "lstm": torch_lstm,
    "gru": torch_gru,
    "attention": torch_attention,
}

# Flax keeps Keras's layouts: only the names of the arrays are its own.
FLAX: dict[str, tuple[str, ...]] = {
    "convolution": ("kernel", "bias"),
    "dense": ("kernel", "bias"),
    "batch_norm": ("scale", "bias", "mean", "var"),
    "layer_norm": ("scale", "bias"),
    "attention": tuple(
        f"{place}.{name}"
        for place in ("query", "key", "value", "out")
        for name in ("kernel", "bias")
    ),
}
