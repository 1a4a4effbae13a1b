"""Activation functions with TensorFlow's argument names."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional import activations
from pellucid.keras.operation import operation


@operation
def relu(features: Any, name: str | None = None) -> jax.Array:
    """Return positive numbers, and 0 for negative ones, ``tf.nn.relu``."""
    return jax.nn.relu(jnp.asarray(features))


@operation
def relu6(features: Any, name: str | None = None) -> jax.Array:
    """Return the numbers cut off at 0 and 6, ``tf.nn.relu6``."""
    return jax.nn.relu6(jnp.asarray(features))


@operation
def leaky_relu(features: Any, alpha: Any = 0.2, name: str | None = None) -> jax.Array:
    """Return positive numbers, and ``alpha`` times negative ones, ``tf.nn.leaky_relu``."""
    return jax.nn.leaky_relu(jnp.asarray(features), alpha)


@operation
def crelu(features: Any, axis: int = -1, name: str | None = None) -> jax.Array:
    """Return the positive parts of ``x`` and of ``-x`` side by side, ``tf.nn.crelu``."""
    features = jnp.asarray(features)
    return jax.nn.relu(jnp.concatenate([features, -features], axis))


@operation
def elu(features: Any, name: str | None = None) -> jax.Array:
    """Return positive numbers, and ``e ** x - 1`` for negative ones, ``tf.nn.elu``."""
    return activations.elu(jnp.asarray(features))


@operation
def selu(features: Any, name: str | None = None) -> jax.Array:
    """Return the scaled exponential linear unit, ``tf.nn.selu``."""
    return activations.selu(jnp.asarray(features))


@operation
def gelu(features: Any, approximate: bool = False, name: str | None = None) -> jax.Array:
    """Return ``x`` times the normal distribution's share below ``x``, ``tf.nn.gelu``."""
    return activations.gelu(jnp.asarray(features), approximate)


@operation
def silu(features: Any, beta: Any = 1.0, name: str | None = None) -> jax.Array:
    """Return ``x sigmoid(beta x)``, ``tf.nn.silu``."""
    features = jnp.asarray(features)
    return features * jax.nn.sigmoid(beta * features)


@operation
def softmax(logits: Any, axis: Any = None, name: str | None = None) -> jax.Array:
    """Return positive numbers that sum to 1 along an axis, ``tf.nn.softmax``."""
    return jax.nn.softmax(jnp.asarray(logits), -1 if axis is None else axis)


@operation
def log_softmax(logits: Any, axis: Any = None, name: str | None = None) -> jax.Array:
    """Return the logarithms of the softmax, ``tf.nn.log_softmax``."""
    return jax.nn.log_softmax(jnp.asarray(logits), -1 if axis is None else axis)
