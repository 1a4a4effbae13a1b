"""Who may look at what: masks of attention, True where looking is allowed."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def causal_mask(steps: int, source: int | None = None) -> jax.Array:
    """Let every step look at itself and at what came before.

    Equation: ``m[t, s] = (s <= t)``.

    Args:
        steps: The number of steps that look.
        source: The number of steps that are looked at; ``steps`` when None.

    Example:
        >>> causal_mask(3).astype(int)
        Array([[1, 0, 0],
               [1, 1, 0],
               [1, 1, 1]], dtype=int32)
    """
    return distance(steps, source) >= 0


def window_mask(steps: int, source: int | None, width: int) -> jax.Array:
    """Let every step look at its neighbours only.

    Equation: ``m[t, s] = (|t - s| < width)``.

    Args:
        steps: The number of steps that look.
        source: The number of steps that are looked at; ``steps`` when None.
        width: How far, the step itself counted; at least 1.

    Example:
        >>> window_mask(3, 3, 2).astype(int)
        Array([[1, 1, 0],
               [1, 1, 1],
               [0, 1, 1]], dtype=int32)
    """
    return abs(distance(steps, source)) < width


def distance(steps: int, source: int | None = None) -> jax.Array:
    """Return ``t - s`` for every pair of steps, shape (steps, source)."""
    shape = (steps, steps if source is None else source)
    return jax.lax.broadcasted_iota(jnp.int32, shape, 0) - jax.lax.broadcasted_iota(
        jnp.int32, shape, 1
    )


def both(first: jax.Array | None, second: jax.Array | None) -> jax.Array | None:
    """Return what both masks allow; None allows all.

    Example:
        >>> both(jnp.array([[True, False]]), jnp.array([[True], [False]])).astype(int)
        Array([[1, 0],
               [0, 0]], dtype=int32)
    """
    if first is None or second is None:
        return second if first is None else first
    return first & second
