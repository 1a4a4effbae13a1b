"""A frame of zeros around series, images and volumes."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit
from pellucid.layers.resizing.edges import Edges, pairs
from pellucid.layers.spatial import DATA_FORMAT, require_rank
from pellucid.modules import Layer


class ZeroPadding(Layer):
    """The base of ``ZeroPadding1D``, ``ZeroPadding2D`` and ``ZeroPadding3D``, which differ in their rank only.

    Args:
        padding: Cells before and after the input: one number, one per axis, or a pair per axis. Default 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.
    """

    rank: ClassVar[int] = 0
    limits: ClassVar[dict[str, Limit]] = {"data_format": DATA_FORMAT}

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.padding = pairs(padding, self.rank)
        self.data_format = data_format

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs with zeros around them."""
        require_rank(self, inputs.shape, self.rank, self.data_format)
        none = ((0, 0),)
        if self.data_format == "channels_first":
            return jnp.pad(inputs, none + none + self.padding)
        return jnp.pad(inputs, none + self.padding + none)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: the steps move."""


class ZeroPadding1D(ZeroPadding):
    """Adds steps of zeros before and after a series.

    Equation: ``y[i] = x[i - before]`` inside the series ``x``, else 0.

    Args:
        padding: The number of steps added at each end, or a pair (before, after), at least 0. Default 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, before + steps + after, channels)

    Raises:
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ZeroPadding1D
        >>> ZeroPadding1D((2, 0))(jnp.array([[[1.0], [2.0]]]))[0, :, 0]
        Array([0., 0., 1., 2.], dtype=float32)

    As PyTorch's ``ZeroPad1d``, with the channels last.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {"padding": Edges(rank=1)}


class ZeroPadding2D(ZeroPadding):
    """Adds rows and columns of zeros around images.

    Equation: ``y[i, j] = x[i - top, j - left]`` inside the image ``x``, else 0.

    Args:
        padding: The number of cells added on each side: one number, ``(rows, columns)``, or ``((top, bottom),
            (left, right))``, at least 0. Default 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, top + height + bottom, left + width + right,
        channels)

    Raises:
        ShapeError: The inputs are no images.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ZeroPadding2D
        >>> ZeroPadding2D(((1, 0), (0, 1)))(jnp.ones((1, 2, 2, 1)))[0, :, :, 0]
        Array([[0., 0., 0.],
               [1., 1., 0.],
               [1., 1., 0.]], dtype=float32)

    As PyTorch's ``ZeroPad2d``, with the channels last.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {"padding": Edges(rank=2)}


class ZeroPadding3D(ZeroPadding):
    """Adds planes, rows and columns of zeros around volumes.

    Equation: ``y[i] = x[i - before]`` inside the volume ``x``, else 0; ``i`` and ``before`` have one part per axis.

    Args:
        padding: The number of cells added on each side: one number, one per axis, or a pair (before, after) per axis,
            at least 0. Default 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: likewise, with both numbers added to every size

    Raises:
        ShapeError: The inputs are no volumes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ZeroPadding3D
        >>> ZeroPadding3D((1, 0, (0, 2)))(jnp.ones((1, 2, 2, 2, 1))).shape
        (1, 4, 2, 4, 1)

    As PyTorch's ``ZeroPad3d``, with the channels last.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {"padding": Edges(rank=3)}
