"""Numbers that stand for rows of one feature: Keras takes ``(rows,)`` where a model wants ``(rows, 1)``."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.keras.notices import say
from pellucid.keras.sides.feeding import rows_as_arrays
from pellucid.keras.sides.surface import is_shape
from pellucid.keras.tensor import Tensor
from pellucid.training.streams import is_stream

ARRAYS = (np.ndarray, jax.Array, Tensor)


def fitting(model: Any, x: Any) -> Any:
    """Return inputs with the rank that the model was built for, as Keras makes them fit.

    Args:
        model: A Sequential or a graph; a class of a script's own has no shapes to compare with, and takes ``x`` as it
            is.
        x: Arrays, in lists, tuples or dicts; or a stream, which stays as it is.

    Returns:
        Arrays with one axis too few where the last size is 1 get that axis; arrays whose last axis is 1, and one too
        many, lose it. Single numbers are rows of one feature to a model without shapes too.
    """
    shapes = _shapes(model)
    if shapes is None or is_stream(x) or x is None:
        return x
    many = isinstance(x, (list, tuple)) and len(shapes) == len(x) > 1
    x = [rows_as_arrays(part) for part in x] if many else rows_as_arrays(x)
    if isinstance(x, (list, tuple)) and len(x) == len(shapes) == 1:
        x = x[0]
    leaves, structure = jax.tree.flatten(x)
    if not leaves or not all(isinstance(leaf, (np.ndarray, jax.Array)) for leaf in leaves):
        return x
    wanted = shapes if len(shapes) == len(leaves) else [None] * len(leaves)
    return jax.tree.unflatten(
        structure, [_fit(leaf, shape) for leaf, shape in zip(leaves, wanted, strict=True)]
    )


def fitting_call(model: Any, inputs: Any) -> Any:
    """Return what a model is called on with the rank that it was built for: arrays or tensors, in their structure."""
    shapes = _shapes(model)
    leaves, structure = jax.tree.flatten(inputs)
    if shapes is None or len(shapes) != len(leaves):
        return inputs
    known = [
        _ranked(leaf, shape) if shape is not None and isinstance(leaf, ARRAYS) else leaf
        for leaf, shape in zip(leaves, shapes, strict=True)
    ]
    return jax.tree.unflatten(structure, known)


def _shapes(model: Any) -> list[Any] | None:
    """Return the shapes of the inputs; nothing for each one that is not known, None for a class of a script's own."""
    if "_symbolic" not in vars(model):
        return None
    found = model.input_shape
    if found is None:
        return [None]
    return jax.tree.leaves(found, is_leaf=is_shape)


def _fit(leaf: Any, shape: Any) -> Any:
    if leaf.dtype.kind not in "biuf":
        return leaf
    unknown = (None, 1) if leaf.ndim == 1 else leaf.shape
    found = _ranked(leaf, unknown if shape is None else shape)
    if found.ndim > leaf.ndim:
        say("single numbers", "rows of one feature are given as `x[:, None]`, of shape (rows, 1).")
    return found


def _ranked(leaf: Any, shape: Any) -> Any:
    """Return an array with an axis of one at the end if only that lacks, or without it if it is one too much."""
    if leaf.ndim == len(shape) - 1 and shape[-1] == 1:
        return leaf[..., None]
    return leaf[..., 0] if leaf.ndim == len(shape) + 1 and leaf.shape[-1] == 1 else leaf
