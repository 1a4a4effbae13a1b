"""Images made lighter, darker, flatter or more vivid."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.functional.colours import channels_sum
from pellucid.layers.augmentation.base import Augmentation, between, ends_of, for_each


class Colouring(Augmentation):
    """The base of augmentations that change values within a range.

    Args:
        value_range: The lowest and the highest value of a pixel. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: As in :class:`Augmentation`.
        **kwargs: As in :class:`Augmentation`.
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.value_range = range_of(type(self).__name__, value_range)

    def clipped(self, images: jax.Array) -> jax.Array:
        """Return the images within the value range."""
        return jnp.clip(images, *self.value_range)


def range_of(who: str, value_range: Any) -> tuple[float, float]:
    """Return a value range as two numbers, the first the lower one."""
    ends = value_range if isinstance(value_range, (tuple, list)) else ()
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ArgumentError(
            who,
            f"`value_range` must be (lowest, highest), but it is {value_range!r}.",
            "value_range=(0, 255), or (0, 1) behind Rescaling(1 / 255)",
        )
    return float(ends[0]), float(ends[1])


class RandomBrightness(Colouring):
    """Makes each image lighter or darker.

    Equation: ``y = clip(x + b (high - low), low, high)`` with ``b`` drawn evenly between the factor's ends.

    Args:
        factor: ``f`` for ``b`` from ``-f`` to ``f``, or ``(from, to)``, within [-1, 1].
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor outside [-1, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomBrightness
        >>> lighter = RandomBrightness((0.5, 0.5), value_range=(0, 1))
        >>> lighter(jnp.array([0.1, 0.9]).reshape(1, 1, 2, 1), training=True)[0, 0, :, 0].tolist()
        [0.6000000238418579, 1.0]

    Differs from Keras: called at the prompt it varies nothing unless ``training=True`` is given. Differs from
    PyTorch: torchvision's ``ColorJitter`` multiplies instead.
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ):
        super().__init__(value_range, seed, **kwargs)
        self.factor = ends_of(type(self).__name__, "factor", factor, -1, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``rgb_delta``, what is added to each image: (batch, 1, 1, 1)."""
        low, high = self.value_range
        return {"rgb_delta": for_each(between(key, self.factor, images)) * (high - low)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images lighter or darker."""
        return self.clipped(images + drawn["rgb_delta"])


class RandomContrast(Colouring):
    """Makes each image flatter or more vivid.

    Equation: ``y = clip(m + a (x - m), low, high)`` with each channel's mean ``m`` over the image, and ``a`` drawn
    evenly from ``1 - f_0`` to ``1 + f_1``.

    Args:
        factor: ``f`` for both, or ``(f_0, f_1)``, both at least 0, ``f_0`` at most 1.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A negative factor, or ``f_0`` above 1; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomContrast
        >>> RandomContrast(0.5)(jnp.full((1, 2, 2, 1), 7.0), training=True)[0, :, :, 0].tolist()
        [[7.0, 7.0], [7.0, 7.0]]

    Differs from Keras: called at the prompt it varies nothing unless ``training=True`` is given. Differs from
    PyTorch: torchvision's ``ColorJitter`` takes one mean over all channels.
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ):
        super().__init__(value_range, seed, **kwargs)
        less, more = factor if isinstance(factor, (tuple, list)) else (factor, factor)
        if not (0 <= less <= 1 and more >= 0):
            raise ArgumentError(
                type(self).__name__,
                f"`factor` must be a number in [0, 1] or a pair of such, but it is {factor!r}.",
                "factor=0.2",
            )
        self.factor = (float(less), float(more))

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``contrast_factor``, ``a``: (batch, 1, 1, 1)."""
        ends = (1 - self.factor[0], 1 + self.factor[1])
        return {"contrast_factor": for_each(between(key, ends, images))}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images flatter or more vivid."""
        mean = images.mean((1, 2), keepdims=True)
        return self.clipped(mean + drawn["contrast_factor"] * (images - mean))


class RandomSaturation(Colouring):
    """Makes the colours of each image paler or stronger.

    Equation: ``y = clip(g + a (x - g), low, high)`` with each pixel's grey ``g = 0.299 R + 0.587 G + 0.114 B``, and
    ``a = 2 f`` with ``f`` drawn evenly between the factor's ends: 0 makes it grey, 0.5 leaves it, 1 doubles its
    colours.

    Args:
        factor: ``(from, to)`` within [0, 1], or ``f`` for ``(0.5 - f / 2, 0.5 + f / 2)``.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, 3)

    Raises:
        ArgumentError: A factor outside [0, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomSaturation
        >>> grey = RandomSaturation((0.0, 0.0), value_range=(0, 1))
        >>> grey(jnp.array([1.0, 0.0, 0.0]).reshape(1, 1, 1, 3), training=True)[0, 0, 0]
        Array([0.299, 0.299, 0.299], dtype=float32)

    Differs from Keras: mixes with grey instead of changing HSV's saturation; a single number is a width about no
    change. Differs from PyTorch: as torchvision's ``ColorJitter``.
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ):
        super().__init__(value_range, seed, **kwargs)
        pair = factor if isinstance(factor, (tuple, list)) else (0.5 - factor / 2, 0.5 + factor / 2)
        self.factor = ends_of(type(self).__name__, "factor", tuple(pair), 0, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``factor``, ``a``: (batch,)."""
        return {"factor": 2 * between(key, self.factor, images)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images with paler or stronger colours; grey ones as they are."""
        if images.shape[-1] != 3:
            return images
        grey = channels_sum(images, (0.299, 0.587, 0.114))
        return self.clipped(grey + for_each(drawn["factor"]) * (images - grey))
