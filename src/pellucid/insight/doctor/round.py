"""The doctor's round: every training of a script is attended, and what was found is kept for its end.

``pellucid doctor`` opens a round around a script. Nothing that fails here ends the script: it is said in the diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from pellucid.core.errors import PellucidError, user_line
from pellucid.insight.doctor.attendant import DoctorAttendant
from pellucid.insight.doctor.checks.symptoms import SHORT
from pellucid.insight.doctor.diagnosis import Diagnosis, diagnosis_of
from pellucid.insight.doctor.doctor import Doctor, doctor_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.training.attendance import attended

REHEARSALS = 3
"""So many trainings of one line are rehearsed: a loop over folds would rehearse the same again and again."""


@dataclass
class Visit:
    """One training that was attended.

    Attributes:
        where: The user's line that called ``fit``, ``"train.py:12: model.fit(x, y)"``; None where none is the user's.
        compiled: The line that compiled the model.
        diagnosis: What was found, without the rows.
        ended: Whether the training came to its end.
        verified: What trying the repairs gave; None where nobody tried.
    """

    where: str | None
    compiled: str | None
    diagnosis: Diagnosis
    ended: bool = False
    verified: Any = None


class Round:
    """Goes round the trainings of a script.

    Args:
        doctor: What is asked of the doctor in each. Default: a :class:`~pellucid.doctor.Doctor` as it is made.
        epochs: Each ``fit`` ends after so many epochs. Default None: where the script says.
        says: Whether what is serious is said in the progress of the training. Default True.

    Attributes:
        visits: One for each ``fit``, in order.
        unseen: What else trained, by what the script called, with the user's first line.

    Example:
        >>> import numpy as np, pellucid
        >>> model = pellucid.Sequential([pellucid.layers.Dense(1, activation="softmax")])
        >>> model.strict = False
        >>> model.compile("sgd", "binary_crossentropy")
        >>> with Round(Doctor(rehearsal=False)).opened() as around:
        ...     history = model.fit(np.ones((8, 2)), np.arange(8) % 2, epochs=2, verbose=0)
        >>> [visit.diagnosis.findings[0].code for visit in around.visits]
        ['D201']
    """

    def __init__(self, doctor: Doctor | None = None, epochs: int | None = None, says: bool = True):
        self.doctor, self.epochs, self.says = doctor or Doctor(), epochs, says
        self.visits: list[Visit] = []
        self.unseen: dict[str, str | None] = {}
        self._lines: WeakKeyDictionary[Any, str | None] = WeakKeyDictionary()
        self._known: WeakKeyDictionary[Any, Visit] = WeakKeyDictionary()
        self._rehearsed: dict[str | None, int] = {}

    @contextmanager
    def opened(self) -> Iterator[Round]:
        """Attend every ``fit`` inside."""
        token = attended.set(self)
        try:
            yield self
        finally:
            attended.reset(token)

    def attend(
        self, choice: Any, model: Any, x: Any, y: Any, fit: Mapping[str, Any]
    ) -> Visitor | None:
        """Return who attends a ``fit`` that begins; nobody where the script says ``doctor=False``."""
        asked = doctor_of(choice)
        if choice is False:
            self.not_seen("fit(doctor=False)")
            return None
        where, trained = user_line(), model in self._known
        rehearsed = self._rehearsed.get(where, 0)
        doctor = replace(
            self.doctor,
            rehearsal=self.doctor.rehearsal and not trained and rehearsed < REHEARSALS,
            acknowledge=(*self.doctor.acknowledge, *(asked.acknowledge if asked else ())),
            verify=False,
        )
        if trained:
            before = self._known[model]
            before.diagnosis = before.diagnosis.without(SHORT)
        self._rehearsed[where] = rehearsed + doctor.rehearsal
        visit = Visit(where, self._lines.get(model), diagnosis_of(Facts()))
        self._known[model] = visit
        self.visits.append(visit)
        return Visitor(DoctorAttendant(doctor, model, x, y, fit, trained=trained), visit, self)

    def last_epoch(self, epochs: int, first: int) -> int:
        """Return the number at which a ``fit`` from ``first`` to ``epochs`` ends."""
        return epochs if self.epochs is None else min(epochs, first + self.epochs)

    def compiled(self, model: Any) -> None:
        """Note the line that compiled a model."""
        self._lines[model] = user_line()

    def not_seen(self, what: str) -> None:
        """Note a training that nobody can attend."""
        if what not in self.unseen:
            self.unseen[what] = user_line()

    @property
    def exit_code(self) -> int:
        """The worst of all trainings: 0 where nothing asks for action, 1 for warnings, 2 where something is serious."""
        return max((visit.diagnosis.exit_code for visit in self.visits), default=0)


class Visitor:
    """Attends one training, and keeps what was found.

    Args:
        attendant: The doctor beside the training.
        visit: Where it is kept.
        around: The round.
    """

    def __init__(self, attendant: DoctorAttendant, visit: Visit, around: Round):
        self.attendant, self.visit, self.around = attendant, visit, around

    @property
    def doctor(self) -> Doctor:
        """What was asked of the doctor."""
        return self.attendant.doctor

    def begin(self) -> list[str]:
        """Look before the first step."""
        return self._said(self.attendant.begin)

    def look(self, history: Any) -> list[str]:
        """Look on the way."""
        return self._said(self.attendant.look, history)

    def not_finite(self, run: Any) -> None:
        """Look into a run that ended in numbers that are not finite."""
        self.attendant.not_finite(run)

    def end(self, history: Any) -> list[str]:
        """Look at the end; a training that was cut short is judged as one that was stopped."""
        planned = self.attendant.fit.get("epochs") or 1
        first = history.params.get("initial_epoch") or 0
        cut = self.around.last_epoch(planned, first) < planned
        self._said(partial(self.attendant.end, cut=cut), history)
        self.visit.ended = True
        if self.around.doctor.verify and self.visit.diagnosis.findings:
            self._said(self._verify)
        return []

    def _verify(self) -> list[str]:
        assert self.attendant.diagnosis is not None
        seconds = self.around.doctor.seconds
        self.visit.verified = self.attendant.diagnosis.verify(seconds=seconds)
        return []

    def _said(self, work: Callable[..., list[str]], *arguments: Any) -> list[str]:
        """Do the doctor's work, whose own trainings nobody attends; return what is said of it."""
        token = attended.set(None)
        try:
            lines = work(*arguments)
        except Exception as trouble:
            lines = []
            self._cannot_know(trouble)
        finally:
            attended.reset(token)
        if self.attendant.diagnosis is not None:
            # The rows would live as long as the round.
            found = replace(self.attendant.diagnosis, facts=Facts(), program=None)
            self.visit.diagnosis = found
        return lines if self.around.says else []

    def _cannot_know(self, trouble: Exception) -> None:
        words = trouble.problem if isinstance(trouble, PellucidError) else str(trouble)
        sentence = f"Looking at this training failed: {type(trouble).__name__}: {words}"
        attendant = self.attendant
        if sentence in attendant.facts.unknown:
            return
        attendant.facts = replace(attendant.facts, unknown=(*attendant.facts.unknown, sentence))
        found = attendant.diagnosis or diagnosis_of(attendant.facts)
        attendant.diagnosis = replace(found, unknown=(*found.unknown, sentence))
