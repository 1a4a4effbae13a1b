"""Targets: which of the model's outputs an attribution asks about, row by row."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, unknown_name
from pellucid.insight.inside.activations import compute
from pellucid.insight.inside.subject import Subject
from pellucid.modules.pure import Applied

Chosen = tuple[np.ndarray, np.ndarray, tuple[Any, ...]]


def chosen_targets(who: str, subject: Subject, target: Any, applied: Applied) -> Chosen:
    """Return flat indices, signs and labels of the targets.

    Args:
        who: The method, for messages.
        subject: The model and its rows.
        target: None, a class index or label, one of them for each row, or a tuple of indices into the output's axes.
        applied: What the model answers, as specs of one row.

    Raises:
        ArgumentError: No such class, or not one target a row.
    """
    shape = tuple(applied.outputs.shape[1:])
    rows, size = subject.rows, math.prod(shape)
    ones = np.ones(rows, np.float32)
    if isinstance(target, tuple) or len(shape) > 1 < size:
        flat = place_in(who, target, shape)
        return np.full(rows, flat, np.int32), ones, (target,) * rows
    classes = subject.model.classes
    if size == 1 and applied.activation != "sigmoid":
        if target not in (None, 0):
            raise ArgumentError(
                who,
                f"the model has one output, a number; `target` can only be None, but it is {target!r}.",
                "leave `target` away",
            )
        return np.zeros(rows, np.int32), ones, ()
    count = max(size, 2)
    indices = (
        predicted(subject, size) if target is None else given(who, target, rows, count, classes)
    )
    labels = tuple(indices.tolist() if classes is None else np.asarray(classes)[indices].tolist())
    if size > 1:
        return indices.astype(np.int32), ones, labels
    return np.zeros(rows, np.int32), np.where(indices == 0, -1, 1).astype(np.float32), labels


def predicted(subject: Subject, size: int) -> np.ndarray:
    """Return the index of each row's predicted class: of the largest output, or by one sigmoid unit's half."""
    outputs = compute(subject, [""])[""]
    flat = outputs.reshape(len(outputs), -1)
    return (flat[:, 0] > 0.5).astype(int) if size == 1 else flat.argmax(-1)


def given(who: str, target: Any, rows: int, count: int, classes: Any) -> np.ndarray:
    """Return the indices of targets given as labels or indices, one for all rows or one for each."""
    asked = np.asarray(target)
    if asked.ndim > 1 or (asked.ndim == 1 and len(asked) != rows):
        raise ArgumentError(
            who,
            f"`target` is one class, or one for each of the {rows} rows, but its shape is {asked.shape}.",
            f"{who}(model, x, target=0)",
        )
    one_a_row = np.broadcast_to(asked, (rows,)).tolist()
    return np.array([index_of(who, each, count, classes) for each in one_a_row])


def index_of(who: str, target: Any, count: int, classes: Any) -> int:
    """Return the index of one class: by its label where the model knows labels, else by its number."""
    known = [] if classes is None else np.asarray(classes).tolist()
    if target in known:
        return known.index(target)
    if isinstance(target, str):
        raise unknown_name("class of this model", target, [str(each) for each in known])
    if not isinstance(target, int) or not 0 <= target < count:
        raise ArgumentError(
            who,
            f"`target` must be a class from 0 to {count - 1}, but it is {target!r}.",
            f"{who}(model, x, target=0)",
        )
    return target


def place_in(who: str, target: Any, shape: tuple[int, ...]) -> int:
    """Return the flat index of a tuple of indices into the axes of one row's output."""
    wanted = isinstance(target, tuple) and len(target) == len(shape)
    if not (wanted and all(0 <= index < size for index, size in zip(target, shape, strict=True))):
        example = tuple(0 for _ in shape)
        raise ArgumentError(
            who,
            f"one row's output has shape {shape}; `target` is a tuple that says which of its numbers, not {target!r}.",
            f"{who}(model, x, target={example})",
        )
    return int(np.ravel_multi_index(target, shape))
