"""Colours: grey values, and hue, saturation and value instead of red, green and blue."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import images_to_last, real

GREY = (0.2989, 0.5870, 0.1140)
"""How bright red, green and blue look (ITU-R BT.601)."""


@operation
def rgb_to_grayscale(images: Any, data_format: str | None = None) -> jax.Array:
    """Return grey images: one channel, the weighted sum of red, green and blue."""
    x, back = images_to_last(images, data_format)
    grey = jnp.sum(x * jnp.asarray(GREY), axis=-1, keepdims=True)
    return back(grey.astype(x.dtype))


@operation
def rgb_to_hsv(images: Any, data_format: str | None = None) -> jax.Array:
    """Return hue, saturation and value of red, green and blue, all from 0 to 1."""
    x, back = images_to_last(real(images), data_format)
    red, green, blue = x[..., 0], x[..., 1], x[..., 2]
    value, lowest = jnp.max(x, -1), jnp.min(x, -1)
    span = value - lowest
    saturation = jnp.where(value > 0, span / jnp.where(value > 0, value, 1), 0)
    unit = 1 / (6 * jnp.where(span > 0, span, 1))
    hue = jnp.where(
        value == red,
        (green - blue) * unit,
        jnp.where(value == green, (blue - red) * unit + 2 / 6, (red - green) * unit + 4 / 6),
    )
    hue = jnp.where(span > 0, hue % 1.0, 0)
    return back(jnp.stack([hue, saturation, value], axis=-1))


@operation
def hsv_to_rgb(images: Any, data_format: str | None = None) -> jax.Array:
    """Return red, green and blue of hue, saturation and value, all from 0 to 1."""
    x, back = images_to_last(real(images), data_format)
    hue, saturation, value = x[..., :1], x[..., 1:2], x[..., 2:]
    # Each colour is full over a third of the circle of hues, and falls off over a sixth on both sides.
    around = jnp.abs(hue * 6 - jnp.asarray([3.0, 2.0, 4.0]))
    share = jnp.concatenate([around[..., :1] - 1, 2 - around[..., 1:]], axis=-1)
    colour = (jnp.clip(share, 0, 1) - 1) * saturation + 1
    return back((colour * value).astype(x.dtype))
