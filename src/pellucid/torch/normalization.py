"""Normalisations: over the batch, over groups of channels, over features."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.layers import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    RMSNormalization,
)
from pellucid.torch.modules import numbers
from pellucid.torch.stack import Stack


def _channels_last(stack: Stack) -> None:
    stack.channels_last(len(stack.shape) - 1) if len(stack.shape) > 1 else stack.rows_in_order()


def _scale_and_shift(module: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return which of ``gamma`` and ``beta`` a module learns, and their arrays."""
    found = {"gamma": getattr(module, "weight", None), "beta": getattr(module, "bias", None)}
    learned: dict[str, Any] = {
        "scale": found["gamma"] is not None,
        "center": found["beta"] is not None,
    }
    return learned, {name: numbers(each) for name, each in found.items() if each is not None}


def batch(module: Any, stack: Stack) -> None:
    """Convert ``BatchNorm1d`` to ``BatchNorm3d``; ``momentum`` counts the new value there, the old one here."""
    if module.running_mean is None:
        raise stack.refuse(
            "track_running_stats=False: outside training the moving averages are used here."
        )
    if module.momentum is None:
        raise stack.refuse("momentum=None, a plain mean of all batches, has no counterpart.")
    _channels_last(stack)
    learned, weights = _scale_and_shift(module)
    stack.add(
        BatchNormalization(momentum=1 - module.momentum, epsilon=module.eps, **learned),
        **weights,
        moving_mean=numbers(module.running_mean),
        moving_variance=numbers(module.running_var),
    )


def instance(module: Any, stack: Stack) -> None:
    """Convert ``InstanceNorm1d`` to ``InstanceNorm3d``: a group for each channel."""
    if module.running_mean is not None:
        raise stack.refuse("track_running_stats=True: every row has its own statistics here.")
    _channels_last(stack)
    learned, weights = _scale_and_shift(module)
    stack.add(GroupNormalization(-1, epsilon=module.eps, **learned), **weights)


def group(module: Any, stack: Stack) -> None:
    """Convert ``GroupNorm``."""
    _channels_last(stack)
    learned, weights = _scale_and_shift(module)
    stack.add(GroupNormalization(module.num_groups, epsilon=module.eps, **learned), **weights)


def layer(module: Any, stack: Stack) -> None:
    """Convert ``LayerNorm`` over the last axes of PyTorch's order, wherever these are here."""
    learned, weights = _scale_and_shift(module)
    axes, order = _feature_axes(module, stack)
    weights = {name: np.transpose(array, order) for name, array in weights.items()}
    stack.add(LayerNormalization(axis=axes, epsilon=module.eps, **learned), **weights)


def root_mean_square(module: Any, stack: Stack) -> None:
    """Convert ``RMSNorm``; without ``eps`` it takes the smallest step of float32."""
    axes, order = _feature_axes(module, stack)
    epsilon = float(np.finfo(np.float32).eps) if module.eps is None else module.eps
    weights = {}
    if module.weight is not None:
        weights["scale"] = np.transpose(numbers(module.weight), order)
    stack.add(RMSNormalization(axis=axes, epsilon=epsilon), **weights)


def _feature_axes(module: Any, stack: Stack) -> tuple[list[int], list[int]]:
    """Return the axes that are normalised, in order, and the order in which PyTorch's weights have them."""
    stack.rows_in_order()
    count = len(module.normalized_shape)
    axes = [stack.axis(dim) for dim in range(-count, 0)]
    return sorted(axes), [axes.index(axis) for axis in sorted(axes)]
