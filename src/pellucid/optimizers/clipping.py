"""Gradients that are too large are made smaller before the step."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.optimizers.slots import Weights, optax, through


def clip_each(grads: Weights, limit: Any) -> Weights:
    r"""Shorten each weight's gradient to at most the length `limit`.

    $$g \leftarrow g \min(1, c / \lVert g \rVert)$$

    >>> print(clip_each({"w": jnp.array([3.0, 4.0])}, 1.0)["w"])
    [0.6 0.8]
    """

    def shortened(grad: jax.Array) -> jax.Array:
        length = jnp.sqrt(jnp.sum(jnp.square(grad)))
        return grad * (limit / jnp.maximum(length, limit))

    return jax.tree.map(shortened, grads)


def clip_together(grads: Weights, limit: Any) -> Weights:
    """Shorten the gradient of all weights, taken as one long vector, to at most the length `limit`.

    >>> print(clip_together({"a": jnp.array([3.0]), "b": jnp.array([4.0])}, 1.0)["b"])
    [0.8]
    """
    return through(optax.clip_by_global_norm(limit), grads, optax.EmptyState())[0]


def clip_values(grads: Weights, limit: Any) -> Weights:
    """Cut every number of the gradient to the range from `-limit` to `limit`.

    >>> print(clip_values({"w": jnp.array([3.0, -0.5])}, 1.0)["w"])
    [ 1.  -0.5]
    """
    return through(optax.clip(limit), grads, optax.EmptyState())[0]


def clipped(grads: Weights, each: Any, values: Any, together: Any) -> Weights:
    """Clip in the way whose limit is not None; of the three there is one at most.

    Args:
        grads: The gradients.
        each: The limit of `clip_each`.
        values: The limit of `clip_values`.
        together: The limit of `clip_together`.
    """
    if each is not None:
        return clip_each(grads, each)
    if together is not None:
        return clip_together(grads, together)
    if values is not None:
        return clip_values(grads, values)
    return grads
