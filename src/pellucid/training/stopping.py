"""Early stopping inside the program: a few counters, a comparison per epoch, a copy of the best weights.

The rule is Keras's: an epoch improves if its value beats the best by more than ``min_delta``; without improvement for
``patience`` epochs training stops; with a ``baseline``, only an improvement that also beats the baseline
resets the wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

Arrays = dict[str, Any]


@dataclass(frozen=True)
class StopRule:
    """What one early-stopping callback needs at trace time; its numbers travel as arrays.

    Attributes:
        column: Index of the monitored column of the history.
        maximise: Whether larger is better.
        keep_best: Whether the best epoch's weights are kept.
        has_baseline: Whether a baseline was given.
        of_validation: Whether the column is measured on validation data.
    """

    column: int
    maximise: bool
    keep_best: bool
    has_baseline: bool
    of_validation: bool = False


def start(rule: StopRule, weights: Arrays) -> Arrays:
    """Return the counters before the first epoch."""
    counters: Arrays = {
        "best": np.float32(-np.inf if rule.maximise else np.inf),
        "best_epoch": np.int32(-1),
        "wait": np.int32(0),
    }
    return {**counters, "weights": weights} if rule.keep_best else counters


def update(
    rule: StopRule, numbers: Arrays, counters: Arrays, row: Any, epoch: Any, weights: Arrays
) -> tuple[Arrays, Any]:
    """Judge one finished epoch: ``(counters, stop)``.

    Args:
        rule: The static part.
        numbers: ``min_delta``, ``patience``, ``baseline`` and ``start_from_epoch`` as arrays.
        counters: From :func:`start` or the epoch before.
        row: The epoch's row of the history.
        epoch: The epoch's index.
        weights: The weights after the epoch.
    """
    value = row[rule.column]
    sign = -1.0 if rule.maximise else 1.0
    counts = epoch >= numbers["start_from_epoch"]
    improved = sign * value + numbers["min_delta"] < sign * counters["best"]
    beats_baseline = sign * value + numbers["min_delta"] < sign * numbers["baseline"]
    resets = improved & beats_baseline if rule.has_baseline else improved
    wait = jnp.where(counts & ~resets, counters["wait"] + 1, 0)
    wait = jnp.where(counts, wait, counters["wait"])
    judged = {
        "best": jnp.where(improved, value, counters["best"]),
        "best_epoch": jnp.where(improved, epoch, counters["best_epoch"]),
        "wait": wait,
    }
    if rule.keep_best:
        judged["weights"] = lax.cond(improved, lambda: weights, lambda: counters["weights"])
    stop = counts & ~improved & (wait >= numbers["patience"]) & (epoch > 0)
    return judged, stop
