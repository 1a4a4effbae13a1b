"""Loss and metric functions of Pellucid as operations; given to ``compile`` they are Pellucid's own again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pellucid.keras.late import late
from pellucid.keras.operation import Operation
from pellucid.keras.tensor import Tensor, as_array


class MeasureFunction(Operation):
    """A function ``f(y_true, y_pred)`` of tensors, or of lists of numbers.

    Args:
        function: Pellucid's function of arrays.
    """

    @property
    def plain_function(self) -> Callable[..., Any]:
        """Pellucid's function."""
        return self.function

    def __reduce__(self) -> Any:
        return by_name, (self.function.__name__,)

    def __call__(self, y_true: Any, y_pred: Any, *more: Any, **options: Any) -> Any:
        """Return one value per row; a single number is the target of every row."""
        target, answer = _tensor(y_true), _tensor(y_pred)
        if (
            isinstance(target, Tensor)
            and isinstance(answer, Tensor)
            and answer.ndim > target.ndim == 0
        ):
            target = late("ops").broadcast_to(target, tuple(answer.shape))
        return super().__call__(target, answer, *more, **options)


def by_name(name: str) -> Any:
    """Return the function of losses or metrics that has this name, for a pickle."""
    losses = late("losses")
    return getattr(losses if name in dir(losses) else late("metrics"), name)


def _tensor(value: Any) -> Any:
    return value if isinstance(value, Tensor) or hasattr(value, "node") else Tensor(as_array(value))
