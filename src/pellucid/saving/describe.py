"""Objects to JSON: a description names public classes and their constructor's arguments.

Numbers, texts, lists and dicts stand for themselves; everything else is a JSON object with one key that begins with a
``$``:

====================================================  ==============================================================
``{"$object": "Dense", "family": ..., "arguments"}``   an object: its class and its constructor's arguments
``{"$again": 3}``                                      the fourth object described before, once more (a shared layer)
``{"$name": "relu", "family": "activations"}``         a function or class by its public name
``{"$tuple": [...]}``, ``{"$dict": [[key, value]]}``   a tuple; a dict whose keys are not plain texts
``{"$array": "$arguments/0"}``                         an array, kept beside the weights under that name
``{"$float": "inf"}``, ``{"$dtype": "float32"}``       numbers that JSON lacks; a dtype
====================================================  ==============================================================
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.core.record import Recorded
from pellucid.saving.names import CUSTOM, class_place, function_place, functions

MAX_DEPTH = 100
"""How deeply lists, dicts and objects may be nested in each other."""
ARRAYS = "$arguments"
"""Under this name the arrays among the arguments stand; no weight's path begins with a ``$``."""


class Describer:
    """Turns objects into JSON, and collects the arrays among their arguments.

    Args:
        custom_objects: Names for things of the caller's own, which the reader will get from its own caller.

    Attributes:
        arrays: Arrays among the arguments by the name under which they go into the file.

    >>> from pellucid import layers
    >>> Describer().describe(layers.Dropout(0.5), "model")["arguments"]["rate"]
    0.5
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None = None):
        self._custom = dict(custom_objects or {})
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []  # keeps objects alive, so that their identity stays theirs
        self._depth = 0
        self.arrays: dict[str, np.ndarray] = {}

    def describe(self, value: Any, where: str) -> Any:
        """Return the JSON of a value; ``where`` says in messages whose value it is.

        Raises:
            ArgumentTypeError: A function or object of the user's own that no name was given for.
        """
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise ArgumentError(where, f"it is nested more than {MAX_DEPTH} deep.")
            return self._describe(value, where)
        finally:
            self._depth -= 1

    def _describe(self, value: Any, where: str) -> Any:
        if value is None or isinstance(value, (bool, str)):
            return str(value) if isinstance(value, str) else value
        for name, thing in self._custom.items():
            if value is thing:
                return {"$name": name, "family": CUSTOM}
        if isinstance(value, (int, float, np.generic)):
            return self._number(value, where)
        if isinstance(value, Recorded):
            return self._object(value)
        if type(value) in (list, tuple):
            items = [self.describe(item, where) for item in value]
            return items if type(value) is list else {"$tuple": items}
        if isinstance(value, dict):
            return self._dict(value, where)
        return self._special(value, where)

    def _number(self, value: Any, where: str) -> Any:
        if isinstance(value, np.generic):
            plain = value.item()
            if not isinstance(plain, (bool, int, float, str)):
                self._refuse(value, where)
            return self.describe(plain, where)
        if isinstance(value, float) and not math.isfinite(value):
            return {"$float": repr(float(value))}
        return int(value) if isinstance(value, int) else float(value)

    def _dict(self, value: dict[Any, Any], where: str) -> Any:
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: self.describe(item, where) for key, item in value.items()}
        return {
            "$dict": [[self.describe(k, where), self.describe(v, where)] for k, v in value.items()]
        }

    def _object(self, value: Recorded) -> Any:
        if id(value) in self._numbers:
            return {"$again": self._numbers[id(value)]}
        family, name = class_place(type(value)) or (CUSTOM, type(value).__name__)
        who = f"{name} '{value.name}'" if isinstance(getattr(value, "name", None), str) else name  # pyright: ignore[reportAttributeAccessIssue]
        # A class that stands for one of ours may show its arguments otherwise; files hold them as ours takes them.
        shown_by = type(value) if family == CUSTOM else vars(type(value)).get("plain", type(value))
        arguments = {
            key: self.describe(item, f"{who}, argument `{key}`")
            for key, item in shown_by.get_config(value).items()
        }
        self._numbers[id(value)] = len(self._kept)
        self._kept.append(value)
        return {"$object": name, "family": family, "arguments": arguments}

    def _special(self, value: Any, where: str) -> Any:
        place = class_place(value) if isinstance(value, type) else function_place(value)
        if place is not None:
            return {"$name": place[1], "family": place[0]}
        if isinstance(value, np.dtype) or (
            isinstance(value, type) and issubclass(value, np.generic)
        ):
            return {"$dtype": np.dtype(value).name}
        if not (
            hasattr(value, "__array__") and hasattr(value, "dtype") and hasattr(value, "shape")
        ):
            self._refuse(value, where)
        return self._array(np.asarray(value), where)

    def _array(self, array: np.ndarray, where: str) -> Any:
        if array.ndim == 0:
            return self.describe(array[()], where)
        if array.dtype.kind not in "fiub" and array.dtype.name != "bfloat16":
            raise ArgumentTypeError(
                where,
                f"an array of dtype {array.dtype} cannot be kept in a model file.",
                "give it as a list, or as an array of numbers",
            )
        name = f"{ARRAYS}/{len(self.arrays)}"
        self.arrays[name] = array
        return {"$array": name}

    def _refuse(self, value: Any, where: str) -> NoReturn:
        name = getattr(value, "__name__", "")
        if not callable(value):
            raise ArgumentTypeError(
                where,
                f"a {type(value).__name__} cannot be kept in a model file: files hold data only.",
                'give it a name: pellucid.save(model, path, custom_objects={"name": it}); pellucid.load needs the same',
            )
        if name in functions("activations"):
            raise ArgumentTypeError(
                where,
                f"`{value.__module__}.{name}` is not Pellucid's function.",
                f'write "{name}" in its place',
            )
        named = name if name.isidentifier() else "my_function"
        raise ArgumentTypeError(
            where,
            f"the function `{name or value!r}` is code, and model files hold data only.",
            f"write it as a layer, `class Named(pellucid.Layer)` with a `call`; or name it: "
            f'pellucid.save(model, path, custom_objects={{"{named}": {named}}}); pellucid.load needs the same',
        )
