"""``keras.optimizers.schedules``: Pellucid's schedules, and the base class for a script's own."""

from __future__ import annotations

from typing import Any

from pellucid.keras.late import late
from pellucid.keras.sides.functions import translated_method
from pellucid.keras.tensor import Tensor, as_array
from pellucid.optimizers import schedules as plain


class LearningRateSchedule(plain.LearningRateSchedule):
    """The base of a script's own schedules: ``__call__(step)`` on tensors."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__call__" in vars(cls):
            cls.__call__ = _on_arrays(translated_method(vars(cls)["__call__"]))  # pyright: ignore[reportAttributeAccessIssue]


def _on_arrays(method: Any) -> Any:
    """Let a schedule that is asked for a plain number answer with a tensor."""

    def call(self: Any, step: Any) -> Any:
        if isinstance(step, (int, float)):
            return method(self, Tensor(as_array(step)))
        return method(self, step)

    return call


def serialize(learning_rate_schedule: Any) -> dict[str, Any]:
    """Return a schedule as a dict of plain values."""
    return late("utils").serialize_keras_object(learning_rate_schedule)


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """Make a schedule of a dict."""
    return late("utils").deserialize_keras_object(config, custom_objects)


def __getattr__(name: str) -> Any:
    return getattr(plain, name)


def __dir__() -> list[str]:
    return plain.__all__
