"""What a training leaves behind: one row per epoch, why it ended, which epoch was best."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.core.errors import UsageError

if TYPE_CHECKING:
    from pellucid.training.probes.record import Record


class History:
    """The record of one ``fit``.

    Attributes:
        history: Column name to list of values, one per epoch: ``loss``, the metrics, ``val_...``, ``learning_rate``.
        epoch: The epochs' indices.
        params: ``epochs``, ``steps`` per epoch, ``batch_size``, ``rows`` (None for a stream), ``seed``.
        ended: Why the training ended: ``"epochs"``, ``"early stopping"``, ``"callback"``, ``"interrupt"``,
            ``"non-finite"``, or ``"end of data"`` of a stream that ran dry.
        best_epoch: Index of the best epoch by validation loss, or by loss without validation data.
        notes: What was decided or repaired before the first step, one sentence each.
        restored_epoch: The epoch whose weights the model was given back, or None for the last one's.
        record: What probes measured, or None where there were none.
        diagnosis: What the doctor says of the training (:class:`pellucid.doctor.Diagnosis`), made when it is first
            asked for; None for a history that no ``fit`` of a model filled.

    ``loss`` and the metrics of the training set are means over an epoch while the weights change; ``val_`` values are
    measured after the epoch.

    Example:
        >>> import numpy as np, pellucid
        >>> model = pellucid.Sequential([pellucid.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> history = model.fit(np.ones((8, 2)), np.ones(8), epochs=3, verbose=0)
        >>> list(history.history), history.epoch, history.ended
        (['loss', 'learning_rate'], [0, 1, 2], 'epochs')
    """

    def __init__(self, params: dict[str, Any] | None = None):
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []
        self.params: dict[str, Any] = dict(params or {})
        self.ended = "epochs"
        self.restored_epoch: int | None = None
        self.classes: Any = None
        self.notes: list[str] = []
        self.record: Record | None = None
        self._diagnosis: Any = None
        self._diagnose: Callable[[History], Any] | None = None

    def add(self, epoch: int, logs: dict[str, float]) -> None:
        """Append one epoch's row."""
        self.epoch.append(epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    @property
    def best_epoch(self) -> int | None:
        """The epoch with the lowest validation loss (training loss without validation data)."""
        values = self.history.get("val_loss") or self.history.get("loss")
        if not values or not np.isfinite(values).any():
            return None
        return self.epoch[int(np.nanargmin(values))]

    @property
    def diagnosis(self) -> Any:
        """What the doctor says of the training, or None where nobody knows what was trained."""
        if self._diagnosis is None and self._diagnose is not None:
            self._diagnosis = self._diagnose(self)
        return self._diagnosis

    def keep_diagnosis(self, diagnosis: Any) -> None:
        """Keep the diagnosis of a doctor who saw the training."""
        self._diagnosis = diagnosis

    def diagnose_with(self, diagnose: Callable[[History], Any]) -> None:
        """Note who makes the diagnosis, once somebody asks for it."""
        self._diagnose = diagnose

    def frame(self) -> Any:
        """Return the history as a pandas data frame indexed by epoch (needs pandas)."""
        try:
            import pandas
        except ImportError:
            raise UsageError(
                "History.frame", "it needs pandas, which is not installed.", "pip install pandas"
            ) from None
        return pandas.DataFrame(self.history, index=pandas.Index(self.epoch, name="epoch"))

    def plot(self, path: str | Path | None = None, names: list[str] | None = None) -> Any:
        """Draw the learning curves; save them when a path is given, and return the figure.

        Marked are the best epoch, the one whose weights were restored, and changes of the learning rate. The legend
        says what was measured when: a training column is a mean over an epoch in which the weights change.

        Args:
            path: A file name ending in .png, .svg or .pdf, or None.
            names: Columns to draw, without ``val_``. Default: all; the learning rate only if it changes often.
        """
        from pellucid.training.curves import draw

        figure = draw(self, names)
        if path is not None:
            figure.savefig(path, dpi=120, bbox_inches="tight")
        return figure

    def __repr__(self) -> str:
        last = {name: round(values[-1], 4) for name, values in self.history.items() if values}
        return f"History({len(self.epoch)} epochs, ended by {self.ended}, last {last})"
