"""What the doctor found in a script, as text: by the line that trained, and each finding once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pellucid.insight.doctor.finding import Finding
from pellucid.insight.doctor.round import Round, Visit
from pellucid.insight.doctor.text import brief, finding_lines, paragraph

INSTEAD = "pellucid.doctor.examine(model, x, y) looks at a model and its data without fit."


def as_text(around: Round, script: str) -> str:
    """Return what was found in all trainings of a script.

    Args:
        around: The round, after the script has ended.
        script: The script's name.
    """
    lines = ["", *paragraph(headline(around, script))]
    told: dict[tuple[str, str], str] = {}
    for where, visits in by_line(around.visits).items():
        lines += ["", *paragraph(heading(where, visits)), *line_of_script(visits[0].where)]
        lines += group_lines(where, visits, told)
    for what, line in around.unseen.items():
        lines += ["", *paragraph(f"Not seen: {what}{at(line)}. {INSTEAD}")]
    return "\n".join(lines)


def as_lines(around: Round) -> str:
    """Return one line for each finding, as compilers write them; none where nothing was found."""
    lines = {}
    for where, visits in by_line(around.visits).items():
        for finding in main_of(visits):
            repair = f" Repair: {finding.sign.repair.code}" if finding.sign.repair else ""
            lines.setdefault(
                key(finding),
                f"{where}: {finding.level}: {finding.title} ({finding.sign.place}) [{finding.code}].{repair}",
            )
    return "\n".join(lines.values())


def headline(around: Round, script: str) -> str:
    """Say how many trainings were seen and how much was found."""
    count = len(around.visits)
    if not count:
        return f"The doctor saw no training in {script}: nothing called fit."
    found = len({key(finding) for finding in main_of(around.visits)})
    trainings = "1 training" if count == 1 else f"{count} trainings"
    things = f"{found or 'no'} thing{'' if found == 1 else 's'} to mend"
    return f"The doctor on {script}: {trainings}, {things}."


def by_line(visits: Iterable[Visit]) -> dict[str, list[Visit]]:
    """Return the visits by the place of their call, ``"train.py:12"``, in order."""
    groups: dict[str, list[Visit]] = {}
    for visit in visits:
        groups.setdefault(place_of(visit.where) or "a call of fit", []).append(visit)
    return groups


def heading(where: str, visits: list[Visit]) -> str:
    """Say which line trained, how often, and where its model was compiled."""
    often = f", {len(visits)} trainings" if len(visits) > 1 else ""
    compiled = dict.fromkeys(place_of(visit.compiled) for visit in visits if visit.compiled)
    where_compiled = f", compiled at {', '.join(map(str, compiled))}" if compiled else ""
    stopped = "" if all(visit.ended for visit in visits) else "; it did not come to its end"
    return f"{where}{often}{where_compiled}{stopped}:"


def line_of_script(line: str | None) -> list[str]:
    """Return the script's line below its heading."""
    text = (line or "").partition(": ")[2]
    return [f"  {text}"] if text else []


def group_lines(where: str, visits: list[Visit], told: dict[tuple[str, str], str]) -> Iterator[str]:
    """Yield what was found in the trainings of one line.

    Args:
        where: The line.
        visits: Its trainings.
        told: What was told already, and at which line; what is told here is added.
    """
    found = {key(finding): finding for finding in main_of(visits)}
    new = [finding for name, finding in found.items() if name not in told]
    for number, finding in enumerate(new, 1):
        yield from finding_lines(number, finding)
        seen = sum(key(finding) in map(key, visit.diagnosis.findings) for visit in visits)
        if len(visits) > 1:
            yield f"   seen in:  {seen} of {len(visits)} trainings"
        told[key(finding)] = where
    again = [f"[{name[0]}] as at {told[name]}" for name in found if told[name] != where]
    if again:
        yield from paragraph(f"Here too: {', '.join(again)}.", 0, 2)
    if not found:
        yield "Nothing wrong was seen."
    yield from rest_lines(visits, set(found))


def rest_lines(visits: list[Visit], shown: set[tuple[str, str]]) -> Iterator[str]:
    """Yield what else was seen, what is worth knowing, what the user knows, and what could not be known."""
    for title, name in (("Also seen", "others"), ("Worth knowing", "hints")):
        group = unique(f for visit in visits for f in getattr(visit.diagnosis, name))
        words = [brief(finding) for finding in group if key(finding) not in shown]
        if words:
            yield from paragraph(f"{title}: {'; '.join(words)}.", 0, 2)
    known = dict.fromkeys(f.code for visit in visits for f in visit.diagnosis.acknowledged)
    if known:
        yield f"Acknowledged: {', '.join(known)}."
    for sentence in dict.fromkeys(s for visit in visits for s in visit.diagnosis.unknown):
        yield from paragraph(f"Not known: {sentence}", 0, 2)
    for visit in visits:
        if visit.verified is not None:
            yield from ("", *str(visit.verified).splitlines())


def main_of(visits: Iterable[Visit]) -> list[Finding]:
    """Return the findings that ask for action first, of all visits, each once."""
    return unique(finding for visit in visits for finding in visit.diagnosis.findings)


def unique(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without those that say the same of the same place."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        found.setdefault(key(finding), finding)
    return list(found.values())


def key(finding: Finding) -> tuple[str, str]:
    """Return what tells two findings apart: the code, and the layer or argument."""
    place = finding.sign.place
    return finding.code, f"{place.layer} {place.argument}"


def place_of(line: str | None) -> str | None:
    """Return where a line of the user's stands.

    >>> place_of("train.py:12: model.fit(x, y)")
    'train.py:12'
    """
    return line.partition(": ")[0] if line else None


def at(line: str | None) -> str:
    """Return `` (train.py:12)``, or nothing."""
    return f" ({place_of(line)})" if line else ""
