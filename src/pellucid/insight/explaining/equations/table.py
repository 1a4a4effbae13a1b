"""Which equation a layer has."""

from __future__ import annotations

from typing import Any

from pellucid.insight.explaining.equation import Equation
from pellucid.insight.explaining.equations import images, pointwise, products, series, shapes
from pellucid.insight.explaining.equations.activations import formulas_of
from pellucid.insight.explaining.equations.entry import Entry, Facts, filled, shapes_in_words
from pellucid.insight.explaining.equations.losses import summary_of

TABLE: dict[str, Entry] = {
    name: entry
    for family in (products, pointwise, shapes, series, images)
    for name, entry in family.TABLE.items()
}
"""Every layer of :mod:`pellucid.layers` that runs in a program, by the name of its class."""


VARIANTS = {**pointwise.VARIANTS, **shapes.VARIANTS, **series.VARIANTS}


def entry_of(layer: Any) -> Entry | None:
    """Return the entry of a layer: that of the class whose ``call`` it runs, so that no other equation is told."""
    for base in type(layer).__mro__:
        name = base.__name__
        if base.__module__.startswith("pellucid.layers") and name in TABLE:
            if base.call is not type(layer).call:
                return None
            holds, variant = VARIANTS.get(name, (None, TABLE[name]))
            return variant if holds is None or holds(layer) else TABLE[name]
    return None


def equation_of(facts: Facts) -> Equation:
    """Return the equation of a step; of a layer without an entry what its documentation says first."""
    entry = entry_of(facts.layer)
    if entry is not None:
        return filled(entry, facts)
    where = (
        ("x", f"input {shapes_in_words(facts.inputs)}"),
        ("y", f"output {shapes_in_words(facts.outputs)}"),
    )
    lines = formulas_of(facts.activation)[0]
    return Equation(lines, (), where, summary_of(facts.layer))
