"""A backend of Matplotlib for runs without a display: ``plt.show()`` saves the figures into a folder and goes on.

Matplotlib imports the backend, ``figure_backend.py``, by its name with the first figure; a script without figures never
loads Matplotlib.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

BACKEND = "module://pellucid.keras.running.figure_backend"
_REPLACED = ("", "agg", "inline", "module://matplotlib_inline.backend_inline")


class Album:
    """Where figures are saved, how many were, and whether some are shown while the script goes on.

    Args:
        folder: The folder; made when the first figure comes.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.count = 0
        self.left_open = False

    def add(self, figure: Any) -> None:
        """Save a figure under the next number."""
        self.count += 1
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:  # beside a script in a folder that is only to be read
            self.folder = Path.cwd() / self.folder.name
            self.folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(self.folder / f"figure-{self.count}.png")


class _Current:
    album = Album(Path("figures"))


def use(script: Path, always: bool = False) -> None:
    """Let figures be saved beside a script where there is no display, or always.

    Args:
        script: The file that is run; the folder is called after it.
        always: Whether a display makes no difference, as for notebooks.
    """
    _Current.album = Album(script.parent / f"{script.stem}_figures")
    chosen = os.environ.get("MPLBACKEND", "").lower()
    if (always or not has_display()) and chosen in _REPLACED:
        os.environ["MPLBACKEND"] = BACKEND


def save_open() -> None:
    """Save and close the figures that are open, if there are any and the backend is ours."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is None or os.environ.get("MPLBACKEND") != BACKEND:
        return
    for manager in helpers.Gcf.get_all_fig_managers():
        _Current.album.add(manager.canvas.figure)
    helpers.Gcf.destroy_all()


def album() -> Album:
    """Return where figures go."""
    return _Current.album


def has_display() -> bool:
    """Tell whether windows can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
