"""``metrics=["accuracy"]`` and ``loss="crossentropy"`` as Keras means them: the shapes decide which one it is."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

import pellucid
from pellucid.functional.measures import match_trailing
from pellucid.keras.sides.metric import MetricSide


class ShapeAccuracy(MetricSide, pellucid.metrics.MeanOfRows):  # pyright: ignore[reportIncompatibleVariableOverride]
    """Binary for one output, categorical for targets shaped as the outputs, else sparse categorical.

    Args:
        name: The name that was given, ``"accuracy"`` or ``"acc"``.
        dtype: Accepted.
    """

    def __init__(self, name: str = "accuracy", dtype: Any = None):
        super().__init__(name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return 1 for each row that is right, else 0."""
        y_true, y_pred = match_trailing(y_true, y_pred)
        if y_pred.shape[-1] == 1:
            # Targets other than 0 and 1 are never right, as in Keras: regressions show an accuracy of 0.
            return jnp.mean(y_true == (y_pred > 0.5).astype(y_true.dtype), axis=-1)
        if y_true.ndim < y_pred.ndim or y_true.shape[-1] == 1:
            return pellucid.metrics.sparse_categorical_accuracy(y_true, y_pred)
        return pellucid.metrics.categorical_accuracy(y_true, y_pred)


def crossentropy(y_true: Any, y_pred: Any) -> Array:
    """``loss="crossentropy"``: binary for one output, categorical for targets shaped as the outputs, else sparse."""
    y_true, y_pred = match_trailing(jnp.asarray(y_true), jnp.asarray(y_pred))
    if y_pred.shape[-1] == 1:
        return pellucid.losses.binary_crossentropy(y_true.reshape(y_pred.shape), y_pred)
    if y_true.shape == y_pred.shape:
        return pellucid.losses.categorical_crossentropy(y_true, y_pred)
    return pellucid.losses.sparse_categorical_crossentropy(y_true, y_pred)
