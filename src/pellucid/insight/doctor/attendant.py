"""The doctor beside a training of ours: facts before it, what is serious on the way, a diagnosis at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import nan
from time import perf_counter
from typing import Any

import jax

from pellucid.core.errors import PellucidError
from pellucid.insight.doctor.diagnosis import Diagnosis, diagnosis_of
from pellucid.insight.doctor.doctor import Doctor, doctor_of
from pellucid.insight.doctor.examine import course_of, prepared_facts
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.gather import gather
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from pellucid.insight.doctor.finding import Finding
from pellucid.insight.doctor.rehearsal.failed import failed
from pellucid.insight.doctor.verify.program import Program, program_of
from pellucid.models.attending import Gone
from pellucid.training.streams import is_stream

SHARE = 0.05
"""How much of a training's time may go into looking on the way."""


class DoctorAttendant:
    """The doctor in ``fit(..., doctor=True)``.

    Args:
        doctor: What it is asked to do.
        model: The model.
        x: As for ``fit``.
        y: As for ``fit``.
        fit: The other arguments of ``fit`` that say how the data are used.
        trained: Whether the weights are those of an earlier training, so that they say nothing of a start.
    """

    def __init__(
        self,
        doctor: Doctor,
        model: Any,
        x: Any,
        y: Any,
        fit: Mapping[str, Any],
        *,
        trained: bool = False,
    ):
        self.doctor, self.model, self.x, self.y, self.fit = doctor, model, x, y, dict(fit)
        session = getattr(model, "_session", None)
        self.trained = trained or (session is not None and session.steps > 0)
        self.diagnosis: Diagnosis | None = None
        self.next_look = 0.0
        self.facts = Facts()
        self.program: Program | None = None
        self.said: set[str] = set()

    def begin(self) -> list[str]:
        """Gather the facts, rehearse, and say what is serious."""
        try:
            self.facts = self._facts()
        except Exception as trouble:  # a doctor who cannot look must not stop the training
            words = trouble.problem if isinstance(trouble, PellucidError) else str(trouble)
            self.facts = Facts(unknown=(f"The facts could not be read: {words}",))
        return self._say(self._diagnosis(self.facts))

    def _facts(self) -> Facts:
        streamed = is_stream(self.x)
        if self.y is not None and not streamed:
            self.program = program_of(self.model, self.x, self.y, **self.fit)
        rehearsal = self.doctor.rehearsal and not streamed and not self.trained
        facts = prepared_facts(self.model, self.x, self.y, rehearsal=rehearsal, **self.fit)
        if not self.trained:
            return facts
        fit = replace(facts.fit, goes_on=True)
        return replace(facts, layers=tuple(map(without_numbers, facts.layers)), fit=fit)

    def look(self, history: Any) -> list[str]:
        """Judge the course so far, unless that was done a moment ago; say what is serious and new."""
        begun = perf_counter()
        if begun < self.next_look:
            return []
        lines = self._say(self._diagnosis(self._with_course(history, running=True)))
        now = perf_counter()
        self.next_look = now + (now - begun) / SHARE
        return lines

    def not_finite(self, run: Any) -> None:
        """Find where the first number that is not finite arose, where the rehearsal has not found it."""
        known = self.facts.rehearsed or Rehearsed()
        if known.bad is not None:
            return
        try:
            found = failed(run)
        except Exception as trouble:  # a doctor who cannot look must not stop the training
            words = f"The step that failed could not be looked into: {trouble}"
            self.facts = replace(self.facts, unknown=(*self.facts.unknown, words))
            return
        self.facts = replace(self.facts, rehearsed=replace(known, bad=found))

    def end(self, history: Any, *, cut: bool = False) -> list[str]:
        """Judge the whole course, keep the diagnosis, and say it; one that was cut short counts as interrupted."""
        facts = self._with_course(history)
        if cut and facts.course is not None:
            facts = replace(facts, course=replace(facts.course, ended="interrupt"))
        diagnosis = self._diagnosis(facts)
        history.keep_diagnosis(diagnosis)
        lines = str(diagnosis).splitlines()
        if self.doctor.verify and diagnosis.findings:
            lines += ["", *self._verified(diagnosis)]
        return lines

    def _verified(self, diagnosis: Diagnosis) -> list[str]:
        """Try the repairs; Ctrl-C ends that alone, since the training is done."""
        try:
            return str(diagnosis.verify(seconds=self.doctor.seconds)).splitlines()
        except KeyboardInterrupt:
            return ["The repairs were not tried to the end: interrupted."]

    def _with_course(self, history: Any, *, running: bool = False) -> Facts:
        return replace(self.facts, course=course_of(history, running=running))

    def _diagnosis(self, facts: Facts) -> Diagnosis:
        acknowledge = self.doctor.acknowledge
        self.diagnosis = diagnosis_of(facts, acknowledge=acknowledge, program=self.program)
        return self.diagnosis

    def _say(self, diagnosis: Diagnosis) -> list[str]:
        new = [
            finding
            for finding in diagnosis.findings
            if finding.level == "serious" and finding.code not in self.said
        ]
        self.said |= {finding.code for finding in new}
        return [in_a_line(finding) for finding in new]


def in_a_line(finding: Finding) -> str:
    """Return a finding for the progress."""
    repair = f" Repair: {finding.sign.repair.code}" if finding.sign.repair else ""
    return f"Doctor: {finding.title} ({finding.sign.place}) [{finding.code}].{repair}"


def attendant_of(choice: Any, model: Any, x: Any, y: Any, fit: Mapping[str, Any]) -> Any:
    """Return who looks on in ``fit(..., doctor=choice)``.

    Raises:
        ArgumentError: The choice is none.
    """
    doctor = doctor_of(choice)
    return None if doctor is None else DoctorAttendant(doctor, model, x, y, fit)


def afterwards(history: Any, model: Any, x: Any, y: Any, fit: Mapping[str, Any]) -> Diagnosis:
    """Return the diagnosis of a training that nobody attended.

    Weights are the trained ones by now, so nothing is said about those of the start, and no repair can be tried.

    Args:
        history: What ``fit`` returned.
        model: The model.
        x: The inputs, ``Gone`` where nobody keeps them.
        y: The targets, the same.
        fit: The other arguments of ``fit``.
    """
    course = course_of(history)
    if any(leaf is Gone for leaf in jax.tree.leaves((x, y, fit.get("validation_data")))):
        gone = "The rows are gone: keep them in a variable, or ask before: fit(..., doctor=True)."
        return diagnosis_of(Facts(course=course, unknown=(gone,)))
    try:
        facts = gather(model, x, y, **fit)
    except PellucidError as trouble:
        facts = Facts(unknown=(f"The facts could not be read: {trouble.problem}",))
    layers = tuple(map(without_numbers, facts.layers))
    return diagnosis_of(replace(facts, layers=layers, course=course))


def without_numbers(layer: Layer) -> Layer:
    """Return a layer without what was read off its weights, which are trained by now."""
    unknown = {"mean": nan, "spread": nan, "low": nan, "high": nan, "finite": True}
    return replace(layer, weights=tuple(replace(weight, **unknown) for weight in layer.weights))
