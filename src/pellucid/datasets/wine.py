"""178 Italian wines of three growers, 13 chemical measurements each, from scikit-learn's files."""

from __future__ import annotations

import numpy as np

from pellucid.datasets.bundled import Pair, read_numbers, train_test_split

CLASSES = ["class_0", "class_1", "class_2"]
"""The names of the classes."""

FEATURES = [
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280/od315_of_diluted_wines",
    "proline",
]
"""The names of the columns."""


def load_data(test_split: float = 0.2, seed: int = 113) -> tuple[Pair, Pair]:
    """Return the wines; the columns differ much in scale, so scale them before training.

    Args:
        test_split: Part of the rows for the test, between 0 and 1.
        seed: Seed of the stratified split.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; float32 of shape ``(rows, 13)``, labels uint8 0, 1, 2.

    Source: S. Aeberhard, M. Forina, Wine, UCI, 1991.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, np.bincount(y_test).tolist()
    ((142, 13), [12, 14, 10])
    """
    table = read_numbers("wine_data.csv", header=True)
    x, y = table[:, :-1].astype(np.float32), table[:, -1].astype(np.uint8)
    return train_test_split(x, y, test_split, seed)
