"""Images of another size: resized as a whole, or their middle."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Boolean, Choice, Integer, Limit
from pellucid.functional.resampling import INTERPOLATIONS, take_along_axes
from pellucid.layers.augmentation.base import FORMATS, require_images
from pellucid.layers.checks import as_float, who
from pellucid.modules import Layer


def resized(
    images: jax.Array, height: int, width: int, interpolation: str = "bilinear"
) -> jax.Array:
    """Return images of another size; pixel centres are kept apart evenly.

    >>> resized(jnp.array([0.0, 1.0, 2.0, 3.0]).reshape(1, 1, 4, 1), 1, 2)[0, 0, :, 0].tolist()
    [0.5, 2.5]
    """
    rows, columns = (
        line(new, old, interpolation).astype(images.dtype)
        for new, old in zip((height, width), images.shape[1:3], strict=True)
    )
    return take_along_axes(images, rows, columns, "nearest", interpolation)


def line(new: int, old: int, interpolation: str) -> jax.Array:
    """Return where ``new`` pixels stand among ``old`` ones: (new,).

    >>> line(2, 4, "bilinear").tolist()
    [0.5, 2.5]
    """
    at = (jnp.arange(new) + 0.5) * old / new - 0.5
    # Ties go up, as in Keras: with an even factor the centre lies between two pixels.
    return jnp.floor(at + 0.5) if interpolation == "nearest" else at


def cropped_to_ratio(images: jax.Array, height: int, width: int) -> jax.Array:
    """Return the largest middle part of the images that has the proportions ``height : width``."""
    rows, columns = images.shape[1:3]
    kept_rows = min(rows, int(columns * height / width))
    kept_columns = min(columns, int(rows * width / height))
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    return images[:, top : top + kept_rows, left : left + kept_columns]


class Resizing(Layer):
    """Resizes images, in training and outside.

    Equation: ``y[i] = x[(i + 0.5) old / new - 0.5]`` along both axes, read between the pixels.

    Args:
        height: New rows, at least 1.
        width: New columns, at least 1.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        crop_to_aspect_ratio: Whether the middle part of the new proportions is cut out first, so that nothing is
            stretched. Default False.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, rows, columns, channels); outputs: (batch, height, width, channels)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Resizing
        >>> Resizing(14, 14)(jnp.ones((2, 28, 28, 1))).shape
        (2, 14, 14, 1)

    Differs from Keras: bicubic and Lanczos are not there, and when images shrink both average the two nearest
    pixels without smoothing. Differs from PyTorch: ``torch.nn.functional.interpolate`` with ``align_corners=False``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "height": Integer(1),
        "width": Integer(1),
        "interpolation": Choice(options=INTERPOLATIONS),
        "crop_to_aspect_ratio": Boolean(),
        "data_format": Choice(options=FORMATS, optional=True),
    }

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.height = int(height)
        self.width = int(width)
        self.interpolation = interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.data_format = data_format

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the images in the new size."""
        images = as_float(inputs, self)
        require_images(self, images.shape)
        first = self.data_format == "channels_first"
        images = jnp.moveaxis(images, 1, -1) if first else images
        if self.crop_to_aspect_ratio:
            images = cropped_to_ratio(images, self.height, self.width)
        images = resized(images, self.height, self.width, self.interpolation)
        return jnp.moveaxis(images, -1, 1) if first else images


class CenterCrop(Layer):
    """Cuts out the middle of images; smaller ones are resized first, their proportions kept.

    Equation: ``y[i, j] = x[i + (rows - height) // 2, j + (columns - width) // 2]``.

    Args:
        height: Rows kept, at least 1.
        width: Columns kept, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, rows, columns, channels); outputs: (batch, height, width, channels)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import CenterCrop
        >>> CenterCrop(1, 2)(jnp.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0].tolist()
        [[5.0, 6.0]]

    Differs from Keras: no difference known. Differs from PyTorch: torchvision pads smaller images with zeros.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "height": Integer(1),
        "width": Integer(1),
        "data_format": Choice(options=FORMATS, optional=True),
    }

    def __init__(self, height: int, width: int, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.height = int(height)
        self.width = int(width)
        self.data_format = data_format

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the middle of the images."""
        images = as_float(inputs, self)
        require_images(self, images.shape)
        first = self.data_format == "channels_first"
        images = jnp.moveaxis(images, 1, -1) if first else images
        rows, columns = images.shape[1:3]
        if rows < 1 or columns < 1:
            raise ShapeError(who(self), f"images of {rows}×{columns} pixels have no middle.")
        if rows >= self.height and columns >= self.width:
            top, left = (rows - self.height) // 2, (columns - self.width) // 2
            images = images[:, top : top + self.height, left : left + self.width]
        else:
            middle = cropped_to_ratio(images, self.height, self.width)
            images = resized(middle, self.height, self.width)
        return jnp.moveaxis(images, -1, 1) if first else images
