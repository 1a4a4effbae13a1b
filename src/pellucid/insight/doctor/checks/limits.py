"""What cannot be known, and why: too short a course, too few rows, data that were not seen."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.checks.course.curves import EPOCHS, UPDATES, column, score_name
from pellucid.insight.doctor.checks.learning import CONTRADICTORY
from pellucid.insight.doctor.facts.facts import Facts


def limits(facts: Facts) -> Iterator[str]:
    """Yield one sentence for each thing that the facts are too few for."""
    if facts.data is None:
        yield "The rows were not seen, so nothing is said about inputs and targets."
    yield from of_rehearsal(facts)
    yield from of_course(facts)


def of_rehearsal(facts: Facts) -> Iterator[str]:
    """Yield what the rehearsal could not find out."""
    found = facts.rehearsed
    if found is None:
        return
    yield from found.unknown
    if found.contradictory > CONTRADICTORY:
        yield (
            f"{found.contradictory:.0%} of a batch's rows have equal inputs and other targets than another row, so "
            "nothing is said about whether the batch can be learnt."
        )


def of_course(facts: Facts) -> Iterator[str]:
    """Yield what the course is too short for, or what was not kept."""
    course = facts.course
    if course is None or course.ended == "non-finite":
        return
    updates = course.epochs * course.steps if course.steps else None
    if course.epochs < EPOCHS or (updates is not None and updates < UPDATES):
        steps = f" with {updates} updates" if updates else ""
        yield (
            f"The course has {course.epochs} epochs{steps}: too short to say how the loss goes; {EPOCHS} epochs and "
            f"{UPDATES} updates are the least."
        )
        return
    if column(facts, "val_loss") is None:
        yield "There was no validation, so nothing is said about other rows: overfitting, leaks, too early an end."
    elif score_name(facts) is None and len(facts.outputs) == 1 and facts.outputs[0].units != 1:
        yield "No accuracy was kept, so too much certainty cannot be told from overfitting."
    if course.record is None:
        yield "No probes were on, so nothing is said about what happened inside the layers."
