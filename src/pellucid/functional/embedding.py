"""Looking rows up in a table by their numbers."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def look_up(table: jax.Array, indices: jax.Array) -> jax.Array:
    """Return the rows of the table that the indices name.

    Equation: ``y[n] = E[i[n]]`` with the table ``E``. The derivative with respect to the table is a sum into the named
    rows, whatever the table's length.

    Args:
        table: Shape (rows, width).
        indices: Shape (...), whole numbers from 0 to rows - 1.

    Returns:
        Shape (..., width); NaN for an index out of range, below 0 too, never another row in silence.

    Example:
        >>> look_up(jnp.array([[1.0, 2.0], [3.0, 4.0]]), jnp.array([1, 2]))
        Array([[ 3.,  4.],
               [nan, nan]], dtype=float32)
    """
    return table.at[indices].get(mode="fill", fill_value=jnp.nan, wrap_negative_indices=False)
