"""``tf.experimental.numpy``: NumPy's functions on tensors, as ``keras.ops`` has them, and JAX's others."""

from __future__ import annotations

import sys
from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.keras import ops
from pellucid.keras.operation import operation
from pellucid.keras.tensor import Tensor
from pellucid.keras.unknown import unknown_name

ndarray = Tensor
newaxis = None


def experimental_enable_numpy_behavior(*options: Any, **more: Any) -> None:
    """Accept that tensors have NumPy's methods and rules for dtypes; the rules here are JAX's."""


enable_numpy_behavior = experimental_enable_numpy_behavior


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    module = sys.modules[__name__]
    if name in dir(ops):
        found = getattr(ops, name)
    elif isinstance(getattr(np, name, None), (float, type)):
        found = getattr(np, name)
    elif callable(getattr(jnp, name, None)):
        found = operation(getattr(jnp, name))
    else:
        raise unknown_name("tensorflow.experimental.numpy", name, __dir__())
    setattr(module, name, found)
    return found


def __dir__() -> list[str]:
    return sorted({*dir(ops), *(name for name in dir(jnp) if callable(getattr(jnp, name)))})
