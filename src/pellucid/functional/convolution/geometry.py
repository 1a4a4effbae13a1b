"""Where a window lies on its input: sizes, strides, padding and dilation as one value.

Along one axis, output cell ``i`` reads the input cells ``i * stride - low + t * dilation`` for the taps
``t = 0 .. size - 1``; cells outside the input count as zero (for a maximum: as minus infinity).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.core.errors import ArgumentError, ShapeError

Padding = str | Sequence[Sequence[int]]
Pairs = tuple[tuple[int, int], ...]
Ints = tuple[int, ...]


@dataclass(frozen=True)
class Window:
    """A window that slides over the spatial axes of an array.

    Args:
        sizes: Taps along each spatial axis, at least 1.
        strides: Cells from one position to the next, at least 1.
        padding: Cells added before and after each axis; a negative count takes cells away.
        dilation: Cells from one tap to the next, at least 1.
    """

    sizes: Ints
    strides: Ints
    padding: Pairs
    dilation: Ints

    @property
    def reach(self) -> Ints:
        """Cells from the first tap to the last, both included: ``(size - 1) * dilation + 1``."""
        return tuple((k - 1) * d + 1 for k, d in zip(self.sizes, self.dilation, strict=True))

    @property
    def pointwise(self) -> bool:
        """Whether each output cell reads exactly the input cell of its own place."""
        ones = all(v == 1 for v in self.sizes + self.strides)
        return ones and not any(v for pair in self.padding for v in pair)

    def output(self, spatial: Ints) -> Ints:
        """Return how many positions the window has on an input of these sizes.

        Example:
            >>> window_for((5, 7), sizes=3, strides=2, padding="same").output((5, 7))
            (3, 4)
        """
        return tuple(
            max((n + sum(pads) - reach) // stride + 1, 0)
            for n, pads, reach, stride in zip(
                spatial, self.padding, self.reach, self.strides, strict=True
            )
        )


def window_for(
    spatial: Ints,
    sizes: int | Sequence[int],
    strides: int | Sequence[int] = 1,
    padding: Padding = "valid",
    dilation: int | Sequence[int] = 1,
) -> Window:
    """Return the window that these arguments mean on an input of the sizes ``spatial``.

    Equation: ``"same"`` gives ``ceil(n / stride)`` positions, with the padding split in half and an odd cell at the
    end; ``"causal"`` puts all of it before the first cell, so that no position reads later cells than its own.

    Args:
        spatial: Sizes of the input's spatial axes.
        sizes: Taps, one number for all axes or one per axis.
        strides: Likewise.
        padding: ``"valid"`` (none), ``"same"``, ``"causal"``, or a pair (before, after) per axis.
        dilation: Like ``sizes``.

    Raises:
        ArgumentError: A number below 1, a wrong count of numbers, or an unknown padding.

    Example:
        >>> window_for((10,), sizes=3, padding="causal", dilation=2).padding
        ((4, 0),)
    """
    rank = len(spatial)
    shape = Window(
        per_axis("sizes", sizes, rank),
        per_axis("strides", strides, rank),
        ((0, 0),) * rank,
        per_axis("dilation", dilation, rank),
    )
    return Window(shape.sizes, shape.strides, _pairs(padding, spatial, shape), shape.dilation)


def per_axis(name: str, value: int | Sequence[int], rank: int) -> Ints:
    """Return ``value`` as one integer of at least 1 for each of ``rank`` axes.

    Example:
        >>> per_axis("strides", 2, 3)
        (2, 2, 2)
    """
    values = (value,) * rank if isinstance(value, int) else tuple(int(v) for v in value)
    if len(values) != rank or any(v < 1 for v in values):
        raise ArgumentError(
            "window",
            f"`{name}` must be an integer of at least 1, or one for each of the {rank} spatial "
            f"axes, but it is {value!r}.",
            f"{name}={(1,) * rank}",
        )
    return values


def _pairs(padding: Padding, spatial: Ints, window: Window) -> Pairs:
    """Return the cells to add before and after each axis."""
    name = padding.lower() if isinstance(padding, str) else None
    if name == "valid":
        return ((0, 0),) * len(spatial)
    if name == "causal":
        return tuple((reach - 1, 0) for reach in window.reach)
    if name == "same":
        totals = (
            max((-(-n // stride) - 1) * stride + reach - n, 0)
            for n, stride, reach in zip(spatial, window.strides, window.reach, strict=True)
        )
        return tuple((total // 2, total - total // 2) for total in totals)
    if isinstance(padding, str) or len(padding) != len(spatial):
        raise ArgumentError(
            "window",
            "`padding` must be 'valid', 'same', 'causal' or a pair (before, after) for each of the "
            f"{len(spatial)} spatial axes, but it is {padding!r}.",
            "padding='same'",
        )
    return tuple((int(low), int(high)) for low, high in padding)


def check_channels(who: str, x: Ints, kernel: Ints, expected: int, axis: int) -> None:
    """Refuse a kernel whose rank or input channels do not belong to the input.

    Args:
        who: The function, for the message.
        x: Shape (batch, *spatial, channels).
        kernel: Shape of the kernel.
        expected: How many input channels the kernel must have on its axis ``axis``.
        axis: Counted from the end, e.g. -2.

    Raises:
        ShapeError: They do not fit.
    """
    if len(x) < 3 or len(x) != len(kernel):
        raise ShapeError(
            who,
            f"an input (batch, *spatial, channels) needs a kernel of as many axes, at least 3, but "
            f"the shapes are {x} and {kernel}.",
            "x = x[..., None] gives an image without channels its channel axis",
        )
    if kernel[axis] != expected:
        raise ShapeError(
            who,
            f"a kernel of shape {kernel} reads {kernel[axis]} channels, but the input of shape {x} "
            f"offers {expected}.",
            f"a kernel whose axis {axis} is {expected}",
        )
