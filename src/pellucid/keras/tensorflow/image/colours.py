"""The colours of images: brightness, contrast, hue, grey, and the range of their numbers.

Images of whole numbers are computed with as floats from 0 to 1 and come back in their dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import Operation, operation
from pellucid.keras.tensorflow.compiled import compiled
from pellucid.keras.tensorflow.dtypes import device_dtype

GREY = (0.2989, 0.5870, 0.1140)
"""How bright red, green and blue look."""


def to_dtype(image: jax.Array, dtype: Any) -> jax.Array:
    """Return an image in another dtype: floats from 0 to 1, whole numbers over their whole range."""
    given, wanted = jnp.issubdtype(image.dtype, jnp.integer), jnp.issubdtype(dtype, jnp.integer)
    if given and not wanted:
        return image.astype(dtype) / jnp.iinfo(image.dtype).max
    if wanted and not given:
        most = jnp.iinfo(dtype).max
        return jnp.clip(jnp.floor(image * (most + 0.5)), 0, most).astype(dtype)
    if given and image.dtype != dtype:
        return to_dtype(to_dtype(image, "float32"), dtype)
    return image.astype(dtype)


def in_floats(compute: Callable[..., jax.Array]) -> Operation:
    """Make a function of float images an operation on images of any dtype."""

    def on_any(image: Any, *args: Any, **kwargs: Any) -> jax.Array:
        image = jnp.asarray(image)
        floats = to_dtype(
            image, image.dtype if jnp.issubdtype(image.dtype, jnp.floating) else "float32"
        )
        return to_dtype(compute(floats, *args, **kwargs), image.dtype)

    return compiled()(update_wrapper(on_any, compute))


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Any:
    """Return an image in another dtype: floats go from 0 to 1, ``tf.image.convert_image_dtype``."""
    return _convert(image, dtype=device_dtype(dtype))


@compiled("dtype")
def _convert(image: Any, dtype: str) -> jax.Array:
    return to_dtype(jnp.asarray(image), dtype)


@in_floats
def adjust_brightness(image: jax.Array, delta: Any) -> jax.Array:
    """Return images with a number added, ``tf.image.adjust_brightness``."""
    return image + delta


@in_floats
def adjust_contrast(images: jax.Array, contrast_factor: Any) -> jax.Array:
    """Return images with the distance from each channel's mean multiplied, ``tf.image.adjust_contrast``."""
    mean = jnp.mean(images, (-3, -2), keepdims=True)
    return (images - mean) * contrast_factor + mean


@in_floats
def adjust_gamma(image: jax.Array, gamma: Any = 1, gain: Any = 1) -> jax.Array:
    """Return ``gain * image ** gamma``, ``tf.image.adjust_gamma``."""
    return gain * image**gamma


@in_floats
def adjust_hue(image: jax.Array, delta: Any, name: str | None = None) -> jax.Array:
    """Return images with the colours turned by a share of the circle, ``tf.image.adjust_hue``."""
    hue, saturation, value = jnp.moveaxis(_to_hsv(image), -1, 0)
    return _from_hsv(jnp.stack([(hue + delta) % 1.0, saturation, value], -1))


@in_floats
def adjust_saturation(
    image: jax.Array, saturation_factor: Any, name: str | None = None
) -> jax.Array:
    """Return images with stronger or weaker colours, ``tf.image.adjust_saturation``."""
    hue, saturation, value = jnp.moveaxis(_to_hsv(image), -1, 0)
    stronger = jnp.clip(saturation * saturation_factor, 0, 1)
    return _from_hsv(jnp.stack([hue, stronger, value], -1))


@compiled()
def rgb_to_hsv(images: Any, name: str | None = None) -> jax.Array:
    """Return hue, saturation and value of red, green and blue from 0 to 1, ``tf.image.rgb_to_hsv``."""
    return _to_hsv(jnp.asarray(images))


@compiled()
def hsv_to_rgb(images: Any, name: str | None = None) -> jax.Array:
    """Return red, green and blue of hue, saturation and value, ``tf.image.hsv_to_rgb``."""
    return _from_hsv(jnp.asarray(images))


def _to_hsv(rgb: jax.Array) -> jax.Array:
    red, green, blue = jnp.moveaxis(rgb, -1, 0)
    value, least = jnp.max(rgb, -1), jnp.min(rgb, -1)
    spread = value - least
    safe = jnp.where(spread > 0, spread, 1)
    hue = jnp.where(
        value == red,
        (green - blue) / safe,
        jnp.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    hue = jnp.where(spread > 0, hue / 6 % 1.0, 0)
    return jnp.stack(
        [hue, jnp.where(value > 0, spread / jnp.where(value > 0, value, 1), 0), value], -1
    )


def _from_hsv(hsv: jax.Array) -> jax.Array:
    hue, saturation, value = (part[..., None] for part in jnp.moveaxis(hsv, -1, 0))
    # Each channel is full within a third of the circle around its own hue.
    distance = jnp.abs((hue * 6 + jnp.array([0.0, 4.0, 2.0])) % 6 - 3)
    return value * (1 - saturation * (1 - jnp.clip(distance - 1, 0, 1)))


@operation
def grayscale_to_rgb(images: Any, name: str | None = None) -> jax.Array:
    """Return grey images with three equal channels, ``tf.image.grayscale_to_rgb``."""
    return jnp.repeat(jnp.asarray(images), 3, axis=-1)


@in_floats
def rgb_to_grayscale(images: jax.Array, name: str | None = None) -> jax.Array:
    """Return the brightness of colours as one channel, ``tf.image.rgb_to_grayscale``."""
    return jnp.sum(images * jnp.asarray(GREY, images.dtype), -1, keepdims=True)


@compiled()
def per_image_standardization(image: Any) -> jax.Array:
    """Return images with mean 0 and variance 1, each for itself, ``tf.image.per_image_standardization``."""
    image = jnp.asarray(image).astype("float32")
    axes, count = (-3, -2, -1), image.shape[-3] * image.shape[-2] * image.shape[-1]
    spread = jnp.maximum(jnp.std(image, axes, keepdims=True), count**-0.5)
    return (image - jnp.mean(image, axes, keepdims=True)) / spread
