"""``keras.regularizers``: Pellucid's own, and the base class for a script's."""

from __future__ import annotations

from typing import Any

import pellucid
from pellucid.keras.sides.functions import translated_method
from pellucid.keras.sides.made import Made


class Regularizer(pellucid.regularizers.Regularizer, metaclass=Made):
    """The base of a script's own regularizers: ``__call__(weights)`` on tensors."""

    plain = pellucid.regularizers.Regularizer

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__call__" in vars(cls):
            cls.__call__ = translated_method(vars(cls)["__call__"])  # pyright: ignore[reportAttributeAccessIssue]


def __getattr__(name: str) -> Any:
    return getattr(pellucid.regularizers, name)


def __dir__() -> list[str]:
    return pellucid.regularizers.__all__


def serialize(regularizer: Any) -> dict[str, Any]:
    """Return a regularizer as a dict."""
    return {"class_name": type(regularizer).__name__, "config": regularizer.get_config()}


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or a function into a regularizer."""
    return pellucid.regularizers.get(identifier)


deserialize = get
