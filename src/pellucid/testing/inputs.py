"""What a case feeds to a layer: shapes that stand for random numbers, whole numbers, or arrays as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Integers:
    """Inputs of whole numbers, drawn evenly from ``low`` to ``high - 1``: indices, labels, pixels.

    Args:
        shape: The shape, the batch included.
        high: One more than the largest number.
        low: The smallest number. Default 0.
        dtype: Default ``"int32"``.

    Example:
        >>> Integers((2, 3), 10).draw(np.random.default_rng(0)).shape
        (2, 3)
    """

    shape: tuple[int, ...]
    high: int
    low: int = 0
    dtype: str = "int32"

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return the numbers."""
        return rng.integers(self.low, self.high, self.shape).astype(self.dtype)


def is_shape(value: Any) -> bool:
    """Tell a shape, a tuple of whole numbers, from a list of inputs."""
    return isinstance(value, tuple) and all(isinstance(size, int) for size in value)


def draw(inputs: Any, rng: np.random.Generator) -> Any:
    """Return arrays in the place of shapes and of :class:`Integers`, in lists and dicts too; arrays stay.

    Floats are drawn from ±[0.2, 2]: no layer's kink at zero is nearer than a finite difference reaches.

    >>> [each.shape for each in draw([(2, 3), Integers((2,), 5)], np.random.default_rng(0))]
    [(2, 3), (2,)]
    """
    if isinstance(inputs, Integers):
        return inputs.draw(rng)
    if is_shape(inputs):
        return rng.uniform(0.2, 2.0, inputs) * rng.choice([-1.0, 1.0], inputs)
    if isinstance(inputs, (list, tuple)):
        return [draw(each, rng) for each in inputs]
    if isinstance(inputs, dict):
        return {name: draw(each, rng) for name, each in inputs.items()}
    return np.asarray(inputs)
