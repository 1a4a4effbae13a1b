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

NOTHING = object()


def public(path: str, name: str) -> Any:
    """Return the public object that ``keras.src.<path>.<name>`` stands for, or :data:`NOTHING`."""
    for place in places(path):
        module = namespace(place)
        found = NOTHING if module is None else _attribute(module, name)
        if found is not NOTHING:
            return found
    return NOTHING


def places(path: str) -> list[str]:
    """Return the public namespaces that may hold a name of a private module, the nearest first.

    >>> places("layers.core.dense")[:3]
    ['layers.core.dense', 'layers.core', 'layers']
    """
    parts = path.split(".")
    nearest = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    moved = [home for private, home in ELSEWHERE.items() if f"{path}.".startswith(f"{private}.")]
    own = [] if parts[0] == "backend" else nearest
    return [*moved, *own, *UNION]


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
