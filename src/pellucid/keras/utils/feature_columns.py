"""Columns as a ``FeatureSpace`` is given them: values of one batch or one sample, and data sets to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import ArgumentTypeError, DataError
from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.data.dataset import Dataset
from pellucid.keras.tensorflow.data.source import Source
from pellucid.keras.tensorflow.text import Text, holds_text
from pellucid.layers.preprocessing.rows import is_wide

TEXT = "string"
BATCH = 32
"""Rows in a batch of a data set that has none; Keras's number, on which learned boundaries depend a little."""


def columns(owner: str, dtypes: dict[str, str], data: Any) -> tuple[dict[str, Any], bool]:
    """Return the values of features as arrays of at least two axes, and whether they are of one sample.

    Args:
        owner: Who complains.
        dtypes: The features by name, each with its dtype.
        data: What was given: a dict of numbers, texts, lists, arrays or tensors.

    Raises:
        ArgumentTypeError: It is no dict.
        DataError: Columns that lack or that are not known; values of another dtype; columns of different lengths.
    """
    if not isinstance(data, dict):
        raise ArgumentTypeError(
            owner,
            f"it is called with a dict of columns, but a {type(data).__name__} came.",
            "dataset.map(feature_space)" if isinstance(data, Dataset) else "feature_space(dict(x))",
        )
    require_columns(owner, dtypes, data, only=True)
    found = {name: _values(owner, name, data[name], dtype) for name, dtype in dtypes.items()}
    single = any(array.ndim == 0 for array in found.values())
    found = {name: _with_axes(array) for name, array in found.items()}
    lengths = {name: array.shape[0] for name, array in found.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(owner, f"its columns have different numbers of rows: {lengths}.")
    return found, single


def require_columns(owner: str, names: Iterable[str], data: Any, only: bool) -> None:
    """Refuse data that lack one of the names, or, with ``only``, that hold more."""
    lacking = [name for name in names if name not in data]
    if lacking:
        raise DataError(
            owner,
            f"the data lack {_listed(lacking)}; they hold {_listed(list(data))}.",
            "give a dict with a column for each feature",
        )
    surplus = [name for name in data if name not in set(names)]
    if surplus and only:
        raise DataError(
            owner,
            f"the data hold {_listed(surplus)}, which no feature is called.",
            "feature_space({name: data[name] for name in feature_space.features})",
        )


def _listed(names: list[Any]) -> str:
    return ", ".join(map(repr, names[:5])) + (", ..." if len(names) > 5 else "")


def _values(owner: str, name: str, value: Any, dtype: str) -> Any:
    """Return a column as an array of the feature's dtype; text stays on the host."""
    text = holds_text(value)
    if not text and not isinstance(value, (Tensor, jax.Array)):
        value = np.asarray(value)
        value = np.array(value.tolist()) if value.dtype == object else value
        text = holds_text(value)
    if text != (dtype == TEXT):
        raise DataError(
            owner,
            f"feature '{name}' has dtype {dtype}, but {'text' if text else 'numbers'} came.",
            "'string_categorical' or 'string_hashed' for text"
            if text
            else f"{{'{name}': [str(value) for value in values]}}",
        )
    if text:
        return np.asarray(value.numpy() if isinstance(value, Text) else value, object)
    array = value.value if isinstance(value, Tensor) else value
    return _whole(owner, name, array) if "int" in dtype else array.astype(dtype)


def _whole(owner: str, name: str, array: Any) -> Any:
    """Return integers; refuse numbers beyond 32 bits, which programs do not have, and at the prompt fractions."""
    problem = None
    if is_wide(array):
        problem = "numbers beyond 32 bits, which programs do not have"
    elif array.dtype.kind == "f" and not isinstance(array, Tracer):
        wrong = np.asarray(array)[np.asarray(array) != np.floor(array)]
        problem = f"{wrong[0]}, which is no whole number" if wrong.size else None
    if problem:
        raise DataError(
            owner,
            f"feature '{name}' takes integers, but it holds {problem}.",
            "'float_discretized' for measured numbers"
            if array.dtype.kind == "f"
            else f"'string_hashed' with {{'{name}': values.astype(str)}}: the bins are those of the integers",
        )
    return array if array.dtype.kind in "iu" else array.astype("int32")


def _with_axes(array: Any) -> Any:
    return (
        array.reshape((1, 1)) if array.ndim == 0 else array[:, None] if array.ndim == 1 else array
    )


class Column(Source):
    """One column of a data set of dicts, with a last axis of one if it has none.

    Args:
        source: Where the dicts come from.
        name: The column's name.
    """

    def __init__(self, source: Source, name: str):
        self.source = source
        self.name = name

    def elements(self) -> Iterator[Any]:
        for element in self.source.elements():
            values = np.asarray(element[self.name])
            values = values.astype(object) if values.dtype.kind in "SU" else values
            yield values[..., None] if values.ndim < 2 else values

    def size(self) -> int:
        return self.source.size()


def batches(owner: str, names: list[str], data: Any) -> Dataset:
    """Return what ``adapt`` was given as a data set of batches that is read once, however often it is gone through.

    Args:
        owner: Who complains.
        names: The columns that layers learn from.
        data: What was given.

    Raises:
        ArgumentTypeError: It is neither a data set of dicts nor a dict.
        DataError: A column lacks.
    """
    if isinstance(data, dict):
        data = Dataset.from_tensor_slices(data)
    if not isinstance(data, Dataset):
        raise ArgumentTypeError(
            owner,
            f"`adapt` takes a tf.data.Dataset of dicts, or a dict of columns, but a {type(data).__name__} came.",
            "feature_space.adapt(dict(frame))",
        )
    data = data.cache()
    spec = data.element_spec
    if not isinstance(spec, dict):
        raise ArgumentTypeError(
            owner,
            "`adapt` takes a data set whose elements are dicts of columns alone, but its elements are "
            f"{type(spec).__name__}s.",
            "feature_space.adapt(dataset.map(lambda x, y: x))",
        )
    require_columns(owner, names, spec, only=False)
    single = any(len(spec[name].shape) == 0 for name in names)
    return data.batch(BATCH) if single else data
