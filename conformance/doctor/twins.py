"""The gate: a faulty program stays in the bank only where the repaired one is clearly better."""

from __future__ import annotations

import math
from dataclasses import dataclass

from conformance.doctor.case import Case
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
        need = max(1, math.ceil(SHARE * len(self.healthy)))
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


def gate(case: Case, seeds: int) -> Gate:
    """Train both programs of a case, without the doctor."""
    repaired = case.fixed is not None
    healthy = (
        [trained_score(case, seed, repaired=repaired) for seed in range(seeds)]
        if repaired or not case.is_faulty
        else []
    )
    faulty = (
        [trained_score(case, seed, repaired=False) for seed in range(seeds)]
        if case.is_faulty
        else []
    )
    return Gate(case, faulty, healthy)
