"""Functions of scripts (losses, metrics) inside Pellucid's programs: tensors go in, arrays come out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp

from pellucid.keras.sides.own_code import BoundVariables
from pellucid.keras.tensor import Tensor, unwrapped, wrapped
from pellucid.keras.variable import in_call
from pellucid.modules.binding import measured

_translated: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
_measures: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def translated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays that calls the script's function on tensors; always the same one for it."""
    known = _translated.get(function)
    if known is None:
        known = _translated[function] = translate_function(function)
    return known


def translated_measure(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a script's loss or metric as a function of arrays; always the same one for it.

    Of values that are not one per row (``K.mean(..., axis=0)``) the mean counts, as in Keras.
    """
    known = _measures.get(function)
    if known is None:
        known = _measures[function] = _measure(function)
    return known


def _measure(function: Callable[..., Any]) -> Callable[..., Any]:
    of_arrays = translated(function)

    @wraps(function)
    def on_batch(y_true: Any, y_pred: Any, *more: Any, **named: Any) -> Any:
        found = of_arrays(y_true, y_pred, *more, **named)
        by_row = jnp.shape(found)[:1] in ((), jnp.shape(jax.tree.leaves(y_pred)[0])[:1])
        return found if found is None or by_row else jnp.mean(jnp.asarray(found))

    return on_batch


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
