"""Targets that are classes: labels of any kind become indices, one class for each unit, or the repair is said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pellucid.core.errors import TargetError
from pellucid.data.arrays import place
from pellucid.data.fitting import Case, fit_shape
from pellucid.data.head import dense
from pellucid.data.labels import discover, encode_with, listing, mapping_note


@dataclass(frozen=True)
class Targets:
    """Targets as the program takes them.

    Args:
        array: int32 class indices or float32 numbers, shaped as the loss needs them.
        classes: The labels in the order of their class indices; None when the targets are no classes.
        note: What was changed, in words; empty when the targets were right as they came.
    """

    array: np.ndarray
    classes: np.ndarray | None = None
    note: str = ""


def class_indices(case: Case, labels: np.ndarray, note: str = "") -> Targets:
    """Turn labels of any kind into class indices, one class for each unit."""
    units = case.units
    if case.classes is not None:
        return Targets(encode_with(case.classes, labels, case.name), case.classes, note)
    if labels.dtype.kind == "f":
        labels = _whole(case, labels)
    numbers = labels.dtype.kind in "iu"
    if numbers and labels.min() >= 0 and labels.max() < units:
        used = int(labels.max()) + 1
        few = f"labels 0 to {used - 1} use {used} of the {units} units" if used < units else ""
        return Targets(labels.astype(np.int32), np.arange(units), join_notes(note, few))
    classes = discover(labels)
    if len(classes) != units:
        raise _wrong_count(case, classes)
    return Targets(encode_with(classes, labels), classes, join_notes(note, mapping_note(classes)))


def two_classes(case: Case, classes: np.ndarray) -> Targets:
    """Turn the two labels of a one-unit layer into 0 and 1."""
    if len(classes) != 2:
        raise _not_two(case, classes)
    values, note = fit_shape(case)
    indices = encode_with(classes, values, case.name).astype(np.float32)
    plain = classes.dtype.kind in "biu" and bool((classes == [0, 1]).all())
    return Targets(indices, classes, note if plain else join_notes(note, mapping_note(classes)))


def _not_two(case: Case, classes: np.ndarray) -> TargetError:
    if classes.dtype.kind == "f" and not (classes == np.round(classes)).all():
        return case.refuse(
            f"the loss needs targets from 0 to 1, but {span(case)}.",
            f"for numbers: {dense(1)} with loss='mean_squared_error'",
        )
    if len(classes) == 1:
        return case.refuse(
            f"all targets are the same, {classes[0].item()!r}; two classes are needed.",
            f"check how {case.name} was made",
        )
    return case.refuse(
        f"{case.name} has {len(classes)} different labels ({listing(classes)}), but one unit tells two apart.",
        f"{dense(len(classes), 'softmax')} with loss='sparse_categorical_crossentropy'",
    )


def _wrong_count(case: Case, classes: np.ndarray) -> TargetError:
    count, units = len(classes), case.units
    activation = case.head.activation if case.head.known else None
    activation = None if activation == "linear" else activation
    advice = dense(max(count, 2), activation)
    if classes.dtype.kind != "U" and count > 20 and count > len(case.values) // 2:
        advice += f"; if {case.name} is a quantity and not a class: Dense(1) with loss='mean_squared_error'"
    outside = "" if classes.dtype.kind in "Ub" else f", not all of them from 0 to {units - 1}"
    return case.refuse(
        f"{case.name} has {count} different label{'' if count == 1 else 's'} ({listing(classes)}{outside}), but the "
        f"layer has {units} units; it needs one unit per class.",
        advice,
    )


def _whole(case: Case, labels: np.ndarray) -> np.ndarray:
    whole = np.round(labels)
    if (whole == labels).all():
        return whole.astype(np.int64)
    first = tuple(int(i) for i in np.argwhere(whole != labels)[0])
    raise case.refuse(
        f"class labels are whole numbers, but {case.name} holds {labels[first]:g} in {place(first)}.",
        f"if {case.name} is a quantity: {dense(1)} with loss='mean_squared_error'",
    )


def span(case: Case) -> str:
    """Say which values the targets have, for a message."""
    if case.values.dtype.kind == "U":
        return f"{case.name} holds text: {listing(discover(case.values))}"
    return f"{case.name} goes from {case.values.min():g} to {case.values.max():g}"


def join_notes(*notes: str) -> str:
    """Join what is to be said, leaving out what is empty.

    >>> join_notes("", "one", "two")
    'one; two'
    """
    return "; ".join(note for note in notes if note)
