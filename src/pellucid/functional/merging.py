"""Several arrays made one: number by number, side by side, or by inner products. What is masked does not take part.

A *mask* belongs to the leading axes of its array, (batch, steps) as a rule, and is True where the array counts.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce

import jax
import jax.numpy as jnp

Masks = Sequence[jax.Array | None]


def same_rank(arrays: Sequence[jax.Array]) -> list[jax.Array]:
    """Give arrays of fewer axes further ones of size 1 after the batch, so that they broadcast.

    >>> [each.shape for each in same_rank([jnp.zeros((2, 5, 3)), jnp.zeros((2, 3))])]
    [(2, 5, 3), (2, 1, 3)]
    """
    rank = max(array.ndim for array in arrays)
    return [array.reshape(_with_axes(array.shape, rank)) for array in arrays]


def _with_axes(shape: tuple[int, ...], rank: int) -> tuple[int, ...]:
    return (*shape[:1], *[1] * (rank - len(shape)), *shape[1:])


def only_valid(arrays: Sequence[jax.Array], masks: Masks, neutral: float) -> list[jax.Array]:
    """Put ``neutral`` in the place of what is masked.

    >>> only_valid([jnp.array([[1.0, jnp.nan]])], [jnp.array([[True, False]])], 0)
    [Array([[1., 0.]], dtype=float32)]
    """
    return [
        array if mask is None else jnp.where(_like(mask, array), array, _cast(neutral, array))
        for array, mask in zip(arrays, masks, strict=True)
    ]


def _like(mask: jax.Array, array: jax.Array) -> jax.Array:
    return mask.reshape(mask.shape + (1,) * (array.ndim - mask.ndim))


def _cast(neutral: float, array: jax.Array) -> jax.Array:
    """Return ``neutral`` in the array's dtype; infinities become the dtype's own ends where it has none."""
    if jnp.issubdtype(array.dtype, jnp.integer) and abs(neutral) == jnp.inf:
        ends = jnp.iinfo(array.dtype)
        neutral = ends.max if neutral > 0 else ends.min
    return jnp.asarray(neutral, array.dtype)


def merge(
    operation: Callable[[jax.Array, jax.Array], jax.Array],
    arrays: Sequence[jax.Array],
    masks: Masks | None = None,
    neutral: float = 0,
) -> jax.Array:
    """Combine arrays number by number, from the left.

    Equation: ``y = (x_1 op x_2) op x_3 ...`` with the arrays ``x`` and the operation ``op``; ``neutral`` stands for
    masked numbers, and the result is 0 where all are masked.

    Args:
        operation: Of two arrays, e.g. ``jnp.add``.
        arrays: At least one; shapes (batch, ...) that broadcast after :func:`same_rank`.
        masks: One or None for each; None for no masks at all.
        neutral: The number that changes nothing: 0 for sums, 1 for products, infinity for the smallest.

    Example:
        >>> a, b = jnp.array([[1.0, 2.0]]), jnp.array([[10.0, jnp.nan]])
        >>> merge(jnp.add, [a, b], [None, jnp.array([[True, False]])])
        Array([[11.,  2.]], dtype=float32)
    """
    if masks is None:
        return reduce(operation, same_rank(arrays))
    merged = reduce(operation, same_rank(only_valid(arrays, masks, neutral)))
    count = valid_count(arrays, masks)
    return jnp.where(count > 0, merged, jnp.zeros((), merged.dtype))


def valid_count(arrays: Sequence[jax.Array], masks: Masks) -> jax.Array:
    """Return how many of the arrays count at each place, in a shape that broadcasts against what is merged."""
    rank = max(array.ndim for array in arrays)
    each = [
        jnp.ones((1,) * rank, jnp.int32)
        if mask is None
        else _like(mask, array).reshape(_with_axes(_like(mask, array).shape, rank))
        for array, mask in zip(arrays, masks, strict=True)
    ]
    return reduce(operator.add, [one.astype(jnp.int32) for one in each])


def average(arrays: Sequence[jax.Array], masks: Masks | None = None) -> jax.Array:
    """Return the mean of the arrays, number by number, of those that count; 0 where none does.

    Equation: ``y = sum_k m_k x_k / sum_k m_k`` with the arrays ``x`` and their masks ``m`` as 0 and 1.

    Args:
        arrays: At least one; shapes (batch, ...) that broadcast after :func:`same_rank`.
        masks: One or None for each; None for no masks at all.

    Example:
        >>> average([jnp.array([[1.0, 2.0]]), jnp.array([[3.0, 6.0]])])
        Array([[2., 4.]], dtype=float32)
    """
    total = merge(jnp.add, arrays, masks)
    if masks is None:
        return total / len(arrays)
    return total / jnp.maximum(valid_count(arrays, masks), 1).astype(
        jnp.result_type(total, jnp.float32)
    )


def batch_dot(x: jax.Array, y: jax.Array, axes: tuple[int, int]) -> jax.Array:
    """Return inner products of two arrays, row by row of the batch.

    Equation: ``z[b, i, j] = sum_k x[b, i, k] y[b, k, j]`` where ``k`` runs along ``axes[0]`` of ``x`` and ``axes[1]``
    of ``y``, and ``i`` and ``j`` stand for all other axes.

    Args:
        x: Shape (batch, ...).
        y: Shape (batch, ...), along ``axes[1]`` as long as ``x`` along ``axes[0]``.
        axes: The axes that are summed over, from 1.

    Returns:
        Shape (batch, rest of x, rest of y); (batch, 1) if nothing is left.

    Example:
        >>> batch_dot(jnp.array([[1.0, 2.0]]), jnp.array([[3.0, 4.0]]), (1, 1))
        Array([[11.]], dtype=float32)
    """
    kind = jnp.result_type(x, y)
    numbers = (((axes[0],), (axes[1],)), ((0,), (0,)))
    product = jax.lax.dot_general(x.astype(kind), y.astype(kind), numbers)
    return product[:, None] if product.ndim == 1 else product
