"""The history as Keras keeps it."""

from __future__ import annotations

from typing import Any

import pellucid
from pellucid.callbacks import History
from pellucid.keras.notices import say

SHORT = {
    "acc": "accuracy",
    "lr": "learning_rate",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
"""The short name of a column to the long one; older versions of Keras wrote the one for the other."""


def other_names(name: str) -> list[str]:
    """Return under which other names a column may stand.

    >>> other_names("val_mean_absolute_error"), other_names("lr"), other_names("loss")
    (['val_mae'], ['learning_rate'], [])
    """
    plain = name.removeprefix("val_")
    before = name.removesuffix(plain)
    pairs = (*SHORT.items(), *((long, short) for short, long in SHORT.items()))
    return [before + other for known, other in pairs if known == plain]


class Columns(dict[str, Any]):
    """A history's columns, or an epoch's numbers, in which ``acc`` and ``accuracy`` are one."""

    def __missing__(self, name: str) -> Any:
        """Return the column under its other name."""
        for other in other_names(name):
            if other in self:
                say(f"history {name}", f"history['{name}'] is history['{other}'] here")
                return self[other]
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a column under either name, or the default."""
        try:
            return self[name]
        except KeyError:
            return default


class Column(str):
    """The name of a column, as Keras 1 and 2 list them; callbacks also ask it which way is better.

    Attributes:
        name: The name.
        direction: ``"max"``, ``"min"``, or None where it says nothing of that.
    """

    name: str
    direction: str | None

    def __new__(cls, name: str, direction: str | None = None) -> Column:
        made = super().__new__(cls, name)
        made.name, made.direction = name, direction
        return made


def with_old_words(params: dict[str, Any]) -> dict[str, Any]:
    """Return what callbacks learn of a training, with the words of Keras 1 and 2 beside ours."""
    rows = params.get("rows")
    metrics = params.get("metrics") or ()
    own = [Column(getattr(m, "name", m), getattr(m, "direction", None)) for m in metrics]
    columns = [Column("loss", "min"), *own]
    checked = columns if params.get("do_validation") else []
    return {
        **params,
        "metrics": [*columns, *(Column(f"val_{each}", each.direction) for each in checked)],
        "nb_epoch": params.get("epochs"),
        "samples": rows,
        "nb_sample": rows,
    }


class KerasHistory(History):
    """Keras's history: no learning rate unless a callback changes it."""

    model: Any = None

    @classmethod
    def of(cls, history: History, model: Any, callbacks: Any = ()) -> KerasHistory:
        """Return a history of ours as Keras's."""
        made = cls(history.params)
        made.__dict__.update(vars(history))
        made.params = with_old_words(history.params)
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
