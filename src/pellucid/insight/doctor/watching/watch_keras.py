"""The doctor beside a ``fit`` of Keras's, as a callback."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, PellucidError
from pellucid.insight.doctor.diagnosis import Diagnosis, diagnosis_of
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.data import Data
from pellucid.insight.doctor.facts.facts import Facts, Fit
from pellucid.insight.doctor.facts.rows_of import data_of
from pellucid.insight.doctor.lengths import ways
from pellucid.insight.doctor.watching.keras_network import (
    framework_of,
    layers_of,
    optimizer_of,
    outputs_facts,
)
from pellucid.insight.doctor.watching.keras_numbers import Arrays, Inside, trained_weights
from pellucid.insight.doctor.watching.sample import Curves
from pellucid.training.probes.record import Record
from pellucid.training.probes.schedule import Schedule

EVERY = 500
"""The usual distance of measured steps, as that of the probes."""


class KerasWatch:
    """What looks on while Keras trains; the callback hands it what happens.

    Args:
        x: Inputs, or None.
        y: Targets, or None.
        schedule: Which steps are measured.
    """

    def __init__(self, x: Any, y: Any, schedule: Schedule):
        self.x, self.y, self.schedule = x, y, schedule
        self.facts = Facts(source="keras")
        self.params: Mapping[str, Any] = {}
        self.curves = Curves()
        self.rows: dict[int, dict[str, dict[str, float]]] = {}
        self.unknown: list[str] = []
        self.step = 0
        self.ended = ""
        self._inside: Inside | None = None
        self._ends: Any = None
        self._start: Arrays = {}
        self._before: Arrays = {}

    @property
    def is_due(self) -> bool:
        """Whether the step that comes next is measured."""
        return self.schedule.due(self.step)

    def begin(self, model: Any, params: Mapping[str, Any]) -> None:
        """Read the model, where it is built, before the first step."""
        self.params = dict(params)
        if not model.built or not model.weights:
            return
        layers, self._ends = layers_of(model)
        self.facts = Facts(layers, source="keras", optimizer=optimizer_of(model.optimizer))
        self._start = trained_weights(model)
        if self.x is not None:
            self._open(model)

    def _open(self, model: Any) -> None:
        """Look at activations; a model that is no graph, or that does not take these rows, is not looked into."""
        try:
            self._inside = Inside(model, self.facts.layers, self.x)
            self._measure()
        except Exception as trouble:
            self._inside = None
            reason = (str(trouble).splitlines() or [type(trouble).__name__])[0]
            self.unknown.append(f"What layers give was not looked at: {reason}")

    def _measure(self) -> None:
        if self._inside is not None:
            self.rows.setdefault(self.step, {}).update(self._inside.numbers())

    def before_step(self, model: Any) -> None:
        """Keep the weights of a step that is measured."""
        self._before = trained_weights(model)
        if not self._start:
            self._start = self._before

    def after_step(self, model: Any) -> None:
        """Measure what a step did to the weights."""
        after = trained_weights(model)
        row = self.rows.setdefault(self.step, {})
        row["update_ratio"] = ways(after, self._before)
        row["parameter_change"] = ways(self._before, self._start)
        self._before = {}

    def end_epoch(self, _: Any, logs: Mapping[str, Any] | None) -> None:
        """Note an epoch's numbers, and look at activations.

        Args:
            _: The model; asking a callback for it brings the weights into it where the backend keeps them apart.
            logs: What was measured.
        """
        values = {name: float(np.asarray(value)) for name, value in (logs or {}).items()}
        self.curves.end_epoch(**values)
        self._measure()

    def end(self, model: Any) -> None:
        """Note how the training ended."""
        epochs = max(map(len, self.curves.columns.values()), default=0)
        self.ended = "epochs" if epochs >= (self.params.get("epochs") or 0) else "callback"
        if not self.facts.layers and model.built:
            layers, self._ends = layers_of(model)
            self.unknown.append("The model was not built before: its first weights were not seen.")
            self.facts = Facts(layers, source="keras", optimizer=optimizer_of(model.optimizer))

    def all_facts(self, model: Any) -> Facts:
        """Return what is known so far."""
        columns = self.curves.in_epochs(None)
        metrics = tuple(
            name
            for name in columns
            if name not in ("loss", "learning_rate") and not name.startswith("val_")
        )
        record = Record()
        for step in sorted(self.rows):
            record.add(step, self.rows[step])
        known = self.facts
        return Facts(
            layers=known.layers,
            outputs=outputs_facts(model, self._ends, known.layers, metrics),
            data=self._data(model),
            optimizer=known.optimizer,
            fit=Fit(epochs=self.params.get("epochs"), steps=self.params.get("steps")),
            course=Course(columns, self.ended, record, self.params.get("steps")),
            source="keras",
            unknown=tuple(self.unknown),
        )

    def _data(self, model: Any) -> Data | None:
        if self.x is None:
            return None
        inputs = tuple(getattr(model, "input_names", None) or ())
        outputs = tuple(getattr(model, "output_names", None) or ())
        try:
            return data_of(self.x, self.y, None, inputs, outputs)
        except (PellucidError, TypeError, ValueError) as trouble:
            self.unknown.append(f"The rows could not be read: {trouble}")
            return None


@cache
def callback_on(base: type) -> type:
    """Return the callback's class upon Keras's own; made once for each Keras."""

    class WatchKeras(base):
        """The doctor beside ``fit``: hand it to ``callbacks``, and ask for its ``diagnosis()``."""

        def __init__(self, watch: KerasWatch):
            super().__init__()
            self.watch = watch

        def on_train_begin(self, logs: Any = None) -> None:
            self.watch.begin(self.model, self.params)

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if self.watch.is_due:
                self.watch.before_step(self.model)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if self.watch.is_due:
                self.watch.after_step(self.model)
            self.watch.step += 1

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.watch.end_epoch(self.model, logs)

        def on_train_end(self, logs: Any = None) -> None:
            self.watch.end(self.model)
            said(self.diagnosis())

        def facts(self) -> Facts:
            """Return what is known so far."""
            return self.watch.all_facts(self.model)

        def diagnosis(self, *, acknowledge: Sequence[str] = ()) -> Diagnosis:
            """Say what is wrong, by what was seen so far."""
            return diagnosis_of(self.facts(), acknowledge=acknowledge)

    return WatchKeras


def said(diagnosis: Diagnosis) -> None:
    """Print a diagnosis where something is serious."""
    if diagnosis.exit_code == 2:
        sys.stdout.write(f"{diagnosis}\n")


def watch_keras(model: Any, x: Any = None, y: Any = None, *, every: int | None = None) -> Any:
    """Put the doctor beside a ``fit`` of Keras's, on any of its backends.

    It reads the model, and on the way its weights and what its layers give; the training stays the same to the last
    bit. What is serious is printed at the end of ``fit``; ``diagnosis()`` says all::

        watch = pellucid.insight.watch_keras(model, x, y)
        model.fit(x, y, epochs=20, validation_split=0.2, callbacks=[watch])
        print(watch.diagnosis())

    Gradients are not seen: Keras's callbacks do not get them.

    Args:
        model: A compiled ``keras.Model``.
        x: The inputs that ``fit`` gets, as arrays. Without them nothing is said about rows, and activations are not
            looked at.
        y: The targets that ``fit`` gets.
        every: The distance of steps whose update is measured, at least 1. Default 500; the first steps are measured
            more densely: 0, 1, 2, 4, 8, ... Activations of 128 rows are looked at behind each epoch.

    Returns:
        A ``keras.callbacks.Callback`` with ``diagnosis()`` and ``facts()``.

    Raises:
        ArgumentError: The model is none of Keras's, or ``every`` is below 1.
    """
    package = framework_of(model)
    if package is None or not hasattr(model, "layers"):
        raise ArgumentError(
            "watch_keras",
            f"`model` must be a model of Keras's, but it is a {type(model).__name__}.",
            "watch_keras(model, x, y); a model of Pellucid's takes fit(..., doctor=True)",
        )
    if every is not None and every < 1:
        raise ArgumentError("watch_keras", f"`every` must be at least 1; it is {every}.", "every=1")
    base = sys.modules[package].callbacks.Callback
    return callback_on(base)(KerasWatch(x, y, Schedule(every or EVERY)))
