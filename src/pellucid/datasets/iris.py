"""150 iris flowers of three species, four lengths each, from scikit-learn's files."""

from __future__ import annotations

import numpy as np

from pellucid.datasets.bundled import Pair, read_numbers, train_test_split

CLASSES = ["setosa", "versicolor", "virginica"]
"""The names of the classes."""

FEATURES = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
"""The names of the columns."""


def load_data(test_split: float = 0.2, seed: int = 113) -> tuple[Pair, Pair]:
    """Return the flowers.

    Args:
        test_split: Part of the rows for the test, between 0 and 1.
        seed: Seed of the stratified split.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; float32 of shape ``(rows, 4)`` in centimetres, labels uint8 0, 1, 2.

    Source: R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, np.bincount(y_test).tolist()
    ((120, 4), [10, 10, 10])
    """
    table = read_numbers("iris.csv", header=True)
    x, y = table[:, :-1].astype(np.float32), table[:, -1].astype(np.uint8)
    return train_test_split(x, y, test_split, seed)
