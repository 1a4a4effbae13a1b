"""House prices of Boston: :mod:`pellucid.datasets.boston_housing`."""

from __future__ import annotations

from typing import Any

from pellucid.datasets import boston_housing


def load_data(path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> Any:
    """Return the districts; the cached file keeps its own name."""
    return boston_housing.load_data(test_split, seed)
