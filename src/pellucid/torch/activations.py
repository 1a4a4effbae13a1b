"""Activations: those of one number, those over an axis, and the one with learned slopes."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.functional import activations
from pellucid.layers import ELU, Activation, Lambda, LeakyReLU, Permute, PReLU, ReLU, Softmax
from pellucid.modules import Layer
from pellucid.torch.convolution import kind_name
from pellucid.torch.modules import numbers
from pellucid.torch.stack import Stack

PLAIN = {
    "ReLU": "relu",
    "ReLU6": "relu6",
    "SELU": "selu",
    "Sigmoid": "sigmoid",
    "LogSigmoid": "log_sigmoid",
    "Hardsigmoid": "hard_sigmoid",
    "Tanh": "tanh",
    "Softsign": "softsign",
    "SiLU": "silu",
    "Hardswish": "hard_silu",
    "Mish": "mish",
    "Tanhshrink": "tanh_shrink",
}
"""Classes without settings, and the names of their functions here."""

SETTINGS = (
    "ELU",
    "LeakyReLU",
    "CELU",
    "GELU",
    "Hardtanh",
    "Softplus",
    "Softshrink",
    "Hardshrink",
    "Threshold",
)
"""Classes with settings of their own."""


def plain(module: Any, stack: Stack) -> None:
    """Convert an activation without settings."""
    stack.add(Activation(PLAIN[kind_name(module)]))


def with_settings(module: Any, stack: Stack) -> None:
    """Convert an activation with settings of its own."""
    stack.add(_layer(kind_name(module), module, stack))


def _layer(kind: str, module: Any, stack: Stack) -> Layer:
    if kind == "ELU":
        return ELU(module.alpha)
    if kind == "LeakyReLU":
        return LeakyReLU(module.negative_slope)
    if kind == "CELU":
        return _function(activations.celu, {"alpha": (module.alpha, 1.0)})
    if kind == "GELU":
        return _function(activations.gelu, {"approximate": (module.approximate == "tanh", False)})
    if kind == "Softshrink":
        return _function(activations.soft_shrink, {"threshold": (module.lambd, 0.5)})
    if kind == "Hardshrink":
        return _function(activations.hard_shrink, {"threshold": (module.lambd, 0.5)})
    if kind == "Threshold":
        given = {"threshold": module.threshold, "default_value": module.value}
        return Lambda(activations.threshold, arguments=given)
    if kind == "Hardtanh":
        if (module.min_val, module.max_val) == (-1, 1):
            return Activation("hard_tanh")
        if module.min_val == 0:
            return ReLU(max_value=module.max_val)
        raise stack.refuse(f"the range {module.min_val} to {module.max_val} has no counterpart.")
    if module.beta != 1:
        raise stack.refuse(f"beta={module.beta} has no counterpart.", "Softplus()")
    return Activation("softplus")


def _function(function: Any, given: dict[str, tuple[Any, Any]]) -> Layer:
    """Return a function as a layer; its settings come with their defaults, at which it goes by its name."""
    changed = {name: value for name, (value, default) in given.items() if value != default}
    return Lambda(function, arguments=changed) if changed else Activation(function)


def along(module: Any, stack: Stack) -> None:
    """Convert what looks at all numbers along an axis: ``Softmax``, ``LogSoftmax``, ``GLU`` and their like."""
    kind = kind_name(module)
    stack.rows_in_order()
    axis = stack.axis(_dim(kind, module, stack))
    if kind in ("Softmax", "Softmax2d"):
        stack.add(Softmax(axis=axis if axis != len(stack.shape) else -1))
        return
    if kind == "Softmin":
        raise stack.refuse("it has no counterpart.", "the negative numbers into a Softmax")
    name = {"LogSoftmax": "log_softmax", "GLU": "glu"}[kind]
    rank = len(stack.shape)
    if axis == rank:
        stack.add(Activation(name))
        return
    there = [*(each for each in range(1, rank + 1) if each != axis), axis]
    stack.add(Permute(tuple(there)))
    stack.add(Activation(name))
    stack.add(Permute(tuple(int(each) + 1 for each in np.argsort(there))))


def _dim(kind: str, module: Any, stack: Stack) -> int:
    """Return the axis of PyTorch that a module looks along."""
    if kind == "Softmax2d":
        return 1
    if module.dim is None:
        raise stack.refuse("`dim` is not given.", "Softmax(dim=1)")
    dim = module.dim % (len(stack.shape) + 1)
    if dim == 0:
        raise stack.refuse("dim=0 goes over the rows of a batch, which never mix here.", "dim=1")
    return dim


def prelu(module: Any, stack: Stack) -> None:
    """Convert ``PReLU``: one slope for all numbers, or one for each channel."""
    slopes = numbers(module.weight)
    rank = len(stack.shape)
    stack.rows_in_order()
    channel = stack.axis(1) if slopes.size > 1 else None
    shared = tuple(axis for axis in range(1, rank + 1) if axis != channel)
    shape = [1] * rank
    if channel is not None:
        shape[channel - 1] = slopes.size
    stack.add(PReLU(shared_axes=shared), alpha=slopes.reshape(shape))
