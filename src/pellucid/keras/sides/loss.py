"""What losses get: they take and give tensors, and tapes hear them."""

from __future__ import annotations

from typing import Any

import jax

import pellucid
from pellucid.keras.operation import compute
from pellucid.keras.sides.functions import translated_method
from pellucid.keras.sides.made import Made
from pellucid.keras.tensor import Tensor, as_array, unwrapped


class LossSide(pellucid.losses.Loss, metaclass=Made):
    """Mixed into every loss of :mod:`pellucid.keras`."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not cls.__module__.startswith("pellucid.") and "call" in vars(cls):
            cls.call = translated_method(vars(cls)["call"])  # pyright: ignore[reportAttributeAccessIssue]

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Return the loss of a batch: a tensor for a script, an array inside a program."""
        if isinstance(y_pred, jax.core.Tracer):
            return unwrapped(super().__call__(y_true, y_pred, sample_weight))
        given = [_value(y_true), _value(y_pred)]
        if sample_weight is not None:
            given.append(_value(sample_weight))
        leaves, structure = jax.tree.flatten((tuple(given), {}))
        readings = [leaf.reading() if isinstance(leaf, Tensor) else leaf for leaf in leaves]
        return compute(LossOfArrays(self), structure, readings)


class LossOfArrays:
    """A loss as a pure function; two losses of the same public class and arguments are the same function.

    Args:
        loss: The loss.
    """

    def __init__(self, loss: Any):
        self._loss = loss
        self._key = (type(loss), repr(loss)) if "plain" in vars(type(loss)) else loss

    def __call__(self, *arrays: Any) -> Any:
        """Return the reduced loss of arrays."""
        return unwrapped(pellucid.losses.Loss.__call__(self._loss, *arrays))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LossOfArrays) and self._key == other._key


def _value(value: Any) -> Any:
    return value if isinstance(value, Tensor) else Tensor(as_array(value))
