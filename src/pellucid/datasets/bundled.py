"""The small sets that scikit-learn carries, read from its files without importing it (its import takes 0.9 s)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from pellucid.core.errors import DataError
from pellucid.data.splits import train_validation_split

Pair = tuple[np.ndarray, np.ndarray]
"""Inputs and targets."""


def bundled_file(name: str) -> Path:
    """Return the path of one of scikit-learn's data files.

    Raises:
        DataError: scikit-learn is not installed, or no longer carries the file.
    """
    found = importlib.util.find_spec("sklearn")
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder, "datasets", "data", name)
        if path.is_file():
            return path
    state = "does not carry it any more" if found else "is not installed"
    raise DataError(
        "pellucid.datasets",
        f"the file {name} comes with scikit-learn, which {state}.",
        "pip install --upgrade scikit-learn",
    )


def read_numbers(name: str, header: bool = False, delimiter: str | None = ",") -> np.ndarray:
    """Read one of scikit-learn's number files, ``.csv`` or ``.csv.gz``, as float64 (rows, columns)."""
    return np.loadtxt(bundled_file(name), delimiter=delimiter, skiprows=int(header), ndmin=2)


def train_test_split(
    x: np.ndarray, y: np.ndarray, test_split: float, seed: int
) -> tuple[Pair, Pair]:
    """Divide rows into training and test, stratified by class, the same in every process."""
    train, test = train_validation_split(len(y), test_split, y=y, seed=seed)
    return (x[train], y[train]), (x[test], y[test])
