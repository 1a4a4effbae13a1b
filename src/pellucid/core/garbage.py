"""Python's search for garbage, put off while a script imports its packages.

Imports make half a million objects that stay. At Python's own thresholds (700 new objects) a tenth of the time of a
short script goes into looking through them again and again: 0.2 to 0.3 s where JAX, scikit-learn and pandas come in.
"""

from __future__ import annotations

import gc

THRESHOLDS = (50_000, 20, 50)


class _State:
    """The thresholds to go back to; None while nothing is put off."""

    before: tuple[int, int, int] | None = None


def put_off() -> None:
    """Let Python look for garbage seldom, until :func:`resume`."""
    if _State.before is None:
        _State.before = gc.get_threshold()
        gc.set_threshold(*THRESHOLDS)


def resume() -> None:
    """Go back to how it was before :func:`put_off`; what has been made by now is not looked through again."""
    if _State.before is not None:
        gc.set_threshold(*_State.before)
        _State.before = None
        gc.freeze()
