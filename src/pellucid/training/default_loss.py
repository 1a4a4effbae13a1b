"""The loss that follows from the last layer and the targets, when none was given; the choice is said, never hidden."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid import losses
from pellucid.core.errors import TargetError
from pellucid.data.head import Head


def choose_loss(head: Head, y: Any) -> tuple[Any, str]:
    """Return a loss object and the sentence that says why.

    Args:
        head: The last layer.
        y: The targets as the user gave them.

    Raises:
        TargetError: The last layer does not say what the task is.
    """
    targets = np.asarray(y)
    one_hot = targets.ndim == len(head.shape) + 1 and targets.shape[-1:] == head.shape[-1:]
    if head.activation == "softmax":
        name = "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"
    elif head.activation == "sigmoid":
        name = "binary_crossentropy"
    elif head.activation == "linear" and targets.dtype.kind == "f":
        name = "mean_squared_error"
    else:
        raise TargetError(
            f"{head.describe()}",
            "no loss was given, and last layer and targets leave open which it should be.",
            "model.compile(loss='mean_squared_error') for numbers; Dense(classes, activation='softmax') for classes",
        )
    return losses.get(name), f"loss: {name}, chosen from {head.describe()} and the targets"
