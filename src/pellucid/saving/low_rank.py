"""Weights as other programs' files know them: what LoRA learned is part of the weight, and there is no pair."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from pellucid.modules import Layer
from pellucid.modules.tree import places, weights_of
from pellucid.modules.weight import Weight


def plain_slots(root: Layer) -> list[tuple[str, Layer, Weight]]:
    """Return weights by path with their layers, without the pairs of LoRA.

    >>> from pellucid import Sequential, layers
    >>> model = Sequential([layers.Input((8,)), layers.Dense(4, lora_rank=2, name="dense")])
    >>> [path for path, _, _ in plain_slots(model)]
    ['dense/kernel', 'dense/bias']
    """
    found = weights_of(root, with_layer=True)
    return [each for each in found if id(each[2]) not in _pair(each[1])]


def trains_plainly(layer: Layer, slot: Weight) -> bool:
    """Tell whether a weight is one that training would change if there were no LoRA."""
    return slot.trainable or is_adapted(layer, slot)


def is_adapted(layer: Layer, slot: Weight) -> bool:
    """Tell whether a weight is the frozen one of a layer with LoRA."""
    return bool(_pair(layer)) and slot is layer._weights[layer.adapted]  # pyright: ignore[reportAttributeAccessIssue]


def forget_changes(root: Layer, assigned: Iterable[Weight]) -> None:
    """Set what LoRA learned to nothing where the frozen weight was replaced: ``B`` becomes zero, ``A`` stays."""
    replaced = {id(slot) for slot in assigned}
    for _, layer in places(root):
        if _pair(layer) and id(layer._weights[layer.adapted]) in replaced:  # pyright: ignore[reportAttributeAccessIssue]
            slot = layer._weights[layer.pair_names[1]]  # pyright: ignore[reportAttributeAccessIssue]
            slot.assign(np.zeros(slot.shape, slot.dtype))


def _pair(layer: Any) -> set[int]:
    enabled = getattr(layer, "lora_enabled", False) is True
    return {id(layer._weights[name]) for name in layer.pair_names} if enabled else set()
