"""The rows of the tables in Keras: the same layer, weights and inputs, and what comes out. Keras must run on PyTorch.

PyTorch computes at once and shares no code with JAX, so it is both the quicker and the better witness.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from layer_table.golden import fingerprint
from layer_table.rows import SAME, Row

from pellucid import layers
from pellucid.modules.tree import is_layer, weights_of
from pellucid.testing.case import Case

# What starts, penalises, constrains or freezes weights says nothing about outputs and gradients at given weights.
LEFT_OUT = ("_initializer", "_regularizer", "_constraint", "trainable")


def numbers(name: str, row: Row) -> np.ndarray:
    """Return Keras's numbers for a row, in the order of `golden.parts`."""
    import keras
    import torch

    with jax.enable_x64(True):
        case = Case(getattr(layers, name)(**row.arguments), row.inputs, dict(row.call))
        slots = weights_of(case.layer)
    arguments = (
        row.keras_arguments if row.keras_arguments is not None else translated(row.arguments)
    )
    theirs = getattr(keras.layers, name if row.keras == SAME else row.keras)(**arguments)
    leaves = [torch.tensor(leaf) for leaf in case.leaves]
    for i in case.moving:
        leaves[i].requires_grad_()
    first, more = case.arguments(case.unflatten(leaves))
    more = jax.tree.map(tensor, more)
    theirs(first, training=False, **more)
    arrays = {**case.first[0], **case.first[1]}
    variables = {}
    if theirs.weights or case.first[0]:  # what was given to Keras as an argument is no weight there
        theirs.set_weights([arrays[path] for path, _ in slots])
        variables = dict(zip((path for path, _ in slots), theirs.weights, strict=True))
    outputs = jax.tree.leaves(theirs(first, training=False, **more))
    values = [variables[path].value.requires_grad_() for path in case.first[0]]
    found = [np.array([fingerprint(case.inputs, list(arrays.values()))])]
    found += [leaf.detach().numpy() for leaf in outputs]
    if case.differentiable:
        score = sum(
            (leaf * torch.tensor(cotangent)).sum()
            for leaf, cotangent in zip(outputs, case.cotangent_leaves(), strict=True)
            if cotangent is not None
        )
        moving = [*values, *(leaves[i] for i in case.moving)]
        found += gradient(torch, score, moving)
    return np.concatenate([np.asarray(array, np.float64).ravel() for array in found])


def gradient(torch: Any, score: Any, moving: list[Any]) -> list[np.ndarray]:
    """Return the gradient by each tensor; zeros for those that the score does not depend on."""
    if not getattr(score, "requires_grad", False):
        return [np.zeros(tuple(each.shape)) for each in moving]
    slopes = torch.autograd.grad(score, moving, allow_unused=True)
    return [
        np.zeros(tuple(each.shape)) if slope is None else slope.numpy()
        for each, slope in zip(moving, slopes, strict=True)
    ]


def tensor(value: Any) -> Any:
    """Return an array as a tensor; anything else as it is."""
    import torch

    return torch.tensor(value) if isinstance(value, np.ndarray) else value


def translated(value: Any) -> Any:
    """Return arguments for Keras: layers become Keras's layers of the same name."""
    import keras

    if is_layer(value):
        return getattr(keras.layers, type(value).__name__)(**translated(value._arguments))
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if not str(key).endswith(LEFT_OUT)}
        return {key: translated(item) for key, item in kept.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(translated(item) for item in value)
    return value
