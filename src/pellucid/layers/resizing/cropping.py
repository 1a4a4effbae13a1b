"""Series, images and volumes with their edges cut off."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Limit
from pellucid.core.specs import shape_in_words
from pellucid.layers.checks import who
from pellucid.layers.resizing.edges import Edges, pairs
from pellucid.layers.spatial import DATA_FORMAT, require_rank
from pellucid.modules import Layer


class Cropping(Layer):
    """The base of ``Cropping1D``, ``Cropping2D`` and ``Cropping3D``, which differ in their rank only.

    Args:
        cropping: Cells cut off before and after: one number, one per axis, or a pair per axis.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.
    """

    rank: ClassVar[int] = 0
    limits: ClassVar[dict[str, Limit]] = {"data_format": DATA_FORMAT}

    def __init__(self, cropping: Any, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.cropping = pairs(cropping, self.rank)
        self.data_format = data_format

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs without their edges."""
        require_rank(self, inputs.shape, self.rank, self.data_format)
        first = 2 if self.data_format == "channels_first" else 1
        cut = [slice(None)] * inputs.ndim
        for axis, (before, after) in enumerate(self.cropping, start=first):
            if before + after >= inputs.shape[axis]:
                raise ShapeError(
                    who(self),
                    f"it got {shape_in_words(inputs.shape)}, of which `cropping` {self.cropping} leaves nothing.",
                    "cut off fewer cells than there are along every axis",
                )
            cut[axis] = slice(before, inputs.shape[axis] - after)
        return inputs[tuple(cut)]

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: the steps move."""


class Cropping1D(Cropping):
    """Cuts steps off both ends of a series.

    Equation: ``y[i] = x[i + before]`` with the series ``x``.

    Args:
        cropping: The number of steps cut off at each end, or a pair (before, after), at least 0. Default (1, 1).
        **kwargs: ``data_format`` as in :class:`Cropping2D`; ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, steps - before - after, channels)

    Raises:
        ShapeError: The inputs are no series, or nothing would be left.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Cropping1D
        >>> Cropping1D((0, 2))(jnp.arange(4.0).reshape(1, 4, 1))[0, :, 0]
        Array([0., 1.], dtype=float32)

    PyTorch has no such layer: it slices, ``x[:, before:-after]``.
    """

    rank = 1
    limits: ClassVar[dict[str, Limit]] = {"cropping": Edges(rank=1)}

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any):
        super().__init__(cropping, **kwargs)


class Cropping2D(Cropping):
    """Cuts rows and columns off the edges of images.

    Equation: ``y[i, j] = x[i + top, j + left]`` with the image ``x``.

    Args:
        cropping: The number of cells cut off on each side: one number, ``(rows, columns)``, or ``((top, bottom),
            (left, right))``, at least 0. Default ((0, 0), (0, 0)).
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, height, width, channels); outputs: (batch, height - top - bottom, width - left - right,
        channels)

    Raises:
        ShapeError: The inputs are no images, or nothing would be left.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Cropping2D
        >>> Cropping2D(((1, 0), (0, 2)))(jnp.arange(9.0).reshape(1, 3, 3, 1))[0, :, :, 0]
        Array([[3.],
               [6.]], dtype=float32)

    PyTorch has no such layer: it slices.
    """

    rank = 2
    limits: ClassVar[dict[str, Limit]] = {"cropping": Edges(rank=2)}

    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ):
        super().__init__(cropping, data_format, **kwargs)


class Cropping3D(Cropping):
    """Cuts planes, rows and columns off the edges of volumes.

    Equation: ``y[i] = x[i + before]`` with the volume ``x``; ``i`` and ``before`` have one part per axis.

    Args:
        cropping: The number of cells cut off on each side: one number, one per axis, or a pair (before, after) per
            axis, at least 0. Default ((1, 1), (1, 1), (1, 1)).
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, depth, height, width, channels); outputs: likewise, both numbers taken off every size

    Raises:
        ShapeError: The inputs are no volumes, or nothing would be left.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Cropping3D
        >>> Cropping3D()(jnp.zeros((1, 5, 6, 7, 2))).shape
        (1, 3, 4, 5, 2)

    PyTorch has no such layer: it slices.
    """

    rank = 3
    limits: ClassVar[dict[str, Limit]] = {"cropping": Edges(rank=3)}

    def __init__(
        self,
        cropping: Any = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(cropping, data_format, **kwargs)
