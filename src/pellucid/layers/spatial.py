"""What layers of series, images and volumes share: sizes per axis, channels first, and what they say of other inputs.

Terms: the *rank* is the number of axes without batch and channels: 1 for series, 2 for images, 3 for volumes. Layers
compute with the channels last; where ``data_format`` says ``"channels_first"``, they are moved there and back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Choice, Instance
from pellucid.core.specs import Shape, shape_in_words
from pellucid.layers.checks import as_float, who
from pellucid.modules import Layer

KINDS = {1: "series", 2: "images", 3: "volumes"}
"""What inputs of a rank are called."""
AXES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""What their axes are called."""


@dataclass(frozen=True)
class Sizes(Instance):
    """A whole number for all axes, or one for each of ``rank`` axes."""

    rank: int = 1
    low: int = 1

    def describe(self) -> str:
        each = "a tuple of one" if self.rank == 1 else f"a tuple of {self.rank}"
        return f"an integer of at least {self.low}, or {each}"

    def allows(self, value: Any) -> bool:
        if isinstance(value, (tuple, list)):
            return len(value) == self.rank and all(map(self._fits, value))
        return self._fits(value)

    def _fits(self, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and value >= self.low


@dataclass(frozen=True)
class Word(Choice):
    """One of a few words, in capitals or not."""

    def allows(self, value: Any) -> bool:
        return isinstance(value, str) and value.lower() in self.options


PADDING = Word(("valid", "same"))
DATA_FORMAT = Choice(("channels_last", "channels_first"), optional=True)


def per_axis(value: Any, rank: int) -> tuple[int, ...]:
    """Return one number per axis.

    >>> per_axis(3, 2), per_axis([1, 2], 2)
    ((3, 3), (1, 2))
    """
    return (value,) * rank if isinstance(value, int) else tuple(value)


def channel_axis(data_format: str | None) -> int:
    """Return the axis of the channels: the last, or the first after the batch."""
    return 1 if data_format == "channels_first" else -1


def channels_last(layer: Layer, inputs: jax.Array, rank: int, data_format: str | None) -> jax.Array:
    """Return the inputs as floats of shape (batch, ..., channels).

    Raises:
        ShapeError: They have another number of axes than ``rank`` and two.
    """
    require_rank(layer, inputs.shape, rank, data_format)
    return jnp.moveaxis(as_float(inputs, layer), channel_axis(data_format), -1)


def channels_back(outputs: jax.Array, data_format: str | None) -> jax.Array:
    """Return outputs of shape (batch, ..., channels) in the layer's own format."""
    return jnp.moveaxis(outputs, -1, channel_axis(data_format))


def require_rank(layer: Layer, shape: Shape, rank: int, data_format: str | None) -> None:
    """Refuse inputs that are no series, images or volumes, whichever the layer is for.

    Raises:
        ShapeError: The shape has another number of axes than ``rank`` and two.
    """
    if len(shape) == rank + 2:
        return
    first = data_format == "channels_first"
    axes = ("channels", *AXES[rank]) if first else (*AXES[rank], "channels")
    raise ShapeError(
        who(layer),
        f"it needs {KINDS[rank]}, shape (batch, {', '.join(axes)}), but it got {shape_in_words(shape)}.",
        _repair_of_rank(layer, shape, rank, first),
    )


def _repair_of_rank(layer: Layer, shape: Shape, rank: int, first: bool) -> str:
    one = KINDS[rank].removesuffix("s") if rank > 1 else "series"
    if len(shape) == rank + 1:
        index = "x[:, None]" if first else "x[..., None]"
        return (
            f"{index} gives every {one} one channel; x[None] makes a batch of a single {one} that has "
            "channels already"
        )
    if len(shape) == 2 and isinstance(shape[1], int):
        side = math.isqrt(shape[1])
        sizes = (side, side) if rank == 2 and side**2 == shape[1] else AXES[rank]
        inner = (1, *sizes) if first else (*sizes, 1)
        return f"layers.Reshape(({', '.join(map(str, inner))})) before it makes {KINDS[rank]} of the rows"
    if len(shape) > rank + 2:
        own = type(layer).__name__
        larger = [own.replace(f"{rank}D", f"{len(shape) - 2}D")] if len(shape) <= 5 else []
        each = f"layers.TimeDistributed(layers.{own}(...)) to treat every step alone"
        return ", or ".join([*(f"layers.{name}" for name in larger if name != own), each])
    return f"the first axis counts the {KINDS[rank]}, then come their axes: x.shape tells"


def require_channels(layer: Layer, x: jax.Array, built: int, data_format: str | None) -> None:
    """Refuse inputs (channels last) with another number of channels than the weights were built for.

    Raises:
        ShapeError: The number differs.
    """
    if x.shape[-1] == built:
        return
    kind = KINDS[x.ndim - 2]
    seen = channels_back(x, data_format).shape
    repair = (
        f"give {kind} of {built} channels, or make a fresh layer for others: {layer.name}.clone()"
    )
    if data_format != "channels_first" and x.shape[1] == built:
        repair = "the channels seem to come first: jnp.moveaxis(x, 1, -1), or data_format='channels_first'"
    raise ShapeError(
        who(layer),
        f"it was built for {kind} of {built} channels, but it got {shape_in_words(seen)}: "
        f"{x.shape[-1]} channels.",
        repair,
    )


def require_room(layer: Layer, spatial: Sequence[int], window: Sequence[int], what: str) -> None:
    """Refuse inputs that are smaller than a window that must lie inside them.

    Args:
        layer: Who asks.
        spatial: The sizes of the inputs, without batch and channels.
        window: The sizes of the window, holes of a dilation counted.
        what: What the window is called: ``"kernel"`` or ``"pool"``.

    Raises:
        ShapeError: The window is larger along some axis: no output would be left.
    """
    if all(size >= reach for size, reach in zip(spatial, window, strict=True)):
        return
    rank = len(spatial)
    raise ShapeError(
        who(layer),
        f"its {what} of {_sizes(window)} does not fit into {KINDS[rank]} of {_sizes(spatial)}: "
        "with padding='valid' nothing would be left.",
        f"padding='same', a smaller {what}, or fewer poolings and strides before it",
    )


def _sizes(sizes: Sequence[int]) -> str:
    """Say sizes with the names of their axes: ``"height 2, width 3"``."""
    return ", ".join(f"{name} {size}" for name, size in zip(AXES[len(sizes)], sizes, strict=True))
