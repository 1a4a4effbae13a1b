"""Errors as the user's program raised them: from its file on, without the runner; Pellucid's own without its inside."""

from __future__ import annotations

import traceback
from types import TracebackType

from pellucid.core.errors import PellucidError, is_users

OF_JAX = "-----"
"""How JAX's note on frames that it has hidden begins."""


def in_words(error: BaseException, path: str) -> str:
    """Return an error's text as Python would print it had the file been run by Python.

    Args:
        error: What the file raised.
        path: The name under which its code was compiled; those of a notebook's cells begin with it.
    """
    trace = from_file(error.__traceback__, path)
    if not isinstance(error, PellucidError):
        return "".join(traceback.format_exception(type(error), error, trace))
    frames = [frame for frame in traceback.extract_tb(trace) if is_users(frame.filename)]
    places = traceback.format_list(frames)
    heading = ["Traceback (most recent call last):\n"] if places else []
    # The class without its module, which is told to learners.
    notes = [note for note in getattr(error, "__notes__", []) if not note.startswith(OF_JAX)]
    last = [f"{type(error).__name__}: {error}", *notes]
    return "".join([*heading, *places, *(f"{line}\n" for line in last)])


def from_file(trace: TracebackType | None, path: str) -> TracebackType | None:
    """Return the part of a traceback from the first frame of a file on; None if there is none."""
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(path):
        trace = trace.tb_next
    return trace
