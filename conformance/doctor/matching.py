"""Whether what the doctor said is true of a case, and whether he named the place."""

from __future__ import annotations

from typing import Any

from conformance.doctor.case import Case
from conformance.doctor.equivalents import accepted
from conformance.doctor.running import Outcome


def has_diverged(outcome: Outcome) -> bool:
    """Tell whether a training ended in numbers that are none."""
    return outcome.ended == "non-finite" or outcome.score == -1.0


def is_right(finding: dict[str, Any], case: Case, outcome: Outcome) -> bool:
    """Tell whether a finding names a true fault, an equivalent of one, or what else is true of the case.

    Constant answers (F39) and numbers that are none (F21) are true where the training ended so.
    """
    codes = set(accepted(case.faults, case.also, diverged=has_diverged(outcome)))
    codes |= {"F39"} if outcome.constant else set()
    codes |= {"F21"} if has_diverged(outcome) else set()
    return bool(codes & set(finding["faults"]))


def names_fault(finding: dict[str, Any], case: Case, outcome: Outcome) -> bool:
    """Tell whether a finding names a true fault or an equivalent of one; what else is true is not enough."""
    codes = accepted(case.faults, diverged=has_diverged(outcome))
    return bool(codes & set(finding["faults"]))


def is_located(finding: dict[str, Any], outcome: Outcome) -> bool:
    """Tell whether a finding names an accepted layer, or the argument where no layer is accepted with it."""
    layer, argument = finding["layer"], finding["argument"]
    for at, name in outcome.places:
        if at is not None and layer is not None and (layer == at or layer.endswith(f"/{at}")):
            return True
        if at is None and name is not None and argument == name:
            return True
    return False
