"""Modules whose names are looked up when they are first used; an unknown name gets an error that teaches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from pellucid.keras.unknown import unknown_name


def facade(
    module: str, files: Mapping[str, str], modules: str = ""
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a module that only points to others.

    Args:
        module: The module's own ``__name__``.
        files: Dotted modules to the names that they hold, separated by blanks. ``range=count_up`` makes the
            file's ``count_up`` known as ``range``; ``keras=.`` means the file itself.
        modules: Names of modules below this one, separated by blanks.
    """
    where = {name: (f"{module}.{name}", ".") for name in modules.split()}
    for file, names in files.items():
        for entry in names.split():
            public, _, own = entry.partition("=")
            where[public] = (file, own or public)

    def find(name: str) -> Any:
        if name not in where:
            if name.startswith("__"):
                raise AttributeError(f"module '{module}' has no attribute '{name}'")
            raise unknown_name(module.removeprefix("pellucid.keras."), name, where)
        file, own = where[name]
        found = import_module(file)
        value = found if own == "." else getattr(found, own)
        setattr(sys.modules[module], name, value)
        return value

    return find, lambda: sorted(where)
