"""``tf.compat.v1.data``: what the elements of a data set are, as TensorFlow 1 asked for it; and ``tf.data`` itself."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.keras.tensorflow import data


def __getattr__(name: str) -> Any:
    return getattr(data, name)


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """Return the shapes of the elements."""
    return jax.tree.map(lambda spec: spec.shape, dataset_or_iterator.element_spec)


def get_output_types(dataset_or_iterator: Any) -> Any:
    """Return the dtypes of the elements."""
    return jax.tree.map(lambda spec: spec.dtype, dataset_or_iterator.element_spec)
