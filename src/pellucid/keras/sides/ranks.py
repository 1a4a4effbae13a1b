"""Numbers that stand for rows of one feature: Keras takes ``(rows,)`` where a model wants ``(rows, 1)``."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.keras.notices import say
from pellucid.keras.sides.feeding import rows_as_arrays
from pellucid.keras.tensor import Tensor
from pellucid.training.streams import is_stream


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
    return jax.tree.unflatten(structure, list(map(_fit_call, leaves, shapes)))


def _fit_call(leaf: Any, shape: Any) -> Any:
    if shape is None or not isinstance(leaf, (np.ndarray, jax.Array, Tensor)):
        return leaf
    if leaf.ndim == len(shape) - 1 and shape[-1] == 1:
        return leaf[..., None]
    return leaf[..., 0] if leaf.ndim == len(shape) + 1 and leaf.shape[-1] == 1 else leaf


def _shapes(model: Any) -> list[Any] | None:
    """Return the shapes of the inputs; nothing for each one that is not known, None for a class of a script's own."""
    if "_symbolic" not in vars(model):
        return None
    found = model.input_shape
    if found is None:
        return [None]
    return jax.tree.leaves(found, is_leaf=_is_shape)


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(size is None or isinstance(size, int) for size in value)


def _fit(leaf: Any, shape: Any) -> Any:
    if leaf.dtype.kind not in "biuf":
        return leaf
    alone = leaf.ndim == 1 if shape is None else leaf.ndim == len(shape) - 1 and shape[-1] == 1
    if alone:
        say("single numbers", "rows of one feature are given as `x[:, None]`, of shape (rows, 1).")
        return leaf[..., None]
    if shape is not None and leaf.ndim == len(shape) + 1 and leaf.shape[-1] == 1:
        return leaf[..., 0]
    return leaf
