"""What is asked of an output, whatever loss the program chose for it: classes, several yes or no, or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

CLASS_TARGETS = ("class_index", "one_hot", "binary", "sign")
"""What losses of classes call their targets."""

Kind = Literal["classes", "yes-no", "numbers"]


@dataclass(frozen=True)
class Task:
    """The question behind one output.

    Attributes:
        kind: ``"classes"``, one label a row (and position); ``"yes-no"``, several answers a row; ``"numbers"``.
        labels: Of classes, the labels in their order.
        truth: For the rows that are measured on: indices of labels, zeros and ones, or numbers; ``(rows, ...)``.
    """

    kind: Kind
    labels: np.ndarray
    truth: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """The share of each label among the rows measured on, or of the ones in each column."""
        if self.kind == "yes-no":
            return self.truth.reshape(len(self.truth), -1).mean(axis=0)
        return np.bincount(self.truth.reshape(-1), minlength=len(self.labels)) / self.truth.size


def task_of(
    training: np.ndarray, held: np.ndarray, shapes: Sequence[tuple[int, ...]], losses: Sequence[Any]
) -> Task:
    """Find out what is asked, from targets as the user wrote them.

    Args:
        training: Targets of the rows trained on.
        held: Targets of the rows measured on.
        shapes: Shapes of one row of the output, in each of the programs that are compared: a repair may give it more
            units, and then it was classes all the time.
        losses: Their losses.

    >>> y = np.array([0, 1, 2, 1, 0, 2])
    >>> task_of(y, y, [(1,), (3,)], []).kind, task_of(y, y, [(1,)], []).kind
    ('classes', 'numbers')
    """
    if training.ndim > 1 and training.shape[-1] == 1:
        training, held = training[..., 0], held[..., 0]
    is_text = training.dtype.kind in "Ub"
    is_whole = is_text or bool((training == np.round(training)).all())
    units = max((s[-1] for s in shapes if len(s) == training.ndim), default=1)
    if training.ndim > 1 and units == 1 and is_whole and set(np.unique(training)) <= {0, 1}:
        if training.ndim == 2 and bool((training.sum(axis=-1) == 1).all()):
            return Task("classes", np.arange(training.shape[-1]), held.argmax(axis=-1))
        return Task("yes-no", np.arange(2), np.asarray(held, int))
    different = np.unique(np.concatenate([training.reshape(-1), held.reshape(-1)]))
    asked = bool(losses) and all(getattr(each, "target", "") in CLASS_TARGETS for each in losses)
    most = max(2, units, training.size // 3 if asked else 0)
    if is_text or (is_whole and len(different) <= most):
        return Task("classes", different, np.searchsorted(different, held))
    return Task("numbers", np.empty(0), np.asarray(held, float))


def probabilities(
    task: Task, outputs: np.ndarray, loss: Any, classes: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Return the answers, -1 for none of the labels, and the probabilities of the labels, ``(rows, ..., labels)``.

    Args:
        task: The question: classes.
        outputs: What the model gave, ``(rows, ..., units)``.
        loss: The loss it was trained on, which says whether the numbers are logits.
        classes: The labels by unit as the training found them, or None: then a unit is the label of its number.
    """
    outputs = outputs.astype(float)
    if outputs.ndim == task.truth.ndim:
        outputs = outputs[..., None]
    outputs = outputs.reshape(*task.truth.shape, -1, outputs.shape[-1]).mean(axis=-2)
    known = np.isfinite(outputs).all(axis=-1)
    if outputs.shape[-1] == 1:
        found = of_one_unit(task, outputs[..., 0], loss)
        return np.where(known, found.argmax(axis=-1), -1), found
    if getattr(loss, "from_logits", False):
        parts = softmax(outputs)
    else:
        parts = np.clip(outputs, 0, None)
        parts = parts / np.maximum(parts.sum(axis=-1, keepdims=True), 1e-12)
    label_of = np.full(outputs.shape[-1], -1)
    found = np.zeros((*task.truth.shape, len(task.labels)))
    for label, unit in enumerate(by_label(task.labels, outputs.shape[-1], classes)):
        if unit is not None:
            label_of[unit], found[..., label] = label, parts[..., unit]
    return np.where(known, label_of[outputs.argmax(axis=-1)], -1), found


def of_one_unit(task: Task, outputs: np.ndarray, loss: Any) -> np.ndarray:
    """Return the probabilities of the labels where one number says which."""
    numeric = task.labels.dtype.kind in "biuf"
    if len(task.labels) != 2:  # one number for many labels: the nearest one is the answer
        values = task.labels.astype(float) if numeric else np.arange(len(task.labels))
        nearest = np.abs(outputs[..., None] - values).argmin(axis=-1)
        return np.eye(len(task.labels))[nearest] * np.isfinite(outputs)[..., None]
    target = getattr(loss, "target", "any")
    if getattr(loss, "from_logits", False):
        second = sigmoid(outputs)
    elif target == "sign":
        second = sigmoid(2 * outputs)
    elif target in ("real", "count", "any") and numeric:
        low, high = task.labels.astype(float)
        second = np.clip((outputs - low) / (high - low), 0, 1)
    else:
        second = np.clip(outputs, 0, 1)
    return np.stack([1 - second, second], axis=-1)


def yes_no(outputs: np.ndarray, truth: np.ndarray, loss: Any) -> np.ndarray:
    """Return the probability of yes for each answer, in the shape of the truth."""
    found = sigmoid(outputs) if getattr(loss, "from_logits", False) else np.clip(outputs, 0, 1)
    return fitted(found.astype(float), truth)


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-v)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * values))


def softmax(values: np.ndarray) -> np.ndarray:
    """Return exp(v) over its sum along the last axis, without overflow."""
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def by_label(labels: np.ndarray, units: int, classes: Any) -> list[int | None]:
    """Return for each label the number of its unit, or None where it has none.

    >>> by_label(np.array(["no", "yes"]), 2, ["no", "yes"]), by_label(np.array([1, 3]), 3, None)
    ([0, 1], [1, None])
    """
    known = None if classes is None else list(np.asarray(classes).tolist())
    found: list[int | None] = []
    for place, label in enumerate(labels.tolist()):
        if known is not None and label in known:
            number = known.index(label)
        elif known is None and labels.dtype.kind in "biuf" and labels.min() >= 0:
            number = int(label)
        else:
            number = place
        found.append(number if number < units else None)
    return found


def fitted(outputs: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return outputs in the truth's shape: axes of one drop, surplus ones are averaged, missing ones repeated."""
    if outputs.size == truth.size:
        return outputs.reshape(truth.shape)
    while outputs.ndim > truth.ndim:
        outputs = outputs.mean(axis=-1 if outputs.shape[-1] == 1 else 1)
    outputs = outputs.reshape(*outputs.shape, *(1 for _ in range(truth.ndim - outputs.ndim)))
    if outputs.shape == truth.shape:
        return outputs
    return np.broadcast_to(
        outputs.mean(axis=tuple(range(1, outputs.ndim)), keepdims=True), truth.shape
    )
