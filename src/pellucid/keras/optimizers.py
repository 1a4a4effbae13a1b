"""``keras.optimizers``: Pellucid's optimizers with ``apply_gradients`` on variables."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import pellucid
from pellucid.keras import schedules as schedules
from pellucid.keras.family import late_classes
from pellucid.keras.sides.optimizer import OptimizerSide, named
from pellucid.keras.sides.optimizers_of_others import side_of
from pellucid.keras.utils.describing import deserialize_keras_object, serialize_keras_object

_find = late_classes(__name__, pellucid.optimizers, side_of)

OptimizerMap = pellucid.optimizers.OptimizerMap


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
    """Turn a name, a class, a configuration or an object into an optimizer; None stays None."""
    if identifier is None:
        return None
    if isinstance(identifier, Mapping):
        return deserialize(identifier)
    found = adopted(pellucid.optimizers.get(identifier))
    # A name is the class called without arguments: what holds for that holds for the name.
    return type(found)() if isinstance(identifier, str) else found


def adopted(optimizer: Any) -> Any:
    """Give one of Pellucid's optimizers what this module's class for it has."""
    plain = type(optimizer)
    if getattr(pellucid.optimizers, plain.__name__, None) is plain:
        object.__setattr__(optimizer, "__class__", getattr(sys.modules[__name__], plain.__name__))
        named(optimizer)
    return optimizer


def serialize(optimizer: Any) -> dict[str, Any]:
    """Return an optimizer as a dict of plain values."""
    return serialize_keras_object(optimizer)


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """Make an optimizer of a dict; a class may be named in small letters."""
    table = {**pellucid.optimizers.TABLE, **pellucid.optimizers.OF_OTHERS}
    plain = table.get(str(config["class_name"]).lower())
    if plain is not None and config["class_name"] not in (custom_objects or {}):
        config = {**config, "class_name": plain.__name__}
    return deserialize_keras_object(config, custom_objects)
