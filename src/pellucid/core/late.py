"""Names that are imported when they are first used, so that a script pays for what it names and for nothing else.

A package of many small files lists which file holds which names; attribute access (PEP 562) and look-ups by
string then import that one file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any


class LateTable(Mapping[str, Any]):
    """The table of a family: names to classes or functions, each imported at its first look-up.

    Args:
        package: The package's name, e.g. ``"pellucid.layers"``.
        names: What a user may write to the attribute's name in the package.

    Example:
        >>> table = LateTable("pellucid.core.paths", {"path_of": "join"})
        >>> table["path_of"]("encoder", "dense"), list(table)
        ('encoder/dense', ['path_of'])
    """

    def __init__(self, package: str, names: Mapping[str, str]):
        self.package = package
        self.names = names

    def __getitem__(self, name: str) -> Any:
        return getattr(import_module(self.package), self.names[name])

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


class LateModule:
    """A module of another package that is imported when something in it is first asked for.

    Args:
        name: The module's name.

    Example:
        >>> fractions = LateModule("fractions")
        >>> fractions.Fraction(1, 2) + 1
        Fraction(3, 2)
    """

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


def late_attributes(
    package: str, files: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return a package's ``__getattr__`` and ``__dir__``.

    Args:
        package: The package's name, its own ``__name__``.
        files: Modules inside the package, by dotted name, to the public names that they hold.
    """
    where = {name: file for file, names in files.items() for name in names}

    def find(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        value = getattr(import_module(f"{package}.{where[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find, lambda: sorted(where)
