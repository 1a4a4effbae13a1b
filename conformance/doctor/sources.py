"""The data sets of the bank by name: inputs and raw targets; generated ones differ from seed to seed."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from conformance.doctor import files, generated

PICTURES = ("digits", "mnist", "fashion_mnist")
TABLES = ("iris", "wine", "breast_cancer", "diabetes")
LOOPS = (0, 6, 8, 9)
"""Digits with a closed loop."""


@lru_cache(maxsize=16)
def load(name: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs ``(rows, ...)`` and targets ``(rows,)`` or ``(rows, numbers)``.

    ``NAME:QUESTION`` asks another question of pictures: ``even`` (yes or no), ``labels`` (three yes or no: even, above
    4, with a loop), ``ink`` (a number: how far down the ink lies, from 0 to 1), ``copy`` (the picture itself).
    """
    base, _, question = name.partition(":")
    x, y = _load(base, seed)
    return x, _asked(question, x, y)


def is_here(name: str) -> bool:
    """Tell whether a set can be read on this machine."""
    base = name.partition(":")[0]
    return files.folder() is not None or (
        base not in files.FILES and base not in ("mnist", "fashion_mnist")
    )


def _load(name: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    if name in PICTURES:
        x, y = files.bundled(name)
        return x[..., None], y.astype(int)
    if name in TABLES:
        x, y = files.bundled(name)
        return x.astype(np.float32), y.astype(np.float32) if name == "diabetes" else y.astype(int)
    if name in files.FILES:
        return files.FILES[name]()
    return generated.GENERATED[name](np.random.default_rng(seed))


def _asked(question: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if question == "even":
        return (y % 2 == 0).astype(int)
    if question == "labels":
        return np.stack([y % 2 == 0, y > 4, np.isin(y, LOOPS)], axis=1).astype(int)
    if question == "ink":
        flat = x.reshape(len(x), x.shape[1], -1).astype(float).sum(axis=2)
        return (flat @ np.linspace(0, 1, x.shape[1])) / flat.sum(axis=1)
    if question == "copy":
        return x.reshape(len(x), -1) / float(x.max())
    return y


def scaled(values: np.ndarray, train: np.ndarray, how: str) -> np.ndarray:
    """Return numbers scaled by the training rows: columns of a table each by its own, else all together."""
    if not how:
        return values
    values = values.astype(np.float32)
    if how == "range":
        return values / np.abs(values[train]).max()
    axis = 0 if values.ndim == 2 else None
    return (values - values[train].mean(axis=axis)) / (values[train].std(axis=axis) + 1e-7)


def encoded(y: np.ndarray, form: str) -> np.ndarray:
    """Return targets as they go to ``fit``."""
    if form == "one-hot":
        return np.eye(int(y.max()) + 1, dtype=np.float32)[y.astype(int)]
    if form == "column":
        return y.reshape(len(y), -1).astype(np.float32)
    return y
