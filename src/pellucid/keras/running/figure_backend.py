"""The backend itself: it draws as Agg does, and showing means saving. Matplotlib imports it by its name."""

from __future__ import annotations

from typing import Any

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from pellucid.keras.running.figures import album, save_open


class SavingManager(FigureManagerBase):
    """Keeps one figure; showing it saves it."""

    def show(self) -> None:
        """Save this figure: what ``figure.show()`` does."""
        album().add(self.canvas.figure)

    @classmethod
    def pyplot_show(cls, *, block: Any = None) -> None:
        """Save all open figures and close them, as windows would be closed: what ``plt.show()`` does.

        Figures that a script goes on to change (``plt.pause``, ``block=False``) are saved when it has ended.
        """
        if block is False:
            album().left_open = True
        else:
            save_open()


class SavingCanvas(FigureCanvasAgg):
    """Agg's canvas with the manager above."""

    manager_class = SavingManager  # pyright: ignore[reportAssignmentType]


FigureCanvas = SavingCanvas
FigureManager = SavingManager
