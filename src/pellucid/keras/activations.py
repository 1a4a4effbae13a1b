"""``keras.activations``: functions of tensors; given to a layer they are Pellucid's own."""

from __future__ import annotations

import sys
from typing import Any

import pellucid
from pellucid.keras.operation import Operation


class ActivationFunction(Operation):
    """An activation as an operation.

    Args:
        function: Pellucid's function of arrays.
    """

    @property
    def plain_function(self) -> Any:
        """Pellucid's function."""
        return self.function


def __getattr__(name: str) -> Any:
    found = getattr(pellucid.activations, name)
    if callable(found) and not isinstance(found, type):
        found = ActivationFunction(found)
        setattr(sys.modules[__name__], name, found)
    return found


def __dir__() -> list[str]:
    return dir(pellucid.activations)


def get(identifier: Any) -> Any:
    """Turn a name, a function or None into an activation."""
    if isinstance(identifier, ActivationFunction):
        return identifier
    if callable(identifier):
        return identifier
    plain = pellucid.activations.get(identifier)
    known = getattr(sys.modules[__name__], plain.__name__, None)
    same = isinstance(known, ActivationFunction) and known.function is plain
    return known if same else ActivationFunction(plain)


def serialize(activation: Any) -> str:
    """Return an activation's name."""
    return activation.__name__


deserialize = get
