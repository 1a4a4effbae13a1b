"""What callbacks get: Keras's hooks for testing, its defaults, and its patience with columns that are not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

import numpy as np

import pellucid
from pellucid.core.errors import UnknownNameError
from pellucid.keras.notices import say
from pellucid.keras.sides.made import Made
from pellucid.keras.sides.record import Columns, other_names, with_old_words
from pellucid.training.callbacks.monitor import maximises

LOGGED = frozenset(("on_epoch_end", "on_batch_end", "on_train_batch_end"))
"""Hooks that get an epoch's or a batch's numbers."""

HOOKS = frozenset(
    f"on_{what}_{end}"
    for what in (
        "train",
        "epoch",
        "batch",
        "test",
        "predict",
        "train_batch",
        "test_batch",
        "predict_batch",
    )
    for end in ("begin", "end")
)
"""Hooks that Keras gives a dict, empty where nothing is known."""


class CallbackSide(pellucid.callbacks.Callback, metaclass=Made):
    """Mixed into every callback of :mod:`pellucid.keras`."""

    validation_data: Any = None
    idle: bool = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not cls.__module__.startswith("pellucid."):
            for name in LOGGED & vars(cls).keys():
                setattr(cls, name, _with_columns(vars(cls)[name]))
            for name in HOOKS & vars(cls).keys() - LOGGED:
                setattr(cls, name, _with_logs(vars(cls)[name]))

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive what is known of the training, under the words of older Keras too."""
        super().set_params(with_old_words(params))

    def check(self, columns: list[str]) -> None:
        """Use a monitor's other name where there is one; warn of one that is not measured, and go on."""
        watched = getattr(self, "monitor", None)
        known = [name for name in other_names(watched or "") if name in columns]
        if known and watched not in columns:
            say(f"monitor {watched}", f"monitor='{watched}' is monitor='{known[0]}' here")
            self.monitor = known[0]
        try:
            super().check(columns)
        except UnknownNameError as error:
            say(f"{type(self).__name__} {watched}", f"{type(self).__name__} does nothing: {error}")
            self.idle = True
            self.on_epoch_end = _nothing

    def on_test_begin(self, logs: Any = None) -> None:
        """Called before ``evaluate`` and before validation."""

    def on_test_end(self, logs: Any = None) -> None:
        """Called after ``evaluate`` and after validation."""

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Called before each batch of ``evaluate``."""

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Called after each batch of ``evaluate``."""

    def on_predict_begin(self, logs: Any = None) -> None:
        """Called before ``predict``."""

    def on_predict_end(self, logs: Any = None) -> None:
        """Called after ``predict``."""

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Called before each batch of ``predict``."""

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Called after each batch of ``predict``."""


def watches_batches(hooks: list[Any], what: str) -> bool:
    """Tell whether a callback has a hook of its own for the batches of ``"test"`` or ``"predict"``."""
    names = [f"on_{what}_batch_{end}" for end in ("begin", "end")]
    return any(
        getattr(type(hook), name, None) not in (None, getattr(CallbackSide, name))
        for hook in hooks
        for name in names
    )


def _with_logs(hook: Callable[..., Any]) -> Callable[..., Any]:
    """Give a script's hook an empty dict where no numbers are known."""
    takes = len([n for n in signature(hook).parameters if n not in ("self", "logs")])

    @wraps(hook)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        place, logs = args[:takes], (*args[takes:], kwargs.pop("logs", None))[0]
        return hook(self, *place, **kwargs, logs={} if logs is None else logs)

    return called


def _with_columns(hook: Callable[..., Any]) -> Callable[..., Any]:
    """Give a script's hook logs that know ``acc`` as ``accuracy``; what it adds to them stays."""

    @wraps(hook)
    def called(self: Any, place: Any, logs: Any = None) -> Any:
        columns = Columns(logs or {})
        found = hook(self, place, columns)
        if logs is not None:
            logs.update(columns)
        return found

    return called


def _nothing(epoch: int, logs: Any = None) -> None:
    """Stands in for the hook of a callback whose column is not measured."""


class EarlyStop:
    """Early stopping on the host, for steps of a script's own.

    Args:
        hook: The callback.
        model: The model.
    """

    def __init__(self, hook: Any, model: Any):
        self.hook, self.model = hook, model
        self.best, self.waited, self.weights = None, 0, None

    @staticmethod
    def fits(hook: Any) -> bool:
        """Tell early stopping from other callbacks."""
        return isinstance(hook, pellucid.callbacks.EarlyStopping)

    def after(self, epoch: int, logs: dict[str, float]) -> bool:
        """Judge an epoch; tell whether to stop."""
        hook = self.hook
        names = [hook.monitor, *other_names(hook.monitor)]
        value = next((logs[name] for name in names if name in logs), None)
        if value is None:
            return False
        sign = -1.0 if maximises(hook.monitor, hook.mode) else 1.0
        if self.best is None or sign * value < sign * self.best - abs(hook.min_delta):
            self.best, self.waited = value, 0
            hook.best, hook.best_epoch = value, epoch
            self.weights = self.model.get_weights() if hook.restore_best_weights else None
            return False
        self.waited += epoch >= hook.start_from_epoch
        if self.waited < max(hook.patience, 1):
            return False
        hook.stopped_epoch = epoch
        return True

    def restore(self) -> None:
        """Give the best weights back, if that was asked for."""
        if self.weights is not None and self.hook.stopped_epoch:
            self.model.set_weights(self.weights)


def prepared_callbacks(callbacks: Any, validation: Any = None) -> list[Any]:
    """Return the callbacks as a list; one alone, or Keras's ``CallbackList``, are accepted.

    Args:
        callbacks: What ``fit`` was given.
        validation: The validation data, which a script's callbacks find as Keras 2 showed them: inputs, targets and
            weights in one list.
    """
    if callbacks is None:
        return []
    alone = not isinstance(callbacks, (list, tuple))
    hooks = list(getattr(callbacks, "callbacks", [callbacks]) if alone else callbacks)
    if isinstance(validation, (list, tuple)) and len(validation) > 1:
        x, y, *weight = validation
        inputs = list(x) if isinstance(x, (list, tuple)) else [x]
        targets = [] if y is None else list(y) if isinstance(y, (list, tuple)) else [y]
        weights = weight or [np.ones(len(target), "float32") for target in targets]
        for hook in hooks:
            if getattr(hook, "validation_data", 0) is None:
                hook.validation_data = [*inputs, *targets, *weights]
    return hooks
