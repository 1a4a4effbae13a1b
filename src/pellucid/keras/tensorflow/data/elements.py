"""Elements of data sets: NumPy arrays, numbers and bytes, in tuples and dicts.

Terms: an *element* is a structure of leaves on the host. What user code is given is the same structure *shown* as
tensors. A *stack* is several elements in one structure, each leaf with a new first axis.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import DataError
from pellucid.keras.tensor import Tensor, TensorShape
from pellucid.keras.tensorflow.asking import TensorSpec
from pellucid.keras.tensorflow.dtypes import host_array
from pellucid.keras.tensorflow.text import Text, holds_text, texts


def mapped(function: Callable[..., Any], *trees: Any) -> Any:
    """Apply a function to the leaves of structures of one form; dicts keep their order.

    >>> mapped(lambda a, b: a + b, (1, {"x": 2}), (10, {"x": 20}))
    (11, {'x': 22})
    """
    first = trees[0]
    if isinstance(first, dict):
        return {key: mapped(function, *(tree[key] for tree in trees)) for key in first}
    if isinstance(first, tuple) and not isinstance(first, TensorShape):
        parts = [mapped(function, *parts) for parts in zip(*trees, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts)
    return function(*trees)


def leaves(tree: Any) -> list[Any]:
    """Return the leaves of a structure in order.

    >>> leaves((1, {"x": 2}))
    [1, 2]
    """
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in leaves(part)]
    if isinstance(tree, tuple) and not isinstance(tree, TensorShape):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


def on_host(value: Any) -> Any:
    """Return what user code gave as an element.

    >>> on_host((Tensor([1.0]), 2, "a"))
    (array([1.], dtype=float32), array(2, dtype=int32), b'a')
    """
    return mapped(_leaf_on_host, value)


def _leaf_on_host(value: Any) -> Any:
    if hasattr(value, "source"):
        return value.source
    if value is None:
        return None
    if holds_text(value):
        found = texts(value)
        return found if found.shape else found[()]
    if isinstance(value, list):
        parts = [_leaf_on_host(part) for part in value]
        return host_array(np.stack(parts)) if parts else np.zeros(0, np.float32)
    return _numbers_or_texts(value)


def _numbers_or_texts(value: Any) -> np.ndarray:
    """Return an array of numbers, or of bytes; columns of data frames may be either."""
    if holds_text(value):
        return texts(value)
    array = host_array(value)
    return texts(array) if array.dtype == object else array


def shown(element: Any, as_dataset: Callable[[Any], Any]) -> Any:
    """Return an element as user code sees it: tensors, text, and data sets where sources stand."""
    return mapped(lambda leaf: _leaf_shown(leaf, as_dataset), element)


def _leaf_shown(leaf: Any, as_dataset: Callable[[Any], Any]) -> Any:
    if is_text(leaf):
        return Text(leaf)
    if leaf is None:
        return None
    return as_dataset(leaf) if hasattr(leaf, "elements") else Tensor(jnp.asarray(leaf))


def is_text(leaf: Any) -> bool:
    """Tell whether a leaf is text."""
    return isinstance(leaf, bytes) or (isinstance(leaf, np.ndarray) and leaf.dtype == object)


def is_numbers(leaf: Any) -> bool:
    """Tell whether a leaf is numbers that a program can compute with."""
    return isinstance(leaf, (np.ndarray, np.generic)) and not is_text(leaf)


def stacked(elements: list[Any]) -> Any:
    """Return elements in one structure with a new first axis.

    Raises:
        DataError: Their shapes differ.
    """
    return mapped(lambda *parts: _stacked_leaf(parts), *elements)


def _stacked_leaf(parts: tuple[Any, ...]) -> Any:
    first = parts[0]
    if isinstance(first, bytes):
        found = np.empty(len(parts), object)
        found[:] = parts
        return found
    if isinstance(first, np.generic):
        return np.asarray(parts)
    if first is None:
        return None
    try:
        return np.stack(parts)
    except ValueError as wrong:
        shapes = ", ".join(dict.fromkeys(str(part.shape) for part in parts))
        raise DataError(
            "tf.data",
            f"elements of different shapes cannot be put into one batch: {shapes}.",
            "dataset.padded_batch(batch_size), or give them one shape in `map`",
        ) from wrong


def joined(stacks: list[Any]) -> Any:
    """Return several stacks as one."""
    return mapped(lambda *parts: None if parts[0] is None else np.concatenate(parts), *stacks)


def rows(stack: Any, place: Any) -> Any:
    """Return one element of a stack, or for several places a smaller stack."""
    return mapped(lambda leaf: None if leaf is None else leaf[place], stack)


def unstacked(stack: Any) -> list[Any]:
    """Return the elements of a stack.

    >>> unstacked((np.array([1, 2]), np.array([3, 4]))) == [(1, 3), (2, 4)]
    True
    """
    if isinstance(stack, np.ndarray):
        return list(stack)
    if type(stack) is tuple and all(isinstance(leaf, np.ndarray) for leaf in stack):
        return list(zip(*stack, strict=True))
    return [rows(stack, place) for place in range(count(stack))]


def count(stack: Any) -> int:
    """Return how many elements a stack holds."""
    return next(len(leaf) for leaf in leaves(stack) if leaf is not None)


def spec_of(element: Any) -> Any:
    """Return the description of an element."""
    return mapped(_leaf_spec, element)


def _leaf_spec(leaf: Any) -> Any:
    if hasattr(leaf, "elements") or leaf is None:
        return leaf
    if is_text(leaf):
        return TensorSpec(np.shape(leaf) if isinstance(leaf, np.ndarray) else (), "string")
    return TensorSpec(leaf.shape, leaf.dtype)


def row_spec(leaf: Any) -> Any:
    """Return the description of one row of an array."""
    return TensorSpec(leaf.shape[1:], "string" if is_text(leaf) else leaf.dtype)


def as_table(value: Any) -> Any:
    """Return the rows of a structure: lists are arrays, and so are columns of data frames.

    Raises:
        DataError: The leaves are not of one length, or there is none.
    """
    table = mapped(_leaf_table, value)
    lengths = {len(leaf) if np.ndim(leaf) else None for leaf in leaves(table)}
    if len(lengths) != 1 or None in lengths:
        said = ", ".join(str(np.shape(leaf)) for leaf in leaves(table))
        raise DataError(
            "tf.data.Dataset.from_tensor_slices",
            f"all arrays must have the same number of rows, but their shapes are {said}.",
            "tf.data.Dataset.from_tensor_slices((x, y))",
        )
    return table


def _leaf_table(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], (Tensor, jax.Array)):
        return _leaf_on_host(value)
    return _numbers_or_texts(value)
