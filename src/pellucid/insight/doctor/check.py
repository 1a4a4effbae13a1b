"""What a check is: a function of facts, with a code, a title and the faults it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Finding, Sign

Stage = Literal["static", "rehearsal", "course"]
Look = Callable[[Facts], Iterable[Sign]]


@dataclass(frozen=True)
class Check:
    """One rule.

    Attributes:
        code: ``"D201"``.
        title: What is wrong, in a few words.
        faults: Codes of the catalogue of faults.
        stage: What it reads: only what is known before the first step; the rehearsal; the course.
        explains: Codes of the checks whose signs are symptoms of this one's cause.
        look: The function; its docstring says what is compared with what, and where the threshold comes from.
    """

    code: str
    title: str
    faults: tuple[str, ...]
    stage: Stage
    explains: tuple[str, ...]
    look: Look

    def findings(self, facts: Facts) -> Iterator[Finding]:
        """Yield what the check finds in the facts; a fact that it needs and that is None silences it."""
        for sign in self.look(facts):
            yield Finding(self.code, self.title, self.faults, sign)


def check(
    code: str,
    title: str,
    *,
    faults: tuple[str, ...],
    stage: Stage = "static",
    explains: tuple[str, ...] = (),
) -> Callable[[Look], Check]:
    """Make a check of the function below.

    Args:
        code: ``"D201"``, each once.
        title: What is wrong, in a few words.
        faults: Codes of the catalogue of faults.
        stage: What it reads.
        explains: Codes of its symptoms.
    """

    def make(look: Look) -> Check:
        return Check(code, title, faults, stage, explains, look)

    return make
