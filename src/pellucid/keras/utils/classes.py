"""Labels and rows as arrays: one-hot vectors, and vectors of length one."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import DataError
from pellucid.keras.operation import operation
from pellucid.keras.tensor import Tensor


def to_categorical(x: Any, num_classes: int | None = None, dtype: Any = None) -> Any:
    """Return a one-hot vector for each label.

    Args:
        x: Whole numbers from 0, any shape; a last axis of size 1 is dropped.
        num_classes: The length of the vectors; the largest label plus one when omitted.
        dtype: Of the result; float64 when omitted, as in Keras 3 (Keras 2 gave float32).

    Returns:
        Shape (*labels, num_classes): NumPy, or a tensor for a tensor.

    >>> to_categorical([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    labels = np.asarray(x).astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    count = int(num_classes) if num_classes else int(labels.max(initial=-1)) + 1
    if labels.size and not 0 <= labels.min() <= labels.max() < count:
        raise DataError(
            "to_categorical",
            f"labels must be from 0 to {count - 1} with num_classes={count}, but they go from {labels.min()} to "
            f"{labels.max()}.",
            f"num_classes={labels.max() + 1}"
            if labels.min() >= 0
            else "np.unique(y, return_inverse=True)[1]",
        )
    found = np.zeros(
        (labels.size, count), dtype or (np.float32 if isinstance(x, Tensor) else float)
    )
    found[np.arange(labels.size), labels.ravel()] = 1
    found = found.reshape(*labels.shape, count)
    return Tensor(found) if isinstance(x, (Tensor, jax.Array)) else found


def normalize(x: Any, axis: int = -1, order: Any = 2) -> Any:
    """Divide by the length along an axis, so that it becomes one.

    Args:
        x: An array or tensor.
        axis: The axis of the vectors.
        order: Of the norm; 2 is the usual length.

    >>> normalize(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    if isinstance(x, (Tensor, jax.Array)):
        return _normalize(x, axis=axis, order=order)
    array = np.asarray(x)
    length = np.linalg.norm(array, order, axis, keepdims=True)
    return array / np.where(length == 0, 1, length)


@operation
def _normalize(x: Any, axis: int, order: Any) -> jax.Array:
    length = jnp.linalg.norm(x, order, axis, keepdims=True)
    return x / jnp.where(length == 0, 1, length)
