"""506 districts of Boston around 1970 with the prices of their houses.

One column counts inhabitants by race, which the set's authors took for a price factor. Prefer `california_housing`.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from pellucid.datasets.bundled import Pair
from pellucid.datasets.divided import MIRRORS, mix_and_divide
from pellucid.datasets.npz import load_arrays
from pellucid.datasets.remote import RemoteFile, fetch

FEATURES = [
    "CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT",
]  # fmt: skip
"""The names of the columns."""

FILE = RemoteFile(
    "boston_housing.npz", 57_026, "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"
)
"""The table in Keras's form."""

TABLE = RemoteFile(
    "housing.csv", 41_295, "2682ca02e83b89467d7d0cdcbde7c0cc4d2566119be8ce8d84dad4f0fa20859a"
)
"""The same table as text, if a local copy is at hand."""


def load_data(test_split: float = 0.2, seed: int = 113) -> tuple[Pair, Pair]:
    """Return the districts; the columns differ much in scale, so scale them before training.

    Args:
        test_split: Part of the rows for the test, at least 0 and below 1.
        seed: Of the order.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; float64 of shapes ``(404, 13)`` and ``(102, 13)``, prices in
        thousands of dollars.

    Raises:
        DataError: The file cannot be had; the message says where to put it.

    Source: D. Harrison, D. Rubinfeld, Hedonic prices and the demand for clean air, 1978. As Keras's
    ``datasets.boston_housing``.
    """
    x, y = _table()
    return mix_and_divide("boston_housing.load_data", x, y, test_split, seed)


def _table() -> Pair:
    copies = os.environ.get("PELLUCID_DATA", "")
    if copies and Path(copies, "tabular", "boston-housing", TABLE.name).is_file():
        lines = fetch("tabular/boston-housing", TABLE, MIRRORS).decode().splitlines()
        numbers = np.loadtxt(lines, delimiter=",")
        return numbers[:, :-1], numbers[:, -1]
    arrays = load_arrays(fetch("boston-housing", FILE, MIRRORS), FILE.name)
    return arrays["x"], arrays["y"]
