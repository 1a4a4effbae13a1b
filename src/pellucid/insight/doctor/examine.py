"""A diagnosis before the first step, and one of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pellucid.insight.doctor.diagnosis import Diagnosis, diagnosis_of
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.gather import gather
from pellucid.insight.doctor.rehearsal.rehearse import rehearse
from pellucid.insight.doctor.verify.program import program_of
from pellucid.training.streams import is_stream


def examine(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    rehearsal: bool = True,
    acknowledge: Sequence[str] = (),
    **fit: Any,
) -> Diagnosis:
    """Look at a compiled model and its data before the first step, and say what is wrong.

    Args:
        model: The model, compiled. It does not change, but for being built.
        x: Inputs, as for ``fit``.
        y: Targets, as for ``fit``.
        rehearsal: Whether about a second of training on a copy is tried. Default True.
        acknowledge: Findings that you know of: ``"D401"``, or ``"D301@dense_1"`` for one layer.
        **fit: The other arguments that ``fit`` will get: ``epochs``, ``batch_size``, ``validation_data``,
            ``validation_split``, ``shuffle``, ``class_weight``, ``sample_weight``, ``callbacks``.

    Raises:
        UsageError: The model is not compiled.
        ShapeError: The rows do not fit the model.
    """
    program = None if y is None or is_stream(x) else program_of(model, x, y, **fit)
    facts = prepared_facts(model, x, y, rehearsal=rehearsal, **fit)
    return diagnosis_of(facts, acknowledge=acknowledge, program=program)


def prepared_facts(model: Any, x: Any, y: Any, *, rehearsal: bool, **fit: Any) -> Facts:
    """Return the facts before the first step, the rehearsal's among them on request."""
    facts = gather(model, x, y, **fit)
    if not rehearsal:
        return facts
    planned = facts.fit.steps * facts.fit.epochs if facts.fit.steps and facts.fit.epochs else None
    found = rehearse(model, x, y, planned=planned)
    if found.last is None:
        return replace(facts, rehearsed=found)
    (output,) = facts.outputs
    return replace(facts, rehearsed=found, outputs=(replace(output, activation=found.last),))


def course_of(history: Any, *, running: bool = False) -> Course:
    """Return the course of a training of ours.

    Args:
        history: What ``fit`` returns, or fills while it runs.
        running: Whether it goes on.
    """
    return Course(
        columns={name: values for name, values in history.history.items() if values},
        ended="" if running else history.ended,
        record=history.record,
        steps=history.params.get("steps"),
    )
