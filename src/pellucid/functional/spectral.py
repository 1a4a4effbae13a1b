"""The spectral norm of a kernel: the most by which the kernel can lengthen a vector."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from pellucid.functional.norm import unit_norm


def spectral_norm(
    kernel: jax.Array, u: jax.Array, iterations: int = 1
) -> tuple[jax.Array, jax.Array]:
    """Return a kernel's largest singular value, found by power iteration from ``u``, and the next ``u``.

    Equation: with the kernel as a matrix ``W`` of shape (inputs, units), each iteration is ``v = u W' / ||u W'||`` and
    ``u = v W / ||v W||``; then ``sigma = v W u'``. The vectors count as constants in derivatives, so that
    ``d sigma / dW = v' u``, which is the true derivative once the iteration has converged.

    Args:
        kernel: Shape (..., units); all axes but the last are joined to one.
        u: Shape (1, units), where the iteration starts: the ``u`` of the call before.
        iterations: How many, at least 1.

    Returns:
        ``sigma``, a scalar, and ``u`` of shape (1, units).

    Example:
        >>> kernel = jnp.array([[3.0, 0.0], [0.0, 1.0]])
        >>> sigma, u = spectral_norm(kernel, jnp.array([[1.0, 1.0]]), iterations=20)
        >>> round(float(sigma), 4), u.round(4).tolist()
        (3.0, [[1.0, 0.0]])

    Source: Miyato et al., Spectral Normalization for Generative Adversarial Networks, 2018,
    https://arxiv.org/abs/1802.05957.
    """
    matrix = kernel.reshape(-1, kernel.shape[-1])
    fixed = jax.lax.stop_gradient(matrix)
    u = jax.lax.stop_gradient(u)
    v = jnp.zeros((1, matrix.shape[0]), matrix.dtype)
    for _ in range(iterations):
        v = unit_norm(u @ fixed.T)
        u = unit_norm(v @ fixed)
    return jnp.sum((v @ matrix) * u), u
