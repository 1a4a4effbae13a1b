"""Sums that keep their digits: float32 loses them when 60,000 small numbers are added one after the other.

A *sum* is an array of shape (2, ...): the total, and what rounding has taken from it so far (Neumaier, 1974).
The sum of one batch is done in a tree of short sums (pairwise summation). Together they are right to about one
part in ten million.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

BRANCHES = 16
"""How many numbers are added one after the other at each level of the tree."""


def new_sum(shape: tuple[int, ...] = ()) -> np.ndarray:
    """Return a sum of zero.

    >>> new_sum((3,)).shape
    (2, 3)
    """
    return np.zeros((2, *shape), np.float32)


def add_to(running: Any, value: Any) -> Array:
    """Return the sum with ``value`` added; what the rounding takes is kept.

    >>> running = add_to(add_to(new_sum(), 1e8), 1.0)
    >>> float(total_of(add_to(running, -1e8)))
    1.0
    """
    total, lost = jnp.asarray(running)
    value = jnp.asarray(value, total.dtype)
    new = total + value
    larger, smaller = (
        jnp.where(jnp.abs(total) >= jnp.abs(value), total, value),
        jnp.where(jnp.abs(total) >= jnp.abs(value), value, total),
    )
    return jnp.stack([new, lost + ((larger - new) + smaller)])


def total_of(running: Any) -> Array:
    """Return the value of a sum."""
    return running[0] + running[1]


def tree_sum(values: Any) -> Array:
    """Return the sum over the first axis, added up in a tree.

    >>> float(tree_sum(jnp.ones(1000)))
    1000.0
    """
    values = jnp.asarray(values)
    while values.shape[0] > BRANCHES:
        rows = -(-values.shape[0] // BRANCHES)
        padding = [(0, rows * BRANCHES - values.shape[0])] + [(0, 0)] * (values.ndim - 1)
        values = jnp.pad(values, padding).reshape(rows, BRANCHES, *values.shape[1:]).sum(axis=1)
    return values.sum(axis=0)


def divide(a: Any, b: Any) -> Array:
    """Return ``a / b``, and 0 where ``b`` is 0 (nothing was counted).

    >>> divide(jnp.array([1.0, 1.0]), jnp.array([2.0, 0.0])).tolist()
    [0.5, 0.0]
    """
    a, b = jnp.asarray(a), jnp.asarray(b)
    return jnp.where(b == 0, 0.0, a / jnp.where(b == 0, 1.0, b))
