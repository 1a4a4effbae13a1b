"""Padding: what stands behind the end of a series, and must be as if it were not there."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def places(mask: jax.Array, rank: int) -> jax.Array:
    """Give a mask of shape (batch, steps) the rank of what it masks, with axes of size 1 at its end.

    Example:
        >>> places(jnp.array([[True, False]]), 4).shape
        (1, 2, 1, 1)
    """
    return mask.astype(bool).reshape(mask.shape + (1,) * (rank - mask.ndim))


def clear_padding(x: jax.Array, mask: jax.Array | None) -> jax.Array:
    """Set what lies in the padding to zero, whatever it is.

    A weight of zero is not enough: zero times NaN is NaN, in the output and in the gradient of every kernel before it.

    Args:
        x: Shape (batch, steps, ...).
        mask: Shape (batch, steps), True where a step is real; None where all are.

    Example:
        >>> clear_padding(jnp.array([[[1.0], [jnp.nan]]]), jnp.array([[True, False]]))
        Array([[[1.],
                [0.]]], dtype=float32)
    """
    if mask is None:
        return x
    return jnp.where(places(mask, x.ndim), x, jnp.zeros((), x.dtype))
