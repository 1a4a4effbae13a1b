"""``keras.constraints``: Pellucid's own, and the base class for a script's."""

from __future__ import annotations

from typing import Any

import pellucid
from pellucid.keras.sides.functions import translated_method
from pellucid.keras.sides.made import Made


class Constraint(pellucid.constraints.Constraint, metaclass=Made):
    """The base of a script's own constraints: ``__call__(weights)`` on tensors."""

    plain = pellucid.constraints.Constraint

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__call__" in vars(cls):
            cls.__call__ = translated_method(vars(cls)["__call__"])  # pyright: ignore[reportAttributeAccessIssue]


def __getattr__(name: str) -> Any:
    return getattr(pellucid.constraints, name)


def __dir__() -> list[str]:
    return pellucid.constraints.__all__


def serialize(constraint: Any) -> dict[str, Any]:
    """Return a constraint as a dict."""
    return {"class_name": type(constraint).__name__, "config": constraint.get_config()}


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or a function into a constraint."""
    return pellucid.constraints.get(identifier)


deserialize = get
