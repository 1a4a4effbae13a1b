"""Check of the range that an augmentation takes pixels for, against the pixels that come."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import PASSING, chain_before, number
from pellucid.insight.doctor.checks.scale import inputs_of
from pellucid.insight.doctor.checks.symptoms import NOISY, STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Place, Repair, Sign

ADDING = frozenset(
    {
        "AugMix",
        "AutoContrast",
        "ContrastLimitedAdaptiveHistogramEqualization",
        "Equalization",
        "RandAugment",
        "RandomBrightness",
        "RandomColorJitter",
        "RandomErasing",
        "RandomInvert",
        "Solarization",
    }
)
"""Layers that put numbers of their range into a picture; the others only clip to it, or scale by it and back."""
FAR = 20
"""Times by which both ranges differ: 255 between the two usual ones, so that dark pictures are still told."""


@check(
    "D328",
    "An augmentation takes the pixels for others",
    faults=("F30", "F06"),
    explains=(*STUCK, *NOISY, "D325"),
)
def other_range(facts: Facts) -> Iterator[Sign]:
    """Layers that brighten or invert must know which number is white: it is 255, unless ``value_range`` says otherwise.

    With pixels from 0 to 1, a brightness of 0.2 adds up to 51 to each; with pixels to 255 and ``value_range=(0, 1)``
    nearly every pixel becomes 1.

    Source: the layers' equations. Threshold: the pixels that come reach twenty times less far than ``value_range``,
    before a layer that puts numbers of that range into the picture, or twenty times further.
    """
    for layer in facts.layers:
        limits, seen = layer.config.get("value_range"), range_before(facts, layer)
        if not isinstance(limits, (list, tuple)) or len(limits) != 2 or seen is None:
            continue
        white, reach = max(map(abs, limits)), max(map(abs, seen))
        is_small = layer.kind in ADDING and 0 < FAR * reach <= white
        if not is_small and not 0 < FAR * white <= reach:
            continue
        kept = tuple(limits)
        what = "puts numbers of that range into them" if is_small else "clips them to it"
        evidence = (
            f"'{layer.path}' takes pixels for numbers from {kept[0]:g} to {kept[1]:g} and {what}; here they reach from "
            f"{seen[0]:.3g} to {seen[1]:.3g}.",
        )
        right = usual_range(*seen)
        repair = Repair(
            f"{layer.kind}(..., value_range=({right[0]}, {right[1]}))",
            (SetLayer(layer.path, "value_range", right),),
        )
        yield Sign("warning", 0.85, Place(layer.path, "value_range", str(kept)), evidence, repair)


def range_before(facts: Facts, layer: Layer) -> tuple[float, float] | None:
    """Return the lowest and the highest number that come into a layer; None where that is not known.

    Known are inputs that come as they are, moved, or rescaled by ``Rescaling``.
    """
    first, between = layer, []
    for before in chain_before(facts, layer):
        first = before
        between.append(before)
    columns = [column for column in inputs_of(facts) if column.shape == first.input_shape]
    if first.inputs != () or len(columns) != 1:
        return None
    low, high = columns[0].low, columns[0].high
    for each in reversed(between):
        if each.kind == "Rescaling":
            scale, offset = number(each, "scale"), number(each, "offset")
            if scale is None:
                return None
            low, high = (value * scale + (offset or 0.0) for value in (low, high))
        elif each.kind not in PASSING and not each.kind.startswith("Random"):
            return None
    return min(low, high), max(low, high)


def usual_range(low: float, high: float) -> tuple[int, int]:
    """Return the usual range of pixels that holds these numbers.

    >>> usual_range(0.0, 0.98), usual_range(-1.0, 1.0), usual_range(3.0, 250.0)
    ((0, 1), (-1, 1), (0, 255))
    """
    if high > 1.5:
        return 0, 255
    return (-1, 1) if low < -0.05 else (0, 1)
