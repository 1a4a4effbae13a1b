"""Names that are imported when they are first used, and errors for those that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pellucid.core.late import late_attributes
from pellucid.keras.unknown import unknown_name


def late_names(
    package: str, files: Mapping[str, tuple[str, ...]], shown: str
) -> tuple[Callable[[str], Any], list[str]]:
    """Return a package's ``__getattr__``, and its names.

    Args:
        package: The package's name, its own ``__name__``.
        files: Modules inside the package to the public names that they hold.
        shown: How scripts call it: ``"keras.ops"``.
    """
    find, listed = late_attributes(package, files)
    names = listed()

    def get(name: str) -> Any:
        if name in names:
            return find(name)
        if name.startswith("__"):
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        raise unknown_name(shown, name, names)

    return get, names
