"""Pellucid: deep learning you can see through.

The public names, resolved when they are first used, so that ``import pellucid`` costs almost nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PACKAGES = (
    "activations", "callbacks", "constraints", "data", "datasets", "doctor", "initializers", "insight", "layers",
    "losses", "metrics", "models", "modules", "optimizers", "probes", "regularizers", "saving", "testing", "training",
    "zoo",
)  # fmt: skip

_NAMES = {
    "Input": "layers",
    "Layer": "modules",
    "Model": "models",
    "Sequential": "models",
    "History": "callbacks",
    "apply": "modules",
    "from_torch": "torch",
    "init": "modules",
    "plot_model": "models.drawing",
    "infer": "modules",
    "load_ipython_extension": "keras.running",
    "run": "modules",
    "load": "saving",
    "save": "saving",
}

__all__ = ["__version__", *_NAMES, *_PACKAGES]

if TYPE_CHECKING:
    from pellucid import (
        activations as activations,
        callbacks as callbacks,
        constraints as constraints,
        data as data,
        datasets as datasets,
        doctor as doctor,
        initializers as initializers,
        insight as insight,
        layers as layers,
        losses as losses,
        metrics as metrics,
        models as models,
        modules as modules,
        optimizers as optimizers,
        probes as probes,
        regularizers as regularizers,
        saving as saving,
        testing as testing,
        training as training,
        zoo as zoo,
    )
    from pellucid.callbacks import History as History
    from pellucid.layers import Input as Input
    from pellucid.models import Model as Model, Sequential as Sequential
    from pellucid.modules import (
        Layer as Layer,
        apply as apply,
        infer as infer,
        init as init,
        run as run,
    )
    from pellucid.saving import load as load, save as save
    from pellucid.torch import from_torch as from_torch


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f"pellucid.{name}")
    if name in _NAMES:
        value = getattr(import_module(f"pellucid.{_NAMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'pellucid' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
