"""``keras.callbacks``: Pellucid's callbacks with Keras's defaults, and those that only Keras has."""

from __future__ import annotations

import math
from typing import Any

import pellucid
from pellucid.core.limits import Instance, Limit, Real
from pellucid.keras.family import late_classes
from pellucid.keras.notices import differs
from pellucid.keras.sides.callback import CallbackSide
from pellucid.keras.sides.files import write_rows

WAITING: dict[str, Limit] = {
    "patience": Real(),
    "min_delta": Real(),
    "cooldown": Real(),
    "mode": Instance((str,), "a word"),
}
"""What Keras asks of the arguments that say how long is waited, and for how much."""

_find = late_classes(__name__, pellucid.callbacks, CallbackSide)


class Callback(CallbackSide):
    """The base of a script's own callbacks."""

    plain = pellucid.callbacks.Callback


class EarlyStopping(CallbackSide, pellucid.callbacks.EarlyStopping):
    """Stop when nothing improves; as in Keras the last weights stay, unless the best are asked for."""

    plain = pellucid.callbacks.EarlyStopping
    limits = WAITING

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ):
        super().__init__(
            monitor,
            abs(min_delta),
            whole(patience),
            int(verbose),
            known(mode),
            baseline,
            restore_best_weights,
            start_from_epoch,
        )

    def rule(self, columns: Any, metrics: Any = ()) -> Any:
        """Return the rule inside the program; one that never stops, where the monitor is not measured."""
        if self.idle:
            self.monitor, self.patience, self.restore_best_weights = "loss", 1 << 30, False
        return super().rule(columns, metrics)


class ReduceLROnPlateau(CallbackSide, pellucid.callbacks.ReduceLROnPlateau):
    """Reduce the rate when nothing improves; waiting times may be any numbers, as in Keras."""

    plain = pellucid.callbacks.ReduceLROnPlateau
    limits = WAITING

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
        super().__init__(
            monitor,
            factor,
            whole(patience),
            int(verbose),
            known(mode),
            min_delta,
            whole(cooldown),
            min_lr,
        )


def whole(epochs: float) -> int:
    """Return how many whole epochs are waited for, where any number may be given."""
    return max(0, math.ceil(epochs))


def known(mode: str) -> str:
    """Return the direction in which a number improves; as in Keras an unknown word leaves it to the number's name."""
    return mode if mode in ("min", "max") else "auto"


class ModelCheckpoint(CallbackSide, pellucid.callbacks.ModelCheckpoint):
    """Save the model after epochs; as in Keras after every one, unless only the best are asked for."""

    plain = pellucid.callbacks.ModelCheckpoint

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
        options: Any = None,
        period: int = 1,
    ):
        super().__init__(
            str(filepath),
            monitor,
            int(verbose),
            save_best_only,
            known(mode),
            initial_value_threshold,
        )
        self.save_weights_only = save_weights_only
        self.period = period

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Save after every ``period``-th epoch."""
        if (epoch + 1) % self.period == 0:
            super().on_epoch_end(epoch, logs)

    def save(self, path: str) -> None:
        """Write the model, or its weights alone."""
        (self.model.save_weights if self.save_weights_only else self.model.save)(path)


class TensorBoard(Callback):
    """Writes every epoch's numbers to ``scalars.csv`` in the log folder; other records are Pellucid's own pages.

    Args:
        log_dir: The folder.
        **more: Accepted.
    """

    takes_any = True

    def __init__(self, log_dir: Any = "logs", **more: Any):
        super().__init__()
        self.log_dir = log_dir

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin the file."""
        differs(
            "TensorBoard",
            f"`TensorBoard` writes numbers to {self.log_dir}/scalars.csv, not TensorFlow's event files.",
        )
        self.rows: list[Any] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the rows so far."""
        self.rows.append({"epoch": epoch, **(logs or {})})
        write_rows(self.log_dir, self.rows)


class CSVLogger(CallbackSide, pellucid.callbacks.CSVLogger):
    """Write one line per epoch, with Keras's columns: the epoch, and the others by name."""

    plain = pellucid.callbacks.CSVLogger

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the epoch's line."""
        kept = {name: logs[name] for name in sorted(logs or {}) if name != "learning_rate"}
        super().on_epoch_end(epoch, kept)


class BackupAndRestore(Callback):
    """Accepted; a training here is short, and ``ModelCheckpoint`` keeps its weights.

    Args:
        backup_dir: The folder.
        **more: Accepted.
    """

    takes_any = True

    def __init__(self, backup_dir: Any = None, **more: Any):
        super().__init__()
        self.backup_dir = backup_dir


class ProgbarLogger(Callback):
    """Accepted; ``fit`` shows its progress by itself."""

    takes_any = True

    def __init__(self, *options: Any, **more: Any):
        super().__init__()


class CallbackList:
    """Several callbacks as one.

    Args:
        callbacks: The callbacks.
        **more: ``model`` and others.
    """

    def __init__(self, callbacks: Any = None, **more: Any):
        self.callbacks = list(callbacks or [])
        self._model = more.get("model")

    def __getattr__(self, name: str) -> Any:
        """Call a hook of all."""
        if not name.startswith(("on_", "set_")):
            raise AttributeError(name)
        return lambda *args: [getattr(callback, name)(*args) for callback in self.callbacks]

    def append(self, callback: Any) -> None:
        """Add one."""
        self.callbacks.append(callback)


def __dir__() -> list[str]:
    return sorted(
        {*pellucid.callbacks.__all__, *(name for name in globals() if not name.startswith("_"))}
    )


def __getattr__(name: str) -> Any:
    return _find(name) if name != "History" else pellucid.callbacks.History
