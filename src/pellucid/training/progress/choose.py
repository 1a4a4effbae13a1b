"""Finding out where the output goes."""

from __future__ import annotations

import os
import sys

from pellucid.core.errors import ArgumentError
from pellucid.training.progress.lines import Lines
from pellucid.training.progress.progress import Progress


def choose(verbose: int | str) -> Progress:
    """Return the progress for ``verbose``: 0 silent, 1 or "auto" what suits the place, 2 one line per epoch."""
    if verbose not in (0, 1, 2, "auto"):
        raise ArgumentError("fit", f"`verbose` must be 0, 1, 2 or 'auto', but it is {verbose!r}.")
    if verbose == 0:
        return Progress()
    if verbose == 2:
        return Lines(every=True)
    if in_notebook():
        from pellucid.training.progress.notebook import Notebook

        return Notebook()
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from pellucid.training.progress.bar import Bar

        return Bar()
    return Lines()


def in_notebook() -> bool:
    """Tell whether a Jupyter kernel runs this process."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"
