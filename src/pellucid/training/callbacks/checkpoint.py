"""Saving the model while it trains."""

from __future__ import annotations

import math
from pathlib import Path
from typing import ClassVar

from pellucid.core.limits import Boolean, Choice, Instance, Limit, Real
from pellucid.training.callbacks.callback import Callback, Logs
from pellucid.training.callbacks.monitor import check_monitor, maximises


class ModelCheckpoint(Callback):
    """Save the model after an epoch that is the best so far (or after every epoch).

    Args:
        filepath: File name; may hold ``{epoch:02d}`` (counted from 1) and column names, e.g.
            ``"best-{val_loss:.3f}.safetensors"``.
        monitor: Column of the history. Default ``"val_loss"``.
        verbose: 1 prints each saving. Default 0.
        save_best_only: Whether only improvements are saved. Default True.
        mode: ``"auto"``, ``"min"`` or ``"max"``.
        initial_value_threshold: The value that the first saved epoch must beat. Default None.

    Example:
        >>> from pellucid.callbacks import ModelCheckpoint
        >>> ModelCheckpoint("best.safetensors", monitor="val_accuracy")
        ModelCheckpoint(filepath='best.safetensors', monitor='val_accuracy')

    Differs from Keras: ``save_best_only`` is True by default; a better file is never replaced by a worse one.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "filepath": Instance((str, Path), "a file name"),
        "save_best_only": Boolean(),
        "mode": Choice(("auto", "min", "max")),
        "initial_value_threshold": Real(optional=True),
    }

    def __init__(
        self,
        filepath: str | Path,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = True,
        mode: str = "auto",
        initial_value_threshold: float | None = None,
    ):
        super().__init__()
        self.filepath = filepath
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.mode = mode
        self.initial_value_threshold = initial_value_threshold
        self.best = initial_value_threshold

    def check(self, columns: list[str]) -> None:
        """Refuse an unknown monitor before the first step."""
        if self.save_best_only:
            check_monitor("ModelCheckpoint", self.monitor, columns)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save if the epoch is to be kept."""
        logs = logs or {}
        if self.save_best_only:
            value = logs[self.monitor]
            if math.isnan(value):  # an epoch without validation, or a loss that was lost
                return
            up = maximises(self.monitor, self.mode, self.params.get("metrics", ()))
            better = self.best is None or (value > self.best if up else value < self.best)
            if not better:
                return
            self.best = value
        path = str(self.filepath).format(epoch=epoch + 1, **logs)
        self.save(path)
        if self.verbose:
            print(f"Epoch {epoch + 1}: saved {path}.")

    def save(self, path: str) -> None:
        """Write the model; override it to keep something else."""
        self.model.save(path)
