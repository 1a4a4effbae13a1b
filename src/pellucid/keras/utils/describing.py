"""Objects as plain dicts and back: ``{"class_name": ..., "config": ...}``."""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentTypeError, unknown_name
from pellucid.core.record import Recorded
from pellucid.keras.utils.registering import get_custom_objects, get_registered_name
from pellucid.saving.names import class_place, function_place

FAMILIES = (
    "layers",
    "models",
    "losses",
    "metrics",
    "optimizers",
    "optimizers.schedules",
    "initializers",
    "regularizers",
    "constraints",
    "activations",
)
"""Where a name without a module is looked for, in this order."""

_OURS = Recorded.from_config.__func__  # pyright: ignore[reportFunctionMemberAccess]

_PLAIN = (str, int, float, bool, type(None))


def serialize_keras_object(obj: Any) -> Any:
    """Return what JSON can hold: a dict with the class's name and the object's arguments, or the value itself."""
    if isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, tuple):
        return {"class_name": "__tuple__", "items": [serialize_keras_object(each) for each in obj]}
    if isinstance(obj, list):
        return [serialize_keras_object(each) for each in obj]
    if isinstance(obj, dict):
        return {name: serialize_keras_object(each) for name, each in obj.items()}
    if isinstance(obj, (np.ndarray, np.generic)):
        return obj.tolist()
    if hasattr(obj, "get_config") and not isinstance(obj, type):
        kind = type(obj)
        return {
            "module": _module(kind),
            "class_name": kind.__name__,
            "config": serialize_keras_object(obj.get_config()),
            "registered_name": get_registered_name(kind),
        }
    if callable(obj):
        place = function_place(obj)
        name = place[1] if place else getattr(obj, "__name__", str(obj))
        return {
            "module": f"keras.{place[0]}" if place else "builtins",
            "class_name": "function",
            "config": name,
            "registered_name": name,
        }
    raise ArgumentTypeError(
        "serialize_keras_object",
        f"{type(obj).__name__} has no `get_config` and is no plain value.",
        "def get_config(self): return {'units': self.units}",
    )


def deserialize_keras_object(
    config: Any, custom_objects: Any = None, safe_mode: bool = True, **old: Any
) -> Any:
    """Return the object that a dict describes; other values come back as they are.

    Args:
        config: What :func:`serialize_keras_object` gave, or a name.
        custom_objects: The script's own classes and functions by name.
        safe_mode: Accepted: no code is ever read from a dict.
        **old: ``module_objects``, a table of names to look in as well.
    """
    own = {**get_custom_objects(), **(old.get("module_objects") or {}), **(custom_objects or {})}
    if isinstance(config, (list, tuple)):
        return [deserialize_keras_object(each, own) for each in config]
    if isinstance(config, str) and config in own:
        return own[config]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config:
        return {name: deserialize_keras_object(each, own) for name, each in config.items()}
    if config["class_name"] == "__tuple__":
        return tuple(deserialize_keras_object(each, own) for each in config["items"])
    name, arguments = config["class_name"], config.get("config", {})
    if name == "function":
        return _find(arguments, config.get("module"), own)
    kind = own.get(config.get("registered_name")) or _find(name, config.get("module"), own)
    if not isinstance(kind, type):
        return kind
    if not hasattr(kind, "from_config"):
        return kind(**arguments)
    if getattr(kind.from_config, "__func__", None) is _OURS or "plain" in vars(kind):
        # Own `from_config` methods look after what is inside themselves.
        arguments = {
            key: each if key == "name" else deserialize_keras_object(each, own)
            for key, each in arguments.items()
        }
    return kind.from_config(arguments)


def _module(kind: type) -> str:
    """Return Keras's module of a class; the shim's classes are children of Pellucid's."""
    for ancestor in kind.__mro__:
        place = class_place(ancestor) if kind.__name__ == ancestor.__name__ else None
        if place:
            return f"keras.{place[0]}"
    return kind.__module__


def _find(name: str, module: str | None, own: dict[str, Any]) -> Any:
    if name in own:
        return own[name]
    family = (module or "").removeprefix("keras.")
    for place in (family, *FAMILIES) if family in FAMILIES else FAMILIES:
        package, *inner = place.split(".")
        holder = import_module(f"pellucid.keras.{package}")
        found = getattr(reduce(getattr, inner, holder), name, None)
        if found is not None:
            return found
    raise unknown_name("class or function of Keras", name, own)
