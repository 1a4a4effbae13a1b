"""The history as Keras keeps it."""

from __future__ import annotations

from typing import Any

import pellucid
from pellucid.callbacks import History
from pellucid.keras.notices import say


class Columns(dict[str, list[float]]):
    """A history's columns, in which ``acc`` and ``accuracy`` are one."""

    def __missing__(self, name: str) -> list[float]:
        """Return the column under its other name."""
        for old, new in (("accuracy", "acc"), ("acc", "accuracy")):
            other = name.replace(old, new) if name.replace("val_", "") == old else name
            if other in self:
                say(f"history {name}", f"history['{name}'] is history['{other}'] here")
                return self[other]
        raise KeyError(name)


class KerasHistory(History):
    """Keras's history: no learning rate unless a callback changes it."""

    model: Any = None

    @classmethod
    def of(cls, history: History, model: Any, callbacks: Any = ()) -> KerasHistory:
        """Return a history of ours as Keras's."""
        made = cls(history.params)
        made.__dict__.update(vars(history))
        made.model = model
        made.history = Columns(history.history)
        rates = made.history.pop("learning_rate", [])
        changing = (
            pellucid.callbacks.LearningRateScheduler,
            pellucid.callbacks.ReduceLROnPlateau,
        )
        if any(isinstance(callback, changing) for callback in callbacks):
            made.history["learning_rate"] = rates
        return made
