"""Counts over outcomes: detected, diagnosed, located, precision, false alarms."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from conformance.doctor.case import Case
from conformance.doctor.cases.gap import FAMILY
from conformance.doctor.matching import is_located, is_right, names_fault
from conformance.doctor.running import Outcome

SHARE = 0.6
"""A program counts where so many of its seeds do: 3 of 5."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    of: int

    def __str__(self) -> str:
        return f"{self.part} of {self.of} = {self.part / self.of:.1%}" if self.of else "0 of 0"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"part": self.part, "of": self.of, "share": self.part / self.of if self.of else None}


@dataclass(frozen=True)
class Run:
    """A case with one of its outcomes."""

    case: Case
    outcome: Outcome

    @property
    def is_detected(self) -> bool:
        """Whether there is an alarm, or the framework refuses to train it."""
        return bool(self.outcome.alarms) or bool(self.outcome.refused)

    def is_diagnosed(self, among: int) -> bool:
        """Tell whether a true fault is among the first so many findings."""
        return any(names_fault(f, self.case, self.outcome) for f in self.outcome.alarms[:among])

    @property
    def is_located(self) -> bool:
        """Whether a finding that is right names an accepted place."""
        right = [f for f in self.outcome.alarms if is_right(f, self.case, self.outcome)]
        return any(is_located(finding, self.outcome) for finding in right)

    @property
    def is_repairable(self) -> bool:
        """Whether a repair was tried."""
        return any(verdict != "not tried" for verdict in self.outcome.verdicts)

    @property
    def is_repaired(self) -> bool:
        """Whether a repair, or all together, helped."""
        return "helps" in self.outcome.verdicts

    @property
    def counts_as_healthy(self) -> bool:
        """Whether it trained as well as a healthy program must; a training that did not is no test of alarms."""
        if self.outcome.error or self.outcome.refused:
            return False
        return self.outcome.score is None or self.outcome.score >= self.case.reach


def split(cases: Iterable[Case], outcomes: Iterable[Outcome]) -> tuple[list[Run], list[Run]]:
    """Return the runs of faulty programs, and those of healthy and repaired ones that trained as they should.

    Programs in which it is told why training and validation are apart are counted on their own.
    """
    by_id = {case.id: case for case in cases}
    faulty, healthy = [], []
    for outcome in outcomes:
        run = Run(by_id[outcome.case], outcome)
        if run.case.told_by and not outcome.repaired:
            continue
        if run.case.is_faulty and not outcome.repaired:
            faulty.append(run)
        elif run.counts_as_healthy:
            healthy.append(run)
    return faulty, healthy


def by_program(runs: Sequence[Run], holds: Callable[[Run], bool], share: float = SHARE) -> Share:
    """Return how many programs have something in enough of their seeds; 0 means in any."""
    programs: dict[str, list[bool]] = defaultdict(list)
    for run in runs:
        programs[run.case.id].append(holds(run))
    need = {name: max(1, math.ceil(share * len(seen))) for name, seen in programs.items()}
    return Share(sum(sum(seen) >= need[name] for name, seen in programs.items()), len(programs))


def by_run(runs: Sequence[Run], holds: Callable[[Run], bool]) -> Share:
    """Return how many runs have something."""
    return Share(sum(map(holds, runs)), len(runs))


def precision(faulty: Sequence[Run], healthy: Sequence[Run] = (), *, aside: bool = False) -> Share:
    """Return how many of the alarms are right; every alarm on a healthy program is wrong.

    Args:
        faulty: Runs of faulty programs.
        healthy: Runs of healthy ones.
        aside: Whether a wrong alarm is left out where one that is right names it as its symptom.
    """
    said = []
    for run in faulty:
        right = [
            finding for finding in run.outcome.alarms if is_right(finding, run.case, run.outcome)
        ]
        explained = {code for finding in right for code in finding["symptoms"]} if aside else set()
        said += [
            finding in right
            for finding in run.outcome.alarms
            if finding in right or finding["code"] not in explained
        ]
    return Share(sum(said), len(said) + sum(len(run.outcome.alarms) for run in healthy))


def totals(cases: Iterable[Case], outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """Return the measures by name."""
    faulty, healthy = split(cases, outcomes)
    twins = [run for run in healthy if run.outcome.repaired]
    alone = [run for run in healthy if run.case.group == "healthy"]
    controls = [run for run in healthy if run.case.group == "control"]
    return {
        "detected": by_program(faulty, lambda run: run.is_detected),
        "right cause first": by_program(faulty, lambda run: run.is_diagnosed(1)),
        "right cause among three": by_program(faulty, lambda run: run.is_diagnosed(3)),
        "located": by_program(faulty, lambda run: run.is_located),
        "precision on faulty programs": precision(faulty),
        "precision, symptoms aside": precision(faulty, aside=True),
        "precision on all programs": precision(faulty, healthy),
        "alarms, healthy programs": by_program(alone, _alarmed),
        "alarms, controls": by_program(controls, _alarmed),
        "alarms, repaired programs": by_program(twins, _alarmed),
        "alarms, all of these": by_program(healthy, _alarmed),
        "alarms, all of these, any seed": by_program(healthy, _alarmed, 0.0),
        "alarms, all of these, by run": by_run(healthy, _alarmed),
        "repair verified": by_program(
            [run for run in faulty if run.is_repairable], lambda run: run.is_repaired
        ),
        "runs refused": by_run(faulty, lambda run: bool(run.outcome.refused)),
        "runs with an error": Share(
            sum(bool(outcome.error) for outcome in outcomes), len(outcomes)
        ),
        "runs below their score": Share(
            sum(
                not Run(case_of(cases, o), o).counts_as_healthy
                for o in _should_be_healthy(cases, outcomes)
            ),
            len(_should_be_healthy(cases, outcomes)),
        ),
    }


def told_apart(cases: Iterable[Case], outcomes: Iterable[Outcome]) -> dict[str, Share]:
    """Return by the right checks how many programs are told apart: one of them is the first of the family to speak."""
    by_id = {case.id: case for case in cases}
    runs = [Run(by_id[o.case], o) for o in outcomes if by_id[o.case].told_by and not o.repaired]
    kinds = sorted({run.case.told_by for run in runs})
    return {
        "/".join(kind): by_program([run for run in runs if run.case.told_by == kind], _is_told)
        for kind in kinds
    }


def _is_told(run: Run) -> bool:
    said = (*run.outcome.findings, *run.outcome.others, *run.outcome.hints)
    of_family = [finding["code"] for finding in said if finding["code"] in FAMILY]
    return bool(of_family) and of_family[0] in run.case.told_by


def case_of(cases: Iterable[Case], outcome: Outcome) -> Case:
    """Return the case of an outcome."""
    return next(case for case in cases if case.id == outcome.case)


def per_check(cases: Iterable[Case], outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """Return by a check's code how many of its alarms are right, wrong, and on healthy programs."""
    faulty, healthy = split(cases, outcomes)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for run in faulty:
        for finding in run.outcome.alarms:
            found[finding["code"]][
                "right" if is_right(finding, run.case, run.outcome) else "wrong"
            ] += 1
    for run in healthy:
        for finding in run.outcome.alarms:
            found[finding["code"]]["healthy"] += 1
    return {
        code: {kind: found[code][kind] for kind in ("right", "wrong", "healthy")}
        for code in sorted(found)
    }


def per_fault(cases: Iterable[Case], outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """Return by fault how many programs that have it are diagnosed among three."""
    faulty, _ = split(cases, outcomes)
    codes = sorted({code for run in faulty for code in run.case.faults})
    return {
        code: by_program(
            [run for run in faulty if code in run.case.faults], lambda run: run.is_diagnosed(3)
        )
        for code in codes
    }


def seconds(outcomes: Sequence[Outcome]) -> float:
    """Return the median of what a run took."""
    return float(np.median([outcome.seconds for outcome in outcomes])) if outcomes else 0.0


def _alarmed(run: Run) -> bool:
    return bool(run.outcome.alarms)


def _should_be_healthy(cases: Iterable[Case], outcomes: Sequence[Outcome]) -> list[Outcome]:
    faulty = {case.id for case in cases if case.is_faulty}
    return [outcome for outcome in outcomes if outcome.repaired or outcome.case not in faulty]
