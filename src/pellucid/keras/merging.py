"""``merge`` of Keras 1: one function for all ways to join tensors, by the name of the way."""

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
    mode: str = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    name: str | None = None,
) -> Any:
    """Join tensors as Keras 1 did; ``layers.add``, ``layers.concatenate`` and their sisters do it today.

    Args:
        inputs: The tensors.
        mode: One of the names in :data:`MODES`.
        concat_axis: The axis for ``"concat"``.
        dot_axes: The axes for ``"dot"`` and ``"cos"``.
        output_shape: Found by itself; not used.
        name: The layer's name.

    Raises:
        UnknownNameError: No such mode.
    """
    if mode not in MODES:
        raise unknown_name("mode of merge", str(mode), MODES)
    modern = MODES[mode]
    say(f"merge {mode}", f"`merge(mode='{mode}')` is now `layers.{modern}`.")
    function = getattr(import_module("pellucid.keras.layers"), modern)
    if modern == "concatenate":
        return function(inputs, axis=concat_axis, name=name)
    if modern == "dot":
        return function(inputs, axes=dot_axes, normalize=mode == "cos", name=name)
    return function(inputs, name=name)
