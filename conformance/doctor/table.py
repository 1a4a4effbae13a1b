"""The score as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conformance.doctor import scoring
from conformance.doctor.case import Case
from conformance.doctor.matching import is_located, is_right
from conformance.doctor.running import Outcome
from conformance.doctor.scoring import Share

TARGETS = {
    "detected": (0.95, True),
    "right cause first": (0.75, True),
    "right cause among three": (0.90, True),
    "located": (0.70, True),
    "precision on faulty programs": (0.70, True),
    "alarms, all of these": (0.05, False),
    "repair verified": (0.80, True),
}
"""What is wanted, and whether more is better."""


def as_text(
    title: str, cases: Sequence[Case], outcomes: Sequence[Outcome], *, details: bool
) -> str:
    """Return the tables of a part of the bank.

    Args:
        title: What it is.
        cases: Its cases.
        outcomes: What came of them.
        details: Whether checks and faults are listed, too.
    """
    lines = [
        f"== {title}: {len(cases)} programs, {len(outcomes)} runs, median {scoring.seconds(outcomes):.2f} s"
    ]
    lines += [_measure(name, share) for name, share in scoring.totals(cases, outcomes).items()]
    for checks, share in scoring.told_apart(cases, outcomes).items():
        lines.append(_measure(f"told apart, {checks}", share))
    if details:
        lines += ["", f"{'check':8}{'right':>7}{'wrong':>7}{'healthy':>9}"]
        for code, counts in scoring.per_check(cases, outcomes).items():
            lines.append(f"{code:8}{counts['right']:7}{counts['wrong']:7}{counts['healthy']:9}")
        lines += ["", "fault   diagnosed among three"]
        lines += [f"{code:8}{share}" for code, share in scoring.per_fault(cases, outcomes).items()]
    return "\n".join(lines)


def _measure(name: str, share: Share) -> str:
    wanted, more = TARGETS.get(name, (None, True))
    mark = ""
    if wanted is not None and share.of:
        reached = share.part / share.of >= wanted if more else share.part / share.of <= wanted
        mark = f"   wanted {'at least' if more else 'at most'} {wanted:.0%}{'' if reached else ', MISSED'}"
    return f"  {name:34}{share}{mark}"


def of_case(case: Case, outcomes: Sequence[Outcome]) -> str:
    """Return a line for each program of a case: what was said in how many seeds, and the scores."""
    lines = []
    for repaired in sorted({outcome.repaired for outcome in outcomes}):
        runs = [outcome for outcome in outcomes if outcome.repaired == repaired]
        truth = "repaired" if repaired else ",".join(case.faults) or "healthy"
        scores = " ".join("-" if run.score is None else f"{run.score:.2f}" for run in runs)
        lines.append(f"{case.id:32} {truth:20} score {scores:30} {_said(case, runs, repaired)}")
        lines += sorted(
            {f"    {kind}: {text[:300]}" for run in runs for kind, text in _trouble(run)}
        )
    return "\n".join(lines)


def _said(case: Case, runs: Sequence[Outcome], repaired: bool) -> str:
    counts: dict[str, int] = {}
    for run in runs:
        for finding in run.alarms:
            name = _name(finding, case, run, repaired)
            counts[name] = counts.get(name, 0) + 1
    return "; ".join(f"{name} x{count}" for name, count in counts.items()) or "silent"


def _name(finding: dict[str, Any], case: Case, run: Outcome, repaired: bool) -> str:
    """Return a finding's code with ``+`` where it is right, ``@`` where its place is, and its faults else."""
    if repaired or not case.is_faulty or case.told_by:
        return f"{finding['code']}[{','.join(finding['faults'])}]"
    if not is_right(finding, case, run):
        return f"{finding['code']}-[{','.join(finding['faults'])}]"
    return f"{finding['code']}+{'@' if is_located(finding, run) else ''}"


def _trouble(run: Outcome) -> list[tuple[str, str]]:
    found = [("refused", run.refused), ("error", run.error)]
    return [(kind, " ".join(text.split())) for kind, text in found if text]
