"""Shrinkage: small inputs become zero, or come nearer to it; used in sparse coding."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from pellucid.functional.activations.steps import floating


def soft_shrink(x: Any, threshold: Any = 0.5) -> Array:
    """Return the input moved towards zero by the threshold, and zero where it is smaller.

    Equation: ``f(u) = u - t if u > t, u + t if u < -t, else 0`` with ``t`` the threshold.

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        threshold: Half the width of the flat part, at least 0; default 0.5.

    Returns:
        Same shape as ``x``.

    Example:
        >>> soft_shrink(jnp.array([-2.0, 0.25, 2.0])).tolist()
        [-1.5, 0.0, 1.5]

    Source: Donoho, "De-noising by soft-thresholding", 1995. The same in Keras and PyTorch.
    """
    x = floating(x)
    return jnp.where(x > threshold, x - threshold, jnp.where(x < -threshold, x + threshold, 0.0))


def hard_shrink(x: Any, threshold: Any = 0.5) -> Array:
    """Return the input, and zero where its size is at most the threshold.

    Equation: ``f(u) = u if |u| > t else 0`` with ``t`` the threshold.

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        threshold: Half the width of the flat part, at least 0; default 0.5.

    Returns:
        Same shape as ``x``.

    Example:
        >>> hard_shrink(jnp.array([-2.0, 0.25, 2.0])).tolist()
        [-2.0, 0.0, 2.0]

    Source: Donoho and Johnstone, 1994. The same in Keras and PyTorch.
    """
    x = floating(x)
    return jnp.where(jnp.abs(x) > threshold, x, 0.0)


def tanh_shrink(x: Any) -> Array:
    """Return what the tanh cuts off.

    Equation: ``f(u) = u - tanh(u)``; derivative ``tanh(u)^2``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Same shape as ``x``.

    Example:
        >>> tanh_shrink(jnp.array([-1.0, 0.0, 1.0])).tolist()
        [-0.2384, 0.0, 0.2384]

    The same in Keras and PyTorch (``tanhshrink``).
    """
    x = floating(x)
    return x - jnp.tanh(x)


def threshold(x: Any, threshold: Any, default_value: Any) -> Array:
    """Return the input where it is above the threshold, else a fixed value.

    Equation: ``f(u) = u if u > t else d`` with ``t`` the threshold and ``d`` the default value.

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        threshold: The limit above which inputs pass.
        default_value: What stands in their place otherwise.

    Returns:
        Same shape as ``x``.

    Example:
        >>> threshold(jnp.array([-2.0, 0.5, 2.0]), 1.0, 0.0).tolist()
        [0.0, 0.0, 2.0]

    The same in Keras and PyTorch. It has two arguments without defaults, so it is no name for a layer's ``activation``.
    """
    x = floating(x)
    return jnp.where(x > threshold, x, default_value)
