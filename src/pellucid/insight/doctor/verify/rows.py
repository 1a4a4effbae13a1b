"""The rows of a trial: read as arrays, cut to a sample, parted, scaled and encoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.data.arrays import leaves, to_numpy
from pellucid.data.frames import is_frame, to_numbers
from pellucid.data.labels import read_targets
from pellucid.data.splits import class_groups, train_validation_split
from pellucid.insight.doctor.verify.draft import WHO, refuse
from pellucid.training.streams import is_stream

HELD_SHARE = 0.2
HELD_MOST = 2000
"""Rows that the score is measured on: a fifth, at most so many. Their standard error is then near one point."""
HELD_LEAST = 20
"""With fewer rows held back one row is worth over five points, so the score is measured on the rows trained on."""


@dataclass(frozen=True)
class Rows:
    """Rows as trees of arrays.

    Attributes:
        x: Inputs: an array, a list, or a dict by name.
        y: Targets, likewise.
        weight: Weights of the rows, likewise, or None.
    """

    x: Any
    y: Any
    weight: Any = None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(jax.tree.leaves(self.x)[0])

    def take(self, index: np.ndarray) -> Rows:
        """Return the rows of these numbers."""
        return Rows(
            *(jax.tree.map(lambda a: a[index], part) for part in (self.x, self.y, self.weight))
        )


def read_rows(x: Any, y: Any, weight: Any = None) -> Rows:
    """Return what ``fit`` was given as arrays.

    Raises:
        ArgumentError: A stream, which is gone through once and cannot be trained on twice.

    >>> read_rows([[1.0], [2.0]], ["yes", "no"]).y.tolist()
    ['yes', 'no']
    """
    if is_stream(x):
        raise ArgumentError(
            WHO,
            "the rows came as a stream, and two trainings need the same rows.",
            "fit(x, y) with arrays of some thousand rows of the stream",
        )
    inputs = _mapped(lambda a: to_numbers(a, "x") if is_frame(a) else to_numpy(a, "x"), x, "x")
    targets = _mapped(lambda a: read_targets(a, "y"), y, "y")
    weights = None if weight is None else _mapped(to_numpy, weight, "sample_weight")
    return Rows(inputs, targets, weights)


def _mapped(read: Callable[[Any], np.ndarray], tree: Any, name: str) -> Any:
    if isinstance(tree, Mapping):
        return {key: _mapped(read, value, name) for key, value in tree.items()}
    parts = [part for _, part in leaves(tree, name)]
    return [read(part) for part in parts] if len(parts) > 1 else read(parts[0])


def by_name(tree: Any, names: Any) -> dict[str, np.ndarray]:
    """Return the arrays of a tree by name; the only one under ``""``.

    >>> sorted(by_name([np.zeros(2), np.ones(2)], ["a", "b"]))
    ['a', 'b']
    """
    if isinstance(tree, dict):
        return dict(tree) if len(tree) > 1 else {"": next(iter(tree.values()))}
    if isinstance(tree, (list, tuple)):
        known = (
            names if names is not None and len(names) == len(tree) else map(str, range(len(tree)))
        )
        return dict(zip(known, tree, strict=True))
    return {"": tree}


def with_one(tree: Any, names: Any, name: str | None, change: Callable[[Any], Any]) -> Any:
    """Return a tree with the array of a name changed; None means the only one."""
    if isinstance(tree, (dict, list)) and len(tree) > 1:
        keys = list(tree) if isinstance(tree, dict) else list(names or [])
        if name not in keys:
            refuse(f"there are several arrays, {', '.join(map(str, keys))}, but not '{name}'.")
        if isinstance(tree, dict):
            return {key: change(value) if key == name else value for key, value in tree.items()}
        return [
            change(value) if key == name else value for key, value in zip(keys, tree, strict=True)
        ]
    return jax.tree.map(change, tree)


def parted(rows: Rows, validation: Any, seed: int, most: int) -> tuple[Rows, Rows]:
    """Return the rows to train on, at most so many, and those to measure on.

    Each class has its share on both sides. The rows to measure on are the user's validation data where there are any,
    else a fifth; where that would be too few to tell anything, they are the rows trained on.
    """
    if validation is not None and not is_stream(validation):
        held = read_rows(*validation[:2])
        return _sample(rows, most, seed), _sample(held, HELD_MOST, seed)
    share = min(HELD_SHARE, HELD_MOST / rows.count)
    if share * rows.count < HELD_LEAST:
        return rows, rows
    kept, held = train_validation_split(rows.count, share, _groups(rows), seed=seed)
    return _sample(rows.take(kept), most, seed), rows.take(held)


def _sample(rows: Rows, most: int, seed: int) -> Rows:
    if rows.count <= most:
        return rows
    share = most / rows.count
    _, chosen = train_validation_split(rows.count, share, _groups(rows), seed=seed)
    return rows.take(chosen)


def _groups(rows: Rows) -> Any:
    return next((a for a in jax.tree.leaves(rows.y) if class_groups(a) is not None), None)


@dataclass(frozen=True)
class Scaling:
    """What brings numbers to mean 0 and spread 1, and back.

    Attributes:
        shift: Is subtracted; broadcasts with rows.
        factor: Divides then.
    """

    shift: Any
    factor: Any

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Return the numbers scaled."""
        return ((values - self.shift) / self.factor).astype("float32")

    def undone(self, values: np.ndarray) -> np.ndarray:
        """Return scaled numbers as they were."""
        return values * self.factor + self.shift


def scaling_of(values: np.ndarray, by: str) -> Scaling:
    """Return the scaling of these rows: ``"range"`` by the largest number, ``"standard"`` each column by its own.

    A column is the last axis of ``(rows, features)`` and of series and images; one number a row is a column itself.

    >>> scaling_of(np.array([[1.0, 50.0], [3.0, 50.0]]), "standard")(np.array([[2.0, 50.0]]))
    array([[0., 0.]], dtype=float32)
    """
    numbers = np.asarray(values, float)
    if by == "range":
        return Scaling(0.0, float(np.abs(numbers).max()) or 1.0)
    axes = tuple(range(max(numbers.ndim - 1, 1)))
    spread = numbers.std(axis=axes)
    return Scaling(numbers.mean(axis=axes), np.where(spread == 0, 1.0, spread))


def encoded(values: np.ndarray, form: str, units: int | None) -> np.ndarray:
    """Return targets as one integer a row, or as one-hot rows of at least ``units`` numbers.

    >>> encoded(np.array(["b", "a"]), "one-hot", None).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    >>> encoded(np.array([[0, 1], [1, 0]]), "classes", None).tolist()
    [1, 0]
    """
    if form == "classes":
        return values.argmax(-1) if values.ndim > 1 and values.shape[-1] > 1 else whole(values)
    if values.ndim > 1 and values.shape[-1] > 1:
        return values.astype("float32")
    numbers = whole(values)
    return np.eye(max(int(numbers.max()) + 1, units or 0), dtype="float32")[numbers]


def whole(values: np.ndarray) -> np.ndarray:
    """Return labels as whole numbers: those that are stay, others are numbered in their order."""
    flat = values[..., 0] if values.ndim > 1 and values.shape[-1] == 1 else values
    is_whole = flat.dtype.kind in "biuf" and bool((flat == np.round(flat)).all())
    if is_whole and flat.min() >= 0:
        return flat.astype("int32")
    return np.unique(flat, return_inverse=True)[1].reshape(flat.shape).astype("int32")


def with_inputs(rows: Rows, x: Any) -> Rows:
    """Return the rows with other inputs."""
    return replace(rows, x=x)
