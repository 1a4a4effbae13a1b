"""A diagnosis for a terminal and for a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pellucid.insight.doctor.diagnosis import Diagnosis
    from pellucid.insight.doctor.finding import Finding

WIDTH = 96


def as_text(diagnosis: Diagnosis) -> str:
    """Return the diagnosis as lines for a terminal."""
    lines = [headline(diagnosis)]
    for number, finding in enumerate(diagnosis.findings, 1):
        lines += ["", *finding_lines(number, finding)]
    if diagnosis.others:
        lines += ["", *paragraph("Also seen: " + "; ".join(map(brief, diagnosis.others)) + ".")]
    if diagnosis.hints:
        lines += ["", *paragraph("Worth knowing: " + "; ".join(map(brief, diagnosis.hints)) + ".")]
    if diagnosis.acknowledged:
        names = ", ".join(finding.code for finding in diagnosis.acknowledged)
        lines += ["", f"Acknowledged: {names}."]
    for sentence in diagnosis.unknown:
        lines += paragraph(f"Not known: {sentence}")
    return "\n".join(lines)


def headline(diagnosis: Diagnosis) -> str:
    """Return the first line: how many findings, or that nothing was seen."""
    count = len(diagnosis.findings)
    if not count:
        return "The doctor sees nothing wrong."
    return f"The doctor found {count} thing{'s' * (count > 1)} to mend:"


def finding_lines(number: int, finding: Finding) -> Iterator[str]:
    """Yield the lines of one finding of several."""
    first, *further = lines_of(finding)
    yield f"{number}. {first}"
    yield from further


def lines_of(finding: Finding) -> Iterator[str]:
    """Yield the lines of a finding: what, where, why, the repair, and the page that says more."""
    sign = finding.sign
    yield f"{finding.title} [{finding.code}, {sign.level}, {sign.confidence:.0%} sure]"
    yield from paragraph(f"where:    {sign.place}", 3, 13)
    for sentence in sign.evidence:
        yield from paragraph(f"evidence: {sentence}", 3, 13)
    if finding.symptoms:
        yield from paragraph(f"explains: {', '.join(finding.symptoms)}", 3, 13)
    for sentence in sign.ruled_out:
        yield from paragraph(f"not:      {sentence}", 3, 13)
    if sign.repair is not None:
        yield from paragraph(f"repair:   {sign.repair.code}", 3, 13)
    yield f"   more:     {finding.page}"


def brief(finding: Finding) -> str:
    """Return a finding in a few words."""
    return f"{finding.title} [{finding.code}] ({finding.sign.place})"


def paragraph(text: str, first: int = 0, further: int = 0) -> list[str]:
    """Return a text as lines that fit a terminal."""
    return wrap(
        text,
        WIDTH,
        initial_indent=" " * first,
        subsequent_indent=" " * further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_html(diagnosis: Diagnosis) -> str:
    """Return the diagnosis for a notebook."""
    items = "".join(map(finding_html, diagnosis.findings))
    rest = "".join(
        f"<p><i>{title}:</i> {escape('; '.join(map(brief, group)))}</p>"
        for title, group in (("Also seen", diagnosis.others), ("Worth knowing", diagnosis.hints))
        if group
    )
    unknown = "".join(f"<p><i>Not known:</i> {escape(each)}</p>" for each in diagnosis.unknown)
    return f"<div><p><b>{escape(headline(diagnosis))}</b></p><ol>{items}</ol>{rest}{unknown}</div>"


def finding_html(finding: Finding) -> str:
    """Return one finding as an item of a list."""
    sign = finding.sign
    evidence = "".join(f"<li>{escape(sentence)}</li>" for sentence in sign.evidence)
    ruled_out = "".join(f"<li>not: {escape(sentence)}</li>" for sentence in sign.ruled_out)
    repair = f"<pre>{escape(sign.repair.code)}</pre>" if sign.repair else ""
    return (
        f"<li><b>{escape(finding.title)}</b> ({finding.code}, {sign.level}, {sign.confidence:.0%} sure) "
        f"at {escape(str(sign.place))}<ul>{evidence}{ruled_out}</ul>{repair}</li>"
    )
