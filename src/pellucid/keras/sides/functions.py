"""Functions of scripts (losses, metrics) inside Pellucid's programs: tensors go in, arrays come out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import jax

from pellucid.keras.sides.accuracy import ShapeAccuracy
from pellucid.keras.tensor import Tensor, unwrapped, wrapped
from pellucid.modules.notes import is_our_function

_translated: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def translated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays that calls the script's function on tensors; always the same one for it."""
    known = _translated.get(function)
    if known is None:
        known = _translated[function] = _translate(function)
    return known


def _translate(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def on_arrays(*args: Any, **kwargs: Any) -> Any:
        return unwrapped(function(*wrapped(args), **wrapped(kwargs)))

    return on_arrays


def translated_method(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that gives tensors to the script's, and arrays to a caller who gave arrays."""

    @wraps(method)
    def on_arrays(self: Any, *args: Any, **kwargs: Any) -> Any:
        inside = any(isinstance(leaf, Tensor) for leaf in jax.tree.leaves((args, kwargs)))
        found = method(self, *wrapped(args), **wrapped(kwargs))
        return found if inside else unwrapped(found)

    return on_arrays


def of_script(choice: Any) -> Any:
    """Return a choice of loss or metric with the script's own functions translated, in lists and dicts too."""
    if isinstance(choice, (list, tuple)):
        return [of_script(each) for each in choice]
    if isinstance(choice, dict):
        return {name: of_script(each) for name, each in choice.items()}
    if choice in ("accuracy", "acc"):
        return ShapeAccuracy(choice)
    if getattr(choice, "is_whole", False):
        return _translate(choice.__call__)
    plain = getattr(choice, "plain_function", None)
    if plain is not None:
        return plain
    if callable(choice) and not isinstance(choice, type) and hasattr(choice, "__name__"):
        return choice if is_our_function(choice) else translated(choice)
    return choice() if isinstance(choice, type) else choice
