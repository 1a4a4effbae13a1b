"""Colours: grey values, and hue, saturation and value instead of red, green and blue. Channels are the last axis."""

from __future__ import annotations

import jax
import jax.numpy as jnp

BRIGHTNESS = (0.2989, 0.5870, 0.1140)
"""How bright red, green and blue look (ITU-R BT.601, with the digits that Keras has)."""

SMALLEST = 1e-12
"""Darker pixels have no hue and no saturation: their slopes would leave the range of numbers."""


def channels_sum(images: jax.Array, weights: tuple[float, ...]) -> jax.Array:
    """Return the weighted sum of the channels as a single one: (..., 1).

    Channel by channel, because XLA's sum along so short an axis is five times slower on a CPU.

    >>> channels_sum(jnp.array([1.0, 3.0]).reshape(1, 1, 1, 2), (0.5, 0.5)).tolist()
    [[[[2.0]]]]
    """
    parts = [weight * images[..., i : i + 1] for i, weight in enumerate(weights)]
    return sum(parts[1:], parts[0])


def rgb_to_grey(images: jax.Array) -> jax.Array:
    """Return how bright pixels of red, green and blue look, as a single channel.

    Equation: ``y = 0.2989 R + 0.587 G + 0.114 B``.

    >>> rgb_to_grey(jnp.array([1.0, 0.0, 0.0])).round(4).tolist()
    [0.2989]
    """
    return channels_sum(images, BRIGHTNESS)


def rgb_to_hsv(images: jax.Array) -> jax.Array:
    """Return hue, saturation and value of red, green and blue, all from 0 to 1.

    Equation: with the largest colour ``V`` and the smallest ``m``, ``S = (V - m) / V`` and the hue ``H`` a place on the
    circle red 0, green 1/3, blue 2/3: ``(G - B) / 6 (V - m)`` from red, and so on for the others. Grey has hue 0.

    Args:
        images: Red, green and blue in [0, 1], shape (..., 3).

    >>> rgb_to_hsv(jnp.array([0.0, 0.5, 0.0])).round(4).tolist()
    [0.33329999446868896, 1.0, 0.5]
    """
    red, green, blue = images[..., 0], images[..., 1], images[..., 2]
    # Pairs are compared, not each colour with the largest one: a compiler may round the two sides differently.
    value = jnp.maximum(jnp.maximum(red, green), blue)
    lowest = jnp.minimum(jnp.minimum(red, green), blue)
    span = value - lowest
    bright, coloured = value > SMALLEST, span > SMALLEST
    saturation = jnp.where(bright, span / jnp.where(bright, value, 1), 0)
    unit = 1 / (6 * jnp.where(coloured, span, 1))
    hue = jnp.where(
        (red >= green) & (red >= blue),
        (green - blue) * unit,
        jnp.where(green >= blue, (blue - red) * unit + 2 / 6, (red - green) * unit + 4 / 6),
    )
    hue = jnp.where(coloured, hue % 1.0, 0)
    return jnp.stack([hue, saturation, value], axis=-1)


def hsv_to_rgb(images: jax.Array) -> jax.Array:
    """Return red, green and blue of hue, saturation and value, all from 0 to 1.

    Equation: ``V (1 - S (1 - c))`` with the pure colour ``c`` of the hue: each of red, green and blue is full over a
    third of the circle, and falls off over a sixth on both sides.

    Args:
        images: Hue, saturation and value in [0, 1], shape (..., 3).

    >>> hsv_to_rgb(jnp.array([2 / 3, 1.0, 0.5])).round(4).tolist()
    [0.0, 0.0, 0.5]
    """
    hue, saturation, value = images[..., :1], images[..., 1:2], images[..., 2:]
    around = jnp.abs(hue * 6 - jnp.asarray([3.0, 2.0, 4.0], images.dtype))
    share = jnp.concatenate([around[..., :1] - 1, 2 - around[..., 1:]], axis=-1)
    colour = (jnp.clip(share, 0, 1) - 1) * saturation + 1
    return colour * value
