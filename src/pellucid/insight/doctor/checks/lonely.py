"""A check of normalisations that have one number only: its mean is itself, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from pellucid.insight.doctor.changes import RemoveLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check(
    "D336",
    "A normalisation over one number",
    faults=("F27", "F39"),
    explains=STUCK,
)
def over_one(facts: Facts) -> Iterator[Sign]:
    """A number minus the mean of itself is 0, whatever it was: behind it stands a constant, and no gradient passes.

    Source: the definition of layer and group normalisation. Threshold: none.
    """
    for layer in facts.layers:
        if _numbers_together(layer) != 1:
            continue
        evidence = (
            f"'{layer.path}' takes the mean over 1 number and subtracts it: what is left is 0 for every row.",
        )
        repair = Repair(
            f"put '{layer.path}' before the layer that makes one number, or take it out",
            (RemoveLayer(layer.path),),
        )
        yield Sign("serious", 0.95, Place(layer.path), evidence, repair)


def _numbers_together(layer: Layer) -> int | None:
    """Return over how many numbers of a row a layer takes each mean; None where it takes none or that is not known."""
    shape = layer.input_shape
    if not shape or None in shape:
        return None
    sizes = [int(size or 0) for size in shape]
    if layer.kind == "LayerNormalization" and layer.config.get("axis") in (-1, [-1], (-1,)):
        return sizes[-1]
    groups = layer.config.get("groups")
    if layer.kind == "GroupNormalization" and isinstance(groups, int) and groups:
        groups = sizes[-1] if groups == -1 else groups
        return prod(sizes) // groups if layer.config.get("axis") == -1 else None
    return None
