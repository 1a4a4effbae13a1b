"""Rectifiers: nearly the identity for positive inputs, small or constant for negative ones."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.functional.activations.steps import floating


def relu(x: Any, negative_slope: Any = 0.0, max_value: Any = None, threshold: Any = 0.0) -> Array:
    """Return the positive part of the input (rectified linear unit).

    Equation: ``f(u) = min(u, m) if u > t else a (u - t)`` with ``a`` the negative slope, ``m`` the maximum and ``t``
    the threshold; by default ``f(u) = max(u, 0)``, with derivative 1 above 0, else 0 (also at 0).

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        negative_slope: Slope below the threshold, at least 0; default 0.
        max_value: The largest output, at least 0, or None for no limit (default).
        threshold: Inputs up to it count as negative; default 0.

    Returns:
        Same shape as ``x``.

    Example:
        >>> relu(jnp.array([-2.0, 0.0, 3.0])).tolist()
        [0.0, 0.0, 3.0]
        >>> relu(jnp.array([-2.0, 3.0, 9.0]), negative_slope=0.5, max_value=6).tolist()
        [-1.0, 3.0, 6.0]

    Source: Nair and Hinton, 2010. As in Keras 3; PyTorch's ``relu`` has no further arguments.
    """
    x = floating(x)
    plain = all(isinstance(a, (int, float)) and a == 0 for a in (negative_slope, threshold))
    if plain and max_value is None:
        return jax.nn.relu(x)
    positive = x if max_value is None else jnp.minimum(x, max_value)
    return jnp.where(x > threshold, positive, negative_slope * (x - threshold))


def leaky_relu(x: Any, negative_slope: Any = 0.2) -> Array:
    """Return the positive part, and a small share of the negative part, so that no unit dies.

    Equation: ``f(u) = u if u >= 0 else a u`` with ``a`` the negative slope.

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        negative_slope: Slope for negative inputs, usually 0.01 to 0.3; default 0.2.

    Returns:
        Same shape as ``x``.

    Example:
        >>> leaky_relu(jnp.array([-2.0, 3.0]), negative_slope=0.25).tolist()
        [-0.5, 3.0]

    Source: Maas, Hannun and Ng, 2013. Defaults differ: 0.2 here as in Keras 3's function, 0.3 in Keras's layer
    ``LeakyReLU``, 0.01 in PyTorch.
    """
    return jax.nn.leaky_relu(floating(x), negative_slope)


def relu6(x: Any) -> Array:
    """Return the positive part, cut off at 6.

    Equation: ``f(u) = min(max(u, 0), 6)``; derivative 1 between 0 and 6, else 0.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers from 0 to 6, same shape.

    Example:
        >>> relu6(jnp.array([-2.0, 3.0, 9.0])).tolist()
        [0.0, 3.0, 6.0]

    Source: Krizhevsky, 2010. The same in Keras and PyTorch.
    """
    return jax.nn.relu6(floating(x))


def elu(x: Any, alpha: Any = 1.0) -> Array:
    """Return the exponential linear unit: smooth, and negative outputs down to ``-alpha``.

    Equation: ``f(u) = u if u > 0 else alpha (e^u - 1)``; derivative 1, or ``alpha e^u``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        alpha: Depth of the negative side, above 0; default 1.

    Returns:
        Numbers above ``-alpha``, same shape.

    Example:
        >>> elu(jnp.array([-1.0, 2.0])).tolist()
        [-0.6321, 2.0]

    Source: Clevert, Unterthiner and Hochreiter, 2015. The same in Keras and PyTorch.
    """
    return jax.nn.elu(floating(x), alpha)


def celu(x: Any, alpha: Any = 1.0) -> Array:
    """Return the ELU whose slope is continuous for every ``alpha``.

    Equation: ``f(u) = max(u, 0) + min(0, alpha (e^(u / alpha) - 1))``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        alpha: Depth of the negative side, above 0; default 1.

    Returns:
        Numbers above ``-alpha``, same shape.

    Example:
        >>> celu(jnp.array([-2.0, 2.0]), alpha=2.0).tolist()
        [-1.2642, 2.0]

    Source: Barron, 2017. The same in Keras and PyTorch.
    """
    return jax.nn.celu(floating(x), alpha)


def selu(x: Any) -> Array:
    """Return the scaled ELU, which keeps mean 0 and variance 1 from layer to layer.

    Equation: ``f(u) = s u if u > 0 else s a (e^u - 1)`` with ``s = 1.0507`` and ``a = 1.6733``. Use it with the
    initializer ``lecun_normal`` and without batch normalisation.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers above -1.7581, same shape.

    Example:
        >>> selu(jnp.array([-1.0, 1.0])).tolist()
        [-1.1113, 1.0507]

    Source: Klambauer et al., "Self-Normalizing Neural Networks", 2017. The same in Keras and PyTorch.
    """
    return jax.nn.selu(floating(x))


def softplus(x: Any) -> Array:
    """Return a smooth rectifier; it keeps outputs positive.

    Equation: ``f(u) = log(1 + e^u)``; derivative ``sigmoid(u)``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers above 0, same shape.

    Example:
        >>> softplus(jnp.array([0.0, 200.0])).tolist()
        [0.6931, 200.0]

    Source: Dugas et al., 2001. The same in Keras; PyTorch has two more arguments, and is linear above 20.
    """
    return jax.nn.softplus(floating(x))


def squareplus(x: Any, b: Any = 4) -> Array:
    """Return a smooth rectifier made of a square root.

    Equation: ``f(u) = (u + sqrt(u^2 + b)) / 2`` with ``b`` the width of the bend.

    Args:
        x: Numbers, any shape, e.g. (batch, features).
        b: Width of the bend at 0, at least 0; 0 gives the ReLU; default 4.

    Returns:
        Numbers above 0, same shape.

    Example:
        >>> squareplus(jnp.array([0.0, 1.5])).tolist()
        [1.0, 2.0]

    Source: Barron, 2021. The same in Keras; PyTorch has none.
    """
    return jax.nn.squareplus(floating(x), b)


def sparse_plus(x: Any) -> Array:
    """Return a smooth rectifier that is exactly 0 below -1 and exactly the identity above 1.

    Equation: ``f(u) = 0 if u <= -1, (u + 1)^2 / 4 if -1 < u < 1, u if u >= 1``; derivative :func:`sparse_sigmoid`.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers of at least 0, same shape.

    Example:
        >>> sparse_plus(jnp.array([-2.0, 0.0, 2.0])).tolist()
        [0.0, 0.25, 2.0]

    Source: Martins and Astudillo, 2016. The same in Keras; PyTorch has none.
    """
    return jax.nn.sparse_plus(floating(x))
