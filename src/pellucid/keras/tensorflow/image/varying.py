"""Images varied at random: each function takes a key, draws, and applies its plain twin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.tensorflow.asking import shape as shape_of
from pellucid.keras.tensorflow.compiled import compiled
from pellucid.keras.tensorflow.image import colours
from pellucid.keras.tensorflow.random.keys import key_for, key_of
from pellucid.keras.tensorflow.static import integers


def _flip(key: jax.Array, image: Any, axis: int) -> jax.Array:
    """Flip an image, or each of a batch for itself, or leave it."""
    image = jnp.asarray(image)
    chosen = jax.random.bernoulli(key, 0.5, image.shape[:-3])
    return jnp.where(chosen[..., None, None, None], jnp.flip(image, axis), image)


def _shifted(twin: Any) -> Callable[..., jax.Array]:
    """Return the twin with an amount between ``-most`` and ``most``."""

    def vary(key: jax.Array, image: Any, most: Any) -> jax.Array:
        return twin.function(image, jax.random.uniform(key, minval=-most, maxval=most))

    return vary


def _scaled(twin: Any) -> Callable[..., jax.Array]:
    """Return the twin with a factor between ``low`` and ``high``."""

    def vary(key: jax.Array, image: Any, low: Any, high: Any) -> jax.Array:
        return twin.function(image, jax.random.uniform(key, minval=low, maxval=high))

    return vary


@compiled()
def _flip_left_right(key: Any, image: Any) -> jax.Array:
    return _flip(key, image, -2)


@compiled()
def _flip_up_down(key: Any, image: Any) -> jax.Array:
    return _flip(key, image, -3)


_brightness = compiled()(_shifted(colours.adjust_brightness))
_hue = compiled()(_shifted(colours.adjust_hue))
_contrast = compiled()(_scaled(colours.adjust_contrast))
_saturation = compiled()(_scaled(colours.adjust_saturation))


@compiled("size")
def _crop(key: Any, value: Any, size: Any) -> jax.Array:
    value = jnp.asarray(value)
    free = jnp.array([n - m + 1 for n, m in zip(value.shape, size, strict=True)])
    start = jax.random.randint(key, (value.ndim,), 0, free)
    return jax.lax.dynamic_slice(value, tuple(start), tuple(size))


def random_flip_left_right(image: Any, seed: Any = None) -> Any:
    """Return images of which about half are mirrored, ``tf.image.random_flip_left_right``."""
    return _flip_left_right(key_for(seed), image)


def random_flip_up_down(image: Any, seed: Any = None) -> Any:
    """Return images of which about half are upside down, ``tf.image.random_flip_up_down``."""
    return _flip_up_down(key_for(seed), image)


def random_brightness(image: Any, max_delta: float, seed: Any = None) -> Any:
    """Return images with a number up to ``max_delta`` added or taken away, ``tf.image.random_brightness``."""
    return _brightness(key_for(seed), image, max_delta)


def random_hue(image: Any, max_delta: float, seed: Any = None) -> Any:
    """Return images with colours turned by up to a share of the circle, ``tf.image.random_hue``."""
    return _hue(key_for(seed), image, max_delta)


def random_contrast(image: Any, lower: float, upper: float, seed: Any = None) -> Any:
    """Return images with contrast times a factor between two numbers, ``tf.image.random_contrast``."""
    return _contrast(key_for(seed), image, lower, upper)


def random_saturation(image: Any, lower: float, upper: float, seed: Any = None) -> Any:
    """Return images with colours stronger by a factor between two numbers, ``tf.image.random_saturation``."""
    return _saturation(key_for(seed), image, lower, upper)


def random_crop(value: Any, size: Any, seed: Any = None, name: str | None = None) -> Any:
    """Return a part of a tensor, of this size for every axis, at a random place, ``tf.image.random_crop``."""
    return _crop(key_for(seed), value, size=_whole(value, size))


def _whole(value: Any, size: Any) -> tuple[int, ...]:
    """Return a size in which -1 stands for a whole axis."""
    return tuple(n if m < 0 else m for n, m in zip(shape_of(value), integers(size), strict=True))


def stateless_random_flip_left_right(image: Any, seed: Any) -> Any:
    """As :func:`random_flip_left_right`, the same for the same seed."""
    return _flip_left_right(key_of(seed), image)


def stateless_random_flip_up_down(image: Any, seed: Any) -> Any:
    """As :func:`random_flip_up_down`, the same for the same seed."""
    return _flip_up_down(key_of(seed), image)


def stateless_random_brightness(image: Any, max_delta: float, seed: Any) -> Any:
    """As :func:`random_brightness`, the same for the same seed."""
    return _brightness(key_of(seed), image, max_delta)


def stateless_random_hue(image: Any, max_delta: float, seed: Any) -> Any:
    """As :func:`random_hue`, the same for the same seed."""
    return _hue(key_of(seed), image, max_delta)


def stateless_random_contrast(image: Any, lower: float, upper: float, seed: Any) -> Any:
    """As :func:`random_contrast`, the same for the same seed."""
    return _contrast(key_of(seed), image, lower, upper)


def stateless_random_saturation(image: Any, lower: float, upper: float, seed: Any) -> Any:
    """As :func:`random_saturation`, the same for the same seed."""
    return _saturation(key_of(seed), image, lower, upper)


def stateless_random_crop(value: Any, size: Any, seed: Any, name: str | None = None) -> Any:
    """As :func:`random_crop`, the same for the same seed."""
    return _crop(key_of(seed), value, size=_whole(value, size))
