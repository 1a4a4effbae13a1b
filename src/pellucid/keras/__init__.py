"""Keras's names over Pellucid: ``import pellucid.keras as keras``. Read ``README.md`` first.

Nothing else in Pellucid imports this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "3.15.1+pellucid"

_MODULES = (
    "activations", "applications", "backend", "callbacks", "config", "constraints", "datasets", "dtype_policies",
    "initializers", "layers", "losses", "metrics", "mixed_precision", "models", "ops", "optimizers", "preprocessing",
    "random", "regularizers", "saving", "tree", "utils", "wrappers",
)  # fmt: skip

_NAMES = {
    "DTypePolicy": "mixed_precision",
    "FloatDTypePolicy": "mixed_precision",
    "Function": "function",
    "Functional": "models",
    "Initializer": "initializers",
    "Input": "layers",
    "KerasTensor": "symbols",
    "RematScope": "symbols",
    "name_scope": "symbols",
    "device": "symbols",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Operation": "operation",
    "Optimizer": "optimizers",
    "Regularizer": "regularizers",
    "Sequential": "models",
    "Variable": "variable",
    "load_ipython_extension": "running",
    "SeedGenerator": "random",
}

__all__ = ["__version__", *_NAMES, *_MODULES]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]


def install() -> None:
    """Let ``import keras`` and ``import tensorflow`` mean this package, in this process."""
    import_module("pellucid.keras.finder").install()


def version() -> str:
    """Return the version of Keras whose names are here."""
    return __version__


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"pellucid.keras.{name}")
    if name in _NAMES:
        return getattr(import_module(f"pellucid.keras.{_NAMES[name]}"), name)
    if name.startswith("__"):
        raise AttributeError(f"module 'pellucid.keras' has no attribute '{name}'")
    raise import_module("pellucid.keras.unknown").unknown_name("keras", name, __all__)


def __dir__() -> list[str]:
    return sorted([*__all__, "install"])
