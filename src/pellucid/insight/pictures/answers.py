"""What a classifier answers, in one form for all: true classes, a probability for each class, labels.

One sigmoid unit and two softmax units are the same question; integers, one-hot rows and text are the same targets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pellucid import losses
from pellucid.core.errors import ArgumentError, ShapeError, TargetError
from pellucid.data.arrays import check_length
from pellucid.data.head import Head
from pellucid.data.targets import fit_targets
from pellucid.training.compiled import of_one
from pellucid.training.prepare import match_inputs, prepare_inputs

CLASS_TARGETS = ("class_index", "one_hot", "distribution")
YES_OR_NO = ("sigmoid", "hard_sigmoid", "sparse_sigmoid", "step")


@dataclass(frozen=True)
class Reading:
    """How the outputs of a model are to be read.

    Attributes:
        kind: ``"binary"`` (one unit, the probability of the second class), ``"classes"`` (a probability each),
            ``"score"`` (one unit, its sign decides) or ``"numbers"`` (one unit, no classes).
        logits: Whether the outputs are to go through a sigmoid or softmax first, because the loss takes logits.
        head: The last layer.
    """

    kind: str
    logits: bool
    head: Head

    @property
    def classes(self) -> int:
        """How many classes there are; 0 for numbers."""
        return {"numbers": 0, "classes": self.head.shape[-1] if self.head.shape else 0}.get(
            self.kind, 2
        )

    def values(self, outputs: Any) -> np.ndarray:
        """Return one number per row, or of several classes the probabilities, (rows, classes), as float64."""
        outputs = np.asarray(outputs, np.float64)
        if self.kind == "classes":
            return softmax(outputs) if self.logits else outputs
        outputs = outputs.reshape(len(outputs))
        return 1 / (1 + np.exp(-outputs)) if self.logits else outputs

    def probabilities(self, outputs: Any) -> np.ndarray | None:
        """Return a probability for each class, (rows, classes); None where scores and numbers have none."""
        if self.kind in ("score", "numbers"):
            return None
        values = self.values(outputs)
        return values if values.ndim == 2 else np.stack([1 - values, values], axis=1)

    def predicted(self, outputs: Any) -> np.ndarray:
        """Return the number of the class that each row is taken for."""
        values = self.values(outputs)
        if self.kind == "classes":
            return values.argmax(-1)
        return (values > (0.0 if self.kind == "score" else 0.5)).astype(int)


@dataclass(frozen=True)
class Answers:
    """The answers of a classifier to some rows.

    Attributes:
        true: The number of each row's class, (rows,).
        predicted: The number of the class that it was taken for, (rows,).
        probability: A probability for each class, (rows, classes), or None where the model gives scores.
        labels: The classes' labels as text.
    """

    true: np.ndarray
    predicted: np.ndarray
    probability: np.ndarray | None
    labels: tuple[str, ...]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return ``exp(z_k) / sum_j exp(z_j)`` along the last axis.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def reading_of(who: str, model: Any, x: Any) -> tuple[Reading, Any]:
    """Return how the model's outputs are read, and the inputs as arrays.

    Raises:
        ArgumentError: The model has several outputs.
        ShapeError: It gives several numbers per row that are no classes, or a series of answers.
    """
    inputs = prepare_inputs(model, x)
    outputs, _ = match_inputs(model, inputs)
    name = f"{type(model).__name__} '{model.name}'"
    if outputs.names is not None:
        raise ArgumentError(
            who,
            f"{name} has several outputs: {', '.join(outputs.names)}.",
            "a model of one of them: pellucid.Model(model.inputs, model.outputs[0])",
        )
    head = outputs.heads
    loss = _loss(model, head)
    target, logits = getattr(loss, "target", None), bool(getattr(loss, "from_logits", False))
    if len(head.shape) > 1:
        raise ShapeError(
            who, f"{name} answers with shape {head.shape} per row; one answer per row is needed."
        )
    logits = logits and head.activation not in ("sigmoid", "softmax")
    if head.shape in ((), (1,)):
        return Reading(_kind_of_one(head, target), logits, head), inputs
    if head.activation == "softmax" or target in CLASS_TARGETS:
        return Reading("classes", logits, head), inputs
    raise ShapeError(
        who,
        f"{name} gives {head.shape[-1]} numbers per row that are no probabilities of classes "
        f"(its last activation is {head.activation or 'not known'}).",
        f"Dense({head.shape[-1]}, activation='softmax')",
    )


def _kind_of_one(head: Head, target: str | None) -> str:
    if target == "sign" or head.activation == "sign":
        return "score"
    return "binary" if head.activation in YES_OR_NO or target == "binary" else "numbers"


def _loss(model: Any, head: Head) -> Any:
    session = model._session
    if session is None:
        return None
    return of_one("loss", session.compiled.loss, head.layer) or session.loss


def true_classes(
    who: str, model: Any, reading: Reading, inputs: Any, y: Any
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the number of each row's class and the labels.

    Args:
        who: The function, for messages.
        model: The model; its ``classes`` say what the labels mean.
        reading: How its outputs are read.
        inputs: The rows, for their number.
        y: Targets: labels of any kind, or one-hot rows.

    Raises:
        TargetError: The targets do not fit the model's classes.
    """
    check_length(inputs, y, "y")
    several = reading.kind == "classes"
    loss = losses.SparseCategoricalCrossentropy() if several else losses.BinaryCrossentropy()
    head = replace(reading.head, activation="softmax" if several else "sigmoid")
    fitted = fit_targets(y, head=head, loss=loss, classes=model.classes)
    true = np.asarray(fitted.array).reshape(len(fitted.array))
    if not np.isin(true, np.arange(reading.classes)).all():
        raise TargetError(
            who,
            "y holds probabilities, but a class per row is needed: 0 or 1.",
            "y = (y > 0.5).astype(int)",
        )
    labels = model.classes if model.classes is not None else fitted.classes
    names = range(reading.classes) if labels is None else labels
    return true.astype(int), tuple(str(label) for label in names)


def answers_of(who: str, model: Any, x: Any, y: Any) -> Answers:
    """Ask a classifier about all rows.

    Args:
        who: The function, for messages.
        model: A model with one sigmoid unit, or a softmax (or the logits of either).
        x: Inputs.
        y: Targets: labels of any kind, or one-hot rows.

    Raises:
        ArgumentError: The model tells no classes apart.
        TargetError: The targets do not fit the model's classes.
    """
    reading, inputs = reading_of(who, model, x)
    if reading.kind == "numbers":
        raise ArgumentError(
            who,
            f"{type(model).__name__} '{model.name}' gives one number per row (its last activation is "
            f"{reading.head.activation or 'not known'}), not a class.",
            "for two classes: Dense(1, activation='sigmoid') with loss='binary_crossentropy'",
        )
    true, labels = true_classes(who, model, reading, inputs, y)
    outputs = model.predict(x, verbose=0)
    return Answers(true, reading.predicted(outputs), reading.probabilities(outputs), labels)
