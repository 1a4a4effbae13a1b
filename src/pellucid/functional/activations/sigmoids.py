"""S-shaped activations: they squeeze every number into an interval, and saturate at its ends."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.functional.activations.steps import floating


def sigmoid(x: Any) -> Array:
    """Return the logistic function: any number becomes a probability.

    Equation: ``f(u) = 1 / (1 + e^-u)``; derivative ``f(u) (1 - f(u))``, at most 1/4.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers from 0 to 1, same shape.

    Example:
        >>> sigmoid(jnp.array([-2.0, 0.0, 2.0])).tolist()
        [0.1192, 0.5, 0.8808]

    Source: Verhulst, 1838. The same in Keras and PyTorch.
    """
    return jax.nn.sigmoid(floating(x))


def log_sigmoid(x: Any) -> Array:
    """Return the logarithm of the sigmoid, exact where the sigmoid itself rounds to 0.

    Equation: ``f(u) = log(1 / (1 + e^-u)) = -log(1 + e^-u)``; derivative ``1 - sigmoid(u)``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers of at most 0, same shape.

    Example:
        >>> log_sigmoid(jnp.array([-200.0, 0.0])).tolist()
        [-200.0, -0.6931]

    The same in Keras and PyTorch (``logsigmoid``).
    """
    return jax.nn.log_sigmoid(floating(x))


def hard_sigmoid(x: Any) -> Array:
    """Return three straight pieces in the shape of a sigmoid.

    Equation: ``f(u) = min(max(u + 3, 0), 6) / 6``; derivative 1/6 between -3 and 3, else 0.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers from 0 to 1, same shape.

    Example:
        >>> hard_sigmoid(jnp.array([-4.0, 0.0, 1.5])).tolist()
        [0.0, 0.5, 0.75]

    Source: Courbariaux et al., "BinaryConnect", 2015. As in Keras 3 and PyTorch (Keras 2 had slope 0.2).
    """
    return jax.nn.hard_sigmoid(floating(x))


def sparse_sigmoid(x: Any) -> Array:
    """Return a straight line from (-1, 0) to (1, 1), flat outside; the derivative of :func:`sparse_plus`.

    Equation: ``f(u) = min(max((u + 1) / 2, 0), 1)``; derivative 1/2 between -1 and 1, else 0.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers from 0 to 1, same shape.

    Example:
        >>> sparse_sigmoid(jnp.array([-2.0, 0.5, 3.0])).tolist()
        [0.0, 0.75, 1.0]

    Source: Martins and Astudillo, 2016. The same in Keras; PyTorch has none.
    """
    return jax.nn.sparse_sigmoid(floating(x))


def tanh(x: Any) -> Array:
    """Return the hyperbolic tangent: an S-curve around zero.

    Equation: ``f(u) = (e^u - e^-u) / (e^u + e^-u)``; derivative ``1 - f(u)^2``, at most 1.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers from -1 to 1, same shape.

    Example:
        >>> tanh(jnp.array([-1.0, 0.0, 1.0])).tolist()
        [-0.7616, 0.0, 0.7616]

    Source: LeCun et al., "Efficient BackProp", 1998. The same in Keras and PyTorch. Some courses print
    ``(e^u - 1) / (e^u + 1)`` under this name; that is :func:`half_tanh`.
    """
    return jnp.tanh(floating(x))


def half_tanh(x: Any) -> Array:
    """Return the "hyper tangent" of some course notes, which is the tanh of half the input.

    Equation: ``f(u) = (e^u - 1) / (e^u + 1) = tanh(u / 2) = 2 sigmoid(u) - 1``; derivative ``(1 - f(u)^2) / 2``,
    at most 1/2. Also called the bipolar sigmoid.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers from -1 to 1, same shape.

    Example:
        >>> half_tanh(jnp.array([-2.0, 0.0, 2.0])).tolist()
        [-0.7616, 0.0, 0.7616]

    Computed as ``tanh(u / 2)``, which does not overflow where ``e^u`` would. Keras and PyTorch have no name for it.
    """
    return jnp.tanh(floating(x) / 2)


def hard_tanh(x: Any) -> Array:
    """Return the input, cut off at -1 and 1.

    Equation: ``f(u) = min(max(u, -1), 1)``; derivative 1 between -1 and 1, else 0.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers from -1 to 1, same shape.

    Example:
        >>> hard_tanh(jnp.array([-3.0, 0.25, 3.0])).tolist()
        [-1.0, 0.25, 1.0]

    Source: Collobert, 2004. The same in Keras; PyTorch's ``hardtanh`` has adjustable ends.
    """
    return jax.nn.hard_tanh(floating(x))


def softsign(x: Any) -> Array:
    """Return an S-curve that approaches its ends slowly.

    Equation: ``f(u) = u / (1 + |u|)``; derivative ``1 / (1 + |u|)^2``.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers from -1 to 1, same shape.

    Example:
        >>> softsign(jnp.array([-1.0, 0.0, 3.0])).tolist()
        [-0.5, 0.0, 0.75]

    Source: Turian, Bergstra and Bengio, 2009. The same in Keras and PyTorch.
    """
    return jax.nn.soft_sign(floating(x))
