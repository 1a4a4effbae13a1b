"""Checks of the order of layers: what is thrown away before anything has looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from pellucid.insight.doctor.changes import RemoveLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import NORMALISING, PASSING, POOLING, chain_before
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

PLACES = 64
"""A map of 8 x 8 still shows a digit; scikit-learn's handwritten digits have that size."""
MEANS = 25
"""Means are a picture made smaller, and 7 x 7 of them still tell most digits, 4 x 4 do not; the largest numbers of
windows are no picture."""


@check("D309", "Pooling before anything was looked at", faults=("F35", "F24"), explains=STUCK)
def pooled_first(facts: Facts) -> Iterator[Sign]:
    """Pooling keeps one number of each window: of features that a convolution found, or of bare pixels.

    Source: the order rules of NeuraLint (TOSEM 2021): convolution, then pooling. Thresholds: an eighth of the places
    or fewer are left, and fewer than ``PLACES`` of them, of means fewer than ``MEANS``, is a warning; else a hint,
    because large pictures may be made smaller first.
    """
    for layer in facts.layers:
        before, after = _places(layer.input_shape), _places(layer.output_shape)
        if layer.kind not in POOLING or not before or not after or not _is_bare(facts, layer):
            continue
        is_little = after < (MEANS if "Average" in layer.kind else PLACES) and 8 * after <= before
        level: Level = "warning" if is_little else "hint"
        evidence = (
            f"'{layer.path}' stands before every layer with weights and leaves {after} of {before} places.",
        )
        place = Place(layer.path, "pool_size", str(layer.config.get("pool_size", "all")))
        repair = Repair(
            f"put '{layer.path}' behind the first convolution, or take it out",
            (RemoveLayer(layer.path),),
        )
        yield Sign(level, 0.7, place, evidence, repair)


def _places(shape: tuple[int | None, ...] | None) -> int:
    """Return the number of places of a map, its channels left out; 0 where it is not known or no map."""
    if not shape or len(shape) < 2 or None in shape[:-1]:
        return 0
    return prod(size or 0 for size in shape[:-1])


def _is_bare(facts: Facts, layer: Layer) -> bool:
    """Tell whether a layer gets the inputs as they came, scaled, moved or pooled at most."""
    for before in chain_before(facts, layer):
        if before.kind not in PASSING | NORMALISING | POOLING:
            return False
        layer = before
    return layer.inputs == ()
