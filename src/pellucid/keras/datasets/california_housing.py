"""House prices of California: :mod:`pellucid.datasets.california_housing`."""

from __future__ import annotations

from typing import Any

from pellucid.datasets import california_housing


def load_data(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> Any:
    """Return the districts; the cached file keeps its own name."""
    return california_housing.load_data(version, test_split, seed)
