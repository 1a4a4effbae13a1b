"""Learning rates as scripts see them: numbers with a variable's methods, variables, functions without arguments."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.keras.former_arguments import FORMER_DECAY
from pellucid.keras.tensor import as_array
from pellucid.keras.variable import Variable


class Rate(float):
    """A learning rate with the methods of a variable."""

    owner: Any = None

    @classmethod
    def of(cls, owner: Any, value: float) -> Rate:
        """Return the rate of an optimizer."""
        made = cls(value)
        made.owner = owner
        return made

    def numpy(self) -> Any:
        """Return the number as NumPy."""
        return np.float32(self)

    value = read_value = numpy

    def assign(self, value: Any) -> Rate:
        """Change the optimizer's rate."""
        self.owner.learning_rate = float(value)
        return Rate.of(self.owner, float(value))


def decayed(rate: Any) -> bool:
    """Tell whether a schedule came of `decay=`: then scripts read and set its first rate, as in Keras 2."""
    return bool(getattr(rate, FORMER_DECAY, False))


class RateVariable(Variable):
    """The learning rate among an optimizer's variables; assigned to, it is the optimizer's.

    Args:
        owner: The optimizer.
    """

    __slots__ = ("_owner",)

    def __init__(self, owner: Any):
        super().__init__(
            np.float32(owner.learning_rate), trainable=False, name=f"{owner.name}/learning_rate"
        )
        self._owner = owner

    def stored(self) -> Any:
        """Return the optimizer's rate."""
        rate = np.float32(self._owner.learning_rate)
        with jax.ensure_compile_time_eval():
            if float(self._array) != rate:
                self._array = jnp.asarray(rate)
        return self._array

    def store(self, array: Any) -> None:
        """Change the optimizer's rate."""
        self._owner.learning_rate = float(as_array(array))

    keep = store


class CalledRate:
    """A script's function without arguments as a learning rate; it is called before every step of a loop by hand.

    Args:
        function: Returns the rate.
    """

    def __init__(self, function: Callable[[], Any]):
        self.function = function

    def __call__(self, step: Any = None) -> Any:
        """Return the rate of now."""
        return as_array(self.function())

    @classmethod
    def of(cls, value: Any) -> Any:
        """Return a function without arguments as one of a step; anything else as it is."""
        if not callable(value) or isinstance(value, type) or hasattr(value, "get_config"):
            return value
        try:
            given = signature(value).parameters.values()
        except (TypeError, ValueError):
            return value
        needed = [p for p in given if p.default is Parameter.empty and p.kind not in VARIADIC]
        return value if needed or isinstance(value, cls) else cls(value)


VARIADIC = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
