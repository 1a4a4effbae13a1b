"""``keras.models``: Pellucid's models, made to fit Keras code; loading, cloning and JSON."""

from __future__ import annotations

from typing import Any

import pellucid
from pellucid.keras.layers import Input
from pellucid.keras.sides.files import load_model, model_from_json, save_model
from pellucid.keras.sides.model import ModelSide

__all__ = [
    "Functional", "Input", "Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model",
]  # fmt: skip


class Model(ModelSide, pellucid.models.Model):
    """A model of a graph, or the base of a script's own."""

    plain = pellucid.models.Model

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make a model; ``Model(inputs, outputs)`` itself becomes a functional one."""
        of_graph = cls is Model and (args or {"inputs", "outputs"} & kwargs.keys())
        return super().__new__(Functional if of_graph else cls, *args, **kwargs)


class Functional(Model, pellucid.models.Functional):
    """A model of a graph."""

    plain = pellucid.models.Functional


Model._functional = Functional


class Sequential(ModelSide, pellucid.models.Sequential):
    """A stack of layers."""

    plain = pellucid.models.Sequential

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top; a first one with ``batch_input_shape`` fixes the size of the batch."""
        rows = getattr(layer, "_batch_size", None)
        if rows is not None and not self.layers:
            shape = (rows, *layer._input_shape)
            super().add(pellucid.layers.InputLayer(batch_shape=shape))
        super().add(layer)


def clone_model(model: Any, input_tensors: Any = None, clone_function: Any = None) -> Any:
    """Return a model of the same layers with fresh weights."""
    return model.clone()
