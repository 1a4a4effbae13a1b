"""Some of many augmentations, drawn anew for each image."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Choice, Integer, Limit, Real
from pellucid.functional.resampling import INTERPOLATIONS, transform
from pellucid.layers.augmentation.base import for_each
from pellucid.layers.augmentation.colour import Colouring

OPERATIONS = (
    "identity", "brightness", "contrast", "saturation", "sharpness", "posterize", "solarize", "invert", "rotate",
    "shear_x", "shear_y", "translate_x", "translate_y",
)  # fmt: skip


class RandAugment(Colouring):
    """Applies ``num_ops`` operations to each image, each drawn from thirteen, all of one strength.

    Equation: ``y = op_n(... op_1(x))`` with each ``op`` drawn evenly from: nothing, brightness, contrast,
    saturation, sharpness, fewer grey levels, solarize, invert, rotation, shear and shift along both axes. Their
    strength is ``factor`` of the largest one; direction is drawn.

    Args:
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        num_ops: How many operations follow each other, at least 1. Default 2.
        factor: The strength, in [0, 1]. Default 0.5.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandAugment
        >>> RandAugment()(jnp.ones((2, 8, 8, 3)), training=True).shape
        (2, 8, 8, 3)

    Source: Cubuk et al., RandAugment, 2020, https://arxiv.org/abs/1909.13719. Differs from Keras: each image draws
    its own operations; equalization and autocontrast, which need histograms, are not among them. Differs from
    PyTorch: likewise, and part of the compiled program.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_ops": Integer(1),
        "factor": Real(0, 1),
        "interpolation": Choice(options=INTERPOLATIONS),
    }

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: float = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, data_format, **kwargs)
        self.num_ops = int(num_ops)
        self.factor = factor
        self.interpolation = interpolation

    def augment(self, images: jax.Array, key: jax.Array) -> jax.Array:
        """Return the images after their operations."""
        for own in jax.random.split(key, self.num_ops):
            kinds, signs = jax.random.split(own)
            kind = jax.random.randint(kinds, (len(images),), 0, len(OPERATIONS))
            sign = jnp.where(jax.random.bits(signs, (len(images),), "uint8") < 128, 1.0, -1.0)
            amount = sign.astype(images.dtype) * self.factor
            images = self._moved(self._coloured(images, kind, amount), kind, amount)
        return images

    def _coloured(self, images: jax.Array, kind: jax.Array, amount: jax.Array) -> jax.Array:
        """Return the images after those operations that change values in place."""
        low, high = self.value_range
        size, strength = high - low, for_each(amount)
        grey = images.mean(-1, keepdims=True)
        mean = images.mean((1, 2), keepdims=True)
        levels = 2 ** (8 - jnp.round(4 * jnp.abs(strength)))
        changed = {
            "brightness": images + 0.5 * strength * size,
            "contrast": mean + (1 + 0.9 * strength) * (images - mean),
            "saturation": grey + (1 + 0.9 * strength) * (images - grey),
            "sharpness": images + strength * (images - smoothed(images)),
            "posterize": low + jnp.floor((images - low) / size * levels) / levels * size,
            "solarize": jnp.where(
                images > high - jnp.abs(strength) * size, low + high - images, images
            ),
            "invert": low + high - images,
        }
        for name, values in changed.items():
            images = jnp.where(for_each(kind == OPERATIONS.index(name)), values, images)
        return self.clipped(images)

    def _moved(self, images: jax.Array, kind: jax.Array, amount: jax.Array) -> jax.Array:
        """Return the images after those operations that move pixels: all are one linear map and a shift."""
        chosen = {name: kind == OPERATIONS.index(name) for name in OPERATIONS[8:]}
        angle = jnp.where(chosen["rotate"], amount * jnp.pi / 6, 0)
        along = jnp.where(chosen["shear_x"], 0.3 * amount, 0)
        down = jnp.where(chosen["shear_y"], 0.3 * amount, 0)
        sine, cosine = jnp.sin(angle), jnp.cos(angle)
        matrices = jnp.stack(
            [jnp.stack([cosine, sine + down], -1), jnp.stack([along - sine, cosine], -1)], 1
        )
        turned = transform(
            images, matrices, "constant", self.interpolation, sum(self.value_range) / 2
        )
        height, width = images.shape[1:3]
        rows = jnp.round(jnp.where(chosen["translate_y"], 0.3 * amount, 0) * height).astype(int)
        columns = jnp.round(jnp.where(chosen["translate_x"], 0.3 * amount, 0) * width).astype(int)
        moved = jax.vmap(lambda image, shift: jnp.roll(image, shift, (0, 1)))(
            turned, jnp.stack([rows, columns], -1)
        )
        return jnp.where(for_each(kind >= OPERATIONS.index("rotate")), moved, images)


def smoothed(images: jax.Array) -> jax.Array:
    """Return each pixel's mean over its 3×3 neighbourhood, the edges repeated."""
    padded = jnp.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = images.shape[1:3]
    parts = [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)]
    return sum(parts[1:], parts[0]) / 9
