"""Images whose values are spread over the whole range, by what they hold; nothing is drawn."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Integer, Limit, Real
from pellucid.functional.histograms import equalized, locally_equalized
from pellucid.layers.augmentation.colour import Colouring


class Spreading(Colouring):
    """The base of layers that draw nothing, and work outside training as well.

    Args:
        value_range: The lowest and the highest value of a pixel. Default ``(0, 255)``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: As in :class:`Augmentation`.
    """

    def __init__(self, value_range: Any = (0, 255), data_format: str | None = None, **kwargs: Any):
        super().__init__(value_range, data_format=data_format, **kwargs)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return nothing."""
        return {}

    def rest(self, images: jax.Array) -> jax.Array:
        """Return the images with their values spread, outside training too."""
        return self.vary(images, {})

    def scaled(self, images: jax.Array) -> jax.Array:
        """Return the images with 0 for the lowest value and 1 for the highest."""
        low, high = self.value_range
        return jnp.clip((images - low) / (high - low), 0, 1)

    def unscaled(self, images: jax.Array) -> jax.Array:
        """Return what :meth:`scaled` was made of."""
        low, high = self.value_range
        return low + images * (high - low)


class AutoContrast(Spreading):
    """Stretches the values of each channel of each image over the whole range.

    Equation: ``y = low + (high - low) (x - m) / (M - m)`` with a channel's smallest value ``m`` and largest ``M``; a
    channel of one value stays.

    Args:
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels), in training and outside

    Raises:
        ArgumentError: A value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AutoContrast
        >>> AutoContrast()(jnp.array([100.0, 110.0, 120.0]).reshape(1, 1, 3, 1))[
        ...     0, 0, :, 0
        ... ].tolist()
        [0.0, 127.5, 255.0]

    Source: Cubuk et al., AutoAugment, 2019, https://arxiv.org/abs/1805.09501. Differs from Keras: with channels first,
    Keras takes the smallest and largest value over channels and rows. Differs from PyTorch: as torchvision's
    ``autocontrast``.
    """

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images with all of the range in use."""
        least = jnp.min(images, (1, 2), keepdims=True)
        span = jnp.max(images, (1, 2), keepdims=True) - least
        stretched = (images - least) / jnp.where(span > 0, span, 1)
        return jnp.where(span > 0, self.unscaled(stretched), images)


class Equalization(Spreading):
    """Spreads the values of each channel of each image such that all parts of the range occur about equally often.

    Equation: ``y = round(255 (C(k) - C_0) / (C(last) - C_0))`` with the number ``C(k)`` of the channel's pixels up to
    the level ``k`` of ``x``, and ``C_0`` that of the lowest level that occurs; scaled to the value range. A channel of
    one level stays. The gradient is zero, for levels are counted.

    Args:
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        bins: The number of levels, at least 2. Default 256.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels), in training and outside

    Raises:
        ArgumentError: A value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Equalization
        >>> Equalization()(jnp.array([7.0, 8.0, 8.0, 9.0]).reshape(1, 2, 2, 1))[0, :, :, 0].tolist()
        [[0.0, 170.0], [170.0, 255.0]]

    Differs from Keras: each image is equalized by itself, where Keras counts over the whole batch; and outside training
    as well, as Keras says but does not. Differs from PyTorch: torchvision's ``equalize`` cuts off fractions.
    """

    limits: ClassVar[dict[str, Limit]] = {"bins": Integer(2)}

    def __init__(
        self,
        value_range: Any = (0, 255),
        bins: int = 256,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, data_format, **kwargs)
        self.bins = int(bins)

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images equalized."""
        scaled = jnp.moveaxis(self.scaled(images), -1, 1)
        flat = scaled.reshape(*scaled.shape[:2], -1)
        found = equalized(flat, self.bins).reshape(scaled.shape)
        low, high = self.value_range
        return low + jnp.moveaxis(found, 1, -1) * ((high - low) / 255)


class ContrastLimitedAdaptiveHistogramEqualization(Spreading):
    """Spreads the values of each part of an image, noise kept from growing (CLAHE).

    Equation: in each tile of ``P`` pixels no level counts more than ``clip_limit P / 256``, and what is cut off is
    shared by all levels; with the sums ``C`` of these counts a pixel of level ``k`` becomes
    ``(C(k) - C(0)) / (P - C(0))`` of the range, between the middles of four tiles the mean of their answers by
    nearness. Each channel by itself; the gradient is zero, for levels are counted.

    Args:
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        clip_limit: How much more often than evenly a level may occur; 0 does not limit. Default 4.
        tile_grid_size: The number of tiles down and across, both at least 1. Default ``(8, 8)``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels), in training and outside

    Raises:
        ArgumentError: A value range whose ends are not in order, or a grid that is no pair of whole numbers above 0.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ContrastLimitedAdaptiveHistogramEqualization
        >>> layer = ContrastLimitedAdaptiveHistogramEqualization(
        ...     tile_grid_size=(1, 1), clip_limit=0.0
        ... )
        >>> layer(jnp.array([7.0, 8.0, 8.0, 9.0]).reshape(1, 2, 2, 1))[0, :, :, 0].tolist()
        [[63.75, 191.25], [191.25, 255.0]]

    Source: Zuiderveld, Contrast limited adaptive histogram equalization, 1994. Differs from Keras: no difference known.
    Differs from PyTorch: PyTorch and torchvision have no such function.
    """

    limits: ClassVar[dict[str, Limit]] = {"clip_limit": Real(0)}

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, data_format, **kwargs)
        self.clip_limit = clip_limit
        self.tile_grid_size = _grid(type(self).__name__, tile_grid_size)

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images equalized part by part."""
        found = locally_equalized(self.scaled(images), self.clip_limit, self.tile_grid_size)
        return self.unscaled(found)


def _grid(who: str, grid: Any) -> tuple[int, int]:
    """Return the number of tiles down and across."""
    pair = tuple(grid) if isinstance(grid, (tuple, list)) else ()
    if len(pair) != 2 or not all(isinstance(n, int) and n >= 1 for n in pair):
        raise ArgumentError(
            who,
            f"`tile_grid_size` must be two whole numbers of at least 1, but it is {grid!r}.",
            "tile_grid_size=(8, 8)",
        )
    return pair
