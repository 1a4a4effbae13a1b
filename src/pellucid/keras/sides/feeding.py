"""Data as scripts hold them, to data as Pellucid takes them."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.late import late
from pellucid.keras.notices import say
from pellucid.keras.tensor import Tensor
from pellucid.training.streams import is_stream


def tensors_as_arrays(tree: Any) -> Any:
    """Return NumPy arrays for tensors, in lists, tuples and dicts too."""
    return jax.tree.map(lambda leaf: np.asarray(leaf) if isinstance(leaf, Tensor) else leaf, tree)


def as_data(x: Any) -> Any:
    """Return inputs without tensors; streams stay as they are."""
    return x if is_stream(x) else tensors_as_arrays(x)


def whole_data(x: Any, y: Any, given: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Return data sets that have the same rows in every pass as arrays: then the training is one program."""
    given = dict(given)
    found = None if given.get("steps_per_epoch") else _whole(x)
    if found is not None:
        x, y, weight = (*_parts(found.rows), None, None)[:3]
        given |= {
            "batch_size": found.batch_size,
            "shuffle": found.shuffled,
            "sample_weight": weight,
        }
    checked = None if given.get("validation_steps") else _whole(given.get("validation_data"))
    if checked is not None:
        given["validation_data"] = _parts(checked.rows)
    return as_data(x), y, given


def _whole(data: Any) -> Any:
    return late("tensorflow.data.whole").whole(data) if hasattr(data, "as_numpy_iterator") else None


def _parts(rows: Any) -> tuple[Any, ...]:
    return tuple(rows) if isinstance(rows, tuple) else (rows,)


def held_out(x: Any, y: Any, given: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Split the last rows off for ``validation_split``, as Keras does, and unpack validation data of tensors."""
    share = given.pop("validation_split", 0.0) or 0.0
    if given.get("validation_data") is not None:
        data = given["validation_data"]
        if isinstance(data, (tuple, list)):
            given["validation_data"] = tuple(tensors_as_arrays(part) for part in data)
        return x, y, given
    if not share:
        return x, y, given
    if is_stream(x):
        raise ArgumentError(
            "fit",
            "`validation_split` needs arrays; data that come in batches cannot be split.",
            "model.fit(train, validation_data=valid)",
        )
    weight = tensors_as_arrays(given.get("sample_weight"))
    x, y = rows_as_arrays(x), rows_as_arrays(y)
    rows = len(jax.tree.leaves(x)[0])
    first = int(rows * (1.0 - share))

    def part(tree: Any, where: slice) -> Any:
        return jax.tree.map(lambda array: array[where], tree)

    kept, held = slice(None, first), slice(first, None)
    validation = [part(x, held), part(y, held)]
    if weight is not None:
        weight = np.asarray(weight)
        validation.append(weight[held])
        given["sample_weight"] = weight[kept]
    given["validation_data"] = tuple(validation)
    return part(x, kept), part(y, kept), given


def targets_of(y: Any) -> Any:
    """Return targets without tensors; a list of one array is that array, and an empty one stands for no targets."""
    y = tensors_as_arrays(y)
    if isinstance(y, (list, tuple)) and not y:
        return None
    alone = isinstance(y, (list, tuple)) and len(y) == 1 and getattr(y[0], "shape", ()) != ()
    return y[0] if alone else y


def class_weights_of(weights: Any) -> Any:
    """Return class weights as a dict: scikit-learn's array in the order of the classes, Keras 1's word ``"auto"``."""
    if isinstance(weights, str) and weights == "auto":
        say("class_weight auto", "`class_weight='auto'` is `class_weight='balanced'` here.")
        return "balanced"
    several = isinstance(weights, (list, tuple, np.ndarray)) and np.ndim(weights[0]) == 0
    return dict(enumerate(weights)) if several and not isinstance(weights[0], dict) else weights


def rows_as_arrays(tree: Any) -> Any:
    """Return arrays for data frames and lists of numbers or texts; lists of arrays stay lists."""
    if tree is None or isinstance(tree, np.ndarray):
        return numbers_of(tree)
    if isinstance(tree, dict):
        return {name: rows_as_arrays(each) for name, each in tree.items()}
    if (
        isinstance(tree, (list, tuple))
        and tree
        and hasattr(tree[0], "shape")
        and np.ndim(tree[0]) > 0
    ):
        return type(tree)(rows_as_arrays(each) for each in tree)
    return numbers_of(np.asarray(tree))


def numbers_of(array: Any) -> Any:
    """Return floats for an array of objects that are numbers, as a table of numbers and truth values is one.

    >>> numbers_of(np.array([[1.5, True]], dtype=object)).tolist()
    [[1.5, 1.0]]
    """
    if array is None or array.dtype != object or not array.size:
        return array
    numbers = all(isinstance(each, (int, float, np.number, np.bool_)) for each in array.flat)
    return array.astype("float32") if numbers else array
