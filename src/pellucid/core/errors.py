"""Errors that teach: who complains, what came, what is allowed, and the one line that repairs it.

Every error of Pellucid is built by the same template, so that a reader learns one shape::

    Dense 'dense_1': `units` must be an integer of at least 1, but it is -3.
      at train.py:12: model.add(Dense(-3))
      Repair: Dense(units=3)

The classes derive from Python's own, so ``except ValueError`` keeps working.
"""

from __future__ import annotations

import difflib
import linecache
import sys
from collections.abc import Iterable
from pathlib import Path

_OWN_FOLDER = str(Path(__file__).resolve().parents[1])
_FOREIGN = ("/site-packages/", "/dist-packages/", "<frozen", "<string>", "/lib/python3")


def user_line() -> str | None:
    """Return ``"file.py:12: source line"`` of the nearest caller outside Pellucid, if there is one."""
    frame = sys._getframe(1)
    while frame is not None:
        if is_users(frame.f_code.co_filename):
            return line_in_words(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return None


def is_users(filename: str) -> bool:
    """Tell whether code of this file is the user's: neither ours nor of an installed package nor of Python."""
    return not is_ours(filename) and not any(part in filename for part in _FOREIGN)


def is_ours(filename: str) -> bool:
    """Tell whether code of this file is Pellucid's."""
    return filename.startswith(_OWN_FOLDER)


def line_in_words(filename: str, number: int) -> str:
    """Return ``"file.py:12: source line"``."""
    source = linecache.getline(filename, number).strip()
    return f"{Path(filename).name}:{number}: {source}".rstrip(": ")


def message(who: str, problem: str, repair: str | None = None, *, where: str | None = None) -> str:
    """Compose the text of an error from its parts.

    Args:
        who: The layer, function or argument that complains, e.g. ``"Dense 'dense_1'"``.
        problem: What came and what is allowed, as one sentence.
        repair: One line of code or advice that repairs it.
        where: The user's line; found on the call stack when omitted.
    """
    lines = [f"{who}: {problem}" if who else problem]
    where = where or user_line()
    if where:
        lines.append(f"  at {where}")
    if repair:
        lines.append(f"  Repair: {repair}")
    return "\n".join(lines)


class PellucidError(Exception):
    """The base of all errors that Pellucid raises on purpose; its parts are those of :func:`message`."""

    def __init__(
        self, who: str, problem: str, repair: str | None = None, *, where: str | None = None
    ):
        self.who, self.problem, self.repair = who, problem, repair
        super().__init__(message(who, problem, repair, where=where))


class ArgumentError(PellucidError, ValueError):
    """An argument has a value that is not allowed."""


class ArgumentTypeError(PellucidError, TypeError, ValueError):
    """An argument has a type that is not allowed, or an unknown keyword was given; a ``ValueError`` in Keras."""


class UnknownNameError(PellucidError, ValueError):
    """A string names nothing that exists here."""


class ShapeError(PellucidError, ValueError):
    """An array's shape does not fit the layer, loss or model that receives it."""


class DataError(PellucidError, ValueError):
    """The data cannot be trained on: empty, not finite, lengths that differ, wrong dtype."""


class TargetError(PellucidError, ValueError):
    """The targets do not fit the last layer and the loss."""


class UsageError(PellucidError, RuntimeError, ValueError):
    """A call came in the wrong order, e.g. ``fit`` before ``compile``; a ``ValueError`` in Keras."""


class FrozenError(PellucidError, AttributeError):
    """Something was assigned that must not change, e.g. a weight inside ``call``."""


class NonFiniteError(PellucidError, ArithmeticError):
    """The training produced NaN or infinity."""


class FileFormatError(PellucidError, ValueError):
    """A file is not what it should be: truncated, foreign, or of a newer version."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like ``name``, or None when none is close."""
    found = difflib.get_close_matches(str(name).lower(), list(known), n=1, cutoff=0.5)
    return found[0] if found else None


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """Build the error for a misspelt name, with the nearest right one.

    >>> print(unknown_name("activation", "rellu", ["relu", "tanh"]).problem)
    'rellu' is no activation; known are: relu, tanh.
    """
    known = sorted(known)
    close = nearest(name, known)
    return UnknownNameError(
        "",
        f"'{name}' is no {kind}; known are: {', '.join(known)}.",
        f"write '{close}' instead of '{name}'" if close else None,
    )
