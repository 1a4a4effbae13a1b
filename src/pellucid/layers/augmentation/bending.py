"""Images seen from elsewhere, and images drawn on rubber."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Choice, Limit, Real
from pellucid.functional.projection import bent, projected, projection
from pellucid.functional.resampling import INTERPOLATIONS
from pellucid.layers.augmentation.base import (
    Augmentation,
    Resampling,
    between,
    chosen,
    ends_of,
    for_each,
)
from pellucid.layers.augmentation.colour import range_of

ALPHA, SIGMA = 0.1, 0.05
"""How far pixels move and how smoothly, in parts of an image's longer and shorter side, at strength 1."""


class RandomPerspective(Augmentation):
    """Shows some of the images in perspective, as if seen from elsewhere.

    Equation: with the probability ``p`` the projection that takes each corner ``(x, y)`` to
    ``(x (1 + a), y (1 + b))``, ``a`` and ``b`` drawn for each corner evenly between ``-scale / 2`` and ``scale / 2``;
    the corner at the top left stays. ``p`` is drawn for each image evenly between the factor's ends.

    Args:
        factor: ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``. Default 1, half of the images.
        scale: How far the corners move, in parts of the image, in [0, 1]. Default 1.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        fill_value: The value outside. Default 0.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor outside [0, 1].

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomPerspective
        >>> RandomPerspective(scale=0.5)(jnp.ones((2, 8, 8, 3)), training=True).shape
        (2, 8, 8, 3)

    Differs from Keras: no difference known. Differs from PyTorch: torchvision's ``RandomPerspective`` moves all corners
    inwards.
    """

    moves = True
    limits: ClassVar[dict[str, Limit]] = {
        "scale": Real(0, 1),
        "interpolation": Choice(options=INTERPOLATIONS),
    }

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, data_format, **kwargs)
        self.factor = ends_of(type(self).__name__, "factor", factor, 0, 1)
        self.scale = scale
        self.interpolation = interpolation
        self.fill_value = fill_value

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``apply_perspective`` (batch,), and the corners' ``start_points`` and ``end_points`` (batch, 4, 2)."""
        coins, places = jax.random.split(key)
        height, width = images.shape[1:3]
        far = (width - 1.0, height - 1.0)
        corners = [[0.0, 0.0], [far[0], 0.0], [0.0, far[1]], list(far)]
        start = jnp.broadcast_to(jnp.asarray(corners, images.dtype), (len(images), 4, 2))
        half = self.scale / 2
        change = jax.random.uniform(places, start.shape, images.dtype, -half, half)
        return {
            "apply_perspective": chosen(coins, self.factor, images),
            "start_points": start,
            "end_points": start * (1 + change),
        }

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return some of the images in perspective."""
        # Read backwards: each pixel of the result comes from where the inverse projection puts it.
        factors = jax.vmap(projection)(*_corners(drawn, images)[::-1])
        seen = projected(images, factors, self.interpolation, self.fill_value)
        return jnp.where(for_each(drawn["apply_perspective"]), seen.astype(images.dtype), images)

    def vary_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        """Return the masks in perspective, each pixel of one class."""
        return self.clone(interpolation="nearest").vary(masks, drawn)

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points go: through the projection."""
        a = jax.vmap(projection)(*_corners(drawn, points))[:, :, None]
        x, y = points[..., 0], points[..., 1]
        depth = a[:, 6] * x + a[:, 7] * y + 1
        across = (a[:, 0] * x + a[:, 1] * y + a[:, 2]) / depth
        down = (a[:, 3] * x + a[:, 4] * y + a[:, 5]) / depth
        moves = jnp.asarray(drawn["apply_perspective"])[:, None, None]
        return jnp.where(moves, jnp.stack([across, down], -1), points)


def _corners(drawn: Any, like: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return where the corners are, and where they come to be: (batch, 4, 2), in single precision at least."""
    dtype = jnp.promote_types(like.dtype, jnp.float32)
    return jnp.asarray(drawn["start_points"], dtype), jnp.asarray(drawn["end_points"], dtype)


class RandomElasticTransform(Resampling):
    """Bends some of the images, as if they were drawn on rubber.

    Equation: with the probability ``p``, ``y[q] = clip(x[q + alpha d[q]], low, high)`` with the noise
    ``d = g_sigma * sigma n`` that a bell curve smooths, ``n`` from the standard normal distribution,
    ``alpha = 0.1 s max(height, width)`` and ``sigma = 0.05 s min(height, width)``; ``s`` is drawn for each image evenly
    between the ends of ``scale``, ``p`` between those of the factor.

    Args:
        factor: ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``. Default 1, half of the images.
        scale: The strength, ``(from, to)`` within [0, 1], or ``s`` for ``(0, s)``. Default 1.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        fill_mode: What stands outside: ``"reflect"``, ``"wrap"``, ``"constant"`` or ``"nearest"``. Default
            ``"reflect"``.
        fill_value: The value outside with ``fill_mode="constant"``. Default 0.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor or scale outside [0, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomElasticTransform
        >>> RandomElasticTransform(scale=0.5)(jnp.ones((2, 8, 8, 3)), training=True).shape
        (2, 8, 8, 3)

    Source: Simard, Steinkraus, Platt, Best practices for convolutional neural networks applied to visual document
    analysis, 2003. Differs from Keras: each image draws its own scale, and pixels move down and across by different
    noise. Differs from PyTorch: torchvision's ``ElasticTransform`` has noise from -1 to 1, and fixed strength.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(fill_mode, interpolation, seed, fill_value, **kwargs)
        name = type(self).__name__
        self.factor = ends_of(name, "factor", factor, 0, 1)
        self.scale = ends_of(name, "scale", scale, 0, 1)
        self.value_range = range_of(name, value_range)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``apply_transform`` and ``distortion_factor`` (batch,), and ``seed``, which the noise follows from."""
        coins, strengths, noise = jax.random.split(key, 3)
        return {
            "apply_transform": chosen(coins, self.factor, images),
            "distortion_factor": between(strengths, self.scale, images),
            "seed": jax.random.bits(noise, (), "uint32"),
        }

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return some of the images bent."""
        return jnp.clip(self._bent(images, drawn), *self.value_range)

    def vary_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        """Return the masks bent as the images are, each pixel of one class."""
        return self.clone(interpolation="nearest")._bent(masks, drawn)

    def _bent(self, images: jax.Array, drawn: Any) -> jax.Array:
        batch, height, width, _ = images.shape
        noise = jax.random.normal(jax.random.key(drawn["seed"]), (batch, height, width, 2))
        strength = jnp.broadcast_to(jnp.asarray(drawn["distortion_factor"]), (batch,))
        longer, shorter = max(height, width), min(height, width)
        moved = bent(
            images,
            noise,
            ALPHA * longer * strength,
            SIGMA * shorter * strength,
            SIGMA * shorter * self.scale[1],
            *self.outside,
        )
        return jnp.where(for_each(drawn["apply_transform"]), moved, images)
