"""Stand-ins for packages that test files import and that are not installed: private names like any other."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from conformance.keras_tests.facade.missing import Missing


class AbsentModule(ModuleType):
    """A module whose every name is missing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self.__name__}.{name}")


class AbsentFinder(MetaPathFinder, Loader):
    """Answers for packages that are not there.

    Args:
        packages: Their names.
    """

    def __init__(self, packages: set[str]):
        self.packages = packages

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Answer for the packages and all below them."""
        absent = fullname.partition(".")[0] in self.packages
        return ModuleSpec(fullname, self, is_package=True) if absent else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make a module without any names."""
        return AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is no code."""


def stand_in_for(packages: Iterable[str]) -> None:
    """Let those of the packages that are not installed be imported all the same; to be called last of all finders."""
    absent = {name for name in packages if importlib.util.find_spec(name) is None}
    sys.meta_path.append(AbsentFinder(absent))
