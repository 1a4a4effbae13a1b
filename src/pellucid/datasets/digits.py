"""1,797 handwritten digits of 8 x 8 pixels, from scikit-learn's files."""

from __future__ import annotations

import numpy as np

from pellucid.datasets.bundled import Pair, read_numbers, train_test_split

CLASSES = [str(digit) for digit in range(10)]
"""The names of the classes."""


def load_data(test_split: float = 0.2, seed: int = 113) -> tuple[Pair, Pair]:
    """Return the digits as images.

    Args:
        test_split: Part of the rows for the test, between 0 and 1.
        seed: Seed of the stratified split.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; images are uint8 from 0 to 16 of shape ``(rows, 8, 8)``, labels uint8
        from 0 to 9.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape, x_train.max().item()
    ((1437, 8, 8), (360, 8, 8), 16)
    """
    table = read_numbers("digits.csv.gz").astype(np.uint8)
    return train_test_split(table[:, :-1].reshape(-1, 8, 8), table[:, -1], test_split, seed)
