"""What the doctor says: a sign that a check saw, and the finding that is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pellucid.insight.doctor.changes import Change
from pellucid.insight.doctor.text import lines_of

Level = Literal["serious", "warning", "hint"]

LEVELS: tuple[Level, ...] = ("serious", "warning", "hint")
"""From the worst down. Only the first two are alarms."""


@dataclass(frozen=True)
class Place:
    """Where something is wrong.

    Attributes:
        layer: A layer's path, ``"dense_1"``, or None for what belongs to no layer.
        argument: An argument of the layer, of ``compile`` or of ``fit``: ``"activation"``, ``"loss"``,
            ``"learning_rate"``, ``"x"``, ``"y"``, ``"epochs"``.
        value: What stands there, as it is written.

    >>> str(Place("dense_1", "activation", "softmax")), str(Place(None, "learning_rate", "10.0"))
    ("layer 'dense_1', activation=softmax", 'learning_rate=10.0')
    """

    layer: str | None = None
    argument: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        argument = f"{self.argument}={self.value}" if self.value is not None else self.argument
        layer = f"layer '{self.layer}'" if self.layer else None
        return ", ".join(part for part in (layer, argument) if part) or "the whole model"


@dataclass(frozen=True)
class Repair:
    """How it is mended.

    Attributes:
        code: The line to write, as code where there is one, else as a sentence.
        changes: The same for a program, in order; empty where only a person can do it.
    """

    code: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Sign:
    """What a check saw.

    Attributes:
        level: How bad it is.
        confidence: How sure, in (0, 1]: the share of such signs that are right, as far as it is known.
        place: Where.
        evidence: What was measured, one sentence each, with numbers.
        repair: How it is mended, or None where nobody can say.
        ruled_out: Other causes of the same symptoms that the facts exclude, one sentence each.
    """

    level: Level
    confidence: float
    place: Place
    evidence: tuple[str, ...]
    repair: Repair | None = None
    ruled_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A sign with the code, the title and the faults of the check that saw it.

    Attributes:
        code: ``"D201"``; its page ``docs/doctor/D201.md`` explains it.
        title: What is wrong, in a few words.
        faults: Codes of the catalogue of faults, ``"F01"``.
        sign: What was seen.
        symptoms: Codes of the findings that this one explains.
    """

    code: str
    title: str
    faults: tuple[str, ...]
    sign: Sign
    symptoms: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """How bad it is: serious, warning or hint."""
        return self.sign.level

    @property
    def page(self) -> str:
        """The page of the documentation that explains it, with an example.

        >>> Finding(
        ...     "D201", "A softmax over one unit", (), Sign("serious", 1.0, Place("dense"), ())
        ... ).page
        'docs/doctor/D201.md'
        """
        return f"docs/doctor/{self.code}.md"

    def __str__(self) -> str:
        return "\n".join(lines_of(self))

    @property
    def is_alarm(self) -> bool:
        """Whether it asks for action: serious or a warning."""
        return self.level != "hint"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        sign = self.sign
        return {
            "code": self.code,
            "title": self.title,
            "faults": list(self.faults),
            "level": sign.level,
            "confidence": sign.confidence,
            "layer": sign.place.layer,
            "argument": sign.place.argument,
            "value": sign.place.value,
            "evidence": list(sign.evidence),
            "repair": sign.repair.code if sign.repair else None,
            "ruled_out": list(sign.ruled_out),
            "symptoms": list(self.symptoms),
        }
