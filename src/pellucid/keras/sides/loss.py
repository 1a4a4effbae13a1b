"""What losses get: they take and give tensors, and tapes hear them."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer

import pellucid
from pellucid.core.errors import ArgumentError
from pellucid.functional.measures import match_trailing
from pellucid.keras.late import late
from pellucid.keras.mixed_precision import policy_of
from pellucid.keras.operation import compute, operation
from pellucid.keras.sides.around import GraphReadError, on_arrays
from pellucid.keras.sides.functions import translated_method
from pellucid.keras.sides.made import Made
from pellucid.keras.tensor import Tensor, as_array, unwrapped
from pellucid.losses.loss import REDUCTIONS


class LossSide(pellucid.losses.Loss, metaclass=Made):
    """Mixed into every loss of :mod:`pellucid.keras`."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not cls.__module__.startswith("pellucid.") and "call" in vars(cls):
            cls.call = translated_method(vars(cls)["call"])  # pyright: ignore[reportAttributeAccessIssue]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Check the reduction, then make the loss."""
        reduction = kwargs.get("reduction")
        if isinstance(reduction, str) and reduction not in (*REDUCTIONS, "auto", "AUTO"):
            raise ArgumentError(
                cls.__name__,
                f"Invalid value for argument `reduction`: it must be one of {', '.join(map(repr, REDUCTIONS))} or "
                f"None, but it is {reduction!r}.",
            )
        return super().__new__(cls, *args, **kwargs)

    @property
    def dtype(self) -> Any:
        """The dtype of the computation by name, or None for that of the predictions."""
        given = vars(self).get("dtype")
        return None if given is None else policy_of(given).compute_dtype

    @dtype.setter
    def dtype(self, value: Any) -> None:
        if "dtype" in vars(self):
            raise AttributeError(f"the dtype of '{self.name}' was chosen when it was made")
        vars(self)["dtype"] = value

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, with the dtype by name."""
        config = super().get_config()
        return {**config, "dtype": self.dtype} if "dtype" in config else config

    @property
    def is_whole(self) -> bool:
        """Whether a script wrote ``__call__`` alone: then that is the loss of the whole batch."""
        own = type(self)
        return own.__call__ is not LossSide.__call__ and own.call is pellucid.losses.Loss.call

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Return the loss of a batch: a tensor for a script, an array inside a program."""
        if isinstance(y_pred, Tracer):
            return unwrapped(super().__call__(y_true, y_pred, sample_weight))
        given = [_value(y_true), _value(y_pred)]
        if sample_weight is not None:
            given.append(_value(sample_weight))
        mask = getattr(y_pred, "_keras_mask", None)
        named = {} if mask is None else {"mask": Tensor(mask)}
        leaves, structure = jax.tree.flatten((tuple(given), named))
        readings = [leaf.reading() if isinstance(leaf, Tensor) else leaf for leaf in leaves]
        try:
            with on_arrays():
                return compute(LossOfArrays(self), structure, readings)
        except GraphReadError:  # a loss that reads its model's graph: tapes must hear of that too
            values = late("sides.functions").on_tensors(self, given[0], given[1])
            return operation(self.reduce)(values, *given[2:])


class LossOfArrays:
    """A loss as a pure function; two losses of the same public class and arguments are the same function.

    Args:
        loss: The loss.
    """

    def __init__(self, loss: Any):
        self._loss = loss
        self._key = (type(loss), repr(loss)) if "plain" in vars(type(loss)) else loss

    def __call__(self, y_true: Any, y_pred: Any, weight: Any = None, mask: Any = None) -> Any:
        """Return the reduced loss of arrays; what the mask leaves out does not count."""
        if not isinstance(
            self._key, tuple
        ):  # a script's own: targets (batch,) fit predictions (batch, 1)
            y_true, y_pred = match_trailing(y_true, y_pred)
        if mask is None:
            return unwrapped(pellucid.losses.Loss.__call__(self._loss, y_true, y_pred, weight))
        values = unwrapped(self._loss.call(*self._loss.in_its_dtype(y_true, y_pred)))
        own = self._loss.mask(y_true, values)
        if mask.ndim == values.ndim + 1 and mask.shape[-1] == 1:
            mask = mask[..., 0]
        mask = jnp.broadcast_to(
            mask.reshape(mask.shape + (1,) * (values.ndim - mask.ndim)), values.shape
        )
        return self._loss.reduce(values, weight, mask if own is None else mask & (own != 0))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LossOfArrays) and self._key == other._key


def _value(value: Any) -> Any:
    return value if isinstance(value, Tensor) else Tensor(as_array(value))
