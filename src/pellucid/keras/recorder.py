"""Which tapes listen just now, in this thread of control."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

_tapes: ContextVar[tuple[Any, ...]] = ContextVar("tapes", default=())


def listening() -> tuple[Any, ...]:
    """Return the tapes that hear what is computed, the outermost first."""
    return _tapes.get()


def start(tape: Any) -> None:
    """Let a tape hear what comes."""
    _tapes.set((*_tapes.get(), tape))


def stop(tape: Any) -> None:
    """Let a tape hear no more."""
    _tapes.set(tuple(each for each in _tapes.get() if each is not tape))
