"""What layers ask of their inputs: floats, a feature axis, as many features as at the build."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.core.specs import Shape, shape_in_words
from pellucid.modules import Layer


def as_float(inputs: Any, layer: Layer) -> jax.Array:
    """Return the inputs in the layer's dtype; images of whole numbers become floats here.

    >>> as_float(jnp.array([255], "uint8"), Layer())
    Array([255.], dtype=float32)
    """
    return jnp.asarray(inputs, jax.dtypes.canonicalize_dtype(layer.dtype))


def who(layer: Layer) -> str:
    """Name a layer for messages, by its path inside a model: ``"Dense 'dense_1'"``."""
    return f"{type(layer).__name__} '{layer._path or layer.name}'"


def require_feature_axis(layer: Layer, shape: Shape) -> None:
    """Refuse a shape that has a batch axis only.

    Raises:
        ShapeError: The shape has fewer than two axes.
    """
    if len(shape) < 2:
        raise ShapeError(
            who(layer),
            f"it needs rows of features, shape (batch, features), but it got {shape_in_words(shape)}.",
            "x[:, None] makes each number a row of one feature; x[None] makes all of them one row",
        )


def require_size(layer: Layer, shape: Shape, axis: int, size: int) -> None:
    """Refuse inputs whose ``axis`` does not have the size that the weights were built for.

    Raises:
        ShapeError: The axis is missing or has another size.
    """
    # Axis 0 counts the samples, so a row without a batch is refused even if its length happens to fit.
    there = -len(shape) < axis < len(shape)
    if there and shape[axis] == size:
        return
    built = (
        f"rows of {size} features" if axis in (-1, 1) else f"inputs of size {size} on axis {axis}"
    )
    raise ShapeError(
        who(layer),
        f"it was built for {built}, but it got {shape_in_words(shape)}.",
        _repair(layer, shape, size),
    )


def _repair(layer: Layer, shape: Shape, size: int) -> str:
    inner = [1 if each is None else each for each in shape[1:]]
    if len(inner) > 1 and math.prod(inner) == size:
        return "put layers.Flatten() before it, or give x.reshape(len(x), -1)"
    if not inner and shape[:1] == (size,):
        return "x[None] makes one row of it: the first axis counts the samples"
    if not inner:
        return "x[:, None] makes each number a row of one feature"
    return (
        f"give inputs with {size} features, or make a fresh layer for others: {layer.name}.clone()"
    )
