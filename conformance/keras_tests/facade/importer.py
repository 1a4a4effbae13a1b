"""The importer that answers ``keras_src.*``, which the unpacked tests write where Keras's own say ``keras.src``.

A module of the facade holds nothing. Its names are looked up when they are asked for: our helpers first, then modules
that Keras has under that name, then the public namespaces (:mod:`.names`). What is left is private: :class:`.Missing`.
"""

from __future__ import annotations

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from conformance.keras_tests.facade.missing import Missing
from conformance.keras_tests.facade.names import NOTHING, public

PACKAGE = "keras_src"


class FacadeModule(ModuleType):
    """A module of the facade.

    Args:
        name: Its full name, ``"keras_src.layers"``.
        helpers: Names that we supply.
        known: Dotted names of all modules that Keras has.
    """

    def __init__(self, name: str, helpers: dict[str, Any], known: set[str]):
        super().__init__(name)
        self.__path__: list[str] = []
        self._helpers = helpers
        self._known = known

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        path = self.__name__.removeprefix(PACKAGE).lstrip(".")
        inner = f"{path}.{name}".lstrip(".")
        if name in self._helpers:
            return self._helpers[name]
        if inner in self._known:
            return importlib.import_module(f"{PACKAGE}.{inner}")
        found = public(path, name)
        return Missing(inner) if found is NOTHING else found


class Importer(MetaPathFinder, Loader):
    """Finds and makes the modules of the facade; test modules that others import come from their files.

    Args:
        folder: Where the tests were unpacked.
        helpers: Names that we supply.
        known: Dotted names of all modules that Keras has.
    """

    def __init__(self, folder: Path, helpers: dict[str, Any], known: set[str]):
        self.folder = folder
        self.helpers = helpers
        self.known = known

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Answer for the facade's package and for every module that Keras has below it."""
        package, _, inner = fullname.partition(".")
        if package != PACKAGE:
            return None
        if inner.endswith("_test"):
            return spec_from_file_location(fullname, self.folder / f"{inner.replace('.', '/')}.py")
        return (
            ModuleSpec(fullname, self, is_package=True)
            if not inner or inner in self.known
            else None
        )

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make an empty module that looks its names up."""
        return FacadeModule(spec.name, self.helpers, self.known)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is no code."""


def install(folder: Path, helpers: dict[str, Any], known: set[str]) -> None:
    """Put the facade in place, with a stand-in for the ``conftest`` that one test imports."""
    sys.meta_path.insert(0, Importer(folder, helpers, known))
    stand_in = ModuleType("conftest")
    stand_in.skip_if_backend = lambda name, reason: lambda function: function
    sys.modules["conftest"] = stand_in
