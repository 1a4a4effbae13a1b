"""A matrix changed by the product of two thin ones."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def low_rank_sum(kernel: jax.Array, a: jax.Array, b: jax.Array, alpha: float) -> jax.Array:
    """Return ``W + (alpha / r) A B``.

    Args:
        kernel: ``W``, shape (..., units).
        a: ``A``, shape (..., r) with the leading axes of the kernel.
        b: ``B``, shape (r, units).
        alpha: The strength of the change, divided by the rank ``r``.

    Example:
        >>> low_rank_sum(jnp.ones((2, 2)), jnp.array([[1.0], [0.0]]), jnp.array([[2.0, 3.0]]), 1.0)
        Array([[3., 4.],
               [1., 1.]], dtype=float32)
    """
    return kernel + (alpha / b.shape[0]) * jnp.matmul(a, b)
