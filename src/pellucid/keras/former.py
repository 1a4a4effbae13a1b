"""Classes of older Keras: each stands for its modern one, takes old arguments, and says the modern name when used."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from pellucid.keras.merging import Merge, merge
from pellucid.keras.names.classes import FORMER, SECOND
from pellucid.keras.notices import say
from pellucid.keras.tolerance import translate

_FUNCTIONS = {("layers", "merge"): merge, ("layers", "Merge"): Merge}


class Former:
    """An old class name: calling it makes an object of the modern class; ``isinstance`` and subclassing work too.

    Args:
        module: The module's name inside Keras, ``"layers"``.
        old: The old name.
        new: The modern name.
    """

    def __init__(self, module: str, old: str, new: str):
        self.module, self.__name__, self.new = module, old, new

    @property
    def modern(self) -> Any:
        """The modern class; asking for it says its name."""
        say(f"class {self.__name__}", f"`{self.__name__}` is now `{self.module}.{self.new}`.")
        return getattr(import_module(f"pellucid.keras.{self.module}"), self.new)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = translate(self.__name__, args, kwargs)
        return self.modern(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.modern, name)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, self.modern)

    def __subclasscheck__(self, cls: type) -> bool:
        return issubclass(cls, self.modern)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (self.modern,)

    def __repr__(self) -> str:
        return f"<old name of {self.module}.{self.new}>"


@cache
def former(module: str, name: str) -> Any:
    """Return what an old name of a module stands for, or None when it is no old name.

    Args:
        module: The module's name inside Keras, ``"layers"``.
        name: The name.

    >>> former("layers", "Convolution2D"), former("layers", "Conv2D")
    (<old name of layers.Conv2D>, None)
    """
    if name in FORMER.get(module, ()):
        return Former(module, name, FORMER[module][name])
    return _FUNCTIONS.get((module, name))


def former_names(module: str) -> list[str]:
    """Return the old names of a module."""
    return [*FORMER.get(module, ()), *(name for owner, name in _FUNCTIONS if owner == module)]


def second_names(module: str) -> list[str]:
    """Return the second names of a module."""
    return list(SECOND.get(module, ()))


def first_name(module: str, name: str) -> str | None:
    """Return the first name of what a module knows under a second one, or None.

    >>> first_name("losses", "MSE"), first_name("losses", "mean_squared_error")
    ('mean_squared_error', None)
    """
    return SECOND.get(module, {}).get(name)
