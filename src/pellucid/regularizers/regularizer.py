"""What every regularizer is: a function of a weight whose value is added to the loss."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.record import Recorded


class Regularizer(Recorded):
    """The base of all regularizers.

    A class of one's own overrides `__call__`. Numbers that are named in `hyperparameters` may be
    0-d arrays while a program is traced, so a population can give each member its own; compare them
    with no Python `if`.

    Example:
        >>> import jax.numpy as jnp
        >>> class Biggest(Regularizer):
        ...     def __call__(self, weights):
        ...         return 0.1 * jnp.max(jnp.abs(weights))
        >>> print(Biggest()(jnp.array([1.0, -3.0])))
        0.3
    """

    def __call__(self, weights: Any) -> jax.Array:
        """Return the penalty, a scalar.

        Args:
            weights: The weight, of any shape.
        """
        raise NotImplementedError


def magnitude(values: Any) -> jax.Array:
    """Return absolute values whose slope at exactly 0 is 0.

    JAX's own slope of `abs` at 0 is 1, so a penalty would push weights that are 0 away from 0.

    >>> jax.grad(magnitude)(0.0).item(), jax.grad(jnp.abs)(0.0).item()
    (0.0, 1.0)
    """
    values = jnp.asarray(values)
    return values * jax.lax.stop_gradient(jnp.sign(values))
