"""Early stopping, judged inside the compiled program."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pellucid.core.limits import Boolean, Choice, Instance, Integer, Limit, Real
from pellucid.training.callbacks.callback import Callback
from pellucid.training.callbacks.monitor import check_monitor, maximises
from pellucid.training.stopping import StopRule


class EarlyStopping(Callback):
    r"""Stop when the monitored value has not improved for ``patience`` epochs, and give back the best weights.

    An epoch :math:`t` improves if :math:`v_t < v_{best} - \delta` (for ``"min"``; mirrored for ``"max"``), with
    :math:`v` the monitored value and :math:`\delta` = ``min_delta``. Training stops when ``patience`` epochs
    in a row have not improved.

    Args:
        monitor: Column of the history. Default ``"val_loss"``.
        min_delta: Smallest change that counts as improvement, at least 0. Default 0.
        patience: Epochs without improvement that are waited for, at least 0. Default 0.
        verbose: 1 prints when training stops. Default 0.
        mode: ``"auto"`` (from the metric), ``"min"`` or ``"max"``.
        baseline: Only improvements that also beat this value reset the waiting. Default None.
        restore_best_weights: Whether the model gets the best epoch's weights back, whatever ended the
            training. Default True.
        start_from_epoch: Epochs before this one are not waited for; their weights may still be the best. Default 0.

    Attributes:
        best: The best value.
        best_epoch: Its epoch.
        stopped_epoch: The epoch at which training was stopped, 0 if it was not.

    Raises:
        UnknownNameError: Before the first step, if the training does not measure ``monitor``.

    Example:
        >>> from pellucid.callbacks import EarlyStopping
        >>> EarlyStopping(patience=5)
        EarlyStopping(patience=5)

    Reference: L. Prechelt, Early Stopping - But When?, 1998.

    Differs from Keras: ``restore_best_weights`` is True by default; a misspelt monitor is an error before the
    first step; epochs before ``start_from_epoch`` are candidates for the best weights.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "monitor": Instance((str,), "a column's name"),
        "min_delta": Real(0),
        "patience": Integer(0),
        "verbose": Choice((0, 1, 2)),
        "mode": Choice(("auto", "min", "max")),
        "baseline": Real(optional=True),
        "restore_best_weights": Boolean(),
        "start_from_epoch": Integer(0),
    }

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = True,
        start_from_epoch: int = 0,
    ):
        super().__init__()
        self.monitor = monitor
        self.min_delta = min_delta
        self.patience = patience
        self.verbose = verbose
        self.mode = mode
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self.best: float | None = None
        self.best_epoch = 0
        self.stopped_epoch = 0

    def check(self, columns: list[str]) -> None:
        """Refuse an unknown monitor before the first step."""
        check_monitor("EarlyStopping", self.monitor, columns)

    def rule(self, columns: list[str], metrics: tuple[Any, ...]) -> StopRule:
        """Return the part that the program is compiled for."""
        return StopRule(
            column=columns.index(self.monitor),
            maximise=maximises(self.monitor, self.mode, metrics),
            keep_best=self.restore_best_weights,
            has_baseline=self.baseline is not None,
            of_validation=self.monitor.startswith("val_"),
        )

    def numbers(self, first_epoch: int = 0) -> dict[str, Any]:
        """Return the part that enters the program as arrays; the program counts epochs from ``first_epoch``."""
        return {
            "min_delta": np.float32(self.min_delta),
            "patience": np.int32(self.patience),
            "baseline": np.float32(self.baseline or 0.0),
            "start_from_epoch": np.int32(self.start_from_epoch - first_epoch),
        }

    def read(self, counters: dict[str, Any], first_epoch: int, stopped_at: int | None) -> None:
        """Take over what the program found."""
        self.best = float(counters["best"])
        self.best_epoch = first_epoch + int(counters["best_epoch"])
        self.stopped_epoch = 0 if stopped_at is None else stopped_at
        if stopped_at is not None and self.verbose:
            print(
                f"Early stopping after epoch {stopped_at + 1}: {self.monitor} was best "
                f"({self.best:.4g}) in epoch {self.best_epoch + 1}."
            )
