"""20,640 districts of California in 1990 with the prices of their houses."""

from __future__ import annotations

from pellucid.core.errors import ArgumentError
from pellucid.datasets.bundled import Pair
from pellucid.datasets.divided import MIRRORS, mix_and_divide
from pellucid.datasets.npz import load_arrays
from pellucid.datasets.remote import RemoteFile, fetch

FEATURES = [
    "MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude",
]  # fmt: skip
"""The names of the columns."""

FILE = RemoteFile(
    "california_housing.npz",
    743_530,
    "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
)
"""The table in Keras's form."""

VERSIONS = {"large": None, "small": 600}
"""Which rows: all, or the first 600."""


def load_data(
    version: str = "large", test_split: float = 0.2, seed: int = 113
) -> tuple[Pair, Pair]:
    """Return the districts; the columns differ much in scale, so scale them before training.

    Args:
        version: ``"large"`` for all, ``"small"`` for the first 600.
        test_split: Part of the rows for the test, at least 0 and below 1.
        seed: Of the order.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; float32 of shapes ``(16512, 8)`` and ``(4128, 8)``, prices in dollars.

    Raises:
        DataError: The file cannot be had; the message says where to put it.

    Source: R. Pace, R. Barry, Sparse spatial autoregressions, 1997. As Keras's ``datasets.california_housing``.
    """
    if version not in VERSIONS:
        raise ArgumentError(
            "california_housing.load_data",
            f"`version` must be 'large' or 'small', but it is {version!r}.",
            "version='large'",
        )
    arrays = load_arrays(fetch("california-housing", FILE, MIRRORS), FILE.name)
    rows = VERSIONS[version]
    return mix_and_divide(
        "california_housing.load_data", arrays["x"][:rows], arrays["y"][:rows], test_split, seed
    )
