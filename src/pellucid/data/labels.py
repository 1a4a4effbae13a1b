"""Class labels: text, booleans and any integers become class indices 0, 1, 2, ..., and the mapping is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.core.errors import DataError, TargetError
from pellucid.data.arrays import all_finite, place, to_numpy
from pellucid.data.frames import is_frame, is_number, is_numeric, is_series, wrap


def read_targets(y: Any, name: str = "y") -> np.ndarray:
    """Return targets as an array of booleans, integers, floats or text, with nothing missing and nothing narrowed.

    Args:
        y: An array or tensor, a list, a series or a data frame.
        name: What the messages call it.

    Raises:
        TargetError: A target is missing, not finite, or neither number nor text.
        DataError: The targets are empty or ragged.

    >>> read_targets(["cat", "dog"]).tolist(), read_targets([[1], [2]]).shape
    (['cat', 'dog'], (2, 1))
    """
    array = _from_frame(y, name) if is_frame(y) else to_numpy(y, name)
    if array.ndim == 0:
        raise DataError(
            name, f"one target per row is needed, but a single {type(y).__name__} came."
        )
    if array.size == 0:
        raise DataError(
            name, f"there are no targets: shape {array.shape}.", f"check how {name} was loaded"
        )
    if array.dtype.kind == "U" and isinstance(y, (list, tuple)):
        array = np.array(
            y, dtype=object
        )  # NumPy writes 1, None and nan beside text as text; see them as they came
    if array.dtype.kind == "O":
        array = _from_objects(array, name)
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8")
    if array.dtype.kind in "cMm":
        raise TargetError(
            name,
            f"targets are numbers or labels, not {array.dtype}.",
            f'{name} = {name}.astype("float32")',
        )
    if array.dtype.kind not in "biufU":  # bfloat16 and other small floats
        array = array.astype("float32")
    if not all_finite(array):
        bad = ~np.isfinite(array)
        raise _missing(name, int(bad.sum()), tuple(np.argwhere(bad)[0]))
    return array


def _from_frame(y: Any, name: str) -> np.ndarray:
    wrapped = wrap(y)
    parts = [wrapped] if is_series(y) else list(wrapped.iter_columns())
    for part in parts:
        missing = part.is_null().to_numpy().astype(bool)
        if missing.any():
            raise _missing(name, int(missing.sum()), (int(np.argmax(missing)),))
    arrays = [part.to_numpy() if is_numeric(part) else np.asarray(part.to_list()) for part in parts]
    return arrays[0] if is_series(y) else np.stack(arrays, axis=1)


def _from_objects(array: np.ndarray, name: str) -> np.ndarray:
    flat = array.reshape(-1).tolist()
    kinds = {type(value) for value in flat}
    for number, value in enumerate(flat):
        if _is_missing(value):
            where = np.unravel_index(number, array.shape)
            raise _missing(name, sum(map(_is_missing, flat)), where, text=str in kinds)
        if not isinstance(value, str) and not is_number(value):
            raise TargetError(
                name,
                f"a target is neither number nor text: {value!r} in "
                f"{place(np.unravel_index(number, array.shape))}.",
                f"{name} = np.array([...]) with one label or number per row",
            )
    if str in kinds and len(kinds) > 1:
        shown = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise TargetError(
            name, f"labels are mixed: {shown}.", f"{name} = [str(label) for label in {name}]"
        )
    return np.array(flat).reshape(array.shape)


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


def _missing(name: str, count: int, index: tuple[Any, ...], text: bool = False) -> TargetError:
    test = f"[label is not None for label in {name}]" if text else f"np.isfinite({name})"
    return TargetError(
        name,
        f"{count} target{' is' if count == 1 else 's are'} missing (NaN, None or infinite), the first in "
        f"{place(index)}.",
        f"keep the rows that have one: keep = {test}; x, {name} = x[keep], {name}[keep]",
    )


def discover(labels: np.ndarray) -> np.ndarray:
    """Return the distinct labels in their order: the class of index k is the k-th.

    >>> discover(np.array(["dog", "cat", "dog"]))
    array(['cat', 'dog'], dtype='<U3')
    """
    return np.unique(labels)


def encode_with(classes: Sequence[Any] | np.ndarray, y: Any, name: str = "y") -> np.ndarray:
    """Return the class index of each label, for labels that a model has been fitted with.

    Args:
        classes: The labels in the order of their indices.
        y: Labels; the shape is kept.
        name: What the messages call it.

    Returns:
        int32 indices from 0 to ``len(classes) - 1``.

    Raises:
        TargetError: A label is none of the classes.

    >>> encode_with(["cat", "dog"], ["dog", "dog", "cat"])
    array([1, 1, 0], dtype=int32)
    """
    known = np.asarray(classes)
    labels = read_targets(y, name)
    if (known.dtype.kind == "U") != (labels.dtype.kind == "U"):
        raise _unseen(name, labels, np.zeros(labels.shape, bool), known)
    order = np.argsort(known, kind="stable")
    spot = np.minimum(np.searchsorted(known[order], labels), len(known) - 1)
    indices = order[spot].astype(np.int32)
    seen = known[indices] == labels
    if not seen.all():
        raise _unseen(name, labels, seen, known)
    return indices


def _unseen(name: str, labels: np.ndarray, seen: np.ndarray, known: np.ndarray) -> TargetError:
    first = np.unravel_index(int(np.argmin(seen)), labels.shape)
    count = int((~seen).sum())
    return TargetError(
        name,
        f"{count} {'label is' if count == 1 else 'labels are'} none of the {len(known)} classes that the model was "
        f"fitted with; the first is {labels[first].item()!r} in {place(first)}; the classes are {listing(known)}.",
        f"correct or leave out these rows: keep = np.isin({name}, classes)",
    )


def listing(values: np.ndarray, most: int = 6) -> str:
    """Write a few values for a message.

    >>> listing(np.arange(10)), listing(np.array(["a", "b"]))
    ('0, 1, 2, 3, 4, ... 9', "'a', 'b'")
    """
    items = [repr(value) for value in values.tolist()]
    if len(items) <= most:
        return ", ".join(items)
    return f"{', '.join(items[: most - 1])}, ... {items[-1]}"


def mapping_note(classes: np.ndarray) -> str:
    """Say which label became which index.

    >>> mapping_note(np.array(["cat", "dog"]))
    "labels became class indices: 'cat' -> 0, 'dog' -> 1"
    """
    pairs = [f"{label!r} -> {index}" for index, label in enumerate(classes.tolist())]
    if len(pairs) > 4:
        pairs = [*pairs[:3], "...", pairs[-1]]
    return f"labels became class indices: {', '.join(pairs)}"
