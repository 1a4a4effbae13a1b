"""What all augmentations share: only in training, a draw for every image, a preview."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from numbers import Real
from pathlib import Path
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Choice, Integer, Limit
from pellucid.functional.resampling import FILL_MODES, INTERPOLATIONS
from pellucid.layers.augmentation import pictures
from pellucid.layers.checks import as_float, who
from pellucid.layers.noise import seeded_key
from pellucid.modules import Layer

FORMATS = ("channels_last", "channels_first")


def one_or_many(call: Callable[..., jax.Array]) -> Callable[..., jax.Array]:
    """Let a layer's ``call`` take one image alone too, as a data set's ``map`` gives it: (height, width, channels)."""

    @wraps(call)
    def called(self: Any, inputs: jax.Array, *args: Any, **kwargs: Any) -> jax.Array:
        if inputs.ndim == 3:
            return call(self, inputs[None], *args, **kwargs)[0]
        return call(self, inputs, *args, **kwargs)

    return called


class Augmentation(Layer):
    """The base of layers that vary images while training; a subclass writes ``draw`` and ``vary``.

    ``draw`` gives the random values of a batch, ``vary`` is a pure function of the images and these values. So what
    was drawn for images can be applied to whatever belongs to them as well.

    Args:
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.
    """

    # Whether pixels come to stand elsewhere; else only colours change.
    moves: ClassVar[bool] = False
    limits: ClassVar[dict[str, Limit]] = {
        "seed": Integer(optional=True),
        "data_format": Choice(options=FORMATS, optional=True),
    }

    def __init__(self, seed: int | None = None, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.seed = seed
        self.data_format = data_format

    def draw(self, images: jax.Array, key: jax.Array) -> Any:
        """Return the random values of a batch: a dict of arrays, named as in Keras, their first axis the images'."""
        raise NotImplementedError

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images varied by what was drawn: (batch, height, width, channels) in and out."""
        raise NotImplementedError

    def vary_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        """Return masks of the images, the class of each pixel, moved as the images are.

        Args:
            masks: Shape (batch, height, width, channels).
            drawn: What :meth:`draw` gave for the images.
        """
        return self.vary(masks, drawn) if self.moves else masks

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points of the images are afterwards; they stay where a layer changes colours only.

        Args:
            points: x and y in pixels, (batch, points, 2).
            drawn: What :meth:`draw` gave.
            size: The images' height and width.
        """
        return points

    def augment(self, images: jax.Array, key: jax.Array) -> jax.Array:
        """Return the images varied: (batch, height, width, channels) in and out."""
        return self.vary(images, self.draw(images, key))

    @one_or_many
    def call(self, inputs: jax.Array, training: Any = False) -> jax.Array:
        """Return the images, or the one image, varied in training."""
        images = as_float(inputs, self)
        require_images(self, images.shape)
        first = self.data_format == "channels_first"
        images = jnp.moveaxis(images, 1, -1) if first else images
        if training:
            images = self.augment(images, seeded_key(self, self.seed))
        else:
            images = self.rest(images)
        return jnp.moveaxis(images, -1, 1) if first else images

    def rest(self, images: jax.Array) -> jax.Array:
        """Return what the layer gives outside training, the images: (batch, height, width, channels)."""
        return images

    def preview(
        self, images: Any, times: int = 6, path: str | Path | None = None, seed: int = 0
    ) -> Any:
        """Draw a grid: a row an image, first as it is, then ``times`` times as training would see it.

        Args:
            images: A batch; the first eight are drawn.
            times: How often each is varied. Default 6.
            path: A file name ending in .png, .svg or .pdf, or None.
            seed: Decides the draws. Default 0.

        Returns:
            The matplotlib figure.
        """
        return pictures.draw(self, images, times, path, seed)


class Resampling(Augmentation):
    """The base of augmentations that take images at other places.

    Args:
        fill_mode: What stands outside the image: ``"reflect"``, ``"wrap"``, ``"constant"`` or ``"nearest"``. Default
            ``"reflect"``.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        fill_value: The value outside with ``fill_mode="constant"``. Default 0.
        data_format: As in :class:`Augmentation`.
        **kwargs: As in :class:`Augmentation`.
    """

    moves = True
    limits: ClassVar[dict[str, Limit]] = {
        "fill_mode": Choice(options=FILL_MODES),
        "interpolation": Choice(options=INTERPOLATIONS),
    }

    def __init__(
        self,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.fill_value = fill_value

    @property
    def outside(self) -> tuple[str, str, float]:
        """Fill mode, interpolation and fill value, as the functions take them."""
        return self.fill_mode, self.interpolation, self.fill_value

    def vary_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        """Return the masks moved, each pixel of one class: between two classes there is none."""
        return self.clone(interpolation="nearest").vary(masks, drawn)

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points of the images are afterwards; a subclass that can tell says it."""
        raise NotImplementedError(f"{type(self).__name__} does not tell where points go.")


def require_images(layer: Layer, shape: tuple[int, ...]) -> None:
    """Refuse what is no batch of images.

    Raises:
        ShapeError: Another number of axes than four.
    """
    if len(shape) == 4:
        return
    repair = "x[..., None] gives grey images a channel axis; x[None] makes one image a batch"
    raise ShapeError(
        who(layer),
        f"it needs images, (batch, height, width, channels), but it got {shape}.",
        repair,
    )


def ends_of(
    who: str, name: str, factor: Any, low: float | None = None, high: float | None = None
) -> tuple[float, float]:
    """Return a factor as its two ends; of a number they are as far to both sides, or 0 and the number.

    >>> ends_of("RandomRotation", "factor", 0.2), ends_of("RandomRotation", "factor", (-0.1, 0.3))
    ((-0.2, 0.2), (-0.1, 0.3))
    >>> ends_of("RandomSharpness", "factor", 0.2, 0, 1)
    (0.0, 0.2)
    """
    pair = factor if isinstance(factor, (tuple, list)) else ()
    if isinstance(factor, Real):
        pair = (0.0, factor) if low == 0 else (-abs(factor), abs(factor))
    ends = tuple(float(end) for end in pair if isinstance(end, Real))
    fits = len(ends) == 2 and ends[0] <= ends[1]
    fits = fits and (low is None or ends[0] >= low) and (high is None or ends[1] <= high)
    if not fits:
        limits = f" within [{low}, {high}]" if low is not None or high is not None else ""
        raise ArgumentError(
            who,
            f"`{name}` must be a number or a pair (from, to) in that order{limits}, but it is {factor!r}.",
            f"{name}=(-0.1, 0.1)",
        )
    return ends[0], ends[1]


def between(key: jax.Array, ends: tuple[float, float], images: jax.Array) -> jax.Array:
    """Return a number for each image, evenly from ``ends[0]`` to ``ends[1]``."""
    return jax.random.uniform(key, (len(images),), images.dtype, ends[0], ends[1])


def chosen(key: jax.Array, chances: tuple[float, float], images: jax.Array) -> jax.Array:
    """Return for each image whether it is chosen, its probability drawn evenly between two ends."""
    first, second = jax.random.split(key)
    return between(first, (0.0, 1.0), images) < between(second, chances, images)


def for_each(numbers: jax.Array) -> jax.Array:
    """Give one number an image the axes of an image."""
    return jnp.reshape(numbers, (-1, 1, 1, 1))
