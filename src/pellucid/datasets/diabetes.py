"""442 diabetes patients, ten measurements each, and how far the disease went in a year, from scikit-learn's files."""

from __future__ import annotations

import numpy as np

from pellucid.datasets.bundled import Pair, read_numbers, train_test_split

FEATURES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
"""The names of the columns: age in years, sex, body mass index, blood pressure and six blood serum values."""


def load_data(test_split: float = 0.2, seed: int = 113) -> tuple[Pair, Pair]:
    """Return the patients, each column centred and scaled so that its squares sum to one, as scikit-learn gives them.

    Args:
        test_split: Part of the rows for the test, between 0 and 1.
        seed: Seed of the split.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; float32 of shape ``(rows, 10)``; the target is a number from
        25 to 346.

    Source: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Least Angle Regression, 2004.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape, y_train.dtype
    ((353, 10), (89, 10), dtype('float32'))
    """
    raw = read_numbers("diabetes_data_raw.csv.gz", delimiter=None)
    centred = raw - raw.mean(axis=0)
    x = (centred / np.sqrt((centred**2).sum(axis=0))).astype(np.float32)
    y = read_numbers("diabetes_target.csv.gz", delimiter=None)[:, 0].astype(np.float32)
    return train_test_split(x, y, test_split, seed)
