"""A rectangle of each image wiped out."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.layers.augmentation.base import between, ends_of, for_each
from pellucid.layers.augmentation.colour import Colouring


def rectangles(
    key: jax.Array, images: jax.Array, share: jax.Array, ratio: tuple[float, float]
) -> jax.Array:
    """Return for each image a rectangle of about the given share of its area, True inside: (batch, height, width, 1).

    The proportions (height : width) are drawn between the ends of ``ratio``, evenly in the logarithm, and its place
    so that it lies inside.
    """
    height, width = images.shape[1:3]
    shapes, places = jax.random.split(key)
    logs = (math.log(ratio[0]), math.log(ratio[1]))
    proportion = jnp.exp(between(shapes, logs, images))
    rows = jnp.clip(jnp.round(jnp.sqrt(share * height * width * proportion)), 0, height)
    columns = jnp.clip(jnp.round(jnp.sqrt(share * height * width / proportion)), 0, width)
    at = jax.random.uniform(places, (len(images), 2), images.dtype)
    top = jnp.floor(at[:, 0] * (height - rows + 1))
    left = jnp.floor(at[:, 1] * (width - columns + 1))
    down = (jnp.arange(height) >= top[:, None]) & (jnp.arange(height) < (top + rows)[:, None])
    across = (jnp.arange(width) >= left[:, None]) & (jnp.arange(width) < (left + columns)[:, None])
    return (down[:, :, None] & across[:, None, :])[..., None]


class RandomErasing(Colouring):
    """Wipes a random rectangle out of each image (cutout), so that no single part is relied upon.

    Equation: ``y = x (1 - m) + v m`` with ``m`` = 1 inside the rectangle, its area drawn evenly between the ends of
    ``scale``, its proportions between 1 : 3.3 and 3.3 : 1; and the fill ``v``.

    Args:
        factor: The probability that an image is erased, in [0, 1]; a pair: drawn anew for each image. Default 1.
        scale: The rectangle's share of the image, ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``. Default
            ``(0.02, 0.33)``.
        fill_value: What the rectangle is filled with; None for normally distributed noise about the middle of the
            value range. Default None.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor or scale outside [0, 1].

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomErasing
        >>> layer = RandomErasing(scale=(0.25, 0.25), fill_value=0.0)
        >>> kept = layer(jnp.ones((200, 8, 8, 1)), training=True).mean()
        >>> bool(0.7 < kept < 0.8)
        True

    Source: DeVries, Taylor, Improved regularization of convolutional neural networks with cutout, 2017,
    https://arxiv.org/abs/1708.04552; Zhong et al., Random erasing data augmentation, 2020. Differs from Keras:
    called at the prompt it varies nothing unless ``training=True`` is given. Differs from PyTorch: one rectangle an
    image at once, without trying again.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: float | None = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, **kwargs)
        name = type(self).__name__
        self.factor = ends_of(name, "factor", _chance(name, factor), 0, 1)
        self.scale = ends_of(name, "scale", scale, 0, 1)
        self.fill_value = fill_value

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, Any]:
        """Return ``apply_erasing`` (batch,), ``batch_masks`` (batch, height, width, 1) and ``fill_value``."""
        chances, coins, sizes, noise, place = jax.random.split(key, 5)
        erased = between(coins, (0.0, 1.0), images) < between(chances, self.factor, images)
        inside = rectangles(place, images, between(sizes, self.scale, images), (0.3, 1 / 0.3))
        fill = jnp.asarray(self.fill_value or 0.0, images.dtype)
        if self.fill_value is None:
            low, high = self.value_range
            around = jax.random.normal(noise, images.shape, images.dtype) * (high - low) / 4
            fill = self.clipped((low + high) / 2 + around)
        return {"apply_erasing": erased, "batch_masks": inside, "fill_value": fill}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images with a rectangle wiped out of some."""
        inside = drawn["batch_masks"] & for_each(drawn["apply_erasing"])
        return jnp.where(inside, jnp.asarray(drawn["fill_value"], images.dtype), images)


def _chance(who: str, factor: Any) -> tuple[float, float]:
    """Return a probability as the pair of its ends."""
    if isinstance(factor, (tuple, list)):
        return tuple(factor)  # pyright: ignore[reportReturnType]
    if not 0 <= factor <= 1:
        raise ArgumentError(who, f"`factor` must be in [0, 1], but it is {factor!r}.", "factor=0.5")
    return (float(factor), float(factor))
