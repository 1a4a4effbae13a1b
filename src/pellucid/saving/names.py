"""What a model file may name: the public classes and functions of a few families, and nothing else.

A name in a file is only looked up in a table that is already there; it is never imported. Classes of the user's own
belong to the family ``custom`` and come from the caller.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

from pellucid.core.record import Recorded

CUSTOM = "custom"
FAMILIES = {
    "models": "pellucid.models",
    "layers": "pellucid.layers",
    "operations": "pellucid.modules.graph_operations",
    "activations": "pellucid.activations",
    "initializers": "pellucid.initializers",
    "regularizers": "pellucid.regularizers",
    "constraints": "pellucid.constraints",
    "losses": "pellucid.losses",
    "metrics": "pellucid.metrics",
    "optimizers": "pellucid.optimizers",
    "schedules": "pellucid.optimizers.schedules",
}
"""Families to the packages whose public names they are. A family's package is imported when a file needs it."""

_ELSEWHERE = {"functional": "activations", "modules": "layers"}


@lru_cache(maxsize=32)
def classes(family: str) -> dict[str, type[Recorded]]:
    """Return the public classes of a family by name; those that record their arguments.

    >>> classes("layers")["Dense"].__name__
    'Dense'
    """
    package = import_module(FAMILIES[family])
    public = {name: getattr(package, name) for name in package.__all__}
    return {
        name: thing
        for name, thing in public.items()
        if isinstance(thing, type) and issubclass(thing, Recorded)
    }


@lru_cache(maxsize=32)
def functions(family: str) -> dict[str, Any]:
    """Return the functions of a family's table by name.

    >>> functions("activations")["tanh"].__name__
    'tanh'
    """
    table = getattr(import_module(FAMILIES[family]), "TABLE", {})
    return {
        name: thing
        for name, thing in table.items()
        if callable(thing) and not isinstance(thing, type)
    }


def class_place(cls: type) -> tuple[str, str] | None:
    """Return ``(family, name)`` of a public class, or None for a class of the user's own.

    A class that stands for a public one, and computes the same, names it in its attribute ``plain``.
    """
    cls = vars(cls).get("plain", cls)
    for family in _candidates(cls.__module__):
        if classes(family).get(cls.__name__) is cls:
            return family, cls.__name__
    return None


def function_place(function: Any) -> tuple[str, str] | None:
    """Return ``(family, name)`` of a public function, or None for any other; its own name is preferred."""
    for family in _candidates(getattr(function, "__module__", None) or ""):
        table = functions(family)
        own = getattr(function, "__name__", "")
        if table.get(own) is function:
            return family, own
        for name, thing in table.items():
            if thing is function:
                return family, name
    return None


def _candidates(module: str) -> list[str]:
    """Return the families in which a thing defined in ``module`` may be public, to import no others."""
    parts = module.split(".")
    if parts[0] != "pellucid" or len(parts) < 2:
        return []
    family = _ELSEWHERE.get(parts[1], parts[1])
    if module == FAMILIES["operations"]:
        return ["operations"]
    return [f for f in (family, "schedules" if family == "optimizers" else "") if f in FAMILIES]
