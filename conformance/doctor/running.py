"""Runs one program of the bank under the doctor, and keeps what he said and how well it trained."""

from __future__ import annotations

import time
import warnings
from dataclasses import asdict, dataclass, field
from typing import Any

import jax
import numpy as np

from conformance.doctor.case import Case
from conformance.doctor.recipe import Program
from conformance.doctor.scores import judge
from pellucid.core.errors import PellucidError
from pellucid.insight.doctor.examine import examine

ALARMS = ("serious", "warning")


@dataclass(frozen=True)
class Outcome:
    """What came of one program with one seed.

    Attributes:
        case, seed, repaired: Which program.
        findings: What the doctor put first, at most three, as plain data.
        others: His further alarms.
        hints: What he told besides.
        places: The accepted places, layers by their names.
        score: How well it trained, or None where it was not trained.
        refused: What the framework said, where it would not train; the findings are then those before the first step.
        error: What went wrong, where it should not.
        ended: Why the training ended.
        constant: Whether all rows get the same answer after it.
        seconds: How long making, training and diagnosis took.
        verdicts: What came of trying the repairs, each alone and all together; empty where that was not asked.
    """

    case: str
    seed: int
    repaired: bool
    findings: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    hints: list[dict[str, Any]] = field(default_factory=list)
    places: list[tuple[str | None, str | None]] = field(default_factory=list)
    score: float | None = None
    refused: str = ""
    error: str = ""
    ended: str = ""
    constant: bool = False
    seconds: float = 0.0
    verdicts: list[str] = field(default_factory=list)

    @property
    def alarms(self) -> list[dict[str, Any]]:
        """The findings that ask for action."""
        return [finding for finding in self.findings if finding["level"] in ALARMS]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


def run(
    case: Case, seed: int, *, repaired: bool, before: bool = False, verify: bool = False
) -> Outcome:
    """Run a program of a case.

    Args:
        case: The case.
        seed: Of rows, weights and order.
        repaired: Whether the repaired program is run.
        before: Whether the doctor looks before the first step only, and nothing is trained.
        verify: Whether he tries his repairs.
    """
    start = time.perf_counter()
    found: dict[str, Any] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = case.program(seed, repaired=repaired)
            found["places"] = [] if repaired else case.places(program.model)
            found |= _examined(program) if before else _trained(program, verify)
    except PellucidError as refusal:
        found["refused"] = f"{type(refusal).__name__}: {refusal}"
        found |= _examined(case.program(seed, repaired=repaired))
    except Exception as trouble:
        found["error"] = f"{type(trouble).__name__}: {trouble}"
    return Outcome(case.id, seed, repaired, **found, seconds=time.perf_counter() - start)


def _examined(program: Program) -> dict[str, Any]:
    told = {name: value for name, value in program.fit.items() if name not in ("seed", "verbose")}
    return _told(examine(program.model, program.x, program.y, **told))


def _trained(program: Program, verify: bool) -> dict[str, Any]:
    history = program.model.fit(program.x, program.y, doctor=True, **program.fit)
    predicted = program.model.predict(program.x_held, verbose=0)
    found = {**_told(history.diagnosis), "ended": history.ended}
    found["score"] = judge(program.score, predicted, program.truth)
    found["constant"] = is_constant(predicted)
    if verify and history.diagnosis.findings:
        tried = history.diagnosis.verify(seconds=5.0, seeds=2)
        both = (*tried.effects, *([tried.together] if tried.together else []))
        found["verdicts"] = [effect.verdict for effect in both]
    return found


def is_constant(predicted: Any) -> bool:
    """Tell whether predictions vary over the rows by less than a thousandth of their size, the published threshold."""
    answers = np.asarray(predicted, float).reshape(len(predicted), -1)
    if not np.isfinite(answers).all():
        return False
    return bool(np.all(answers.std(axis=0) <= 1e-3 * np.abs(answers).mean(axis=0) + 1e-9))


def _told(diagnosis: Any) -> dict[str, Any]:
    data = diagnosis.to_dict()
    return {name: data[name] for name in ("findings", "others", "hints")}


def trained_score(case: Case, seed: int, *, repaired: bool) -> float:
    """Return the score of a program that was trained without the doctor; -1 where the framework refuses it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = case.program(seed, repaired=repaired)
            program.model.fit(program.x, program.y, **program.fit)
            return judge(
                program.score, program.model.predict(program.x_held, verbose=0), program.truth
            )
        except PellucidError:
            return -1.0


def forget() -> None:
    """Drop compiled programs, which a case shares with few others."""
    jax.clear_caches()
