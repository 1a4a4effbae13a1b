"""What the programs of pool B have in common."""

from __future__ import annotations

from typing import Any

from conformance.doctor.case import Case, Spot
from conformance.doctor.recipe import Recipe

SGD = ("SGD", {"learning_rate": 0.01})
YES_NO = Recipe(
    "classes", (), "binary_crossentropy", epochs=15, rows=700, held=250, scale="", form="column"
)
NUMBER = Recipe(
    "numbers", (), "mse", epochs=40, rows=700, held=250, scale="", form="column", score="r2"
)
SOFTMAX = "the derived truth: one unit with softmax"


def case_of(
    name: str,
    faults: tuple[str, ...],
    recipe: Recipe,
    spots: tuple[Spot, ...],
    fixed: Recipe,
    reach: float,
    **more: Any,
) -> Case:
    """Return a program of pool B: its truth, where it stands, and the repaired one."""
    return Case(name, "pool B", recipe, faults, spots, fixed, reach, **more)
