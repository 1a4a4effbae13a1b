"""The gate: a faulty program stays in the bank only where the repaired one is clearly better."""

from __future__ import annotations

import math
from dataclasses import dataclass

from conformance.doctor.case import Case
from conformance.doctor.recipe import Recipe
from conformance.doctor.running import trained_score
from conformance.doctor.scoring import SHARE

MARGIN = 0.05
"""By how much the repaired program's score must be higher."""


@dataclass(frozen=True)
class Gate:
    """What the gate saw of a case.

    Attributes:
        case: The case.
        faulty, healthy: The scores by seed; of a healthy case only the second.
    """

    case: Case
    faulty: list[float]
    healthy: list[float]

    @property
    def is_open(self) -> bool:
        """Whether the case stays."""
        need = math.ceil(SHARE * len(self.healthy))
        reached = [score >= self.case.reach for score in self.healthy]
        if self.case.is_faulty and not self.case.only_static:
            pairs = zip(self.faulty, self.healthy, reached, strict=True)
            return sum(right - wrong >= MARGIN and well for wrong, right, well in pairs) >= need
        return sum(reached) >= need

    def __str__(self) -> str:
        faulty, healthy = (
            " ".join(f"{score:.2f}" for score in scores) for scores in (self.faulty, self.healthy)
        )
        word = "stays" if self.is_open else "GOES"
        return f"{word:6}{self.case.id:32} faulty {faulty:30} healthy {healthy:30} must reach {self.case.reach:.2f}"


def gate(case: Case, seeds: int, known: dict[tuple[int, int], float]) -> Gate:
    """Train both programs of a case, without the doctor.

    Args:
        case: The case.
        seeds: How many trainings of each.
        known: Scores by recipe and seed, filled here: many faults share the healthy program, which is trained once.
    """

    def scored(recipe: Recipe, repaired: bool) -> list[float]:
        for seed in range(seeds):
            key = id(recipe), seed
            if key not in known:
                known[key] = trained_score(case, seed, repaired=repaired)
        return [known[id(recipe), seed] for seed in range(seeds)]

    if not case.is_faulty:
        return Gate(case, [], scored(case.recipe, False))
    healthy = scored(case.fixed, True) if case.fixed is not None else []
    return Gate(case, scored(case.recipe, False), healthy)
