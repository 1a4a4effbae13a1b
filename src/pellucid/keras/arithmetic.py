"""What Python's operators on tensors do: one operation each."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.dtypes import host_dtype
from pellucid.keras.operation import operation
from pellucid.keras.tensor import as_array

__all__ = [
    "absolute", "add", "cast", "divide", "equal", "floor_divide", "get_item", "greater", "greater_equal", "less",
    "less_equal", "logical_and", "logical_not", "logical_or", "logical_xor", "matmul", "mean", "multiply", "negative",
    "not_equal", "power", "remainder", "reshape", "subtract", "sum", "transpose",
]  # fmt: skip

absolute = operation(jnp.absolute)
add = operation(jnp.add)
divide = operation(jnp.divide)
equal = operation(jnp.equal)
floor_divide = operation(jnp.floor_divide)
greater = operation(jnp.greater)
greater_equal = operation(jnp.greater_equal)
less = operation(jnp.less)
less_equal = operation(jnp.less_equal)
logical_and = operation(jnp.logical_and)
logical_not = operation(jnp.logical_not)
logical_or = operation(jnp.logical_or)
logical_xor = operation(jnp.logical_xor)
matmul = operation(jnp.matmul)
mean = operation(jnp.mean)
multiply = operation(jnp.multiply)
negative = operation(jnp.negative)
not_equal = operation(jnp.not_equal)
power = operation(jnp.power)
remainder = operation(jnp.remainder)
reshape = operation(jnp.reshape)
subtract = operation(jnp.subtract)
sum = operation(jnp.sum)
transpose = operation(jnp.transpose)


@operation
def cast(x: Any, dtype: Any) -> jax.Array:
    """Return ``x`` in another dtype."""
    return jnp.asarray(x).astype(host_dtype(np.dtype(str(dtype))))


@operation
def _take(x: Any, key: Any, *arrays: Any) -> Any:
    """Return ``x[key]``; arrays of the key come apart, for they are values."""
    places = iter(arrays)
    return x[tuple(next(places) if entry == "array" else _entry(entry) for entry in key)]


def get_item(x: Any, key: Any) -> Any:
    """Return ``x[key]`` for slices, numbers, ``...``, None, tensors and arrays of places or truth values."""
    entries = key if isinstance(key, tuple) else (key,)
    arrays = [entry for entry in entries if _is_array(entry)]
    if any(str(as_array(entry).dtype) == "bool" for entry in arrays):
        return x.value[tuple(as_array(e) if _is_array(e) else e for e in entries)]
    plain = tuple("array" if _is_array(entry) else _described(entry) for entry in entries)
    return _take(x, plain, *arrays)


def _is_array(entry: Any) -> bool:
    return hasattr(entry, "__array__") or isinstance(entry, list)


def _described(entry: Any) -> Any:
    """Return a hashable description of a slice; other entries are hashable as they are."""
    if not isinstance(entry, slice):
        return entry
    return (
        "slice",
        *(None if end is None else int(end) for end in (entry.start, entry.stop, entry.step)),
    )


def _entry(entry: Any) -> Any:
    return slice(*entry[1:]) if isinstance(entry, tuple) else entry
