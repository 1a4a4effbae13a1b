"""Gated activations: the input times a gate between 0 and 1 that the input itself opens."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError
from pellucid.functional.activations.steps import floating


def silu(x: Any) -> Array:
    """Return the input times its sigmoid (also called swish).

    Equation: ``f(u) = u sigmoid(u) = u / (1 + e^-u)``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers above -0.279, same shape.

    Example:
        >>> silu(jnp.array([-1.0, 0.0, 1.0])).tolist()
        [-0.2689, 0.0, 0.7311]

    Source: Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017. The same in Keras and PyTorch.
    """
    return jax.nn.silu(floating(x))


def hard_silu(x: Any) -> Array:
    """Return the input times its :func:`hard_sigmoid` (also called hard swish).

    Equation: ``f(u) = u min(max(u + 3, 0), 6) / 6``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers of at least -0.375, same shape.

    Example:
        >>> hard_silu(jnp.array([-4.0, -1.5, 4.0])).tolist()
        [-0.0, -0.375, 4.0]

    Source: Howard et al., "Searching for MobileNetV3", 2019. The same in Keras and PyTorch (``hardswish``).
    """
    return jax.nn.hard_silu(floating(x))


def gelu(x: Any, approximate: bool = False) -> Array:
    """Return the input times the normal distribution's probability of lying below it.

    Equation: ``f(u) = u P(Z <= u) = u (1 + erf(u / sqrt(2))) / 2`` with a standard normal ``Z``; approximately
    ``u (1 + tanh(sqrt(2 / pi) (u + 0.044715 u^3))) / 2``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        approximate: Whether to take the form with tanh; default False.

    Returns:
        Numbers above -0.17, same shape.

    Example:
        >>> gelu(jnp.array([-1.0, 0.0, 1.0])).tolist()
        [-0.1587, 0.0, 0.8413]

    Source: Hendrycks and Gimpel, 2016. Default as in Keras and PyTorch; ``jax.nn.gelu`` approximates by default.
    """
    return jax.nn.gelu(floating(x), approximate=approximate)


def mish(x: Any) -> Array:
    """Return the input times the tanh of its softplus.

    Equation: ``f(u) = u tanh(log(1 + e^u))``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers above -0.309, same shape.

    Example:
        >>> mish(jnp.array([-1.0, 0.0, 1.0])).tolist()
        [-0.3034, 0.0, 0.8651]

    Source: Misra, 2019. The same in Keras and PyTorch.
    """
    return jax.nn.mish(floating(x))


def glu(x: Any, axis: int = -1) -> Array:
    """Return the first half of the features, gated by the sigmoid of the second half.

    Equation: ``f([a, b]) = a sigmoid(b)`` with ``a`` and ``b`` the two halves along ``axis``.

    Args:
        x: Numbers, shape (batch, features) with an even number of features.
        axis: The axis to halve; default the last.

    Returns:
        Shape (batch, features / 2).

    Raises:
        ShapeError: The axis has an odd size.

    Example:
        >>> glu(jnp.array([[2.0, 4.0, 0.0, 0.0]])).tolist()
        [[1.0, 2.0]]

    Source: Dauphin et al., 2016. The same in Keras and PyTorch.
    """
    x = floating(x)
    if x.ndim == 0 or x.shape[axis] % 2:
        raise ShapeError(
            "glu",
            f"the axis {axis} must have an even size to be halved, but the input has shape {x.shape}.",
            "give the layer before it an even number of units",
        )
    value, gate = jnp.split(x, 2, axis)
    return value * jax.nn.sigmoid(gate)
