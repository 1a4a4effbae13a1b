"""Functions of scripts (losses, metrics) inside Pellucid's programs: tensors go in, arrays come out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import jax

from pellucid.keras.sides.own_code import BoundVariables
from pellucid.keras.tensor import Tensor, unwrapped, wrapped
from pellucid.keras.variable import in_call
from pellucid.modules.binding import measured

_translated: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def translated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays that calls the script's function on tensors; always the same one for it."""
    known = _translated.get(function)
    if known is None:
        known = _translated[function] = translate_function(function)
    return known


def program_variables() -> Any:
    """Return a context in which layers' variables read as the arrays of the program whose loss is being computed."""
    scope = measured.get()
    return nullcontext() if scope is None else in_call(BoundVariables(scope))


def translate_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays that calls the script's function on tensors."""

    @wraps(function)
    def on_arrays(*args: Any, **kwargs: Any) -> Any:
        with program_variables():
            return unwrapped(function(*wrapped(args), **wrapped(kwargs)))

    return on_arrays


def translated_method(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that gives tensors to the script's, and arrays to a caller who gave arrays."""

    @wraps(method)
    def on_arrays(self: Any, *args: Any, **kwargs: Any) -> Any:
        inside = any(isinstance(leaf, Tensor) for leaf in jax.tree.leaves((args, kwargs)))
        with program_variables():
            found = method(self, *wrapped(args), **wrapped(kwargs))
        return found if inside else unwrapped(found)

    return on_arrays


def on_tensors(loss: Any, y_true: Any, y_pred: Any) -> Any:
    """Return the values of a script's loss on tensors, every operation of it told to the tapes."""
    function = getattr(loss, "fn", None)
    call = loss.call if function is None else getattr(function, "__wrapped__", function)
    return call(y_true, y_pred)
