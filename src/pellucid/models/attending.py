"""The doctor at ``fit``: beside the training where it was asked for, after it where somebody asks then."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import Any

from pellucid.core.late import LateModule
from pellucid.training.attendance import attended

# Imported when somebody asks for the doctor.
doctors: Any = LateModule("pellucid.insight.doctor.attendant")


def attendant_of(choice: Any, model: Any, x: Any, y: Any, fit: Mapping[str, Any]) -> Any:
    """Return who looks on; None for nobody.

    Args:
        choice: The argument ``doctor`` of ``fit``.
        model: The model.
        x: As for ``fit``.
        y: As for ``fit``.
        fit: The other arguments of ``fit`` that say how the data are used.
    """
    around = attended.get()
    if around is not None:
        return around.attend(choice, model, x, y, fit)
    if choice is None or choice is False:
        return None
    return doctors.attendant_of(choice, model, x, y, fit)


def last_epoch(epochs: int, first: int) -> int:
    """Return the number at which a ``fit`` ends that was to go from ``first`` to ``epochs``."""
    around = attended.get()
    return epochs if around is None else around.last_epoch(epochs, first)


def was_compiled(model: Any) -> None:
    """Tell who goes round, if anybody does, that a model was compiled."""
    around = attended.get()
    if around is not None:
        around.compiled(model)


def not_seen(what: str) -> None:
    """Tell who goes round, if anybody does, of a training that nobody can attend."""
    around = attended.get()
    if around is not None:
        around.not_seen(what)


class OnRequest:
    """Makes the diagnosis of a training that nobody attended, once somebody asks.

    It does not keep the user's arrays alive: where they are gone by then, the diagnosis says so.

    Args:
        model: The model.
        x: As for ``fit``.
        y: As for ``fit``.
        fit: The other arguments of ``fit``.
    """

    def __init__(self, model: Any, x: Any, y: Any, fit: Mapping[str, Any]):
        self.model = model
        self.given = {name: watched(value) for name, value in {"x": x, "y": y, **fit}.items()}

    def __call__(self, history: Any) -> Any:
        given = {name: value() for name, value in self.given.items()}
        return doctors.afterwards(history, self.model, given.pop("x"), given.pop("y"), given)


class Gone:
    """Stands for an array that nobody keeps any more."""


def watched(value: Any) -> Callable[[], Any]:
    """Return what gives a value back while somebody else keeps it, and :class:`Gone` after that.

    Tuples, lists and dicts are watched entry by entry; what cannot be watched (numbers, lists of numbers) is kept.
    """
    if isinstance(value, Mapping):
        entries = {name: watched(entry) for name, entry in value.items()}
        return lambda: {name: entry() for name, entry in entries.items()}
    if isinstance(value, (tuple, list)) and len(value) <= 16:
        kind, parts = type(value), [watched(entry) for entry in value]
        return lambda: kind([part() for part in parts])
    if value is None or not hasattr(value, "shape"):
        return lambda: value
    try:
        found = weakref.ref(value)
    except TypeError:
        return lambda: value

    def back() -> Any:
        now = found()
        return Gone if now is None else now

    return back
