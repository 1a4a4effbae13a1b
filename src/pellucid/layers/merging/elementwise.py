"""Merging number by number: sums, products, averages, extremes."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.merging import average, merge
from pellucid.layers.merging.base import Merge


class Add(Merge):
    """Adds its inputs, as in the shortcuts of residual networks.

    Equation: ``y = x_1 + x_2 + ...`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Add
        >>> Add()([jnp.array([[1.0, 2.0]]), jnp.array([[10.0, 20.0]])])
        Array([[11., 22.]], dtype=float32)

    Differs from Keras: where an input is masked it counts as 0, so that padding never reaches the sum.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the sum."""
        return merge(jnp.add, arrays, masks)


class Subtract(Merge):
    """Subtracts the second input from the first.

    Equation: ``y = x_1 - x_2`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of two arrays.

    Shapes:
        inputs: both (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Subtract
        >>> Subtract()([jnp.array([[1.0, 2.0]]), jnp.array([[10.0, 20.0]])])
        Array([[ -9., -18.]], dtype=float32)

    Differs from Keras: where an input is masked it counts as 0.
    """

    count = 2

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the difference."""
        return merge(jnp.subtract, arrays, masks)


class Multiply(Merge):
    """Multiplies its inputs, number by number, as gates do.

    Equation: ``y = x_1 x_2 ...`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Multiply
        >>> Multiply()([jnp.array([[1.0, 2.0]]), jnp.array([[10.0, 20.0]])])
        Array([[10., 40.]], dtype=float32)

    As in Keras, where an input is masked it counts as 1.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the product."""
        return merge(jnp.multiply, arrays, masks, neutral=1)


class Average(Merge):
    """Takes the mean of its inputs, number by number, e.g. of several networks' answers.

    Equation: ``y = (x_1 + ... + x_n) / n`` with the ``n`` inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Average
        >>> Average()([jnp.array([[1.0, 2.0]]), jnp.array([[3.0, 6.0]])])
        Array([[2., 4.]], dtype=float32)

    Differs from Keras: where an input is masked, the mean is of the others.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the mean."""
        return average(arrays, masks)


class Maximum(Merge):
    """Takes the largest of its inputs, number by number.

    Equation: ``y = max(x_1, x_2, ...)`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Maximum
        >>> Maximum()([jnp.array([[1.0, 9.0]]), jnp.array([[3.0, 6.0]])])
        Array([[3., 9.]], dtype=float32)

    As in Keras, where an input is masked it does not take part.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the largest numbers."""
        return merge(jnp.maximum, arrays, masks, neutral=-jnp.inf)


class Minimum(Merge):
    """Takes the smallest of its inputs, number by number.

    Equation: ``y = min(x_1, x_2, ...)`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Minimum
        >>> Minimum()([jnp.array([[1.0, 9.0]]), jnp.array([[3.0, 6.0]])])
        Array([[1., 6.]], dtype=float32)

    As in Keras, where an input is masked it does not take part.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the smallest numbers."""
        return merge(jnp.minimum, arrays, masks, neutral=jnp.inf)
