"""Where a name of ``keras.src`` is found in public: which namespaces are asked, in which order."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

UNION = ("config", "", "ops", "random", "utils", "saving", "backend")
"""Asked last for every name, and alone for names of ``keras.src.backend``."""

ELSEWHERE = {
    "backend.image": "ops.image",
    "backend.linalg": "ops.linalg",
    "layers.preprocessing.image_preprocessing.bounding_boxes": "utils.bounding_boxes",
    "layers.preprocessing.feature_space": "utils",
    "trainers.data_adapters": "utils",
}
"""Private folders whose public names live in another namespace."""

RENAMED = {"GroupedQueryAttention": "GroupQueryAttention"}
"""Classes that are public under another name."""

NOTHING = object()


def public(path: str, name: str) -> Any:
    """Return the public object that ``keras.src.<path>.<name>`` stands for, or :data:`NOTHING`."""
    for place in places(path):
        module = namespace(place)
        found = NOTHING if module is None else _attribute(module, RENAMED.get(name, name))
        if found is not NOTHING:
            return found
    return NOTHING


def places(path: str) -> list[str]:
    """Return the public namespaces that may hold a name of a private module.

    >>> places("optimizers.schedules")[:2]
    ['optimizers', 'optimizers.schedules']
    """
    parts = path.split(".")
    own = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    moved = [home for private, home in ELSEWHERE.items() if f"{path}.".startswith(f"{private}.")]
    return [*moved, *([] if parts[0] == "backend" else own), *UNION]


def namespace(place: str) -> ModuleType | None:
    """Import a public namespace, ``""`` for ``keras`` itself; None where there is none."""
    try:
        return importlib.import_module(f"keras.{place}" if place else "keras")
    except ImportError:
        return None


def _attribute(module: ModuleType, name: str) -> Any:
    try:
        return getattr(module, name)
    except (AttributeError, ImportError):
        return NOTHING
