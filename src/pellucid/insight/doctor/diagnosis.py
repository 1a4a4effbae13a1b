"""What the doctor found: at most three findings, what else was seen, and what could not be known."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pellucid.core.errors import UsageError
from pellucid.core.late import LateModule
from pellucid.insight.doctor.check import Check
from pellucid.insight.doctor.checks import all_checks
from pellucid.insight.doctor.checks.limits import limits
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Finding
from pellucid.insight.doctor.ranking import MOST, apart, ranked
from pellucid.insight.doctor.text import as_html, as_text

# Trials build and train models; a diagnosis alone does not need them.
trial: Any = LateModule("pellucid.insight.doctor.verify.trial")


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found.

    Attributes:
        findings: The alarms that ask for action first, three at most, in order.
        others: Further alarms: what can wait, and symptoms that go with a cause.
        hints: What is worth knowing and no alarm.
        acknowledged: Findings that the user knows of.
        unknown: What could not be known, and why, one sentence each.
        checks: How many checks were asked.
        facts: What was known.
        program: What was trained, for :meth:`verify`; None where it is not at hand.
    """

    findings: tuple[Finding, ...]
    others: tuple[Finding, ...]
    hints: tuple[Finding, ...]
    acknowledged: tuple[Finding, ...]
    unknown: tuple[str, ...]
    checks: int
    facts: Facts = field(repr=False)
    program: Any = field(default=None, repr=False, compare=False)

    @property
    def is_healthy(self) -> bool:
        """Whether nothing asks for action."""
        return not self.findings

    @property
    def exit_code(self) -> int:
        """0 where nothing asks for action, 1 for warnings, 2 where something is serious; for a build server."""
        if not self.findings:
            return 0
        return 2 if any(finding.level == "serious" for finding in self.findings) else 1

    def without(self, codes: Collection[str]) -> Diagnosis:
        """Return the diagnosis without the findings of some codes; what could wait moves up."""

        def kept(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
            return tuple(finding for finding in findings if finding.code not in codes)

        findings, others = kept(self.findings), kept(self.others)
        free = len(self.findings) - len(findings)
        return replace(
            self,
            findings=findings + others[:free],
            others=others[free:],
            hints=kept(self.hints),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        groups = ("findings", "others", "hints", "acknowledged")
        return {
            "healthy": self.is_healthy,
            **{name: [each.to_dict() for each in getattr(self, name)] for name in groups},
            "unknown": list(self.unknown),
            "checks": self.checks,
        }

    def save(self, path: str | Path) -> Path:
        """Write the diagnosis to a JSON file, and return its path."""
        path = Path(path)
        path.write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")
        return path

    def verify(self, *, seconds: float = 10.0, seeds: int = 3) -> Any:
        """Try the repairs of the findings on copies of the program, beside a copy without, and return the effects.

        Args:
            seconds: How long all trials may take; compiling comes on top. Default 10.
            seeds: How often each is tried. Default 3.

        Returns:
            What ``print`` shows: for each repair, and for all together, the score without and with it.

        Raises:
            UsageError: The program is not at hand: nobody attended the training, or its rows came from a stream.
        """
        if self.program is None:
            raise UsageError(
                "Diagnosis.verify",
                "the program is not at hand: it was trained without the doctor, without targets, or from a stream.",
                "model.fit(x, y, doctor='verify'), or pellucid.doctor.examine(model, x, y).verify()",
            )
        return trial.verify(self.program, self.findings, seconds=seconds, seeds=seeds)

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def diagnosis_of(
    facts: Facts, *, acknowledge: Sequence[str] = (), program: Any = None
) -> Diagnosis:
    """Ask every check, and put what they found in order.

    Args:
        facts: What is known.
        acknowledge: Findings that the user knows of: ``"D401"``, or ``"D301@dense_1"`` for one layer.
        program: What was trained, for ``verify``.
    """
    checks = all_checks()
    found, silent = asked(checks, facts)
    order = ranked(found, checks)
    # What is known leaves last, so that its symptoms go on standing behind it.
    known = [finding for finding in order if is_known(finding, acknowledge)]
    heeded, behind = apart([finding for finding in order if finding.is_alarm])
    alarms = [finding for finding in heeded if finding not in known]
    symptoms = [finding for finding in behind if finding not in known]
    return Diagnosis(
        findings=tuple(alarms[:MOST]),
        others=(*alarms[MOST:], *symptoms),
        hints=tuple(f for f in order if not f.is_alarm and f not in known),
        acknowledged=tuple(known),
        unknown=(*facts.unknown, *silent, *limits(facts)),
        checks=len(checks),
        facts=facts,
        program=program,
    )


def asked(checks: Iterable[Check], facts: Facts) -> tuple[list[Finding], list[str]]:
    """Return what the checks find, and which of them failed.

    A doctor must never end a training: a check that cannot make sense of what it sees is said to be silent.
    """
    found: list[Finding] = []
    silent: list[str] = []
    for check in checks:
        try:
            found += check.findings(facts)
        except Exception as trouble:
            silent.append(
                f"{check.code} ({check.title}) failed: {type(trouble).__name__}: {trouble}"
            )
    return found, silent


def is_known(finding: Finding, acknowledge: Iterable[str]) -> bool:
    """Tell whether a finding was acknowledged, everywhere or at its place.

    >>> from pellucid.insight.doctor.finding import Place, Sign
    >>> sign = Sign("warning", 0.9, Place("dense_1", "activation", "linear"), ())
    >>> finding = Finding("D301", "No activation", ("F17",), sign)
    >>> [is_known(finding, [given]) for given in ("D301", "D301@dense_1", "D301@dense")]
    [True, True, False]
    """
    place = finding.sign.place
    names = {finding.code, *(f"{finding.code}@{p}" for p in (place.layer, place.argument) if p)}
    return any(given in names for given in acknowledge)
