"""Constraints on the length of weight vectors, and on their signs.

The *axis* is the one along which a vector runs: in a dense kernel `(inputs, units)` axis 0 gives
one vector a unit; in a convolution kernel `(height, width, channels, filters)` the axes `(0, 1, 2)`
give one vector a filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.constraints.constraint import Constraint
from pellucid.core.limits import Instance, Limit, Real

EPSILON = 1e-7
"""Keras's: added to a length before dividing by it, so that a vector of zeros stays one."""

AXIS = Instance((int, list, tuple), "an axis or a list of axes")


def _lengths(weights: jax.Array, axis: int | Sequence[int]) -> jax.Array:
    axes = axis if isinstance(axis, int) else tuple(axis)
    return jnp.sqrt(jnp.sum(jnp.square(weights), axis=axes, keepdims=True))


class NonNeg(Constraint):
    r"""Set negative weights to zero: $w \leftarrow \max(w, 0)$.

    Example:
        >>> print(NonNeg()(jnp.array([1.0, -3.0])))
        [1. 0.]

    Keras: the same. PyTorch: has none; one clamps after the step.
    """

    def __call__(self, weights: Any) -> jax.Array:
        """Return the weights without negative ones."""
        return jnp.maximum(weights, 0)


class MaxNorm(Constraint):
    r"""Shorten vectors that are longer than a maximum.

    $$\mathbf w \leftarrow \mathbf w \min(1, c / \lVert \mathbf w \rVert)$$

    Args:
        max_value: The greatest length $c$, at least 0.
        axis: Along which axis, or axes, a vector runs.

    Example:
        >>> import numpy as np
        >>> weights = jnp.array([[3.0, 0.1], [4.0, 0.0]])
        >>> print(np.asarray(MaxNorm(1.0)(weights)).round(4))
        [[0.6 0.1]
         [0.8 0. ]]

    Reference: Srivastava et al., "Dropout" (2014), section 5.1. Keras: the same. PyTorch:
        `torch.renorm`.
    """

    limits: ClassVar[dict[str, Limit]] = {"max_value": Real(0), "axis": AXIS}
    hyperparameters = ("max_value",)

    def __init__(self, max_value: float = 2, axis: int | Sequence[int] = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, weights: Any) -> jax.Array:
        """Return the weights with long vectors shortened."""
        lengths = _lengths(weights, self.axis)
        return weights * (jnp.clip(lengths, 0, self.max_value) / (EPSILON + lengths))


class UnitNorm(Constraint):
    r"""Give every vector the length 1: $\mathbf w \leftarrow \mathbf w / \lVert \mathbf w \rVert$.

    Args:
        axis: Along which axis, or axes, a vector runs.

    Example:
        >>> import numpy as np
        >>> weights = jnp.array([[3.0, 0.5], [4.0, 0.0]])
        >>> print(np.asarray(UnitNorm()(weights)).round(4))
        [[0.6 1. ]
         [0.8 0. ]]

    Keras: the same. PyTorch: `torch.nn.functional.normalize`; `torch.nn.utils.weight_norm` is
        something else.
    """

    limits: ClassVar[dict[str, Limit]] = {"axis": AXIS}

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        self.axis = axis

    def __call__(self, weights: Any) -> jax.Array:
        """Return the weights with every vector of length 1."""
        return weights / (EPSILON + _lengths(weights, self.axis))


class MinMaxNorm(Constraint):
    r"""Bring the length of every vector between two bounds, at once or a part of the way each step.

    $$\lVert \mathbf w \rVert \leftarrow
      r \cdot \operatorname{clip}(\lVert \mathbf w \rVert, c_{min}, c_{max})
      + (1 - r) \lVert \mathbf w \rVert$$

    Args:
        min_value: The least length $c_{min}$, at least 0.
        max_value: The greatest length $c_{max}$, at least 0.
        rate: The part $r$ of the way, from 0 to 1; 1 goes all the way.
        axis: Along which axis, or axes, a vector runs.

    Example:
        >>> import numpy as np
        >>> weights = jnp.array([[3.0, 0.5], [4.0, 0.0]])
        >>> print(np.asarray(MinMaxNorm(1.0, 2.0)(weights)).round(4))
        [[1.2 1. ]
         [1.6 0. ]]

    Keras: the same. PyTorch: has none.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "min_value": Real(0),
        "max_value": Real(0),
        "rate": Real(0, 1),
        "axis": AXIS,
    }
    hyperparameters = ("min_value", "max_value", "rate")

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: int | Sequence[int] = 0,
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, weights: Any) -> jax.Array:
        """Return the weights with the lengths moved."""
        lengths = _lengths(weights, self.axis)
        wanted = jnp.clip(lengths, self.min_value, self.max_value)
        wanted = self.rate * wanted + (1 - self.rate) * lengths
        return weights * (wanted / (EPSILON + lengths))
