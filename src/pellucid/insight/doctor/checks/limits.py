"""What cannot be known, and why: too short a course, too few rows, data that were not seen."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.facts.facts import Facts


def limits(facts: Facts) -> Iterator[str]:
    """Yield one sentence for each thing that the facts are too few for."""
    if facts.data is None:
        yield "The rows were not seen, so nothing is said about inputs and targets."
