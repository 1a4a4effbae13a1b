"""Puts findings in order: causes before their symptoms, the worst and surest first, three at most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pellucid.insight.doctor.check import Check
from pellucid.insight.doctor.finding import LEVELS, Finding

MOST = 3
"""A person mends one thing at a time; a list of ten is read by nobody."""

SURE = 0.7
"""From this confidence on a cause speaks for its symptoms, too."""


def ranked(findings: Sequence[Finding], checks: Iterable[Check]) -> list[Finding]:
    """Return the findings in the order in which a person should heed them; each with its symptoms.

    A finding that another alarm explains is a symptom: it stands behind every cause, and is named beside its cause.
    Of findings of one code the surest stands for all; the others follow.

    Args:
        findings: All findings.
        checks: The checks, which say what explains what.
    """
    explains = {check.code: set(check.explains) for check in checks}
    alarms = [finding for finding in findings if finding.is_alarm]
    present = {finding.code for finding in findings}
    explained = {
        code
        for finding in alarms
        for code in explains.get(finding.code, ())
        if finding.code not in explains.get(code, ())
    }

    def symptoms_of(cause: str) -> tuple[str, ...]:
        codes = explains.get(cause, set()) & present - {cause}
        return tuple(sorted(code for code in codes if cause not in explains.get(code, ())))

    with_symptoms = [
        replace(finding, symptoms=symptoms_of(finding.code)) if finding.is_alarm else finding
        for finding in findings
    ]
    first: set[str] = set()
    order: list[tuple[tuple[object, ...], Finding]] = []
    for finding in sorted(with_symptoms, key=_weight):
        again = finding.code in first
        first.add(finding.code)
        key = (not finding.is_alarm, finding.code in explained, again, *_weight(finding))
        order.append((key, finding))
    return [finding for _, finding in sorted(order, key=lambda pair: pair[0])]


def apart(order: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return what a person should heed, and the symptoms that go with it.

    A symptom whose cause is surely known is no news: it is named beside its cause.

    Args:
        order: Alarms, ranked.
    """
    gone = {
        code for finding in order if finding.sign.confidence >= SURE for code in finding.symptoms
    }
    symptoms = [finding for finding in order if finding.code in gone]
    return [finding for finding in order if finding not in symptoms], symptoms


def _weight(finding: Finding) -> tuple[object, ...]:
    return LEVELS.index(finding.level), -finding.sign.confidence, finding.code
