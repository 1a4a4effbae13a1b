"""What a case of the bank is: a program, what is wrong in it and where, and the same program repaired."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from conformance.doctor import sources
from conformance.doctor.recipe import Program, Recipe, build

Group = Literal["pool A", "pool B", "control", "injected", "healthy", "NaN", "gap"]
Spot = tuple[int | str | None, str | None]
"""A layer, by its place in the stack or its name, and an argument of it, of ``compile`` or of ``fit``."""


@dataclass(frozen=True)
class Case:
    """One training of the bank.

    Attributes:
        id: Its name, for ever.
        group: Where it comes from.
        recipe: The training.
        faults: Codes of the catalogue that are true of it; empty where nothing is wrong.
        spots: Where it is wrong; one of them must be named.
        fixed: The repaired training, or None.
        reach: The score that the repaired, or the healthy, training must reach in a seed to count there.
        also: Codes that are true of it as well, as a symptom or another reading; right to say, and no need to.
        only_static: Why the repair need not give a better score; empty where it must.
        told_by: Checks of which one must be the first of its family to speak, where it is told why training and
            validation are apart; see :mod:`conformance.doctor.cases.gap`.
        note: What the facts are, or a reason for the label.
    """

    id: str
    group: Group
    recipe: Recipe
    faults: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()
    fixed: Recipe | None = None
    reach: float = 0.0
    also: tuple[str, ...] = ()
    only_static: str = ""
    told_by: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_faulty(self) -> bool:
        """Whether something is wrong in it."""
        return bool(self.faults)

    @property
    def is_held_out(self) -> bool:
        """Whether nobody looks at it alone: half of our own cases, by the first bit of a hash of the id."""
        return (
            self.group in ("injected", "healthy")
            and hashlib.sha256(self.id.encode()).digest()[0] % 2 == 1
        )

    @property
    def is_here(self) -> bool:
        """Whether its data can be read on this machine."""
        return sources.is_here(self.recipe.source)

    def program(self, seed: int, *, repaired: bool = False) -> Program:
        """Return the program, or the repaired one."""
        recipe = self.fixed if repaired else self.recipe
        if recipe is None:
            raise LookupError(f"{self.id} has no repaired program")
        return build(recipe, seed)

    def places(self, model: Any) -> list[tuple[str | None, str | None]]:
        """Return the spots with the names of the layers of a model."""
        return [
            (model.layers[spot].name if isinstance(spot, int) else spot, argument)
            for spot, argument in self.spots
        ]
