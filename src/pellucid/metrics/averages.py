"""One number out of one score per class: the macro, micro and weighted averages."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Choice
from pellucid.metrics.sums import divide

AVERAGE = Choice(("macro", "micro", "weighted"), optional=True)

Ratio = Callable[[Array, Array, Array], Array]


def average_scores(
    ratio: Ratio, hits: Array, false: Array, missed: Array, average: str | None, all_classes: bool
) -> Array:
    """Return the average of a score over the classes.

    Args:
        ratio: The score from hits, false alarms and misses, e.g. precision.
        hits: True positives per class, shape (classes,).
        false: False positives per class.
        missed: False negatives per class.
        average: "macro": mean over the classes; "weighted": weighted by how often each class occurs; "micro":
            the score of the summed counts; None: one score per class.
        all_classes: Whether classes that occur in neither targets nor predictions count (as 0) in the macro mean.

    >>> precision = lambda hits, false, missed: divide(hits, hits + false)
    >>> counts = jnp.array([3.0, 1.0]), jnp.array([1.0, 1.0]), jnp.array([1.0, 1.0])
    >>> [
    ...     float(average_scores(precision, *counts, how, False))
    ...     for how in ("macro", "micro", "weighted")
    ... ]
    [0.625, 0.6667, 0.6667]
    """
    if average == "micro":
        return ratio(jnp.sum(hits), jnp.sum(false), jnp.sum(missed))
    scores = ratio(hits, false, missed)
    if average == "macro":
        occurs = (
            jnp.ones_like(hits) if all_classes else (hits + false + missed > 0).astype(hits.dtype)
        )
        return divide(jnp.sum(scores * occurs), jnp.sum(occurs))
    if average == "weighted":
        return divide(jnp.sum(scores * (hits + missed)), jnp.sum(hits + missed))
    return scores
