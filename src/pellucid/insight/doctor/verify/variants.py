"""The programs that are compared: as it stands, with each repair, with all of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pellucid.core.errors import PellucidError
from pellucid.insight.doctor.changes import Change, SetFit
from pellucid.insight.doctor.finding import Finding
from pellucid.insight.doctor.verify.apart import changed_model
from pellucid.insight.doctor.verify.program import Program
from pellucid.insight.doctor.verify.rows import Rows, parted, read_rows
from pellucid.insight.doctor.verify.score import Scores
from pellucid.insight.doctor.verify.setup import BATCH_SIZE, Setup, changed, inferred, setup_of
from pellucid.training.work import multiply_adds

LEAST_STEPS = 200
"""A training that nobody said the length of, or that has fewer steps, gets so many: a handful shows nothing."""
LEAST_BATCHES = 4
MOST_ROWS = 10_000
SPEED = 5e9
"""Multiply-adds a second that a processor of a laptop does at least: by it the sample is chosen, not the steps."""
REFUSALS = (PellucidError, ValueError, TypeError, AttributeError, NotImplementedError)
"""What making or training a copy may raise; such a repair is reported as one that could not be tried."""


@dataclass
class Variant:
    """One of the programs that are compared.

    Attributes:
        findings: Those whose repairs it has; none for the program as it stands.
        first: The training as it stands.
        setup: The training, or None where a change could not be made.
        refused: Why it could not be made or trained, ``""`` otherwise.
        kind: What is equal in variants that are trained as one program; None for one that is trained alone.
        seconds: What one pass over the rows takes.
        scores: By seed and output.
        diverged: In how many trainings the loss was not finite.
    """

    findings: tuple[Finding, ...]
    first: Setup
    setup: Setup | None = None
    refused: str = ""
    kind: Hashable = None
    seconds: float = 0.0
    scores: list[dict[str, Scores]] = field(default_factory=list)
    diverged: int = 0


def variants_of(
    program: Program, findings: Sequence[Finding], seconds: float, seeds: int
) -> list[Variant]:
    """Return the program as it stands, and with each finding's repair where it has one that a program can make."""
    able = [each for each in findings if each.sign.repair and each.sign.repair.changes]
    rows = read_rows(program.x, program.y, program.sample_weight)
    most = most_rows(program, rows, seconds / ((len(able) + 2) * seeds))
    training, held = parted(rows, program.validation_data, program.seed, most)
    first = setup_of(program, training, held, passes(program, rows.count, training.count))
    if not about_length(able):
        first = lengthened(first)
    return [made((), first), *(made((each,), first) for each in able)]


def together_of(variants: Sequence[Variant]) -> list[Variant]:
    """Return the program with all repairs that can be made, if they are more than one."""
    base, able = variants[0], [each for each in variants[1:] if each.setup is not None]
    if len(able) < 2:
        return []
    return [made(tuple(finding for each in able for finding in each.findings), base.first)]


def made(findings: tuple[Finding, ...], first: Setup) -> Variant:
    """Return the training with the repairs of findings, or with the reason why they cannot be made."""
    variant = Variant(findings, first)
    try:
        variant.setup = changed(first, changes_of(findings))
    except REFUSALS as error:
        variant.refused = reason_of(error)
    return variant


def changes_of(findings: Sequence[Finding]) -> tuple[Change, ...]:
    """Return all changes, the first finding's last: where two change the same, the likelier cause has the last word."""
    return tuple(
        change
        for finding in reversed(findings)
        if finding.sign.repair is not None
        for change in finding.sign.repair.changes
    )


def most_rows(program: Program, rows: Rows, seconds: float) -> int:
    """Return how many rows can be gone through in the seconds of one training; a step is three forward passes."""
    copy = changed_model(program.model, ())
    shapes = inferred(copy, rows).shapes
    work = 3 * max(multiply_adds(copy, shapes), 1)
    batch = program.batch_size or BATCH_SIZE
    return int(np.clip(seconds * SPEED / work, LEAST_BATCHES * batch, MOST_ROWS))


def passes(program: Program, count: int, kept: int) -> int:
    """Return the passes over the sample that make as many steps as the user's over all rows."""
    return max(1, round((program.epochs or 1) * count / kept))


def about_length(findings: Sequence[Finding]) -> bool:
    """Tell whether a repair is about how long is trained."""
    changes = changes_of(findings)
    return any(isinstance(each, SetFit) and each.argument == "epochs" for each in changes)


def lengthened(setup: Setup) -> Setup:
    """Return a training of enough steps to show something."""
    return replace(setup, epochs=max(setup.epochs, -(-LEAST_STEPS // setup.steps)))


def reason_of(error: Exception) -> str:
    """Return the first sentence of an error, without the user's line."""
    text = error.problem if isinstance(error, PellucidError) else str(error).partition("\n")[0]
    who = error.who if isinstance(error, PellucidError) else type(error).__name__
    return text if who in ("", "verify") else f"{who}: {text}"
