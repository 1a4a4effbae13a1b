"""JSON to objects: the mirror of ``describe.py``. Only names of public tables, or of the caller's, become anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentTypeError, FileFormatError, PellucidError
from pellucid.core.record import Recorded
from pellucid.saving.container import damaged
from pellucid.saving.describe import MAX_DEPTH
from pellucid.saving.names import CUSTOM, FAMILIES, classes, functions

MAX_TEXT = 65_536
"""Characters of one text in a description."""
MAX_NODES = 1_000_000
"""Values in a description, nested ones counted."""
MAX_OBJECTS = 10_000

_FLOATS = {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan")}
_DTYPES = (
    "bool", "float16", "float32", "float64", "bfloat16", "float8_e4m3fn", "float8_e5m2",
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)  # fmt: skip


def check_size(description: Any, path: Path) -> None:
    """Refuse a description that is larger or deeper than any model's, before it becomes objects."""
    waiting, nodes = [(description, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        nodes += 1
        if nodes > MAX_NODES or depth > 4 * MAX_DEPTH:
            damaged(path, "its description is too large or nested too deeply")
        if isinstance(value, dict):
            if any(len(key) > MAX_TEXT for key in value):
                damaged(path, f"its description holds a name of more than {MAX_TEXT} characters")
            waiting += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, str) and len(value) > MAX_TEXT:
            damaged(path, f"its description holds a text of {len(value)} characters")


class Restorer:
    """Makes the objects of a description.

    Args:
        path: The file, for messages.
        read_array: Gives an array of the file by name.
        custom_objects: The caller's own classes and functions by name.
        written_by: The version of Pellucid that wrote the file, for messages.
    """

    def __init__(
        self,
        path: Path,
        read_array: Callable[[str], np.ndarray],
        custom_objects: Mapping[str, Any] | None,
        written_by: str,
    ):
        self._path = path
        self._read_array = read_array
        self._custom = custom_objects or {}
        self._written_by = written_by
        self._made: list[Any] = []

    def restore(self, value: Any) -> Any:
        """Return what a piece of description stands for.

        Raises:
            FileFormatError: It is malformed, names something unknown, or its arguments are refused.
        """
        if isinstance(value, list):
            return [self.restore(item) for item in value]
        if not isinstance(value, dict):
            return value
        signs = [key for key in value if key.startswith("$")]
        if not signs:
            return {key: self.restore(item) for key, item in value.items()}
        special = _SPECIAL.get(signs[0])
        if special is None or len(signs) > 1:
            damaged(self._path, f"its description holds an unknown sign {signs[0][:30]!r}")
        try:
            return special(self, value)
        except PellucidError:
            raise
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
            damaged(self._path, f"its description is malformed at {signs[0]!r} ({error!r:.100})")

    def _object(self, value: dict[str, Any]) -> Any:
        if len(self._made) >= MAX_OBJECTS:
            damaged(self._path, f"it describes more than {MAX_OBJECTS} objects")
        name, arguments = value["$object"], self.restore(value["arguments"])
        cls = self._class(value["family"], name)
        if not isinstance(arguments, dict):
            raise TypeError("arguments")
        try:
            made = cls.from_config(arguments)
        except Exception as error:  # a constructor may raise anything, a user's one above all
            reason = (
                error.problem
                if isinstance(error, PellucidError)
                else f"{type(error).__name__}: {error}"
            )
            raise FileFormatError(
                f"File '{self._path.name}'",
                f"{str(name)[:60]} refuses the arguments that the file gives: {reason[:300]}",
                f"it was written by Pellucid {self._written_by}; load it with that version or a later one",
            ) from error
        self._made.append(made)
        return made

    def _class(self, family: str, name: str) -> type[Recorded]:
        found = (
            self._custom_object(name) if family == CUSTOM else self._public(family, name, classes)
        )
        if not (isinstance(found, type) and issubclass(found, Recorded)):
            raise ArgumentTypeError(
                "custom_objects", f"`{name}` must be a layer's or model's class, not {found!r:.60}."
            )
        return found

    def _name(self, value: dict[str, Any]) -> Any:
        family, name = value["family"], value["$name"]
        if family == CUSTOM:
            return self._custom_object(name)
        if isinstance(name, str) and family in FAMILIES and name in classes(family):
            return classes(family)[name]
        return self._public(family, name, functions)

    def _public(self, family: str, name: str, table: Callable[[str], Mapping[str, Any]]) -> Any:
        if family not in FAMILIES:
            damaged(self._path, f"it names an unknown family {str(family)[:30]!r}")
        found = table(family).get(name)
        if found is None:
            raise FileFormatError(
                f"File '{self._path.name}'",
                f"it needs {str(name)[:60]!r} of pellucid.{family}, which this version lacks; "
                f"Pellucid {self._written_by} wrote the file.",
                "pip install --upgrade pellucid",
            )
        return found

    def _custom_object(self, name: str) -> Any:
        if name not in self._custom:
            shown = name if str(name).isidentifier() and len(name) <= 60 else "Name"
            raise FileFormatError(
                f"File '{self._path.name}'",
                f"it needs `{shown}`, which is your own and not in the file: model files hold no code.",
                f'pellucid.load("{self._path}", custom_objects={{"{shown}": {shown}}})',
            )
        return self._custom[name]

    def _again(self, value: dict[str, Any]) -> Any:
        number = value["$again"]
        if type(number) is not int or not 0 <= number < len(self._made):
            raise IndexError(number)
        return self._made[number]

    def _array(self, value: dict[str, Any]) -> Any:
        return self._read_array(value["$array"])

    def _tuple(self, value: dict[str, Any]) -> Any:
        return tuple(self.restore(item) for item in value["$tuple"])

    def _dict(self, value: dict[str, Any]) -> Any:
        return {self.restore(key): self.restore(item) for key, item in value["$dict"]}

    def _float(self, value: dict[str, Any]) -> Any:
        return _FLOATS[value["$float"]]

    def _dtype(self, value: dict[str, Any]) -> Any:
        if value["$dtype"] not in _DTYPES:
            raise KeyError(value["$dtype"])
        return np.dtype(value["$dtype"])


_SPECIAL: dict[str, Callable[[Restorer, dict[str, Any]], Any]] = {
    "$object": Restorer._object,
    "$again": Restorer._again,
    "$name": Restorer._name,
    "$array": Restorer._array,
    "$tuple": Restorer._tuple,
    "$dict": Restorer._dict,
    "$float": Restorer._float,
    "$dtype": Restorer._dtype,
}
