"""``keras.initializers``: called with a shape they give tensors; a script's own may use tensors inside."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

import pellucid
from pellucid.keras.family import late_classes
from pellucid.keras.sides.made import Made
from pellucid.keras.tensor import Tensor, as_array


class InitializerSide(pellucid.initializers.Initializer, metaclass=Made):
    """Mixed into every initializer of :mod:`pellucid.keras`."""

    def __call__(self, shape: Any, dtype: Any = None, *, rng: Any = None, **more: Any) -> Any:
        """Return starting values: a tensor for a script, an array for a layer (which gives the generator)."""
        values = super().__call__(tuple(shape), None if dtype is None else str(dtype), rng=rng)
        return Tensor(as_array(np.asarray(values))) if rng is None else values


class Initializer(pellucid.initializers.Initializer, metaclass=Made):
    """The base of a script's own initializers: ``__call__(shape, dtype=None)``."""

    plain = pellucid.initializers.Initializer

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__call__" in vars(cls):
            cls.__call__ = _for_layers(vars(cls)["__call__"])  # pyright: ignore[reportAttributeAccessIssue]


def _for_layers(method: Any) -> Any:
    """Let a layer pass its generator, and get an array."""
    takes = inspect.signature(method).parameters
    optional = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in takes.values())

    def call(self: Any, shape: Any, dtype: Any = None, *, rng: Any = None, **more: Any) -> Any:
        given = {"dtype": dtype} if "dtype" in takes or optional else {}
        found = method(self, shape, **given, **more)
        return found if rng is None else np.asarray(as_array(found))

    return call


_find = late_classes(__name__, pellucid.initializers, InitializerSide)


def __getattr__(name: str) -> Any:
    return _find(name)


def __dir__() -> list[str]:
    return pellucid.initializers.__all__


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or a function into an initializer."""
    found = pellucid.initializers.get(identifier)
    kind = type(found)
    if getattr(pellucid.initializers, kind.__name__, None) is kind:
        object.__setattr__(found, "__class__", _find(kind.__name__))
    return found


def serialize(initializer: Any) -> dict[str, Any]:
    """Return an initializer as a dict."""
    return {"class_name": type(initializer).__name__, "config": initializer.get_config()}


deserialize = get
