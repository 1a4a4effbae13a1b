"""``merge`` and ``Merge`` of Keras 1: all ways to join tensors and models, by the name of the way."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from pellucid.core.errors import unknown_name
from pellucid.keras.notices import say

MODES: dict[str, str] = {
    "ave": "average",
    "concat": "concatenate",
    "cos": "dot",
    "dot": "dot",
    "max": "maximum",
    "min": "minimum",
    "mul": "multiply",
    "sub": "subtract",
    "sum": "add",
}
"""Keras 1's words for the ways to join, to the functions of today."""


def merge(
    inputs: Sequence[Any],
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    name: str | None = None,
) -> Any:
    """Join tensors as Keras 1 did; ``layers.add``, ``layers.concatenate`` and their sisters do it today.

    Args:
        inputs: The tensors.
        mode: One of the names in :data:`MODES`, or a function of the list of tensors.
        concat_axis: The axis for ``"concat"``.
        dot_axes: The axes for ``"dot"`` and ``"cos"``.
        output_shape: Found by itself; not used.
        name: The layer's name.

    Raises:
        UnknownNameError: No such mode.
    """
    layers = import_module("pellucid.keras.layers")
    if callable(mode):
        return layers.Lambda(mode, name=name)(inputs)
    if mode not in MODES:
        raise unknown_name("mode of merge", str(mode), MODES)
    modern = MODES[mode]
    say(f"merge {mode}", f"`merge(mode='{mode}')` is now `layers.{modern}`.")
    function = getattr(layers, modern)
    if modern == "concatenate":
        return function(inputs, axis=concat_axis, name=name)
    if modern == "dot":
        return function(inputs, axes=dot_axes, normalize=mode == "cos", name=name)
    return function(inputs, name=name)


class Merge:
    """Keras 1's layer that joins models: put first into a ``Sequential``, the stack begins with several inputs.

    Args:
        layers: The models to join, or None where the layer is called on tensors.
        mode: As for :func:`merge`.
        concat_axis: The axis for ``"concat"``.
        dot_axes: The axes for ``"dot"`` and ``"cos"``.
        output_shape: Found by itself; not used.
        name: The layer's name.
        **more: Masks and places of Keras 1; not used.
    """

    def __init__(
        self,
        layers: Sequence[Any] | None = None,
        mode: Any = "sum",
        concat_axis: int = -1,
        dot_axes: Any = -1,
        output_shape: Any = None,
        name: str | None = None,
        **more: Any,
    ):
        self.layers, self.mode, self.name = list(layers or ()), mode, name
        self.concat_axis, self.dot_axes = concat_axis, dot_axes

    def __call__(self, inputs: Sequence[Any]) -> Any:
        """Join tensors."""
        return merge(inputs, self.mode, self.concat_axis, self.dot_axes, name=self.name)

    def joined(self) -> tuple[list[Any], Any]:
        """Return the inputs of the models, each once, and their outputs joined."""
        inputs = {id(tensor): tensor for model in self.layers for tensor in model.inputs}
        return list(inputs.values()), self([model.output for model in self.layers])
