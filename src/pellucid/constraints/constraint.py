"""What every constraint is: a function that moves a weight back to where it is allowed to be."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.core.record import Recorded


class Constraint(Recorded):
    """The base of all constraints; the trainer applies them after every step.

    Example:
        >>> import jax.numpy as jnp
        >>> class Box(Constraint):
        ...     def __call__(self, weights):
        ...         return jnp.clip(weights, -1.0, 1.0)
        >>> print(Box()(jnp.array([0.5, -3.0])))
        [ 0.5 -1. ]
    """

    def __call__(self, weights: Any) -> jax.Array:
        """Return the nearest allowed weights, of the same shape.

        Args:
            weights: The weight after a step.
        """
        raise NotImplementedError
