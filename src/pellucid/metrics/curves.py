"""Areas under curves of yes/no answers: ROC, precision-recall and precision-recall-gain, exact or in bins."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from pellucid.metrics.sums import divide, tree_sum


def exact_counts(true: Array, scores: Array, weight: Array) -> tuple[Array, Array]:
    """Return true and false positives at every threshold, from the highest score downwards, beginning with none.

    Equal scores fall together: all of a group get the counts at the group's end, so that the area between them is one
    straight piece.

    Args:
        true: 0 or 1, shape (n,).
        scores: Shape (n,).
        weight: Shape (n,); rows of weight 0 change nothing.

    >>> [
    ...     c.tolist()
    ...     for c in exact_counts(
    ...         *map(jnp.array, ([1.0, 0.0, 1.0], [0.9, 0.5, 0.5], [1.0, 1.0, 1.0]))
    ...     )
    ... ]
    [[0.0, 1.0, 2.0, 2.0], [0.0, 0.0, 1.0, 1.0]]
    """
    order = jnp.argsort(-scores)
    true, scores, weight = true[order], scores[order], weight[order]
    last = jnp.append(scores[1:] != scores[:-1], True)

    def at_group_end(counts: Array) -> Array:
        ends = lax.cummin(jnp.where(last, counts, jnp.inf), reverse=True)
        return jnp.concatenate([jnp.zeros(1, counts.dtype), ends])

    return at_group_end(jnp.cumsum(weight * true)), at_group_end(jnp.cumsum(weight * (1 - true)))


def exact_area(hits: Array, false: Array, curve: str, method: str) -> Array:
    """Return the area under a curve given at every threshold, from the highest downwards.

    The area under the precision-recall curve is the average precision, ``sum (R_i - R_(i-1)) P_i``, unless
    another method is asked
    for: straight lines between its points would be too good.
    """
    positives, negatives = hits[-1], false[-1]
    x, y = curve_points(hits, false, positives, negatives, curve)
    if curve == "PR":
        y = y.at[0].set(y[1])
        method = "right" if method == "interpolation" else method
    return tree_sum((x[1:] - x[:-1]) * heights(y[:-1], y[1:], method))


def binned_area(
    hits: Array, false: Array, positives: Array, negatives: Array, curve: str, method: str
) -> Array:
    """Return the area under a curve given at rising thresholds, as Keras computes it."""
    if curve == "PR" and method == "interpolation":
        return interpolated_precision_area(hits, false, positives)
    x, y = curve_points(hits, false, positives, negatives, curve)
    return jnp.sum((x[:-1] - x[1:]) * heights(y[:-1], y[1:], method))


def curve_points(
    hits: Array, false: Array, positives: Array, negatives: Array, curve: str
) -> tuple[Array, Array]:
    """Return the points of a curve: ROC (false positive rate, recall), PR (recall, precision), PRGAIN (their gains)."""
    recall = divide(hits, positives)
    if curve == "ROC":
        return divide(false, negatives), recall
    if curve == "PR":
        return recall, divide(hits, hits + false)
    scale = divide(positives, negatives)
    nothing = hits == 0
    recall_gain = jnp.where(nothing, 0.0, 1 - scale * divide(positives - hits, hits))
    precision_gain = jnp.where(nothing, 1.0, 1 - scale * divide(false, hits))
    return jnp.maximum(recall_gain, 0.0), precision_gain


def heights(a: Array, b: Array, method: str) -> Array:
    """Return the heights of the pieces between points ``a`` and ``b``."""
    if method == "right":
        return b
    if method == "interpolation":
        return (a + b) / 2
    return jnp.minimum(a, b) if method == "minoring" else jnp.maximum(a, b)


def interpolated_precision_area(hits: Array, false: Array, positives: Array) -> Array:
    """Return the area under the precision-recall curve, the counts interpolated between thresholds.

    Between two thresholds the true positives grow in proportion to all positives; the precision then follows a
    hyperbola, whose integral is a logarithm (Davis and Goadrich, 2006).
    """
    gained = hits[:-1] - hits[1:]
    called = hits + false
    slope = divide(gained, jnp.maximum(called[:-1] - called[1:], 0))
    intercept = hits[1:] - slope * called[1:]
    both = (called[:-1] > 0) & (called[1:] > 0)
    ratio = jnp.where(both, divide(called[:-1], called[1:]), 1.0)
    pieces = slope * (gained + intercept * jnp.log(jnp.where(both, ratio, 1.0)))
    return divide(jnp.sum(pieces), positives)
