"""A check of strides: windows that stand so far apart that places between them are never read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import CONVOLUTIONS, POOLING
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

MUCH = 0.2
"""A share of places that is missed; the last place or two behind the last window are no loss."""


@dataclass(frozen=True)
class Axis:
    """A window's way along one axis; sizes are None where they are not known."""

    window: int
    stride: int
    size: int | None
    count: int | None

    @property
    def leaps(self) -> bool:
        """Whether the window steps over places, and more than once. Windows of 1 with strides are usual shortcuts."""
        return 1 < self.window < self.stride and (self.count is None or self.count > 1)

    @property
    def read(self) -> float:
        """The share of places that are read."""
        if self.window >= self.stride:
            return 1.0
        if not self.size or not self.count:
            return self.window / self.stride
        return min(self.count * self.window / self.size, 1.0)


@check("D311", "Strides that leave places out", faults=("F35", "F24"), explains=STUCK)
def leaping_windows(facts: Facts) -> Iterator[Sign]:
    """A window that steps further than it is long never sees the places between.

    Source: the definition. Thresholds: a fifth of the places and more is a warning, less a hint. Windows of one place
    are silent: with strides they are the usual shortcut around a block (He et al. 2016); so are dilated ones.
    """
    for layer in facts.layers:
        axes = _axes(layer)
        if not any(axis.leaps for axis in axes):
            continue
        missed = 1 - prod(axis.read for axis in axes)
        level: Level = "warning" if missed >= MUCH else "hint"
        window = " x ".join(str(axis.window) for axis in axes)
        stride = " x ".join(str(axis.stride) for axis in axes)
        evidence = (
            f"The window of '{layer.path}' is {window} and steps by {stride}: {missed:.0%} of its places are never "
            "read.",
        )
        # A convolution's windows should overlap, those of a pooling touch.
        most = [max(1, axis.window - (layer.kind in CONVOLUTIONS)) for axis in axes]
        right = [size if axis.leaps else axis.stride for size, axis in zip(most, axes, strict=True)]
        value: int | tuple[int, ...] = right[0] if len(set(right)) == 1 else tuple(right)
        repair = Repair(f"strides={value}", (SetLayer(layer.path, "strides", value),))
        place = Place(layer.path, "strides", str(layer.config.get("strides")))
        yield Sign(level, 0.7, place, evidence, repair)


def _axes(layer: Layer) -> tuple[Axis, ...]:
    """Return a convolution's or pooling's axes; none where they are not known, or it is dilated."""
    rank = int(layer.kind[-2]) if layer.kind[-2:-1].isdigit() else 0
    kinds = {
        kind for kind in CONVOLUTIONS | POOLING if not kind.startswith(("Depthwise", "Global"))
    }
    if layer.kind not in kinds or not rank or not layer.ours:
        return ()
    windows = _numbers(
        layer.config.get("pool_size" if layer.kind in POOLING else "kernel_size"), rank
    )
    strides = _numbers(layer.config.get("strides"), rank)
    dilation = _numbers(layer.config.get("dilation_rate", 1), rank)
    if not windows or not strides or dilation != (1,) * rank:
        return ()
    before, after = (
        _extent(layer, layer.input_shape, rank),
        _extent(layer, layer.output_shape, rank),
    )
    return tuple(Axis(*each) for each in zip(windows, strides, before, after, strict=True))


def _numbers(value: Any, rank: int) -> tuple[int, ...]:
    """Return a number for each axis; none where they are not known.

    >>> _numbers(3, 2), _numbers([2], 2), _numbers("same", 2)
    ((3, 3), (2, 2), ())
    """
    if isinstance(value, int):
        return (value,) * rank
    if not isinstance(value, (tuple, list)) or not all(isinstance(each, int) for each in value):
        return ()
    return tuple(value) * rank if len(value) == 1 else tuple(value) if len(value) == rank else ()


def _extent(
    layer: Layer, shape: tuple[int | None, ...] | None, rank: int
) -> tuple[int | None, ...]:
    """Return a map's places along each axis, None where they are not known."""
    if not shape or len(shape) != rank + 1:
        return (None,) * rank
    return shape[1:] if layer.config.get("data_format") == "channels_first" else shape[:-1]
