"""Telling a network where in a series a step stands: by adding waves, or by turning pairs of numbers."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp


def sinusoidal_positions(
    positions: jax.Array, width: int, *, longest: float = 10_000.0
) -> jax.Array:
    """Return the waves that stand for positions.

    Equation: ``p[t, 2 i] = sin(t / longest^(2 i / width))`` and ``p[t, 2 i + 1] = cos(t / longest^(2 i / width))`` for
    ``i = 0, ..., width / 2 - 1``: the wavelengths grow from ``2 pi`` to ``2 pi longest``, so that a shift by any fixed
    number of steps is a rotation, the same everywhere.

    Args:
        positions: Shape (...), numbers of steps from the start.
        width: How many waves, at least 1; the last cosine is left out when it is odd.
        longest: The longest wavelength over ``2 pi``, above 0, in steps.

    Returns:
        Shape (..., width).

    Example:
        >>> sinusoidal_positions(jnp.array([0.0, math.pi / 2]), 2).round(2)
        Array([[ 0.,  1.],
               [ 1., -0.]], dtype=float32)

    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.5, https://arxiv.org/abs/1706.03762.
    """
    angles = _angles(positions, (width + 1) // 2, width, longest)
    waves = jnp.stack([jnp.sin(angles), jnp.cos(angles)], axis=-1)
    return waves.reshape(*angles.shape[:-1], -1)[..., :width]


def rotary(x: jax.Array, positions: jax.Array, *, longest: float = 10_000.0) -> jax.Array:
    """Turn every pair of features by an angle that grows with the position.

    Equation: ``y[2 i] = x[2 i] cos(a_i) - x[2 i + 1] sin(a_i)`` and ``y[2 i + 1] = x[2 i] sin(a_i) + x[2 i + 1]
    cos(a_i)`` with ``a_i = t / longest^(2 i / width)`` at position ``t``. The product of a turned query and a turned
    key then depends on the distance of their positions alone.

    Args:
        x: Shape (..., steps, heads, width) with an even width.
        positions: Shape (steps,), or (batch, steps).
        longest: The longest wavelength over ``2 pi``, above 0, in steps.

    Example:
        >>> x = jnp.array([[[[1.0, 0.0]], [[1.0, 0.0]]]])  # two steps, one head
        >>> rotary(x, jnp.array([0.0, math.pi / 2])).round(2)[0, :, 0]
        Array([[ 1.,  0.],
               [-0.,  1.]], dtype=float32)

    Source: Su et al., RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021,
    https://arxiv.org/abs/2104.09864.
    """
    width = x.shape[-1]
    angles = _angles(positions.astype(x.dtype), width // 2, width, longest)[..., None, :]
    cos, sin = jnp.cos(angles), jnp.sin(angles)  # (..., steps, 1, width / 2)
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = jnp.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)
    return turned.reshape(x.shape)


def _angles(positions: jax.Array, count: int, width: int, longest: float) -> jax.Array:
    """Return ``t / longest^(2 i / width)``, shape (..., count)."""
    frequencies = jnp.exp(
        jnp.arange(count, dtype=positions.dtype) * (-2 * math.log(longest) / width)
    )
    return positions[..., None] * frequencies
