"""Images as negatives, wholly or where they are bright, and with fewer levels."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.layers.augmentation.base import between, chosen, ends_of, for_each
from pellucid.layers.augmentation.colour import Colouring

BITS = 8


class RandomInvert(Colouring):
    """Shows some of the images as negatives.

    Equation: ``y = low + high - x`` with the probability ``p``, else ``x``; ``p`` is drawn for each image evenly
    between the factor's ends.

    Args:
        factor: ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``. Default 1, half of the images.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor outside [0, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomInvert
        >>> RandomInvert((1.0, 1.0))(jnp.array([[[[0.0], [55.0]]]]), training=True)[
        ...     0, 0, :, 0
        ... ].tolist()
        [255.0, 200.0]

    Differs from Keras: it subtracts from ``high`` alone, which leaves the range where ``low`` is not 0. Differs from
    PyTorch: torchvision's ``RandomInvert`` takes the probability itself.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, data_format, **kwargs)
        self.factor = ends_of(type(self).__name__, "factor", factor, 0, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``apply_inversion``, whether each image is inverted: (batch,)."""
        return {"apply_inversion": chosen(key, self.factor, images)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return some of the images as negatives."""
        inverted = sum(self.value_range) - images
        return jnp.where(for_each(drawn["apply_inversion"]), inverted, images)


class Solarization(Colouring):
    """Inverts the bright values of each image, as light does on film that is exposed again.

    Equation: with ``z = clip(x + a (high - low), low, high)``, ``y = low + high - z`` where
    ``z >= low + t (high - low)``, else ``z``; ``a`` and ``t`` are drawn for each image evenly between their factors'
    ends.

    Args:
        addition_factor: ``(from, to)`` of ``a`` within [0, 1], or ``f`` for ``(0, f)``. Default 0.
        threshold_factor: ``(from, to)`` of ``t`` within [0, 1], or ``f`` for ``(0, f)``. Default 0, all is inverted.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor outside [0, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Solarization
        >>> layer = Solarization(threshold_factor=(0.5, 0.5))
        >>> layer(jnp.array([[[[0.0], [55.0], [200.0]]]]), training=True)[0, 0, :, 0].tolist()
        [0.0, 55.0, 55.0]

    Differs from Keras: there the lower ends of the factors are not scaled by the value range. Differs from PyTorch:
    torchvision's ``RandomSolarize`` has one threshold for all images and adds nothing.
    """

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, **kwargs)
        name = type(self).__name__
        self.addition_factor = ends_of(name, "addition_factor", addition_factor, 0, 1)
        self.threshold_factor = ends_of(name, "threshold_factor", threshold_factor, 0, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``additions`` and ``thresholds`` of each image, in parts of 255: (batch,)."""
        first, second = jax.random.split(key)
        return {
            "additions": 255 * between(first, self.addition_factor, images),
            "thresholds": 255 * between(second, self.threshold_factor, images),
        }

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images with their bright values inverted."""
        low, high = self.value_range
        unit = (high - low) / 255
        added = self.clipped(images + for_each(drawn["additions"]) * unit)
        dark = added < low + for_each(drawn["thresholds"]) * unit
        return jnp.where(dark, added, low + high - added)


class RandomPosterization(Colouring):
    """Leaves each image fewer levels, as posters have few colours.

    Equation: with ``x`` scaled to 0 ... 255, ``y = 2^(8 - b) floor(x / 2^(8 - b))``, scaled back; the number of bits
    ``b`` is drawn for each image, whole and evenly between the factor's ends. The gradient is zero.

    Args:
        factor: The bits that are kept, ``(from, to)`` within [1, 8], both whole and both drawn, or ``f`` for
            ``(1, f)``.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor outside [1, 8] or not whole; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomPosterization
        >>> layer = RandomPosterization((2, 2))
        >>> layer(jnp.array([[[[63.0], [64.0], [255.0]]]]), training=True)[0, 0, :, 0].tolist()
        [0.0, 64.0, 192.0]

    Source: Cubuk et al., AutoAugment, 2019, https://arxiv.org/abs/1805.09501. Differs from Keras: the larger number of
    bits is drawn too. Differs from PyTorch: torchvision's ``RandomPosterize`` keeps one number of bits.
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ):
        super().__init__(value_range, seed, **kwargs)
        pair = tuple(factor) if isinstance(factor, (tuple, list)) else (1, factor)
        ends = ends_of(type(self).__name__, "factor", pair, 1, BITS)
        if any(end != int(end) for end in ends):
            raise ArgumentError(
                type(self).__name__,
                f"`factor` must be a number of bits or a pair of such, but it is {factor!r}.",
                "factor=4",
            )
        self.factor = (int(ends[0]), int(ends[1]))

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``shift_factor``, how many bits each image loses: (batch,)."""
        fewest, most = self.factor
        kept = jax.random.randint(key, (len(images),), fewest, most + 1)
        return {"shift_factor": BITS - kept}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images with fewer levels."""
        low, high = self.value_range
        scaled = (self.clipped(images) - low) * (255 / (high - low))
        step = for_each(2 ** jnp.asarray(drawn["shift_factor"], images.dtype))
        return low + jnp.floor(scaled / step) * step * ((high - low) / 255)
