"""The layers that models are made of; each is an object with weights around a function of ``pellucid.functional``.

A layer's file is imported when the layer is first named.
"""

from __future__ import annotations

from typing import Any

from pellucid.core.late import LateTable, late_attributes
from pellucid.core.registry import resolve, snake_case
from pellucid.modules import Layer as Layer

# File to classes; `__init__.pyi` says the same to type checkers.
_FILES: dict[str, tuple[str, ...]] = {
    "activations": ("Activation", "ELU", "Identity", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
    "batch_normalization": ("BatchNormalization",),
    "dense": ("Dense",),
    "inputs": ("Input", "InputLayer"),
    "layer_normalization": ("LayerNormalization",),
    "noise": ("Dropout", "GaussianNoise"),
    "regularization": ("ActivityRegularization",),
    "rescaling": ("Normalization", "Rescaling"),
    "reshaping": ("Flatten", "Reshape"),
}

# Keras's other names for some of them.
_ALIASES: dict[str, str] = {}

_CLASSES = [name for names in _FILES.values() for name in names if name != "Input"]
__all__ = ["Input", "Layer", *sorted(_CLASSES)]  # pyright: ignore[reportUnsupportedDunderAll]

TABLE = LateTable(
    __name__,
    {snake_case(name): name for name in _CLASSES}
    | {snake_case(alias): name for alias, name in _ALIASES.items()},
)

_find, __dir__ = late_attributes(__name__, _FILES)


def __getattr__(name: str) -> Any:
    return _find(_ALIASES.get(name, name))


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or an object into a layer.

    >>> get({"class_name": "Dense", "config": {"units": 3}})
    Dense(units=3)
    """
    return resolve("layer", TABLE, identifier)
