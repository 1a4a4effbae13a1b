"""The history as a CSV file, written while the training runs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, ClassVar

from pellucid.core.limits import Boolean, Instance, Limit
from pellucid.training.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Write one line per epoch: the epoch and all columns of the history.

    Args:
        filename: The file.
        separator: Between the columns. Default ``","``.
        append: Add to an existing file instead of replacing it. Default False.

    Example:
        >>> from pellucid.callbacks import CSVLogger
        >>> CSVLogger("history.csv").pauses  # it only reads, so the program runs on
        'train'
    """

    reads_late: ClassVar[bool] = True
    limits: ClassVar[dict[str, Limit]] = {
        "filename": Instance((str, Path), "a file name"),
        "append": Boolean(),
    }

    def __init__(self, filename: str | Path, separator: str = ",", append: bool = False):
        super().__init__()
        self.filename = filename
        self.separator = separator
        self.append = append
        self._file: Any = None
        self._writer: Any = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Open the file."""
        path = Path(self.filename)
        self._has_header = self.append and path.exists() and path.stat().st_size > 0
        self._file = path.open("a" if self.append else "w", newline="", encoding="utf-8")
        self._writer = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's line."""
        logs = logs or {}
        if self._writer is None:
            columns = ["epoch", *logs]
            self._writer = csv.DictWriter(self._file, columns, delimiter=self.separator)
            if not self._has_header:
                self._writer.writeheader()
        self._writer.writerow({"epoch": epoch, **logs})
        self._file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
