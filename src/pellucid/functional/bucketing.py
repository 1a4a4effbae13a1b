"""Numbers into buckets, and boundaries that put equally many numbers into each.

A *summary* of numbers is an array of two rows: values in rising order, and how many numbers each stands for. Summaries
of batches can be merged, so quantiles of any amount of data need little memory.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

FEW = 64
"""Up to so many boundaries it is quicker to compare with all than to search by halving."""


def bucket(x: jax.Array, boundaries: Any) -> jax.Array:
    """Return in which bucket each number is: how many boundaries are less than or equal to it.

    Args:
        x: Numbers of any shape; NaN is in the last bucket.
        boundaries: Rising numbers, shape (buckets - 1,); a bucket holds its lower boundary, not its upper one.

    Returns:
        Whole numbers from 0 to buckets - 1, of the shape of ``x``.

    Example:
        >>> bucket(jnp.array([-1.0, 0.0, 5.0]), [0.0, 1.0]).tolist()
        [0, 1, 2]
    """
    edges = jnp.asarray(boundaries, x.dtype)
    way = "compare_all" if edges.size <= FEW else "scan"
    return jnp.searchsorted(edges, x, side="right", method=way).astype(jnp.int32)


def summarise(numbers: np.ndarray, epsilon: float) -> np.ndarray:
    """Return a summary of numbers by about ``1 / epsilon`` values, or by all if there are fewer.

    >>> summarise(np.array([3.0, 1.0]), 0.01).tolist()
    [[1.0, 3.0], [1.0, 1.0]]
    """
    ordered = np.sort(np.asarray(numbers, np.float32), axis=None)
    step = max(ordered.size * epsilon, 1.0)
    values = ordered[int(step - 1) :: int(step)]
    return np.stack([values, np.full_like(values, step)])


def merge(first: np.ndarray, second: np.ndarray, epsilon: float) -> np.ndarray:
    """Return a summary of the numbers behind two summaries, again by about ``1 / epsilon`` values.

    >>> merge(np.array([[1.0], [2.0]]), np.array([[0.0], [1.0]]), 0.1).tolist()
    [[0.0, 1.0], [1.0, 2.0]]
    """
    both = np.concatenate([first, second], axis=1)
    return _compress(both[:, np.argsort(both[0])], epsilon)


def boundaries(summary: np.ndarray, buckets: int) -> np.ndarray:
    """Return the boundaries between ``buckets`` parts of equal weight: ``buckets - 1``, or fewer of fewer numbers.

    >>> boundaries(summarise(np.arange(8.0), 0.01), 4).tolist()
    [1.0, 3.0, 5.0]
    """
    return _compress(summary, 1.0 / buckets)[0, :-1]


def _compress(summary: np.ndarray, epsilon: float) -> np.ndarray:
    """Cut the weights into parts of ``epsilon`` of all, each known by the value at its end, interpolated."""
    values, weights = summary
    if values.size * epsilon < 1:
        return summary
    ends = epsilon + np.arange(0.0, 1.0, epsilon)
    reached = weights.cumsum()
    share = reached / reached[-1]
    weight_at_ends = np.interp(ends, share, reached)
    kept = np.interp(ends, share, values), np.diff(weight_at_ends, prepend=0)
    return np.stack(kept).astype(np.float32)
