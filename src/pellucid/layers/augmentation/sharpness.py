"""Images less sharp, or sharper."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.functional.blurring import gaussian_blur, weighted_neighbours
from pellucid.layers.augmentation.base import between, chosen, ends_of, for_each
from pellucid.layers.augmentation.colour import Colouring

LEAST_SIGMA = 1e-6


class RandomGaussianBlur(Colouring):
    """Blurs some of the images, each as much as is drawn for it.

    Equation: ``y = clip(g * x, low, high)`` with the probability ``p``, else ``clip(x, low, high)``; the bell curve
    ``g[i, j] ~ exp(-i^2 / 2 s_v^2 - j^2 / 2 s_h^2)`` has sum 1, and outside the image is 0. ``p`` is drawn for each
    image evenly between the factor's ends, ``s_h`` and ``s_v`` between those of ``sigma``.

    Args:
        factor: ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``. Default 1, half of the images.
        kernel_size: Neighbours that count, odd; a pair: across and down. Default 3.
        sigma: The curve's standard deviation in pixels, ``(from, to)`` within [0, 1], or ``s`` for ``(0, s)``.
            Default 1.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor or ``sigma`` outside [0, 1]; an even ``kernel_size``; a value range whose ends are not
            in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomGaussianBlur
        >>> layer = RandomGaussianBlur((1.0, 1.0), kernel_size=(3, 1), sigma=(0.5, 0.5))
        >>> image = jnp.array([0.0, 100.0, 0.0]).reshape(1, 1, 3, 1)
        >>> layer(image, training=True)[0, 0, :, 0].tolist()
        [10.7, 78.7, 10.7]

    Differs from Keras: each image draws its own ``sigma``. Differs from PyTorch: torchvision's ``GaussianBlur`` mirrors
    the image at its edges.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, data_format, **kwargs)
        name = type(self).__name__
        self.factor = ends_of(name, "factor", factor, 0, 1)
        self.kernel_size = _odd(name, kernel_size)
        self.sigma = ends_of(name, "sigma", sigma, 0, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``should_apply_blur`` (batch,) and ``blur_factor``, ``s_h`` and ``s_v`` of each image (batch, 2)."""
        coins, across, down = jax.random.split(key, 3)
        widths = [between(own, self.sigma, images) for own in (across, down)]
        return {
            "should_apply_blur": chosen(coins, self.factor, images),
            "blur_factor": jnp.stack(widths, -1) + LEAST_SIGMA,
        }

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return some of the images blurred."""
        widths = jnp.asarray(drawn["blur_factor"], images.dtype)
        sigma = jnp.broadcast_to(widths, (len(images), 2))[:, ::-1]
        across, down = self.kernel_size
        blurred = gaussian_blur(images, sigma, (down, across))
        return self.clipped(jnp.where(for_each(drawn["should_apply_blur"]), blurred, images))


class RandomSharpness(Colouring):
    """Makes each image sharper or less sharp.

    Equation: ``y = clip(x + (1 - 2 f) (s - x), low, high)`` with the mean ``s`` of each pixel and its eight neighbours,
    the pixel itself counted five times and what lies outside as 0; ``f`` drawn evenly between the factor's ends: 0
    gives ``s``, 0.5 leaves the image, 1 sharpens it.

    Args:
        factor: ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor outside [0, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomSharpness
        >>> layer = RandomSharpness((0.0, 0.0))
        >>> layer(jnp.full((1, 3, 3, 1), 13.0), training=True)[0, :, :, 0].round(3).tolist()
        [[8.0, 10.0, 8.0], [10.0, 13.0, 10.0], [8.0, 10.0, 8.0]]

    Source: Cubuk et al., AutoAugment, 2019, https://arxiv.org/abs/1805.09501. Differs from Keras: no difference known.
    Differs from PyTorch: torchvision's ``adjust_sharpness`` leaves the pixels at the edges.
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, data_format, **kwargs)
        self.factor = ends_of(type(self).__name__, "factor", factor, 0, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``factor``, ``f``: (batch,)."""
        return {"factor": between(key, self.factor, images)}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images sharper or less sharp."""
        alike = jnp.ones((1, 3), images.dtype)
        around = weighted_neighbours(weighted_neighbours(images, alike, 1), alike, 2)
        smooth = (around + 4 * images) / 13
        amount = 1 - 2 * for_each(jnp.asarray(drawn["factor"], images.dtype))
        return self.clipped(images + amount * (smooth - images))


def _odd(who: str, kernel_size: Any) -> tuple[int, int]:
    """Return the neighbours that count, across and down."""
    pair = tuple(kernel_size) if isinstance(kernel_size, (tuple, list)) else (kernel_size,) * 2
    if len(pair) != 2 or any(n != int(n) or n % 2 == 0 or n < 1 for n in pair):
        raise ArgumentError(
            who,
            f"`kernel_size` must be an odd number or a pair of such, but it is {kernel_size!r}.",
            "kernel_size=3",
        )
    return int(pair[0]), int(pair[1])
