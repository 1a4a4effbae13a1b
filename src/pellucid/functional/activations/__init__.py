"""Activation functions: what a neuron makes of its weighted sum. Functions, names and :func:`get`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pellucid.core.registry import resolve
from pellucid.functional.activations.gates import gelu, glu, hard_silu, mish, silu
from pellucid.functional.activations.rectifiers import (
    celu,
    elu,
    leaky_relu,
    relu,
    relu6,
    selu,
    softplus,
    sparse_plus,
    squareplus,
)
from pellucid.functional.activations.shrinkage import (
    hard_shrink,
    soft_shrink,
    tanh_shrink,
    threshold,
)
from pellucid.functional.activations.sigmoids import (
    half_tanh,
    hard_sigmoid,
    hard_tanh,
    log_sigmoid,
    sigmoid,
    softsign,
    sparse_sigmoid,
    tanh,
)
from pellucid.functional.activations.simplex import log_softmax, softmax, sparsemax
from pellucid.functional.activations.steps import exponential, linear, sign, step

Activation = Callable[..., Any]

TABLE: dict[str, Activation] = {
    "linear": linear,
    "identity": linear,
    "step": step,
    "sign": sign,
    "exponential": exponential,
    "sigmoid": sigmoid,
    "log_sigmoid": log_sigmoid,
    "hard_sigmoid": hard_sigmoid,
    "sparse_sigmoid": sparse_sigmoid,
    "tanh": tanh,
    "half_tanh": half_tanh,
    "bipolar_sigmoid": half_tanh,
    "hard_tanh": hard_tanh,
    "softsign": softsign,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "relu6": relu6,
    "elu": elu,
    "celu": celu,
    "selu": selu,
    "softplus": softplus,
    "squareplus": squareplus,
    "sparse_plus": sparse_plus,
    "silu": silu,
    "swish": silu,
    "hard_silu": hard_silu,
    "hard_swish": hard_silu,
    "gelu": gelu,
    "mish": mish,
    "glu": glu,
    "soft_shrink": soft_shrink,
    "hard_shrink": hard_shrink,
    "tanh_shrink": tanh_shrink,
    "threshold": threshold,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "sparsemax": sparsemax,
}
"""Names, aliases included, to functions."""


def get(identifier: Any) -> Activation:
    """Return the activation that ``identifier`` names.

    Args:
        identifier: A name (``"relu"``), a function ``f(x) -> array``, or None for :func:`linear`.

    Raises:
        UnknownNameError: No activation has that name; the message holds the nearest one.

    Example:
        >>> get("swish").__name__, get(None).__name__
        ('silu', 'linear')
    """
    return linear if identifier is None else resolve("activation", TABLE, identifier)


__all__ = [
    "TABLE",
    "celu",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "half_tanh",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "step",
    "tanh",
    "tanh_shrink",
    "threshold",
]
