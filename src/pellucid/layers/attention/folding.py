"""Attention over any axes of a picture or a film, as attention over steps: other axes join the batch."""

from __future__ import annotations

import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp


def folded(x: jax.Array, axes: Sequence[int]) -> jax.Array:
    """Bring heads over any axes to shape (rows, steps, heads, width).

    Args:
        x: Shape (batch, ..., heads, width).
        axes: The axes that attention goes over; they become the steps. The others become the rows.

    Example:
        >>> (
        ...     folded(jnp.zeros((2, 3, 4, 5, 6)), (2,)).shape,
        ...     folded(jnp.zeros((2, 3, 4, 5, 6)), (1, 2)).shape,
        ... )
        ((6, 4, 5, 6), (2, 12, 5, 6))
    """
    if x.ndim == 4:
        return x
    rows = _row_axes(x.ndim - 2, axes)
    moved = x.transpose(*rows, *axes, x.ndim - 2, x.ndim - 1)
    steps = math.prod(x.shape[axis] for axis in axes)
    return moved.reshape(-1, steps, *x.shape[-2:])


def unfolded(x: jax.Array, shape: Sequence[int], axes: Sequence[int]) -> jax.Array:
    """Undo :func:`folded` for arrays that had ``shape`` (up to the width).

    Example:
        >>> x = jnp.arange(24.0).reshape(1, 2, 3, 2, 2)
        >>> bool((unfolded(folded(x, (2,)), x.shape, (2,)) == x).all())
        True
    """
    if len(shape) == 4:
        return x
    order = [*_row_axes(len(shape) - 2, axes), *axes]
    moved = x.reshape(*(shape[axis] for axis in order), *x.shape[-2:])
    back = sorted(range(len(order)), key=order.__getitem__)
    return moved.transpose(*back, len(order), len(order) + 1)


def unfolded_weights(
    weights: jax.Array, query_shape: Sequence[int], key_shape: Sequence[int], axes: Sequence[int]
) -> jax.Array:
    """Give weights of shape (rows, heads, steps, source) their axes back: (batch, ..., heads, steps..., source...)."""
    rows = [query_shape[axis] for axis in _row_axes(len(query_shape) - 2, axes)]
    steps, source = ([shape[axis] for axis in axes] for shape in (query_shape, key_shape))
    return weights.reshape(*rows, weights.shape[1], *steps, *source)


def folded_mask(
    mask: jax.Array, query_shape: Sequence[int], key_shape: Sequence[int], axes: Sequence[int]
) -> jax.Array:
    """Bring a mask to the rank of (rows, heads, steps, source), against which it then broadcasts.

    Args:
        mask: Shape (batch, ..., heads, steps..., source...); axes may be 1, and heads and what stands before them may
            be missing, the batch last.
        query_shape: Shape (batch, ..., heads, width).
        key_shape: The same of the keys.
        axes: The axes that attention goes over.

    Example:
        >>> shape = (2, 3, 4, 5, 6)  # batch, rows, columns, heads, width
        >>> folded_mask(jnp.ones((2, 4, 4), bool), shape, shape, (2,)).shape
        (6, 1, 4, 4)
    """
    count = len(axes)
    rows = [query_shape[axis] for axis in _row_axes(len(query_shape) - 2, axes)]
    while mask.ndim < len(rows) + 1 + 2 * count:
        mask = jnp.expand_dims(mask, max(-2 * count - 1, -mask.ndim - 1))
    if len(query_shape) == 4:
        return mask
    steps, source = ([shape[axis] for axis in axes] for shape in (query_shape, key_shape))
    full = jnp.broadcast_to(mask, (*rows, mask.shape[len(rows)], *steps, *source))
    return full.reshape(-1, mask.shape[len(rows)], math.prod(steps), math.prod(source))


def _row_axes(count: int, axes: Sequence[int]) -> list[int]:
    """Return those of the first ``count`` axes that attention does not go over."""
    return [axis for axis in range(count) if axis not in axes]
