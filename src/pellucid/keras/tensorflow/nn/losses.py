"""Losses from logits, one value per row."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.tensorflow.compiled import compiled


@compiled("axis")
def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> jax.Array:
    """Return minus the log probability of the true classes, given as probabilities."""
    logits = jnp.asarray(logits)
    return -jnp.sum(jnp.asarray(labels, logits.dtype) * jax.nn.log_softmax(logits, axis), axis)


@compiled()
def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> jax.Array:
    """Return minus the log probability of the true classes, given as numbers."""
    logs = jax.nn.log_softmax(jnp.asarray(logits), -1)
    places = jnp.asarray(labels).astype("int32")[..., None]
    return -jnp.take_along_axis(logs, places, -1, mode="fill")[..., 0]


@compiled()
def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None
) -> jax.Array:
    """Return the cross-entropy of each yes/no question by itself."""
    logits = jnp.asarray(logits)
    return jax.nn.softplus(logits) - jnp.asarray(labels, logits.dtype) * logits


@compiled()
def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> jax.Array:
    """Return the cross-entropy of each yes/no question, the yes counted ``pos_weight`` times."""
    logits = jnp.asarray(logits)
    labels = jnp.asarray(labels, logits.dtype)
    yes, no = labels * jax.nn.softplus(-logits), (1 - labels) * jax.nn.softplus(logits)
    return pos_weight * yes + no


@compiled("compute_full_loss")
def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> jax.Array:
    """Return minus the log likelihood of counts, ``tf.nn.log_poisson_loss``."""
    logs = jnp.asarray(log_input)
    targets = jnp.asarray(targets, logs.dtype)
    found = jnp.exp(logs) - logs * targets
    if not compute_full_loss:
        return found
    stirling = targets * jnp.log(targets) - targets + 0.5 * jnp.log(2 * jnp.pi * targets)
    return found + jnp.where(targets <= 1, 0.0, stirling)


@operation
def l2_loss(t: Any, name: str | None = None) -> jax.Array:
    """Return half the sum of squares, ``tf.nn.l2_loss``."""
    return jnp.sum(jnp.square(jnp.asarray(t))) / 2


@operation
def compute_average_loss(
    per_example_loss: Any,
    sample_weight: Any = None,
    global_batch_size: Any = None,
) -> jax.Array:
    """Return the sum of the losses divided by the size of the whole batch, ``tf.nn.compute_average_loss``."""
    losses = jnp.asarray(per_example_loss)
    size = losses.shape[0] if global_batch_size is None else global_batch_size
    return jnp.sum(losses if sample_weight is None else losses * jnp.asarray(sample_weight)) / size


@operation
def scale_regularization_loss(regularization_loss: Any) -> jax.Array:
    """Return the sum of penalties: one program holds the whole batch, so there is nothing to divide by."""
    return jnp.sum(jnp.asarray(regularization_loss))
