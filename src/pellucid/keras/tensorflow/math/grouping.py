"""Sums by group, counts, confusion matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.keras.operation import operation
from pellucid.keras.tensor import as_array
from pellucid.keras.tensorflow.dtypes import device_dtype
from pellucid.keras.tensorflow.static import integer


def _mean(data: Any, segment_ids: Any, num_segments: int) -> jax.Array:
    """Return the mean of each group; 0 for an empty one."""
    counts = jax.ops.segment_sum(jnp.ones(data.shape[:1], data.dtype), segment_ids, num_segments)
    sums = jax.ops.segment_sum(data, segment_ids, num_segments)
    return sums / jnp.maximum(counts, 1).reshape(-1, *(1,) * (data.ndim - 1))


def _grouped(
    name: str, function: Callable[..., Any], meaning: str
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Make ``tf.math.segment_<name>`` and ``tf.math.unsorted_segment_<name>``."""

    def compute(data: Any, segment_ids: Any, count: int) -> jax.Array:
        return function(jnp.asarray(data), jnp.asarray(segment_ids), num_segments=count)

    dispatched = operation(compute, f"segment_{name}")

    def in_order(data: Any, segment_ids: Any, name: str | None = None) -> Any:
        count = int(np.max(np.asarray(as_array(segment_ids)), initial=-1)) + 1
        return dispatched(data, segment_ids, count=count)

    def unsorted(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
        return dispatched(data, segment_ids, count=integer(num_segments))

    in_order.__name__, unsorted.__name__ = f"segment_{name}", f"unsorted_segment_{name}"
    in_order.__doc__ = (
        f"Return {meaning} of the rows with each group number; they must be in order."
    )
    unsorted.__doc__ = f"Return {meaning} of the rows with each group number, in any order."
    return in_order, unsorted


segment_sum, unsorted_segment_sum = _grouped("sum", jax.ops.segment_sum, "the sum")
segment_mean, unsorted_segment_mean = _grouped("mean", _mean, "the mean")
segment_max, unsorted_segment_max = _grouped("max", jax.ops.segment_max, "the largest number")
segment_min, unsorted_segment_min = _grouped("min", jax.ops.segment_min, "the smallest number")
segment_prod, unsorted_segment_prod = _grouped("prod", jax.ops.segment_prod, "the product")


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Any:
    """Return how often each whole number from 0 comes, ``tf.math.bincount``."""
    length = int(np.max(np.asarray(as_array(arr)), initial=-1)) + 1
    length = max(length, 0 if minlength is None else integer(minlength))
    length = length if maxlength is None else min(length, integer(maxlength))
    return _counts(arr, weights, length=length, dtype=device_dtype(dtype))


@operation
def _counts(arr: Any, weights: Any, length: int, dtype: str) -> jax.Array:
    flat = jnp.asarray(arr).ravel()
    kept = flat < length
    amounts = jnp.ones(flat.shape, dtype) if weights is None else jnp.asarray(weights).ravel()
    return jnp.zeros(length, amounts.dtype).at[flat].add(jnp.where(kept, amounts, 0), mode="drop")


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Any:
    """Return how often each class (row) was taken for each other (column), ``tf.math.confusion_matrix``."""
    if num_classes is None:
        both = (np.max(np.asarray(as_array(x)), initial=-1) for x in (labels, predictions))
        num_classes = max(map(int, both)) + 1
    return _confusion(
        labels, predictions, weights, classes=integer(num_classes), dtype=device_dtype(dtype)
    )


@operation
def _confusion(labels: Any, predictions: Any, weights: Any, classes: int, dtype: str) -> jax.Array:
    rows, columns = (jnp.asarray(x).ravel().astype("int32") for x in (labels, predictions))
    amounts = jnp.ones(rows.shape, dtype) if weights is None else jnp.asarray(weights, dtype)
    return jnp.zeros((classes, classes), dtype).at[rows, columns].add(amounts)


@operation
def in_top_k(targets: Any, predictions: Any, k: int, name: str | None = None) -> jax.Array:
    """Tell for each row whether its class is among the ``k`` likeliest, ``tf.math.in_top_k``."""
    scores = jnp.asarray(predictions)
    own = jnp.take_along_axis(scores, jnp.asarray(targets)[:, None], 1)
    return jnp.sum(scores > own, axis=1) < k


@operation
def invert_permutation(x: Any, name: str | None = None) -> jax.Array:
    """Return the permutation that undoes another, ``tf.math.invert_permutation``."""
    return jnp.argsort(jnp.asarray(x))


@operation
def zero_fraction(value: Any, name: str | None = None) -> jax.Array:
    """Return the share of zeros, ``tf.nn.zero_fraction``."""
    return jnp.mean((jnp.asarray(value) == 0).astype("float32"))
