"""The script's own classes and functions by name, so that model files and strings can name them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from pellucid.core.errors import ArgumentTypeError

_own: dict[str, Any] = {}
"""Names to objects, registered ones as ``"package>name"`` and by their plain name."""

_names: dict[Any, str] = {}
"""Registered objects to ``"package>name"``."""


def get_custom_objects() -> dict[str, Any]:
    """Return the table of the script's own objects; what is put into it is found by ``load_model``."""
    return _own


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[Any], Any]:
    """Register a class or function under ``package>name``, so that files can name it.

    Args:
        package: A word for the project.
        name: The name; the object's own when omitted.

    >>> @register_keras_serializable(package="Mine")
    ... def double(x):
    ...     return 2 * x
    >>> get_registered_name(double), get_registered_object("Mine>double") is double
    ('Mine>double', True)
    """

    def register(thing: Any) -> Any:
        if inspect.isclass(thing) and not hasattr(thing, "get_config"):
            raise ArgumentTypeError(
                "register_keras_serializable",
                f"{thing.__name__} has no `get_config`, so no file could tell how to make it again.",
                "def get_config(self): return {'units': self.units}",
            )
        plain = name or thing.__name__
        whole = f"{package}>{plain}"
        _names[thing] = whole
        _own.update({whole: thing, plain: thing})
        return thing

    return register


def get_registered_name(obj: Any) -> str:
    """Return the name that an object was registered under, else its own."""
    return _names.get(obj) or obj.__name__


def get_registered_object(name: str, custom_objects: Any = None, module_objects: Any = None) -> Any:
    """Return the object of a name, or None."""
    tables = (_own, custom_objects or {}, module_objects or {})
    return next((table[name] for table in tables if name in table), None)


class CustomObjectScope(AbstractContextManager[Any]):
    """Makes objects known by name within a ``with`` block.

    Args:
        custom_objects: Names to classes or functions; several tables are joined.

    >>> with CustomObjectScope({"mine": max}):
    ...     get_custom_objects()["mine"]
    <built-in function max>
    """

    def __init__(self, *custom_objects: dict[str, Any]):
        self.custom_objects = {
            name: thing for table in custom_objects for name, thing in table.items()
        }
        self._before: dict[str, Any] = {}

    def __enter__(self) -> CustomObjectScope:
        self._before = dict(_own)
        _own.update(self.custom_objects)
        return self

    def __exit__(self, *error: object) -> None:
        _own.clear()
        _own.update(self._before)


custom_object_scope = CustomObjectScope
