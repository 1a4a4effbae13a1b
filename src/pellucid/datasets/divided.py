"""Tables of numbers, mixed and divided as Keras does it."""

from __future__ import annotations

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.datasets.bundled import Pair

MIRRORS = ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/"]
"""Where the files are."""


def mix_and_divide(
    who: str, x: np.ndarray, y: np.ndarray, test_split: float, seed: int
) -> tuple[Pair, Pair]:
    """Return training and test rows in the order that Keras's seed gives.

    Raises:
        ArgumentError: The part for the test is not from 0 to 1.
    """
    if not 0 <= test_split < 1:
        raise ArgumentError(
            who,
            f"`test_split` must be at least 0 and below 1, but it is {test_split}.",
            "test_split=0.2",
        )
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    border = int(len(x) * (1 - test_split))
    train, test = order[:border], order[border:]
    return (x[train], y[train]), (x[test], y[test])
