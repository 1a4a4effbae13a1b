"""``keras.optimizers``: Pellucid's optimizers with ``apply_gradients`` on variables."""

from __future__ import annotations

import sys
from typing import Any

import pellucid
from pellucid.keras import schedules as schedules
from pellucid.keras.family import late_classes
from pellucid.keras.sides.optimizer import OptimizerSide

_find = late_classes(__name__, pellucid.optimizers, OptimizerSide)


class Optimizer(OptimizerSide):
    """The base of a script's own optimizers."""

    plain = pellucid.optimizers.Optimizer


def __dir__() -> list[str]:
    return sorted(
        {*pellucid.optimizers.__all__, *(name for name in globals() if not name.startswith("_"))}
    )


def __getattr__(name: str) -> Any:
    return _find(name)


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or an object into an optimizer."""
    found = pellucid.optimizers.get(identifier)
    return adopted(found)


def adopted(optimizer: Any) -> Any:
    """Give one of Pellucid's optimizers what this module's class for it has."""
    plain = type(optimizer)
    if getattr(pellucid.optimizers, plain.__name__, None) is plain:
        object.__setattr__(optimizer, "__class__", getattr(sys.modules[__name__], plain.__name__))
    return optimizer


def serialize(optimizer: Any) -> dict[str, Any]:
    """Return an optimizer as a dict."""
    return {"class_name": type(optimizer).__name__, "config": optimizer.get_config()}


deserialize = get
