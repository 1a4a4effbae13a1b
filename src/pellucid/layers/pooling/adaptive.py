"""Pooling into a fixed number of regions, whatever the input's size."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.limits import Limit
from pellucid.functional.regional_pooling import adaptive_average_pool, adaptive_max_pool
from pellucid.layers.spatial import (
    DATA_FORMAT,
    Sizes,
    channels_back,
    channels_last,
    per_axis,
)
from pellucid.modules import Layer


class AdaptivePooling(Layer):
    """The base of adaptive poolings: a subclass says its ``rank`` and what becomes of a region.

    Args:
        output_size: The number of regions, one number or one per axis, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.
    """

    rank: ClassVar[int] = 0
    limits: ClassVar[dict[str, Limit]] = {"data_format": DATA_FORMAT}

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.output_size = per_axis(output_size, self.rank)
        self.data_format = data_format

    def pool(self, x: jax.Array) -> jax.Array:
        """Return what becomes of the regions of ``x``, channels last."""
        raise NotImplementedError

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return one number per region and channel."""
        x = channels_last(self, inputs, self.rank, self.data_format)
        return channels_back(self.pool(x), self.data_format)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: an output mixes several steps."""


class AdaptiveAveragePooling(AdaptivePooling):
    """The base of ``AdaptiveAveragePooling1D``, ``AdaptiveAveragePooling2D`` and ``AdaptiveAveragePooling3D``."""

    def pool(self, x: jax.Array) -> jax.Array:
        """Return the mean of every region."""
        return adaptive_average_pool(x, self.output_size)


class AdaptiveMaxPooling(AdaptivePooling):
    """The base of ``AdaptiveMaxPooling1D``, ``AdaptiveMaxPooling2D`` and ``AdaptiveMaxPooling3D``."""

    def pool(self, x: jax.Array) -> jax.Array:
        """Return the largest number of every region."""
        return adaptive_max_pool(x, self.output_size)


class AdaptiveAveragePooling1D(AdaptiveAveragePooling):
    """Cuts series into a fixed number of regions, and keeps the mean of each.

    Equation: ``y_i = sum_t x_t / (e_i - b_i)`` over ``t = b_i ... e_i - 1`` with ``b_i = floor(i n / m)`` and ``e_i =
    ceil((i + 1) n / m)``: ``n`` steps, ``m`` regions, which overlap where ``m`` does not divide ``n``.

    Args:
        output_size: The number ``m`` of regions, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, output_size, channels)

    Raises:
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AdaptiveAveragePooling1D
        >>> series = jnp.array([1.0, 2.0, 3.0, 4.0, 6.0]).reshape(1, 5, 1)
        >>> AdaptiveAveragePooling1D(2)(series)[0, :, 0]
        Array([2.       , 4.3333335], dtype=float32)

    As PyTorch's ``AdaptiveAvgPool1d``, with the channels last.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {"output_size": Sizes(rank=1)}


class AdaptiveAveragePooling2D(AdaptiveAveragePooling):
    """Cuts images into a fixed number of regions, and keeps the mean of each.

    Equation: ``y_i = sum_t x_t / (e_i - b_i)`` over ``t = b_i ... e_i - 1`` with ``b_i = floor(i n / m)`` and ``e_i =
    ceil((i + 1) n / m)`` along every axis: ``n`` cells, ``m`` regions, which overlap where ``m`` does not divide
    ``n``.

    Args:
        output_size: The number ``m`` of rows and of columns of regions, or one number for both, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, *output_size, channels)

    Raises:
        ShapeError: The inputs are no images.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AdaptiveAveragePooling2D
        >>> image = jnp.arange(16.0).reshape(1, 4, 4, 1)
        >>> AdaptiveAveragePooling2D(2)(image)[0, :, :, 0]
        Array([[ 2.5,  4.5],
               [10.5, 12.5]], dtype=float32)

    As PyTorch's ``AdaptiveAvgPool2d``, with the channels last.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {"output_size": Sizes(rank=2)}


class AdaptiveAveragePooling3D(AdaptiveAveragePooling):
    """Cuts volumes into a fixed number of regions, and keeps the mean of each.

    Equation: ``y_i = sum_t x_t / (e_i - b_i)`` over ``t = b_i ... e_i - 1`` with ``b_i = floor(i n / m)`` and ``e_i =
    ceil((i + 1) n / m)`` along every axis: ``n`` cells, ``m`` regions, which overlap where ``m`` does not divide
    ``n``.

    Args:
        output_size: The number ``m`` of planes, rows and columns of regions, or one number for all, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: (batch, *output_size, channels)

    Raises:
        ShapeError: The inputs are no volumes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AdaptiveAveragePooling3D
        >>> AdaptiveAveragePooling3D((1, 2, 2))(jnp.zeros((1, 3, 5, 7, 2))).shape
        (1, 1, 2, 2, 2)

    As PyTorch's ``AdaptiveAvgPool3d``, with the channels last.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {"output_size": Sizes(rank=3)}


class AdaptiveMaxPooling1D(AdaptiveMaxPooling):
    """Cuts series into a fixed number of regions, and keeps the largest number of each.

    Equation: ``y_i = max_t x_t`` over ``t = b_i ... e_i - 1`` with ``b_i = floor(i n / m)`` and ``e_i = ceil((i + 1) n
    / m)``: ``n`` steps, ``m`` regions, which overlap where ``m`` does not divide ``n``.

    Args:
        output_size: The number ``m`` of regions, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, output_size, channels)

    Raises:
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AdaptiveMaxPooling1D
        >>> series = jnp.array([1.0, 5.0, 2.0, 4.0, 3.0]).reshape(1, 5, 1)
        >>> AdaptiveMaxPooling1D(2)(series)[0, :, 0]
        Array([5., 4.], dtype=float32)

    As PyTorch's ``AdaptiveMaxPool1d``, with the channels last.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {"output_size": Sizes(rank=1)}


class AdaptiveMaxPooling2D(AdaptiveMaxPooling):
    """Cuts images into a fixed number of regions, and keeps the largest number of each.

    Equation: ``y_i = max_t x_t`` over ``t = b_i ... e_i - 1`` with ``b_i = floor(i n / m)`` and ``e_i = ceil((i + 1) n
    / m)`` along every axis: ``n`` cells, ``m`` regions, which overlap where ``m`` does not divide ``n``.

    Args:
        output_size: The number ``m`` of rows and of columns of regions, or one number for both, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, *output_size, channels)

    Raises:
        ShapeError: The inputs are no images.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AdaptiveMaxPooling2D
        >>> image = jnp.arange(16.0).reshape(1, 4, 4, 1)
        >>> AdaptiveMaxPooling2D(2)(image)[0, :, :, 0]
        Array([[ 5.,  7.],
               [13., 15.]], dtype=float32)

    As PyTorch's ``AdaptiveMaxPool2d``, with the channels last.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {"output_size": Sizes(rank=2)}


class AdaptiveMaxPooling3D(AdaptiveMaxPooling):
    """Cuts volumes into a fixed number of regions, and keeps the largest number of each.

    Equation: ``y_i = max_t x_t`` over ``t = b_i ... e_i - 1`` with ``b_i = floor(i n / m)`` and ``e_i = ceil((i + 1) n
    / m)`` along every axis: ``n`` cells, ``m`` regions, which overlap where ``m`` does not divide ``n``.

    Args:
        output_size: The number ``m`` of planes, rows and columns of regions, or one number for all, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: (batch, *output_size, channels)

    Raises:
        ShapeError: The inputs are no volumes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AdaptiveMaxPooling3D
        >>> AdaptiveMaxPooling3D((1, 2, 2))(jnp.zeros((1, 3, 5, 7, 2))).shape
        (1, 1, 2, 2, 2)

    As PyTorch's ``AdaptiveMaxPool3d``, with the channels last.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {"output_size": Sizes(rank=3)}
