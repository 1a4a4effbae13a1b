"""Somebody who looks on while a training runs: before the first step, between epochs, and at the end.

Training knows only this; who looks, and what they say, is none of its business. Nothing they do may change a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Protocol


class Attendant(Protocol):
    """Who looks on."""

    def begin(self) -> list[str]:
        """Look before the first step; return sentences for the progress."""
        ...

    def look(self, history: Any) -> list[str]:
        """Look after epochs have ended; return sentences for the progress."""
        ...

    def not_finite(self, run: Any) -> None:
        """Look into a run that ended in numbers that are not finite; it was rewound to the last finite weights."""
        ...

    def end(self, history: Any) -> list[str]:
        """Look when the training has ended; return sentences for the progress."""
        ...


class Nobody:
    """Nobody looks on."""

    def begin(self) -> list[str]:
        """Say nothing."""
        return []

    def look(self, history: Any) -> list[str]:
        """Say nothing."""
        return []

    def not_finite(self, run: Any) -> None:
        """Do nothing."""

    def end(self, history: Any) -> list[str]:
        """Say nothing."""
        return []


class Round(Protocol):
    """Who asks after every training of a script."""

    def attend(self, choice: Any, model: Any, x: Any, y: Any, fit: Mapping[str, Any]) -> Any:
        """Return the attendant of a ``fit`` that begins, or None; ``choice`` is its argument ``doctor``."""
        ...

    def last_epoch(self, epochs: int, first: int) -> int:
        """Return the number at which a ``fit`` from ``first`` to ``epochs`` ends."""
        ...

    def compiled(self, model: Any) -> None:
        """Hear that a model was compiled."""
        ...

    def not_seen(self, what: str) -> None:
        """Hear of a training that nobody can attend."""
        ...


attended: ContextVar[Round | None] = ContextVar("attended", default=None)
"""Who goes round the trainings of a script; ``pellucid doctor`` sets it."""
