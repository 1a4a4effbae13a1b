"""Series, images and volumes made larger by whole factors."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit
from pellucid.functional.resizing import METHODS, interpolate, repeat_cells
from pellucid.layers.checks import as_float
from pellucid.layers.spatial import (
    DATA_FORMAT,
    Sizes,
    Word,
    channel_axis,
    channels_back,
    per_axis,
    require_rank,
)
from pellucid.modules import Layer


class UpSampling(Layer):
    """The base of ``UpSampling1D``, ``UpSampling2D`` and ``UpSampling3D``: every cell is repeated.

    Args:
        size: How often cells are repeated, one number or one per axis. Default 2.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.
    """

    rank: ClassVar[int] = 0
    limits: ClassVar[dict[str, Limit]] = {"data_format": DATA_FORMAT}

    def __init__(self, size: Any = 2, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.size = per_axis(size, self.rank)
        self.data_format = data_format

    def enlarge(self, x: jax.Array) -> jax.Array:
        """Return ``x``, channels last, with every cell repeated."""
        return repeat_cells(x, self.size)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs, enlarged."""
        require_rank(self, inputs.shape, self.rank, self.data_format)
        x = jnp.moveaxis(inputs, channel_axis(self.data_format), -1)
        return channels_back(self.enlarge(x), self.data_format)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: the steps move."""


class UpSampling1D(UpSampling):
    """Repeats every step of a series.

    Equation: ``y[i, c] = x[floor(i / size), c]`` with the inputs ``x`` and the channel ``c``.

    Args:
        size: How often every step is repeated, at least 1. Default 2.
        **kwargs: ``data_format`` as in :class:`UpSampling2D`; ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, steps size, channels)

    Raises:
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import UpSampling1D
        >>> UpSampling1D()(jnp.array([[[1.0], [2.0]]]))[0, :, 0]
        Array([1., 1., 2., 2.], dtype=float32)

    As PyTorch's ``Upsample(scale_factor=2)``, with the channels last.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {"size": Sizes(rank=1)}

    def __init__(self, size: Any = 2, **kwargs: Any):
        super().__init__(size, **kwargs)


class UpSampling2D(UpSampling):
    """Enlarges images by whole factors.

    Equation: ``y[i, j, c] = x[floor(i / f), floor(j / g), c]`` with the inputs ``x``, the factors ``f`` and ``g`` and
    the channel ``c``; with an interpolation other than ``"nearest"`` a weighted mean of the cells around that place.

    Args:
        size: The factors ``(f, g)`` for rows and columns, or one number for both, at least 1. Default 2.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``. Default
            ``"nearest"``, every cell is repeated.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, f height, g width, channels)

    Raises:
        ShapeError: The inputs are no images.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import UpSampling2D
        >>> UpSampling2D((1, 2), interpolation="bilinear")(jnp.array([[[[0.0], [4.0]]]]))[
        ...     0, :, :, 0
        ... ]
        Array([[0., 1., 3., 4.]], dtype=float32)

    As PyTorch's ``Upsample``, with the channels last; its ``"bicubic"`` has other weights (-0.75 for -0.5).
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {
        "size": Sizes(rank=2),
        "interpolation": Word(tuple(METHODS)),
    }

    def __init__(
        self,
        size: Any = 2,
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ):
        super().__init__(size, data_format, **kwargs)
        self.interpolation = interpolation.lower()

    def enlarge(self, x: jax.Array) -> jax.Array:
        """Return ``x``, channels last, with cells repeated or interpolated."""
        if self.interpolation == "nearest":
            return repeat_cells(x, self.size)
        sizes = [old * factor for old, factor in zip(x.shape[1:-1], self.size, strict=True)]
        return interpolate(as_float(x, self), sizes, self.interpolation)


class UpSampling3D(UpSampling):
    """Repeats every cell of a volume.

    Equation: ``y[i, c] = x[floor(i / size), c]`` with the inputs ``x`` and the channel ``c``; ``i`` and ``size`` have
    one part per axis.

    Args:
        size: How often cells are repeated, one number or three, at least 1. Default 2.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: likewise, with every size times its factor

    Raises:
        ShapeError: The inputs are no volumes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import UpSampling3D
        >>> UpSampling3D((1, 2, 3))(jnp.zeros((1, 2, 2, 2, 5))).shape
        (1, 2, 4, 6, 5)

    As PyTorch's ``Upsample(scale_factor=2)``, with the channels last.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {"size": Sizes(rank=3)}
