"""The base of all callbacks, and one made of plain functions.

The training runs as one program, and a callback is where it must come back to Python. How often depends on the
hooks that a callback overrides: none but those around the whole training cost nothing; a hook per epoch makes
every dispatch end with an epoch (about 0.2 ms each); a hook per batch makes every dispatch one step long (0.2
ms a step, 5 to 20 times slower for small networks). A callback that only reads the epochs' rows may set
``reads_late``: it is then called for each epoch in order, but up to a quarter of a second later, and the
program runs on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

from pellucid.core.record import Recorded

Logs = dict[str, float]
Pause = Literal["batch", "epoch", "train"]

BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
EPOCH_HOOKS = ("on_epoch_begin", "on_epoch_end")


class Callback(Recorded):
    """Override the hooks you need; ``self.model`` is the model and ``self.params`` tells epochs and steps.

    In the hooks of an epoch or a batch the model holds its current weights: it can be evaluated, saved and changed, and
    ``self.model.stop_training = True`` ends the training.

    Example:
        >>> from pellucid.callbacks import Callback
        >>> class Say(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(epoch, sorted(logs))
        >>> Say().pauses
        'epoch'

    Differs from Keras: hooks that are not overridden cost nothing; there is no ``on_train_batch_*`` call
    unless overridden.
    """

    reads_late: ClassVar[bool] = False

    model: Any = None
    params: Any = None

    def __init__(self) -> None:
        self.params = {}

    @property
    def pauses(self) -> Pause:
        """How often the program must come back to Python for this callback."""
        if any(self._overrides(hook) for hook in BATCH_HOOKS):
            return "batch"
        if not self.reads_late and any(self._overrides(hook) for hook in EPOCH_HOOKS):
            return "epoch"
        return "train"

    def _overrides(self, hook: str) -> bool:
        return getattr(type(self), hook) is not getattr(Callback, hook)

    def set_model(self, model: Any) -> None:
        """Receive the model before training starts."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive ``epochs``, ``steps``, ``batch_size``, ``rows`` and ``seed``."""
        self.params = params

    def check(self, columns: list[str]) -> None:
        """Refuse, before the first step, what cannot work with these columns of the history."""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Called once before the first step."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Called once at the end, with the last epoch's row."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Called before an epoch."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Called after an epoch, with its row."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Alias of :meth:`on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Alias of :meth:`on_train_batch_end`."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a step."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a step, with loss and metrics of the epoch so far."""
        self.on_batch_end(batch, logs)


class LambdaCallback(Callback):
    """A callback from plain functions.

    Args:
        on_epoch_begin: ``f(epoch, logs)``.
        on_epoch_end: ``f(epoch, logs)``.
        on_train_begin: ``f(logs)``.
        on_train_end: ``f(logs)``.
        on_train_batch_begin: ``f(batch, logs)``; makes every dispatch one step long.
        on_train_batch_end: ``f(batch, logs)``; likewise.

    Example:
        >>> from pellucid.callbacks import LambdaCallback
        >>> LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"])).pauses
        'epoch'
    """

    def __init__(
        self,
        on_epoch_begin: Callable[[int, Logs], Any] | None = None,
        on_epoch_end: Callable[[int, Logs], Any] | None = None,
        on_train_begin: Callable[[Logs], Any] | None = None,
        on_train_end: Callable[[Logs], Any] | None = None,
        on_train_batch_begin: Callable[[int, Logs], Any] | None = None,
        on_train_batch_end: Callable[[int, Logs], Any] | None = None,
    ):
        super().__init__()
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        for hook, function in given.items():
            if function is not None:
                setattr(self, hook, function)

    def _overrides(self, hook: str) -> bool:
        return hook in vars(self)
