"""Inputs and outputs of layers in lists, tuples and dicts; shapes are tuples themselves, and leaves here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from jax.experimental.sparse import BCOO


def is_shape(value: Any) -> bool:
    """Tell whether a value is one shape, not a list of them."""
    return isinstance(value, (list, tuple)) and all(
        size is None or isinstance(size, int) for size in value
    )


def map_shapes(function: Callable[..., Any], shapes: Any, *more: Any) -> Any:
    """Put ``function(shape, ...)`` in the place of every shape; the other trees have the same form."""
    if is_shape(shapes):
        return function(tuple(shapes), *more)
    if isinstance(shapes, dict):
        return {
            key: map_shapes(function, shapes[key], *(tree[key] for tree in more)) for key in shapes
        }
    return type(shapes)(map_shapes(function, *parts) for parts in zip(shapes, *more, strict=True))


def map_tensors(function: Callable[[Any], Any], tree: Any) -> Any:
    """Put ``function(tensor)`` in the place of every tensor."""
    if isinstance(tree, dict):
        return {key: map_tensors(function, part) for key, part in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(map_tensors(function, part) for part in tree)
    return function(tree)


def pairs(tensors: Any, expected: Any) -> Iterator[tuple[Any, Any]]:
    """Go through the tensors of a tree beside what is expected of them."""
    if isinstance(tensors, dict):
        for key in tensors:
            yield from pairs(tensors[key], expected[key])
    elif isinstance(tensors, (list, tuple)):
        for part, other in zip(tensors, expected, strict=True):
            yield from pairs(part, other)
    else:
        yield tensors, expected


def leaves(tree: Any) -> list[Any]:
    """Return the tensors of a tree."""
    return [leaf for leaf, _ in pairs(tree, tree)]


def arguments(shapes: Any) -> Any:
    """Name the inputs that a dict of shapes stands for: ``inputs_shape`` is the shape of ``inputs``."""
    if isinstance(shapes, dict):
        return {key.removesuffix("_shape"): part for key, part in shapes.items()}
    return shapes


def symbolic_inputs(shapes: Any, dtypes: Any, sparse: bool, ragged: bool) -> Any:
    """Make symbolic tensors."""
    kinds = {name: True for name, wanted in (("sparse", sparse), ("ragged", ragged)) if wanted}
    return arguments(
        map_shapes(
            lambda shape, dtype: keras.KerasTensor(shape, dtype=dtype, **kinds), shapes, dtypes
        )
    )


def eager_inputs(shapes: Any, dtypes: Any, sparse: bool) -> Any:
    """Make tensors of numbers between 0 and 3; sparse ones of JAX if asked for."""
    source = np.random.default_rng(1)

    def numbers(shape: tuple[int, ...], dtype: str) -> Any:
        values = (3 * source.random(shape)).astype("float32")
        return _sparse(values, dtype) if sparse else keras.ops.cast(values, dtype)

    return arguments(map_shapes(numbers, shapes, dtypes))


def _sparse(values: np.ndarray, dtype: str) -> Any:
    return BCOO.fromdense((values * (values < 2)).astype(dtype), n_batch=1)
