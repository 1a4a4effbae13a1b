"""Somebody who looks on while a training runs: before the first step, between epochs, and at the end.

Training knows only this; who looks, and what they say, is none of its business. Nothing they do may change a result.
"""

from __future__ import annotations

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

    def end(self, history: Any) -> list[str]:
        """Say nothing."""
        return []


attended: ContextVar[Any] = ContextVar("attended", default=None)
"""What ``fit`` takes for its argument ``doctor`` where nobody gave one; ``pellucid doctor`` sets it around a script."""
