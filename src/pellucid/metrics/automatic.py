"""What the names "accuracy" and "crossentropy" mean beside given targets, predictions and loss."""

from __future__ import annotations

from typing import Any

from pellucid.metrics.accuracies import (
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
)
from pellucid.metrics.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from pellucid.metrics.metric import Metric

AUTOMATIC = ("accuracy", "acc", "crossentropy", "ce")


def form_of(loss: Any, y_true: Any, y_pred: Any) -> str:
    """Return "binary", "sparse" or "categorical": the form of a classification.

    A single output is binary; targets with an axis less than the predictions (or one column) are class numbers;
    else they are one-hot, unless the loss asks yes/no questions, one per output.
    """
    outputs = y_pred.shape[-1] if len(y_pred.shape) > 1 else 1
    if outputs == 1:
        return "binary"
    if len(y_true.shape) < len(y_pred.shape) or y_true.shape[-1] == 1:
        return "sparse"
    return "binary" if getattr(loss, "target", None) in ("binary", "sign") else "categorical"


def choose(name: str, loss: Any, y_true: Any, y_pred: Any) -> Metric:
    """Return the accuracy or cross-entropy that fits.

    Scores of a loss on logits or on signs mean yes above 0, not above 1/2.
    """
    form = form_of(loss, y_true, y_pred)
    logits = bool(getattr(loss, "from_logits", False))
    if name.lower() in ("accuracy", "acc"):
        if form == "binary":
            signed = logits or getattr(loss, "target", None) == "sign"
            return BinaryAccuracy(name=name, threshold=0.0 if signed else 0.5)
        kind = SparseCategoricalAccuracy if form == "sparse" else CategoricalAccuracy
        return kind(name=name)
    kinds = {
        "binary": BinaryCrossentropy,
        "sparse": SparseCategoricalCrossentropy,
        "categorical": CategoricalCrossentropy,
    }
    return kinds[form](name=name, from_logits=logits)
