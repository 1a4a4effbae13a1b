"""Activations of the last layer that turn one row of numbers into probabilities that sum to one."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.functional.activations.steps import floating


def softmax(x: Any, axis: int | tuple[int, ...] = -1) -> Array:
    """Return probabilities in proportion to the exponentials of the inputs.

    Equation: ``f(u)_i = e^(u_i) / sum_j e^(u_j)``, the sum over the classes ``j``; the largest input is
    subtracted first, so nothing overflows. Derivative ``df_i / du_j = f_i (delta_ij - f_j)``.

    Args:
        x: Numbers, shape (batch, classes) or (batch, ..., classes).
        axis: The axis (or axes) of the classes; default the last.

    Returns:
        Numbers from 0 to 1 that sum to 1 along ``axis``, same shape.

    Example:
        >>> softmax(jnp.array([[0.0, 0.0], [0.0, 1.0986123]])).tolist()
        [[0.5, 0.5], [0.25, 0.75]]

    Source: Bridle, 1990. The same in Keras; PyTorch demands the axis.
    """
    return jax.nn.softmax(floating(x), axis=axis)


def log_softmax(x: Any, axis: int | tuple[int, ...] = -1) -> Array:
    """Return the logarithm of the softmax, exact where the softmax itself rounds to 0.

    Equation: ``f(u)_i = u_i - log sum_j e^(u_j)``, the sum over the classes ``j``.

    Args:
        x: Numbers, shape (batch, classes) or (batch, ..., classes).
        axis: The axis (or axes) of the classes; default the last.

    Returns:
        Numbers of at most 0, same shape.

    Example:
        >>> log_softmax(jnp.array([[0.0, 200.0]])).tolist()
        [[-200.0, 0.0]]

    The same in Keras; PyTorch demands the axis.
    """
    return jax.nn.log_softmax(floating(x), axis=axis)


def sparsemax(x: Any, axis: int = -1) -> Array:
    """Return the probabilities nearest to the inputs; unlike the softmax's, many are exactly 0.

    Equation: ``f(u)_i = max(u_i - tau, 0)`` with the one number ``tau`` for which the outputs sum to 1; that is the
    Euclidean projection of ``u`` onto the simplex. With ``u`` sorted downwards and ``k`` the largest index for which
    ``1 + k u_k > sum_(j<=k) u_j``: ``tau = (sum_(j<=k) u_j - 1) / k``.

    Args:
        x: Numbers, shape (batch, classes) or (batch, ..., classes).
        axis: The axis of the classes; default the last.

    Returns:
        Numbers from 0 to 1 that sum to 1 along ``axis``, same shape.

    Example:
        >>> sparsemax(jnp.array([[0.5, 1.0, -3.0]])).tolist()
        [[0.25, 0.75, 0.0]]

    Source: Martins and Astudillo, 2016. PyTorch has none; what Keras 3.15 computes under this name does not
    always sum to 1.
    """
    x = jnp.moveaxis(floating(x), axis, -1)
    falling = -jnp.sort(-x, axis=-1)
    sums = jnp.cumsum(falling, axis=-1)
    counts = jnp.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    inside = 1 + counts * falling > sums
    size = jnp.sum(inside, axis=-1, keepdims=True).astype(x.dtype)
    total = jnp.sum(jnp.where(inside, falling, 0.0), axis=-1, keepdims=True)
    return jnp.moveaxis(jnp.maximum(x - (total - 1) / size, 0.0), -1, axis)
