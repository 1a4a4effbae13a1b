"""Colours: grey values, and hue, saturation and value instead of red, green and blue."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.functional import colours
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import images_to_last, real


@operation
def rgb_to_grayscale(images: Any, data_format: str | None = None) -> jax.Array:
    """Return grey images: one channel, the weighted sum of red, green and blue."""
    x, back = images_to_last(images, data_format)
    return back(colours.rgb_to_grey(x).astype(x.dtype))


@operation
def rgb_to_hsv(images: Any, data_format: str | None = None) -> jax.Array:
    """Return hue, saturation and value of red, green and blue, all from 0 to 1."""
    x, back = images_to_last(real(images), data_format)
    return back(colours.rgb_to_hsv(x))


@operation
def hsv_to_rgb(images: Any, data_format: str | None = None) -> jax.Array:
    """Return red, green and blue of hue, saturation and value, all from 0 to 1."""
    x, back = images_to_last(real(images), data_format)
    return back(colours.hsv_to_rgb(x))
