"""The affine map: what a fully connected layer computes."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def dense(x: jax.Array, kernel: jax.Array, bias: jax.Array | None = None) -> jax.Array:
    """Return ``x W + b``.

    Equation: ``y[n, j] = sum_i x[n, i] W[i, j] + b[j]`` with the inputs ``x``, the kernel ``W`` and the bias ``b``.

    Args:
        x: Shape (batch, ..., features).
        kernel: Shape (features, units).
        bias: Shape (units,), or None for no bias.

    Returns:
        Shape (batch, ..., units).

    Example:
        >>> dense(jnp.array([[1.0, 2.0]]), jnp.array([[3.0], [4.0]]), jnp.array([0.5]))
        Array([[11.5]], dtype=float32)

    Differs from PyTorch: the kernel is (features, units), where ``torch.nn.Linear.weight`` is (units, features).
    """
    # One matrix product over all positions; XLA's product of many small ones is slower on CPUs, its gradient above all.
    flat = x.reshape(-1, x.shape[-1]) if x.ndim > 2 else x
    product = jnp.matmul(flat, kernel).reshape(*x.shape[:-1], kernel.shape[-1])
    return product if bias is None else product + bias
