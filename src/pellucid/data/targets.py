"""The contract of last layer, loss and targets: right as it is, repaired and said, or refused with the repair.

Terms: the *head* is the last layer (:class:`~pellucid.data.head.Head`); a loss's *target* is the kind of target that
it expects (``loss.target``: "class_index", "one_hot", "binary", "sign", "real", "count", "distribution", "any");
*positions* are the axes of the output between batch and classes, e.g. time steps.

Nothing may broadcast: targets of shape ``(rows,)`` against outputs of ``(rows, 1)`` would subtract every target from
every prediction, train without a word, and be wrong. What a repair changes, ``Targets.note`` says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from pellucid.core.errors import DataError, TargetError
from pellucid.data.arrays import narrow, place
from pellucid.data.classes import Targets, class_indices, join_notes, span, two_classes
from pellucid.data.fitting import Case, fit_shape, has_shape
from pellucid.data.head import Head, check_head, dense, interval, refuse, summed_up
from pellucid.data.labels import discover, listing, read_targets

AS_IT_STANDS = "trained as it stands, but"
"""How a note begins that stands for a refusal."""


def fit_targets(
    y: Any, *, head: Head, loss: Any, classes: Any = None, name: str = "y", strict: bool = True
) -> Targets:
    """Bring targets into the form that last layer and loss need, or refuse them with the repair.

    Args:
        y: Numbers, booleans or text: array, list, series or frame; ``(rows,)``, ``(rows, 1)`` or one row of numbers
            for each row.
        head: The last layer.
        loss: A loss with the attributes ``target``, ``head``, ``name`` and perhaps ``from_logits``.
        classes: The labels of a model that is already fitted (for evaluation and for fitting on): they decide what
            each label means, and an unknown label is an error. None: found in ``y``.
        name: What the messages call the targets.
        strict: False takes what would be refused as it stands, if its shape fits, and says in the note what is wrong.

    Returns:
        The targets, the classes and a note of what was changed.

    Raises:
        TargetError: Layer, loss and targets do not go together; the message holds the line that repairs it.

    >>> class Loss:
    ...     name, target, head = "sparse_categorical_crossentropy", "class_index", "softmax"
    >>> found = fit_targets(["cat", "dog", "cat"], head=Head("dense", "softmax", (2,)), loss=Loss)
    >>> found.array, found.note
    (array([0, 1, 0], dtype=int32), "labels became class indices: 'cat' -> 0, 'dog' -> 1")

    Keras and PyTorch train most of the wrong combinations silently; PyTorch warns of one (squared error that
    broadcasts).
    """
    try:
        return _fitted(y, head, loss, classes, name)
    except TargetError as error:
        if strict:
            raise
        return _as_they_are(y, head, loss, name, error)


def _as_they_are(y: Any, head: Head, loss: Any, name: str, error: TargetError) -> Targets:
    """Return targets in the output's shape and nothing else changed, with the refusal as a note."""
    case = Case(read_targets(y, name), head, loss, None, name)
    if case.values.dtype.kind == "U":
        raise error
    note = f"{AS_IT_STANDS}: {error.problem} Repair: {error.repair}"
    positions = head.shape[:-1]
    if loss.target == "class_index" and case.values.ndim == len(positions) + 1:
        return Targets(case.values.astype(np.int32), None, note)
    if loss.target == "class_index" and has_shape(case.values, (*positions, 1)):
        return Targets(case.values[..., 0].astype(np.int32), None, note)
    try:
        array, _ = fit_shape(case)
    except TargetError:
        array = case.values if loss.target == "any" else broadcast(case)
        if array is None:
            raise error from None
    if loss.target == "any" and array.dtype.kind in "iu":
        return Targets(narrow(array, name).astype(np.int32), None, note)
    return Targets(_as_float(array, name), None, note)


def broadcast(case: Case) -> np.ndarray | None:
    """Return targets of a squared error and the like as Keras's losses broadcast them, or None where they do not.

    One number per row goes to every unit, or to every step of a series of one unit; one unit goes to every column.

    >>> from types import SimpleNamespace
    >>> loss = SimpleNamespace(name="mse", target="real", head="linear")
    >>> case = Case(np.array([1.0, 2.0]), Head("dense", "linear", (3,)), loss, None, "y")
    >>> broadcast(case)
    array([[1., 1., 1.],
           [2., 2., 2.]])
    >>> broadcast(Case(np.array([[1.0, 2.0]]), Head("dense", "linear", (1,)), loss, None, "y"))
    array([[1., 2.]])
    """
    values, shape = case.values, [size for size in case.head.shape if size is not None]
    one_number = values.size == len(values) and case.loss.target == "real"
    known = len(shape) == len(case.head.shape)
    if case.loss.target == "real" and case.head.units == 1 and has_shape(values[..., :1], shape):
        return values
    if not (known and one_number and (len(shape) == 1 or (len(shape) == 2 and shape[-1] == 1))):
        return None
    return np.broadcast_to(values.reshape(-1, *(1 for _ in shape)), (len(values), *shape))


def _fitted(y: Any, head: Head, loss: Any, classes: Any, name: str) -> Targets:
    check_head(head, loss)
    known = None if classes is None else np.asarray(classes)
    try:
        values = read_targets(y, name)
    except (DataError, TargetError) as error:
        raise refuse(
            head, loss, error.problem, error.repair or f"check how {name} was made"
        ) from None
    found = FITTERS[loss.target](Case(values, head, loss, known, name))
    if summed_up(head, loss):
        advice = "the loss makes the sigmoids sum to one; softmax is usual for one class per row"
        return replace(found, note=join_notes(found.note, advice))
    return found


def fit_class_indices(case: Case) -> Targets:
    """Sparse targets: one integer from 0 to units - 1 for each row (and position)."""
    _need_several_units(case)
    values, positions = case.values, case.head.shape[:-1]
    if has_shape(values, positions):
        return class_indices(case, values)
    if has_shape(values, (*positions, 1)):
        return class_indices(case, values[..., 0], f"{case.name} of one column was flattened")
    if not (has_shape(values, case.head.shape) and values.dtype.kind != "U"):
        raise case.wrong_shape((*case.head.shape[:-1],))
    if not _is_one_hot(values):
        raise case.refuse(
            f"the loss needs one class index per row, but {case.name} has {case.head.units} columns that are not "
            "one-hot.",
            "for one probability per class: loss='categorical_crossentropy'; for several labels per row: "
            f"{dense(case.head.units, 'sigmoid')} with loss='binary_crossentropy'",
        )
    indices = values.argmax(-1).astype(np.int32)
    return Targets(indices, np.arange(case.units), "one-hot rows became class indices")


def fit_one_hot(case: Case) -> Targets:
    """One-hot targets, or a probability for each class: rows of numbers that sum to one."""
    _need_several_units(case)
    values, positions = case.values, case.head.shape[:-1]
    if has_shape(values, case.head.shape) and values.dtype.kind != "U":
        if getattr(case.loss, "axis", -1) in (-1, len(case.head.shape)):
            _check_distribution(case)
        return Targets(values.astype(np.float32))
    if has_shape(values, (*positions, 1)):
        values = values[..., 0]
    if not has_shape(values, positions):
        raise case.wrong_shape(case.head.shape)
    found = class_indices(case, values)
    one_hot = np.eye(case.units, dtype=np.float32)[found.array]
    return Targets(
        one_hot, found.classes, join_notes(found.note, "class indices became one-hot rows")
    )


def fit_binary(case: Case) -> Targets:
    """Yes/no targets: 0 or 1 (or a probability between) for each unit."""
    values = case.values
    if case.classes is not None and case.head.units == 1:
        return two_classes(case, case.classes)
    inside = values.dtype.kind != "U" and values.min() >= 0 and values.max() <= 1
    if not inside and case.head.units == 1:
        return two_classes(case, discover(values))
    if not inside:
        images = values.dtype == np.uint8 and values.ndim > 1
        raise case.refuse(
            f"the loss needs targets from 0 to 1, but {span(case)}.",
            f"for pixels: {case.name} = {case.name} / 255"
            if images
            else f"for one class per row: {dense(case.head.units, 'softmax')} with "
            "loss='sparse_categorical_crossentropy'",
        )
    array, note = fit_shape(case)
    if case.head.activation == "softmax":
        note = join_notes(
            note,
            f"{case.loss_name} takes each unit of the softmax as a question of its own; "
            "categorical_crossentropy is the usual loss behind a softmax",
        )
    hard = case.head.units == 1 and bool(np.isin(values, (0, 1)).all())
    classes = np.array([False, True] if values.dtype.kind == "b" else [0, 1]) if hard else None
    return Targets(array.astype(np.float32), classes, note)


def fit_sign(case: Case) -> Targets:
    """Targets of the hinge losses: -1 or 1; 0 and 1 stay, the loss itself turns 0 into -1."""
    if case.head.known and case.head.range[0] >= 0:
        raise case.refuse(
            f"the loss needs scores of both signs; {case.head.activation} gives {interval(case.head.range)}.",
            f"{dense(case.head.units)} or {dense(case.head.units, 'tanh')}",
        )
    values = case.values
    if case.classes is not None and case.head.units == 1:
        return two_classes(case, case.classes)
    signs = values.dtype.kind != "U" and (
        np.isin(values, (0, 1)).all() or np.isin(values, (-1, 1)).all()
    )
    if not signs and case.head.units == 1:
        return two_classes(case, discover(values))
    if not signs:
        raise case.refuse(
            f"the loss needs -1 or 1 for each unit, but {span(case)}.",
            f"{case.name} = np.where({case.name} > 0, 1, -1), if the sign is what is meant",
        )
    array, note = fit_shape(case)
    return Targets(array.astype(np.float32), None, note)


def fit_real(case: Case) -> Targets:
    """Numbers, shaped as the output; the last layer must be able to reach them."""
    if case.values.dtype.kind == "U":
        raise _text_for_numbers(case)
    array, note = fit_shape(case)
    _check_reach(case)
    return Targets(_as_float(array, case.name), None, note)


def fit_count(case: Case) -> Targets:
    """Numbers of at least 0, e.g. counts for the Poisson loss."""
    if case.values.dtype.kind != "U" and case.values.min() < 0:
        raise case.refuse(
            f"the loss needs targets of at least 0, but {span(case)}.",
            "for numbers of both signs: loss='mean_squared_error'",
        )
    return fit_real(case)


def fit_any(case: Case) -> Targets:
    """Targets of a loss of one's own: only what would broadcast is refused; integers stay integers."""
    if case.values.dtype.kind == "U":
        raise _text_for_numbers(case)
    array, note = fit_shape(case, strict=False)
    if array.dtype.kind in "iu":
        return Targets(narrow(array, case.name).astype(np.int32), None, note)
    return Targets(_as_float(array, case.name), None, note)


FITTERS: dict[str, Callable[[Case], Targets]] = {
    "class_index": fit_class_indices,
    "one_hot": fit_one_hot,
    "distribution": fit_one_hot,
    "binary": fit_binary,
    "sign": fit_sign,
    "real": fit_real,
    "count": fit_count,
    "any": fit_any,
}
"""What ``loss.target`` says -> the function that fits the targets to it."""


def _need_several_units(case: Case) -> None:
    if case.head.units == 1:
        raise case.refuse(
            "one unit cannot tell classes apart with this loss, which needs one unit per class.",
            f"for two classes: {dense(1, 'sigmoid')} with loss='binary_crossentropy'",
        )


def _is_one_hot(values: np.ndarray) -> bool:
    return bool(np.isin(values, (0, 1)).all() and (values.sum(-1) == 1).all())


def _check_distribution(case: Case) -> None:
    values = case.values
    sums = values.sum(-1, dtype=np.float64)
    if values.min() >= 0 and np.abs(sums - 1).max() <= 1e-3:
        return
    worst = tuple(int(i) for i in np.unravel_index(int(np.abs(sums - 1).argmax()), sums.shape))
    several = bool(np.isin(values, (0, 1)).all())
    advice = (
        f"for several labels per row: {dense(case.head.units, 'sigmoid')} with loss='binary_crossentropy'"
        if several
        else f"for numbers: {dense(case.head.units)} with loss='mean_squared_error'; to make them probabilities: "
        f"{case.name} = {case.name} / {case.name}.sum(axis=-1, keepdims=True)"
    )
    sign = "some are negative" if values.min() < 0 else f"{place(worst)} sums to {sums[worst]:g}"
    raise case.refuse(
        f"each row must be one-hot or probabilities that sum to one, but {sign}.", advice
    )


def _check_reach(case: Case) -> None:
    low, high = case.head.range
    values = case.values
    slack = 1e-6 * max(1.0, abs(low) if np.isfinite(low) else 0.0)
    if values.min() >= low - slack and values.max() <= high + slack:
        return
    outside = (values < low - slack) | (values > high + slack)
    first = tuple(int(i) for i in np.argwhere(outside)[0])
    raise case.refuse(
        f"{case.head.activation} gives {interval((low, high))}, but {int(outside.sum())} of the {values.size} "
        f"targets lie outside: the first is {values[first]:g} in {place(first)}.",
        f"{dense(case.head.units)}, or scale {case.name} into that range",
    )


def _text_for_numbers(case: Case) -> TargetError:
    classes = discover(case.values)
    head = "Dense(1, activation='sigmoid')" if len(classes) == 2 else dense(len(classes), "softmax")
    loss = "binary_crossentropy" if len(classes) == 2 else "sparse_categorical_crossentropy"
    return case.refuse(
        f"the loss needs numbers, but {case.name} holds text: {listing(classes)}.",
        f"for classes: {head} with loss='{loss}'",
    )


def _as_float(array: np.ndarray, name: str) -> np.ndarray:
    return array.astype(np.float32) if array.dtype.kind in "biu" else narrow(array, name)
