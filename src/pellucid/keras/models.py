"""``keras.models``: Pellucid's models, made to fit Keras code; loading, cloning and JSON."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

import pellucid
from pellucid.keras.layers import Input
from pellucid.keras.merging import Merge
from pellucid.keras.sides.files import load_model, model_from_json, save_model
from pellucid.keras.sides.layer import LayerSide, variables_of
from pellucid.keras.sides.model import ModelSide
from pellucid.modules.symbolic import is_tensor
from pellucid.saving.keras_order import calls_in_order

__all__ = [
    "Functional", "Input", "Model", "Sequential", "clone_model", "load_model", "model_from_json", "model_from_yaml",
    "save_model",
]  # fmt: skip


class Model(ModelSide, pellucid.models.Model):  # pyright: ignore[reportIncompatibleMethodOverride]
    """A model of a graph, or the base of a script's own."""

    plain = pellucid.models.Model

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make a model; ``Model(inputs, outputs)`` itself becomes a functional one."""
        of_graph = cls is Model and (args or {"inputs", "outputs"} & kwargs.keys())
        chosen: Any = Functional if of_graph else cls
        return super().__new__(chosen, *args, **kwargs)

    @classmethod
    def from_config(cls, config: dict[str, Any], **options: Any) -> Any:
        """Make a model of :meth:`get_config`'s answer; that of a graph becomes a functional one."""
        of_graph = cls is Model and "calls" in config
        return (Functional if of_graph else super()).from_config(config, **options)


class Functional(Model, pellucid.models.Functional):  # pyright: ignore[reportIncompatibleMethodOverride]
    """A model of a graph."""

    plain = pellucid.models.Functional

    @property
    def layers(self) -> list[Any]:
        """The layers in Keras's order, by depth."""
        own = {id(layer) for layer in self._layers}
        calls = calls_in_order(self.outputs)
        return list({id(c.layer): c.layer for c in calls if id(c.layer) in own}.values())

    def _in_order(self) -> list[Any]:
        """Return the variables in the order of the layers."""
        return list({id(v): v for layer in self.layers for v in variables_of(layer)}.values())

    def add_loss(self, loss: Any, inputs: Any = None) -> None:
        """Add a penalty: a number inside ``call``, or a symbolic tensor of the model's graph, as Keras 2 took."""
        if not is_tensor(loss):
            super().add_loss(loss)
            return
        inputs, outputs = self._symbolic
        leaves, structure = jax.tree.flatten(outputs)
        leaves[0] = WithLoss()([leaves[0], loss])
        pellucid.models.Functional.__init__(
            self, inputs, jax.tree.unflatten(structure, leaves), name=self.name
        )


Model._functional = Functional


class Sequential(ModelSide, pellucid.models.Sequential):  # pyright: ignore[reportIncompatibleMethodOverride]
    """A stack of layers."""

    plain = pellucid.models.Sequential

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top; a first one with ``batch_input_shape`` fixes the size of the batch."""
        if isinstance(layer, Merge):
            inputs, joined = layer.joined()
            object.__setattr__(self, "__class__", Joined)
            self._arguments.pop("layers", None)
            joined_stack: Any = self
            pellucid.models.Functional.__init__(joined_stack, inputs, joined, name=self.name)
            return
        rows = getattr(layer, "_batch_size", None)
        if rows is not None and not self.layers:
            shape = (rows, *layer._input_shape)
            super().add(pellucid.layers.InputLayer(batch_shape=shape))
        super().add(layer)


class Joined(Functional):
    """A stack that begins with a ``Merge`` of Keras 1: a graph with several inputs that takes further layers."""

    plain = pellucid.models.Functional

    def add(self, layer: Any) -> None:
        """Put a layer on top."""
        inputs = self.inputs
        pellucid.models.Functional.__init__(self, inputs, layer(self.output), name=self.name)


class WithLoss(LayerSide):
    """Returns its first input, and adds the second one to the loss."""

    def call(self, inputs: Any) -> Any:
        """Return the first input."""
        self.add_loss(jnp.mean(inputs[1]))
        return inputs[0]


def model_from_yaml(yaml_string: str, custom_objects: Any = None) -> Any:
    """Make a model of the text of ``to_yaml``, with fresh weights."""
    return model_from_json(yaml_string, custom_objects)


def clone_model(model: Any, input_tensors: Any = None, clone_function: Any = None) -> Any:
    """Return a model of the same layers with fresh weights."""
    return model.clone()
