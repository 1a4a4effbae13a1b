"""A step in parts: rows go through the network a few at a time, and their gradients are averaged.

Parts are done by several cores at once (``spread.py``), one after the other, or both. What a large batch leaves behind
between the forward and the backward pass does not fit into a processor's cache; a quarter of the batch does.
``dividing.py`` decides when.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.training.objective import Aim, Measured
from pellucid.training.own_step import gradients_of
from pellucid.training.spread import AXIS, averaged, joined, share

Arrays = dict[str, Any]
Gradients = tuple[Any, Arrays, Measured]


def divided_gradients(
    aim: Aim,
    parts: int,
    cores: int,
    params: Arrays,
    state: Arrays,
    frozen: Arrays,
    batch: Any,
    hyper: Arrays,
    key: Any,
) -> Gradients:
    """Return ``(loss, gradients, measured)`` of a batch in so many parts on so many cores; see :func:`gradients_of`.

    A part's noise depends on its number alone, so it is the same on any number of cores.
    """
    given = (params, state, frozen)
    if cores == 1:
        return in_turn(aim, parts, 0, given, batch, hyper, key)
    mine, each = share(batch, cores), parts // cores
    first = jax.lax.axis_index(AXIS) * each
    if each == 1:
        own = jax.random.fold_in(key, first)
        loss, gradients, measured = gradients_of(
            aim, params, state, frozen, mine, hyper, own, over=AXIS
        )
    else:
        loss, gradients, measured = in_turn(aim, each, first, given, mine, hyper, key)
    loss, gradients, kept, watched = averaged((loss, gradients, measured.state, measured.parts))
    return loss, gradients, Measured(joined(measured.outputs), kept, watched)


def in_turn(
    aim: Aim, parts: int, first: Any, given: Any, batch: Any, hyper: Arrays, key: Any
) -> Gradients:
    """Return the same of parts that come one after the other; the first one has the number ``first``."""
    params, state, frozen = given
    pieces = jax.tree.map(lambda a: a.reshape(parts, -1, *a.shape[1:]), batch)
    start = (jnp.float32(0.0), jax.tree.map(jnp.zeros_like, params))

    def add(total: Any, turn: Any) -> Any:
        number, piece = turn
        own = jax.random.fold_in(key, number)
        loss, gradients, measured = gradients_of(aim, params, state, frozen, piece, hyper, own)
        return jax.tree.map(jnp.add, total, (loss, gradients)), (measured.outputs, measured.parts)

    total, (outputs, watched) = jax.lax.scan(add, start, (first + jnp.arange(parts), pieces))
    loss, gradients = jax.tree.map(lambda a: a / parts, total)
    outputs = jax.tree.map(lambda a: a.reshape(-1, *a.shape[2:]), outputs)
    return loss, gradients, Measured(outputs, state, jax.tree.map(jnp.mean, watched))
