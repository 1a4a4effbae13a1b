"""How objects of the shim are made: old arguments are translated before the constructor sees them."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from pellucid.core.garbage import resume
from pellucid.core.limits import Boolean, Integer, Limit
from pellucid.core.record import signature as arguments_of
from pellucid.functional import activations
from pellucid.keras.operation import Operation
from pellucid.keras.sides.counted import count_layer
from pellucid.keras.sides.functions import translated
from pellucid.keras.sides.listed import hold_all
from pellucid.keras.tolerance import translate
from pellucid.modules.layer import Layer
from pellucid.modules.notes import is_our_function

ON_ARRAYS = ("activation", "regularizer", "constraint")
"""Arguments whose functions Pellucid calls with arrays."""


def on_arrays(value: Any, name: str = "activation") -> Any:
    """Return a function as a layer takes it: an operation's own, a script's with tensors in the place of arrays."""
    if hasattr(value, "plain_function"):
        return value.plain_function
    if isinstance(value, Operation):
        return activations.TABLE.get(value.__name__, value.function)
    if isinstance(value, FunctionType) and name.endswith(ON_ARRAYS) and not is_our_function(value):
        return translated(value)
    return value


AS_GIVEN = ("trainable", "input_dim", "output_dim")
"""Arguments whose kind Keras checks."""


def in_their_kinds(
    cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return arguments with 0 and 1 as truth values, and whole floats as integers, where those are asked for.

    Keras lets ``use_bias=0`` and ``Conv2D(64.0, 3)`` pass.
    """
    if not any(type(value) in (int, float) for value in (*args, *kwargs.values())):
        return args, kwargs
    names = list(arguments_of(cls).parameters)
    limits = {name: limit for name, limit in cls.all_limits().items() if name not in AS_GIVEN}
    placed = (
        in_its_kind(value, limits.get(name)) for name, value in zip(names, args, strict=False)
    )
    named = {name: in_its_kind(value, limits.get(name)) for name, value in kwargs.items()}
    return (*placed, *args[len(names) :]), named


def in_its_kind(value: Any, limit: Limit | None) -> Any:
    """Return a value as its limit wants it, where that is the same number.

    >>> in_its_kind(1, Boolean()), in_its_kind(64.0, Integer()), in_its_kind(2.5, Integer())
    (True, 64, 2.5)
    """
    if isinstance(limit, Boolean) and type(value) is int and value in (0, 1):
        return bool(value)
    if isinstance(limit, Integer) and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class Made(type):
    """The class of the shim's classes."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an object from new or old arguments; with the first one a script has done its imports."""
        resume()
        rows = (kwargs.get("batch_input_shape") or (None,))[0]
        if cls.__module__.startswith("pellucid."):
            args, kwargs = translate(cls.__name__, args, kwargs)
        if "plain" in vars(cls):
            args = tuple(on_arrays(value) for value in args)
            kwargs = {name: on_arrays(value, name) for name, value in kwargs.items()}
            args, kwargs = in_their_kinds(cls, args, kwargs)
        made = super().__call__(*args, **kwargs)
        if rows is not None:
            object.__setattr__(made, "_batch_size", rows)
        if issubclass(cls, Layer):
            count_layer(made)
            if not cls.__module__.startswith("pellucid."):
                hold_all(made)
        return made

    def __instancecheck__(cls, value: Any) -> bool:
        """Take Pellucid's own objects for objects of the class that stands for theirs."""
        plain = cls.__dict__.get("plain")
        return super().__instancecheck__(value) or (plain is not None and isinstance(value, plain))
