"""Which rows train and which validate; how much each class counts.

A split is seeded, so that it is the same in every process, and stratified, so that each class has its share on both
sides: data sorted by label are the classical trap of ``validation_split``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.core.keys import generator
from pellucid.data.labels import listing


def train_validation_split(
    n: int, fraction: float, y: Any = None, seed: int = 0, shuffle: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Choose the rows for training and for validation.

    Args:
        n: Number of rows.
        fraction: Part of the rows that validates, between 0 and 1; rounded up as in Keras, to
            ``n - floor(n (1 - fraction))`` rows.
        y: Targets; when they are classes (whole numbers, booleans, text, or one-hot rows) each class is divided in the
            same proportion, to within one row. None or real numbers: any rows.
        seed: Seed of the choice.
        shuffle: False takes the last rows in their order, as for time series (Keras always does so).

    Returns:
        Two arrays of row numbers, each in ascending order.

    Raises:
        ArgumentError: The fraction is not between 0 and 1, or one side would be empty.

    >>> train_validation_split(6, 0.5, y=["a", "a", "a", "a", "b", "b"])[1].tolist()
    [1, 2, 5]
    >>> train_validation_split(5, 0.4, shuffle=False)
    (array([0, 1, 2]), array([3, 4]))

    Keras takes the last rows unshuffled and does not look at the classes; PyTorch leaves it to scikit-learn.
    """
    count = _validation_count(n, fraction)
    if not shuffle:
        return np.arange(n - count), np.arange(n - count, n)
    order = generator(seed, "train_validation_split").permutation(n)
    groups = None if y is None else class_groups(y)
    if groups is None:
        return np.sort(order[count:]), np.sort(order[:count])
    shares = _shares(np.bincount(groups), count)
    by_class = order[np.argsort(groups[order], kind="stable")]
    first = np.cumsum(np.bincount(groups)) - np.bincount(groups)
    rank = np.arange(n) - np.repeat(first, np.bincount(groups))
    chosen = rank < shares[groups[by_class]]
    return np.sort(by_class[~chosen]), np.sort(by_class[chosen])


def class_groups(y: Any) -> np.ndarray | None:
    """Return the class index of each row, or None when the targets are no classes.

    >>> class_groups(["b", "a", "b"]), class_groups([0.5, 1.5])
    (array([1, 0, 1]), None)
    """
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] > 1:
        if not (_is_one_hot(values[:100]) and _is_one_hot(values)):
            return None
        values = values.argmax(1)
    values = values.reshape(-1) if values.size == len(values) else values
    if values.ndim != 1 or values.dtype.kind not in "biufUSO":
        return None
    if values.dtype.kind == "f" and not (values == np.round(values)).all():
        return None
    classes, groups = np.unique(values, return_inverse=True)
    quantities = values.dtype.kind in "iuf" and len(classes) > max(20, len(values) // 10)
    return None if quantities else groups


def _is_one_hot(values: np.ndarray) -> bool:
    numbers = values.dtype.kind in "biuf"
    return numbers and bool(np.isin(values, (0, 1)).all() and (values.sum(1) == 1).all())


def split_note(y: Any, train: np.ndarray, validation: np.ndarray) -> str:
    """Say how many rows of each class are on each side, and which class a side lacks.

    >>> print(split_note(["a", "a", "b"], np.array([0, 2]), np.array([1])))
    training 2 rows, validation 1 rows; 'a': 1 and 1, 'b': 1 and 0; class 'b' is missing from the validation rows
    """
    note = f"training {len(train)} rows, validation {len(validation)} rows"
    groups = class_groups(y)
    if groups is None:
        return note
    values = np.asarray(y)
    classes = (
        np.arange(values.shape[1])
        if values.ndim == 2 and values.shape[1] > 1
        else np.unique(values)
    )
    count = len(classes)
    sides = [np.bincount(groups[rows], minlength=count) for rows in (train, validation)]
    if count <= 20:
        pairs = zip(classes.tolist(), *sides, strict=True)
        note += "; " + ", ".join(f"{label!r}: {a} and {b}" for label, a, b in pairs)
    for side, name in zip(sides, ("training", "validation"), strict=True):
        lacking = classes[side == 0]
        if len(lacking):
            words = "class" if len(lacking) == 1 else "classes"
            verb = "is" if len(lacking) == 1 else "are"
            note += f"; {words} {listing(lacking)} {verb} missing from the {name} rows"
    return note


def class_weights(
    y: np.ndarray, class_weight: Mapping[Any, float] | str, classes: Any = None
) -> np.ndarray:
    """Turn weights of classes into weights of rows.

    Args:
        y: Targets as :func:`~pellucid.data.targets.fit_targets` gave them: class indices ``(rows,)``, 0 and 1
            ``(rows, 1)``, or one-hot ``(rows, classes)``.
        class_weight: Weight (at least 0) by class label or class index; a class that is not named weighs 1. Or
            ``"balanced"``: rows / (classes * rows of the class), so that all classes count alike.
        classes: The labels in the order of their indices, if they are not the indices themselves.

    Returns:
        float32 weights of shape ``(rows,)``.

    Raises:
        ArgumentError: A key is no class, or a weight is negative or not finite.

    >>> class_weights(np.array([0, 0, 1]), {"spam": 5.0}, classes=["ham", "spam"])
    array([1., 1., 5.], dtype=float32)
    >>> class_weights(np.array([0, 0, 0, 1]), "balanced").round(2)
    array([0.67, 0.67, 0.67, 2.  ], dtype=float32)

    Keras knows indices only; ``"balanced"`` is scikit-learn's formula.
    """
    y = np.asarray(y)
    indices = y.argmax(-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(len(y), -1)[:, 0]
    indices = indices.astype(np.int64)
    count = max(int(indices.max()) + 1, 0 if classes is None else len(classes))
    if isinstance(class_weight, str):
        return _balanced(indices, class_weight)
    weights = np.ones(count, np.float32)
    for key, weight in _by_index(class_weight, count, classes).items():
        if not np.isfinite(weight) or weight < 0:
            raise ArgumentError(
                "class_weight",
                f"a weight must be a finite number of at least 0, but it is {weight!r}.",
            )
        weights[key] = weight
    return weights[indices]


def _balanced(indices: np.ndarray, word: str) -> np.ndarray:
    if word != "balanced":
        raise ArgumentError(
            "class_weight",
            f"it must be a dict or 'balanced', but it is {word!r}.",
            'class_weight="balanced"',
        )
    counts = np.bincount(indices)
    present = int((counts > 0).sum())
    return (len(indices) / (present * counts[indices])).astype(np.float32)


def _by_index(class_weight: Mapping[Any, float], count: int, classes: Any) -> dict[int, float]:
    labels = list(range(count)) if classes is None else np.asarray(classes).tolist()
    if all(key in labels for key in class_weight):
        return {labels.index(key): weight for key, weight in class_weight.items()}
    if all(isinstance(key, (int, np.integer)) and 0 <= key < count for key in class_weight):
        return {int(key): weight for key, weight in class_weight.items()}
    wrong = next(key for key in class_weight if key not in labels)
    raise ArgumentError(
        "class_weight",
        f"{wrong!r} is no class; the classes are {listing(np.asarray(labels))}.",
        f"class_weight={{{labels[0]!r}: 1.0, ...}}",
    )


def _validation_count(n: int, fraction: float) -> int:
    if not 0 < fraction < 1:
        raise ArgumentError(
            "validation_split",
            f"it must be a number between 0 and 1, but it is {fraction!r}.",
            "validation_split=0.2",
        )
    count = n - int(n * (1 - fraction))
    if count in (0, n):
        side = "validation" if count == 0 else "training"
        raise ArgumentError(
            "validation_split",
            f"with {n} rows and a fraction of {fraction:g} no row is left for {side}.",
            "validation_split=0.5" if n > 1 else "use more data, or leave validation_split out",
        )
    return count


def _shares(counts: np.ndarray, wanted: int) -> np.ndarray:
    """Divide ``wanted`` validation rows among classes in proportion, by the largest remainder.

    A class of at least two rows gets a row on each side where the numbers allow it.
    """
    ideal = counts * (wanted / counts.sum())
    shares = np.floor(ideal + 1e-9).astype(np.int64)
    by_remainder = np.argsort(shares - ideal, kind="stable")
    shares[by_remainder[: wanted - shares.sum()]] += 1
    for needy in np.flatnonzero((shares == 0) & (counts > 1)):
        giver = int(np.argmax(shares))
        if shares[giver] > 1:
            shares[giver] -= 1
            shares[needy] += 1
    for full in np.flatnonzero((shares == counts) & (shares > 0)):
        room = counts - shares
        taker = int(np.argmax(np.where(np.arange(len(counts)) == full, 0, room)))
        if room[taker] > 1:
            shares[full] -= 1
            shares[taker] += 1
    return shares
