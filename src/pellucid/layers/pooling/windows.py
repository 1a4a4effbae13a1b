"""The largest or the mean number of every window."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.limits import Limit
from pellucid.functional.pooling import average_pool, max_pool
from pellucid.layers.spatial import (
    DATA_FORMAT,
    PADDING,
    Sizes,
    channels_back,
    channels_last,
    per_axis,
    require_room,
)
from pellucid.modules import Layer


class WindowPooling(Layer):
    """The base of poolings over windows: a subclass says its ``rank`` and what becomes of a window.

    Args:
        pool_size: The sizes of the window, one number or one per axis.
        strides: How many cells the window moves at a time, one number or one per axis. Default None, the window's
            size.
        padding: ``"valid"`` or ``"same"``. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        name: The layer's name.
        **kwargs: ``dtype`` and others as in :class:`~pellucid.Layer`.
    """

    rank: ClassVar[int] = 0
    limits: ClassVar[dict[str, Limit]] = {"padding": PADDING, "data_format": DATA_FORMAT}

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        self.pool_size = per_axis(pool_size, self.rank)
        self.strides = self.pool_size if strides is None else per_axis(strides, self.rank)
        self.padding = padding.lower()
        self.data_format = data_format

    def pool(self, x: jax.Array) -> jax.Array:
        """Return what becomes of the windows of ``x``, channels last."""
        raise NotImplementedError

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return one number per window and channel."""
        x = channels_last(self, inputs, self.rank, self.data_format)
        if self.padding == "valid":
            require_room(self, x.shape[1:-1], self.pool_size, "pool")
        return channels_back(self.pool(x), self.data_format)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: an output mixes several steps."""


class MaxPooling(WindowPooling):
    """The base of ``MaxPooling1D``, ``MaxPooling2D`` and ``MaxPooling3D``, which differ in their rank only."""

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)

    def pool(self, x: jax.Array) -> jax.Array:
        """Return the largest number of every window."""
        return max_pool(x, self.pool_size, self.strides, self.padding)


class AveragePooling(WindowPooling):
    """The base of ``AveragePooling1D``, ``AveragePooling2D`` and ``AveragePooling3D``."""

    def pool(self, x: jax.Array) -> jax.Array:
        """Return the mean of every window, over its cells inside the input."""
        return average_pool(x, self.pool_size, self.strides, self.padding)


class MaxPooling1D(MaxPooling):
    """Keeps the largest number of every window of a series.

    Equation: ``y[i, c] = max_t x[s i + t, c]`` with the inputs ``x``, the stride ``s``, the window's cells ``t`` and
    the channel ``c``.

    Args:
        pool_size: The number of steps of a window, at least 1. Default 2.
        strides: How many steps the window moves at a time. Default None, the window's size.
        padding: ``"valid"``: only whole windows; ``"same"``: windows may reach over the edge, where padding counts for
            nothing. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        name: The layer's name.
        **kwargs: ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, windows, channels), with ``(steps - pool_size) / strides +
        1`` windows, rounded down, for ``"valid"`` and ``steps / strides``, rounded up, for ``"same"``

    Raises:
        ShapeError: The inputs are no series, or smaller than a window that must lie inside.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import MaxPooling1D
        >>> series = jnp.array([1.0, 5.0, 2.0, 3.0]).reshape(1, 4, 1)
        >>> MaxPooling1D()(series)[0, :, 0]
        Array([5., 3.], dtype=float32)

    Differs from PyTorch: there padding is a number of cells on both sides, and the channels come first.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {
        "pool_size": Sizes(rank=1),
        "strides": Sizes(rank=1, optional=True),
    }


class MaxPooling2D(MaxPooling):
    """Keeps the largest number of every window of an image.

    Equation: ``y[i, c] = max_t x[s i + t, c]`` with the inputs ``x``, the stride ``s``, the window's cells ``t`` and
    the channel ``c``; ``i`` and ``t`` have one part per axis.

    Args:
        pool_size: Height and width of a window, or one number for both, at least 1. Default 2.
        strides: How many cells the window moves at a time, one number or two. Default None, the window's size.
        padding: ``"valid"``: only whole windows; ``"same"``: windows may reach over the edge, where padding counts for
            nothing. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        name: The layer's name.
        **kwargs: ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, rows, columns, channels), with ``(height - pool
        height) / strides + 1`` rows, rounded down, for ``"valid"`` and ``height / strides``, rounded up, for
        ``"same"``; columns likewise

    Raises:
        ShapeError: The inputs are no images, or smaller than a window that must lie inside.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import MaxPooling2D
        >>> image = jnp.arange(16.0).reshape(1, 4, 4, 1)
        >>> MaxPooling2D()(image)[0, :, :, 0]
        Array([[ 5.,  7.],
               [13., 15.]], dtype=float32)

    Source: Riesenhuber and Poggio, Hierarchical Models of Object Recognition in Cortex, 1999.
    Differs from PyTorch: there padding is a number of cells on both sides, and the channels come first.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {
        "pool_size": Sizes(rank=2),
        "strides": Sizes(rank=2, optional=True),
    }


class MaxPooling3D(MaxPooling):
    """Keeps the largest number of every window of a volume.

    Equation: ``y[i, c] = max_t x[s i + t, c]`` with the inputs ``x``, the stride ``s``, the window's cells ``t`` and
    the channel ``c``; ``i`` and ``t`` have one part per axis.

    Args:
        pool_size: Depth, height and width of a window, or one number for all, at least 1. Default 2.
        strides: How many cells the window moves at a time, one number or three. Default None, the window's size.
        padding: ``"valid"``: only whole windows; ``"same"``: windows may reach over the edge, where padding counts for
            nothing. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        name: The layer's name.
        **kwargs: ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: (batch, planes, rows, columns, channels), sizes as in
        :class:`MaxPooling2D`

    Raises:
        ShapeError: The inputs are no volumes, or smaller than a window that must lie inside.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import MaxPooling3D
        >>> MaxPooling3D((1, 2, 2))(jnp.zeros((1, 4, 8, 8, 3))).shape
        (1, 4, 4, 4, 3)

    Differs from PyTorch: there padding is a number of cells on both sides, and the channels come first.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {
        "pool_size": Sizes(rank=3),
        "strides": Sizes(rank=3, optional=True),
    }


class AveragePooling1D(AveragePooling):
    """Keeps the mean of every window of a series.

    Equation: ``y[i, c] = sum_t x[s i + t, c] / n[i]`` with the inputs ``x``, the stride ``s``, the window's cells
    ``t``, the channel ``c`` and the count ``n[i]`` of the window's cells that lie inside the input.

    Args:
        pool_size: The number of steps of a window, at least 1.
        strides: How many steps the window moves at a time. Default None, the window's size.
        padding: ``"valid"``: only whole windows; ``"same"``: windows may reach over the edge, where the mean is of the
            cells inside. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        name: The layer's name.
        **kwargs: ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, windows, channels), with ``(steps - pool_size) / strides +
        1`` windows, rounded down, for ``"valid"`` and ``steps / strides``, rounded up, for ``"same"``

    Raises:
        ShapeError: The inputs are no series, or smaller than a window that must lie inside.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AveragePooling1D
        >>> series = jnp.array([1.0, 5.0, 2.0]).reshape(1, 3, 1)
        >>> AveragePooling1D(2, padding="same")(series)[0, :, 0]
        Array([3., 2.], dtype=float32)

    Differs from PyTorch: there padded cells count as zeros unless ``count_include_pad=False``.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {
        "pool_size": Sizes(rank=1),
        "strides": Sizes(rank=1, optional=True),
    }


class AveragePooling2D(AveragePooling):
    """Keeps the mean of every window of an image.

    Equation: ``y[i, c] = sum_t x[s i + t, c] / n[i]`` with the inputs ``x``, the stride ``s``, the window's cells
    ``t``, the channel ``c`` and the count ``n[i]`` of the window's cells that lie inside the input; ``i`` and ``t``
    have one part per axis.

    Args:
        pool_size: Height and width of a window, or one number for both, at least 1.
        strides: How many cells the window moves at a time, one number or two. Default None, the window's size.
        padding: ``"valid"``: only whole windows; ``"same"``: windows may reach over the edge, where the mean is of the
            cells inside. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        name: The layer's name.
        **kwargs: ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, rows, columns, channels), with ``(height - pool
        height) / strides + 1`` rows, rounded down, for ``"valid"`` and ``height / strides``, rounded up, for
        ``"same"``; columns likewise

    Raises:
        ShapeError: The inputs are no images, or smaller than a window that must lie inside.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AveragePooling2D
        >>> image = jnp.arange(16.0).reshape(1, 4, 4, 1)
        >>> AveragePooling2D(2)(image)[0, :, :, 0]
        Array([[ 2.5,  4.5],
               [10.5, 12.5]], dtype=float32)

    Differs from PyTorch: there padded cells count as zeros unless ``count_include_pad=False``.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {
        "pool_size": Sizes(rank=2),
        "strides": Sizes(rank=2, optional=True),
    }


class AveragePooling3D(AveragePooling):
    """Keeps the mean of every window of a volume.

    Equation: ``y[i, c] = sum_t x[s i + t, c] / n[i]`` with the inputs ``x``, the stride ``s``, the window's cells
    ``t``, the channel ``c`` and the count ``n[i]`` of the window's cells that lie inside the input; ``i`` and ``t``
    have one part per axis.

    Args:
        pool_size: Depth, height and width of a window, or one number for all, at least 1.
        strides: How many cells the window moves at a time, one number or three. Default None, the window's size.
        padding: ``"valid"``: only whole windows; ``"same"``: windows may reach over the edge, where the mean is of the
            cells inside. Default ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        name: The layer's name.
        **kwargs: ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: (batch, planes, rows, columns, channels), sizes as in
        :class:`AveragePooling2D`

    Raises:
        ShapeError: The inputs are no volumes, or smaller than a window that must lie inside.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AveragePooling3D
        >>> AveragePooling3D(2)(jnp.zeros((1, 4, 8, 8, 3))).shape
        (1, 2, 4, 4, 3)

    Differs from PyTorch: there padded cells count as zeros unless ``count_include_pad=False``.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {
        "pool_size": Sizes(rank=3),
        "strides": Sizes(rank=3, optional=True),
    }
