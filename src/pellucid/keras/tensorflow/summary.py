"""``tf.summary``: numbers of a training, in a file of comma-separated values instead of TensorFlow's event files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from jax.core import Tracer

from pellucid.keras.notices import differs
from pellucid.keras.tensor import as_array
from pellucid.keras.tensorflow.facade import facade

_OWN = """create_file_writer create_noop_writer scalar image histogram text audio graph trace_on trace_off trace_export
    flush should_record_summaries record_if"""

__getattr__, __dir__ = facade(
    __name__, {__name__: _OWN, "pellucid.keras.tensorflow.summary": "SummaryWriter=Writer"}
)

_running: list[Writer | None] = [None]


class Writer:
    """Adds rows ``step, name, value`` to ``scalars.csv`` in a folder.

    Args:
        folder: The folder; None writes nothing.
    """

    def __init__(self, folder: Any):
        self.path = None if folder is None else Path(folder) / "scalars.csv"

    @contextmanager
    def as_default(self, step: Any = None) -> Iterator[Writer]:
        """Return a ``with`` block in which numbers are written here."""
        _running.append(self)
        try:
            yield self
        finally:
            _running.pop()

    def set_as_default(self, step: Any = None) -> None:
        """Write numbers here from now on."""
        _running[0] = self

    def row(self, step: Any, name: str, value: Any) -> None:
        """Add a row."""
        if self.path is None:
            return
        differs("tf.summary", f"`tf.summary` writes numbers to {self.path}, and nothing else.")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        with self.path.open("a", newline="", encoding="utf8") as file:
            writer = csv.writer(file)
            writer.writerows([["step", "name", "value"]] if new else [])
            writer.writerow([step, name, value])

    def flush(self) -> None:
        """Do nothing: every row is written at once."""

    close = init = flush


def create_file_writer(logdir: Any, *options: Any, **more: Any) -> Writer:
    """Return what writes numbers into a folder."""
    return Writer(logdir)


def create_noop_writer() -> Writer:
    """Return what writes nothing."""
    return Writer(None)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Write a number; inside a compiled function it is not known yet, and nothing is written, which is said."""
    writer, value = _running[-1] or _running[0], as_array(data)
    if writer is not None and isinstance(value, Tracer):
        differs(
            "tf.summary in a function",
            "`tf.summary.scalar` inside a compiled function writes nothing; return the number, and write it outside.",
        )
    if writer is None or isinstance(value, Tracer):
        return False
    writer.row("" if step is None else int(np.asarray(as_array(step))), name, float(value))
    return True


def image(name: Any = None, data: Any = None, *options: Any, **more: Any) -> bool:
    """Accept what only TensorBoard shows."""
    return False


histogram = text = audio = graph = trace_export = trace_on = image


def trace_off() -> None:
    """Do nothing."""


def flush(writer: Any = None) -> None:
    """Do nothing: every row is written at once."""


def should_record_summaries() -> bool:
    """Tell whether numbers are written."""
    return (_running[-1] or _running[0]) is not None


@contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """Return a ``with`` block in which numbers are written on a condition only."""
    _running.append((_running[-1] or _running[0]) if bool(condition) else Writer(None))
    try:
        yield
    finally:
        _running.pop()
