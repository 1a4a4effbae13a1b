"""Which activation an output ends in, where code of the user's own applies it: told by what the output can reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.insight.doctor.rehearsal.stage import Stage

Arrays = dict[str, Any]

LARGER = (1e3, -1e3)
"""What the last weights are multiplied by: sums of about 1 then lie far behind every bend, on either side of it."""
ENOUGH = 8
"""Numbers from which an output's range can be told."""
NEAR = 1e-3
"""Distance from a bound that counts as on it, and of a row's sum from 1."""
MOST = 0.5
"""Share of the numbers that have to lie on the bounds, so that these are bounds."""
SOME = 0.05
"""Share of the numbers that have to lie on each bound; a network may give one of them rarely."""


def last_weights(stage: Stage) -> tuple[str, ...]:
    """Return the paths of the trained weights of the layer that computes last."""
    paths = tuple(stage.arrays["params"])
    for place in reversed(stage.order):
        found = tuple(path for path in paths if path.startswith(f"{place}/"))
        if found:
            return found
    return ()


def with_larger(arrays: Arrays, paths: tuple[str, ...], times: float) -> Arrays:
    """Return a stage's arrays with some weights made much larger, to be looked at."""
    params = arrays["params"]
    larger = {path: np.asarray(np.asarray(params[path]) * times) for path in paths}
    return {**arrays, "params": {**params, **larger}}


def last_activation(before: np.ndarray, after: Sequence[np.ndarray]) -> str | None:
    """Return the activation whose range an output shows, ``"linear"`` without bounds, None where it cannot be told.

    Args:
        before: What the output gives, ``(rows, ..., units)``.
        after: The same with the last weights times each of ``LARGER``.

    Example:
        >>> sums = np.array([[-2.0, 1.0], [0.5, -0.5], [3.0, 2.0], [-1.0, 1.0]])
        >>> last_activation(np.maximum(sums, 0), [np.maximum(k * sums, 0) for k in LARGER])
        'relu'
        >>> last_activation(sums, [k * sums for k in LARGER])
        'linear'
        >>> last_activation(np.ones((8, 1)), [np.ones((8, 1))] * 2)
        'softmax'
    """
    seen = np.asarray([before, *after], float)
    if before.size < ENOUGH or not np.isfinite(seen).all():
        return None
    units = before.shape[-1] if before.ndim > 1 else 1
    shares = seen.reshape(-1, units).sum(axis=-1)
    if seen.min() >= 0 and np.allclose(shares, 1, atol=NEAR):
        return "softmax"
    return _bounded(seen) or _open(seen)


def _bounded(seen: np.ndarray) -> str | None:
    for name, low in (("sigmoid", 0.0), ("tanh", -1.0)):
        inside = seen.min() >= low - NEAR and seen.max() <= 1 + NEAR
        shares = [float((np.abs(seen[1:] - end) <= NEAR).mean()) for end in (low, 1.0)]
        if inside and sum(shares) >= MOST and min(shares) >= SOME:
            return name
    return None


def _open(seen: np.ndarray) -> str | None:
    grows = np.abs(seen[1:]).max() > 10 * np.abs(seen[0]).max() > 0
    if not grows:
        return None
    if seen.min() >= 0:
        return "relu" if (seen == 0).mean() >= SOME else None
    return "linear"
