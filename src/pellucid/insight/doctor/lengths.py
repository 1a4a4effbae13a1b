"""Lengths of weights and of their ways as plain numbers, in the units and by the equations of the probes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np

ByLayer = Mapping[str, Sequence[np.ndarray]]


def length(arrays: Sequence[np.ndarray]) -> float:
    """Return the Euclidean norm of all numbers of some arrays together.

    >>> length([np.array([3.0]), np.array([[4.0]])])
    5.0
    """
    return float(np.sqrt(sum(float(np.vdot(array, array)) for array in arrays)))


def quotient(above: float, below: float) -> float:
    """Return a quotient of two lengths; NaN where the lower one is zero.

    >>> quotient(1.0, 2.0), quotient(1.0, 0.0)
    (0.5, nan)
    """
    return above / below if below > 0 else nan


def ways(weights: ByLayer, start: ByLayer) -> dict[str, float]:
    """Return how far the weights of each layer are from others, relative to the length of those.

    >>> ways({"dense": [np.array([3.0, 5.0])]}, {"dense": [np.array([3.0, 4.0])]})
    {'dense': 0.2}
    """
    return {
        place: quotient(
            length([one - other for one, other in zip(arrays, start[place], strict=True)]),
            length(start[place]),
        )
        for place, arrays in weights.items()
        if place in start
    }
