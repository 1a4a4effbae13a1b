"""569 breast tumours, malignant or benign, 30 measurements of the cell nuclei each, from scikit-learn's files."""

from __future__ import annotations

import numpy as np

from pellucid.datasets.bundled import Pair, read_numbers, train_test_split

CLASSES = ["malignant", "benign"]
"""The names of the classes."""

_MEASURED = [
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
]

FEATURES = [
    *(f"mean {name}" for name in _MEASURED),
    *(f"{name} error" for name in _MEASURED),
    *(f"worst {name}" for name in _MEASURED),
]
"""The names of the columns."""


def load_data(test_split: float = 0.2, seed: int = 113) -> tuple[Pair, Pair]:
    """Return the tumours; the columns differ much in scale, so scale them before training.

    Args:
        test_split: Part of the rows for the test, between 0 and 1.
        seed: Seed of the stratified split.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; float32 of shape ``(rows, 30)``, labels uint8: 0 malignant, 1 benign.

    Source: W. Wolberg, W. Street, O. Mangasarian, Breast Cancer Wisconsin (Diagnostic), UCI, 1995.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, np.bincount(y_test).tolist()
    ((455, 30), [42, 72])
    """
    table = read_numbers("breast_cancer.csv", header=True)
    x, y = table[:, :-1].astype(np.float32), table[:, -1].astype(np.uint8)
    return train_test_split(x, y, test_split, seed)
