"""A step in parts: rows go through the network a few at a time, and their gradients are summed.

What a large batch leaves behind between the forward and the backward pass does not fit into a processor's cache; a
quarter of the batch does. On two cores with 2 MB each, a small transformer (64 tokens, width 128, batch 32) trains 1.4
times as fast in quarters. ``dividing.py`` decides when.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.training.objective import Aim, Measured
from pellucid.training.own_step import gradients_of

Arrays = dict[str, Any]


def divided_gradients(
    aim: Aim,
    parts: int,
    params: Arrays,
    state: Arrays,
    frozen: Arrays,
    batch: Any,
    hyper: Arrays,
    key: Any,
) -> tuple[Any, Arrays, Measured]:
    """Return ``(loss, gradients, measured)`` of a batch, computed in ``parts`` parts; see :func:`gradients_of`."""
    pieces = jax.tree.map(lambda a: a.reshape(parts, -1, *a.shape[1:]), batch)
    start = (jnp.float32(0.0), jax.tree.map(jnp.zeros_like, params))

    def add(total: Any, turn: Any) -> Any:
        number, piece = turn
        own = jax.random.fold_in(key, number)
        loss, gradients, measured = gradients_of(aim, params, state, frozen, piece, hyper, own)
        return jax.tree.map(jnp.add, total, (loss, gradients)), (measured.outputs, measured.parts)

    total, (outputs, watched) = jax.lax.scan(add, start, (jnp.arange(parts), pieces))
    loss, gradients = jax.tree.map(lambda a: a / parts, total)
    outputs = jax.tree.map(lambda a: a.reshape(-1, *a.shape[2:]), outputs)
    return loss, gradients, Measured(outputs, state, jax.tree.map(jnp.mean, watched))
