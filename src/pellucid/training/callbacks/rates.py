"""Callbacks that change the learning rate between epochs; nothing is compiled again for it."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from inspect import signature
from typing import Any, ClassVar

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Choice, Integer, Limit, Real
from pellucid.optimizers import MultiOptimizer
from pellucid.training.callbacks.callback import Callback, Logs
from pellucid.training.callbacks.monitor import check_monitor, maximises


class LearningRateScheduler(Callback):
    """Set the learning rate before each epoch from a function.

    Args:
        schedule: ``f(epoch, rate) -> rate`` (or ``f(epoch)``), epochs counted from 0.
        verbose: 1 prints the rate. Default 0.

    Example:
        >>> from pellucid.callbacks import LearningRateScheduler
        >>> halve = LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch else rate)

    For schedules that are known beforehand ``pellucid.optimizers.schedules`` are faster: they live in the program.
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0):
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Ask the function and set the rate."""
        takes_rate = len(signature(self.schedule).parameters) > 1
        for holder in holders_of_rates(self.model):
            old = holder.learning_rate
            rate = self.schedule(epoch, old) if takes_rate else self.schedule(epoch)
            if not isinstance(rate, numbers.Real) or not np.isfinite(float(rate)):
                raise ArgumentError(
                    "LearningRateScheduler",
                    f"the schedule must return a finite number, not {rate!r}.",
                )
            holder.learning_rate = float(rate)
            if self.verbose:
                print(f"Epoch {epoch + 1}: learning rate {float(rate):.4g}.")


class ReduceLROnPlateau(Callback):
    r"""Multiply the learning rate by ``factor`` when the monitored value stops improving.

    Args:
        monitor: Column of the history. Default ``"val_loss"``.
        factor: :math:`\eta \leftarrow factor \cdot \eta`, in (0, 1). Default 0.1.
        patience: Epochs without improvement before the rate is reduced. Default 10.
        verbose: 1 prints each reduction. Default 0.
        mode: ``"auto"``, ``"min"`` or ``"max"``.
        min_delta: Smallest change that counts. Default 1e-4.
        cooldown: Epochs to wait after a reduction. Default 0.
        min_lr: The rate is never reduced below. Default 0.

    Example:
        >>> from pellucid.callbacks import ReduceLROnPlateau
        >>> ReduceLROnPlateau(factor=0.5, patience=3)
        ReduceLROnPlateau(factor=0.5, patience=3)
    """

    limits: ClassVar[dict[str, Limit]] = {
        "factor": Real(0, 1, "neither"),
        "patience": Integer(0),
        "mode": Choice(("auto", "min", "max")),
        "min_delta": Real(0),
        "cooldown": Integer(0),
        "min_lr": Real(0),
    }

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ):
        super().__init__()
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.mode = mode
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.best: float | None = None
        self.wait = 0
        self.cooling = 0

    def check(self, columns: list[str]) -> None:
        """Refuse an unknown monitor before the first step."""
        check_monitor("ReduceLROnPlateau", self.monitor, columns)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget an earlier training."""
        self.best, self.wait, self.cooling = None, 0, 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Judge the epoch, and reduce the rate when patience is used up."""
        value = (logs or {})[self.monitor]
        if math.isnan(value):  # an epoch without validation
            return
        sign = -1.0 if maximises(self.monitor, self.mode, self.params.get("metrics", ())) else 1.0
        if self.cooling > 0:
            self.cooling -= 1
            self.wait = 0
        if self.best is None or sign * value < sign * self.best - self.min_delta:
            self.best, self.wait = value, 0
        elif self.cooling == 0:
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        self.wait, self.cooling = 0, self.cooldown
        for holder in holders_of_rates(self.model):
            old: Any = holder.learning_rate
            new = max(old * self.factor, self.min_lr)
            if new < old:
                holder.learning_rate = new
                if self.verbose:
                    print(f"Epoch {epoch + 1}: learning rate reduced to {new:.4g}.")


def holders_of_rates(model: Any) -> list[Any]:
    """Return what has a learning rate to be set: the model, or the single ones of several optimizers.

    Of several, those that follow a schedule are left alone.
    """
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    if not isinstance(optimizer, MultiOptimizer):
        return [model]
    return [each for each in optimizer.optimizers if isinstance(each.learning_rate, numbers.Real)]
