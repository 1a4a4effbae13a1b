"""The oldest activations: the identity, the step and the sign, and the exponential.

Rosenblatt's perceptron uses the step, Adaline the identity. Step and sign are flat on both sides of their jump, so
gradient descent learns nothing through them: their gradient is zero everywhere.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array


def floating(x: Any) -> Array:
    """Return ``x`` as an array of real numbers; integers and booleans become float32."""
    x = jnp.asarray(x)
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(jnp.float32)


def linear(x: Any) -> Array:
    """Return the input unchanged (also called identity).

    Equation: ``f(u) = u``; derivative 1.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        The same numbers, same shape.

    Example:
        >>> linear(jnp.array([-1.0, 2.0])).tolist()
        [-1.0, 2.0]

    The same in Keras (``linear``) and PyTorch (``nn.Identity``).
    """
    return jnp.asarray(x)


def step(x: Any) -> Array:
    """Return 1 where the input is at least zero, else 0; its gradient is zero everywhere.

    Equation: ``f(u) = 1 if u >= 0 else 0``. The derivative is 0 for every ``u`` except the jump at 0, where there is
    none; differentiation returns 0 there too. A network cannot learn by gradient descent through it: use it for
    perceptrons with their own rule, or for prediction, and train with :func:`sigmoid`.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        0.0 or 1.0, same shape.

    Example:
        >>> step(jnp.array([-0.5, 0.0, 2.0])).tolist()
        [0.0, 1.0, 1.0]
        >>> import jax
        >>> float(jax.grad(step)(2.0))
        0.0

    Source: McCulloch and Pitts, 1943; Rosenblatt, 1958.
    Keras has no step; ``torch.heaviside(x, values)`` asks for the value at 0, which is 1 here.
    """
    x = floating(x)
    return jnp.where(x >= 0, jnp.ones_like(x), jnp.zeros_like(x))


def sign(x: Any) -> Array:
    """Return 1 where the input is at least zero, else -1; its gradient is zero everywhere.

    Equation: ``f(u) = 1 if u >= 0 else -1``. As with :func:`step`, nothing can be learned by gradient descent through
    it; train with :func:`tanh`.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        -1.0 or 1.0, same shape.

    Example:
        >>> sign(jnp.array([-0.5, 0.0, 2.0])).tolist()
        [-1.0, 1.0, 1.0]
        >>> import jax
        >>> float(jax.grad(sign)(2.0))
        0.0

    Source: the bipolar unit of Widrow and Hoff, 1960.
    ``jnp.sign``, ``keras.ops.sign`` and ``torch.sign`` give 0 at 0; a neuron must decide, so this gives 1.
    """
    x = floating(x)
    return jnp.where(x >= 0, jnp.ones_like(x), -jnp.ones_like(x))


def exponential(x: Any) -> Array:
    """Return the exponential of the input.

    Equation: ``f(u) = e^u``; derivative ``e^u``. Keeps outputs positive, e.g. rates for the Poisson loss. Above
    ``u = 88`` a float32 is infinite.

    Args:
        x: Numbers, any shape, e.g. (batch, features).

    Returns:
        Numbers above 0, same shape.

    Example:
        >>> exponential(jnp.array([0.0, 1.0])).tolist()
        [1.0, 2.7183]

    The same in Keras (``exponential``) and PyTorch (``torch.exp``).
    """
    return jnp.exp(floating(x))
