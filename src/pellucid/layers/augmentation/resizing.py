"""Images of another size: resized as a whole, or their middle."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Boolean, Choice, Integer, Limit
from pellucid.functional.resampling import INTERPOLATIONS, take_along_axes
from pellucid.functional.resizing import METHODS, crop_to_ratio, interpolate, pad_to_ratio
from pellucid.layers.augmentation.base import FORMATS, one_or_many, require_images
from pellucid.layers.checks import as_float, who
from pellucid.modules import Layer


def resized(
    images: jax.Array,
    height: int,
    width: int,
    interpolation: str = "bilinear",
    antialias: bool = False,
) -> jax.Array:
    """Return images of another size; pixel centres are kept apart evenly.

    >>> resized(jnp.array([0.0, 1.0, 2.0, 3.0]).reshape(1, 1, 4, 1), 1, 2)[0, 0, :, 0].tolist()
    [0.5, 2.5]
    """
    if antialias or interpolation not in INTERPOLATIONS:
        return interpolate(images, (height, width), interpolation, antialias)
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


class Fitting(Layer):
    """The base of layers that bring images to a size, in training and outside; a subclass writes ``vary``.

    Args:
        height: New rows, at least 1.
        width: New columns, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.
    """

    moves: ClassVar[bool] = True
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

    def draw(self, images: jax.Array, key: Any) -> dict[str, jax.Array]:
        """Return no random values: there are none."""
        return {}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images in the new size: (batch, rows, columns, channels) in and out."""
        raise NotImplementedError

    def vary_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        """Return masks of the images in the new size, each pixel of one class."""
        return self.vary(masks, drawn)

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points are afterwards, x and y in pixels: (batch, points, 2) in and out."""
        raise NotImplementedError

    def rest(self, images: jax.Array) -> jax.Array:
        """Return what the layer gives outside training: the same."""
        return self.vary(images, {})

    @one_or_many
    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the images in the new size."""
        images = as_float(inputs, self)
        require_images(self, images.shape)
        if self.data_format == "channels_first":
            return jnp.moveaxis(self.rest(jnp.moveaxis(images, 1, -1)), -1, 1)
        return self.rest(images)


def stretched(
    points: jax.Array, start: tuple[int, int], part: tuple[int, ...], wanted: tuple[int, int]
) -> jax.Array:
    """Return where points of images are when a part of them is brought to a size.

    Args:
        points: x and y, (batch, points, 2).
        start: The part's first row and column, below 0 where it begins outside.
        part: Its height and width.
        wanted: Height and width afterwards.

    >>> stretched(jnp.array([[[3.0, 2.0]]]), (2, 1), (4, 4), (8, 8)).tolist()
    [[[4.0, 0.0]]]
    """
    corner = jnp.array(start[::-1], points.dtype)
    return (points - corner) * jnp.array([wanted[1] / part[1], wanted[0] / part[0]], points.dtype)


class Resizing(Fitting):
    """Resizes images, in training and outside.

    Equation: ``y[i] = x[(i + 0.5) old / new - 0.5]`` along both axes, read between the pixels.

    Args:
        height: New rows, at least 1.
        width: New columns, at least 1.
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``. Default
            ``"bilinear"``.
        crop_to_aspect_ratio: Whether the middle part of the new proportions is cut out first, so that nothing is
            stretched. Default False.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        pad_to_aspect_ratio: Whether the images are filled up to the new proportions first. Default False.
        fill_mode: How they are filled up: ``"constant"``. Default that.
        fill_value: With what. Default 0.
        antialias: Whether pixels of smaller images take the mean of all that they stand for. Default False.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, rows, columns, channels); outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: Both cropping and filling up are wanted.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Resizing
        >>> Resizing(14, 14)(jnp.ones((2, 28, 28, 1))).shape
        (2, 14, 14, 1)

    Differs from Keras: whole numbers become floats, also behind the layer. Differs from PyTorch:
    ``torch.nn.functional.interpolate`` with ``align_corners=False``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "interpolation": Choice(options=tuple(METHODS)),
        "crop_to_aspect_ratio": Boolean(),
        "pad_to_aspect_ratio": Boolean(),
        "fill_mode": Choice(options=("constant",)),
        "antialias": Boolean(),
    }

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(height, width, data_format, **kwargs)
        self.interpolation = interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = fill_mode
        self.fill_value = fill_value
        self.antialias = antialias
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ArgumentError(
                type(self).__name__,
                "`crop_to_aspect_ratio` and `pad_to_aspect_ratio` cannot both be True.",
                "pad_to_aspect_ratio=False",
            )

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images in the new size."""
        if self.crop_to_aspect_ratio:
            images, _ = crop_to_ratio(images, self.height, self.width)
        elif self.pad_to_aspect_ratio:
            images, _ = pad_to_ratio(images, self.height, self.width, self.fill_value)
        return resized(images, self.height, self.width, self.interpolation, self.antialias)

    def vary_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        """Return masks of the images in the new size, each pixel of one class."""
        return self.clone(interpolation="nearest", antialias=False).vary(masks, drawn)

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points are in the new size."""
        blank, start = jnp.zeros((1, *size, 1)), (0, 0)
        if self.crop_to_aspect_ratio:
            blank, start = crop_to_ratio(blank, self.height, self.width)
        elif self.pad_to_aspect_ratio:
            blank, (top, left) = pad_to_ratio(blank, self.height, self.width)
            start = (-top, -left)
        return stretched(points, start, blank.shape[1:3], (self.height, self.width))


class CenterCrop(Fitting):
    """Cuts out the middle of images; smaller ones are resized first, their proportions kept.

    Equation: ``y[i, j] = x[i + (rows - height) // 2, j + (columns - width) // 2]``.

    Args:
        height: Rows kept, at least 1.
        width: Columns kept, at least 1.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, rows, columns, channels); outputs: (batch, height, width, channels); one image alone, without
        the batch axis, likewise

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import CenterCrop
        >>> CenterCrop(1, 2)(jnp.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0].tolist()
        [[5.0, 6.0]]

    Differs from Keras: no difference known. Differs from PyTorch: torchvision pads smaller images with zeros.
    """

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the middle of the images."""
        rows, columns = images.shape[1:3]
        if rows < 1 or columns < 1:
            raise ShapeError(who(self), f"images of {rows}×{columns} pixels have no middle.")
        if rows < self.height or columns < self.width:
            return resized(
                crop_to_ratio(images, self.height, self.width)[0], self.height, self.width
            )
        top, left = (rows - self.height) // 2, (columns - self.width) // 2
        return images[:, top : top + self.height, left : left + self.width]

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points are in the middle."""
        wanted = (self.height, self.width)
        if size[0] >= self.height and size[1] >= self.width:
            start = ((size[0] - self.height) // 2, (size[1] - self.width) // 2)
            return stretched(points, start, wanted, wanted)
        middle, start = crop_to_ratio(jnp.zeros((1, *size, 1)), *wanted)
        return stretched(points, start, middle.shape[1:3], wanted)
