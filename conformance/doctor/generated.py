"""Data that are made: of the shapes and the kind that the published cases have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.datasets import (
    make_circles,
    make_classification,
    make_multilabel_classification,
    make_regression,
)

Table = tuple[np.ndarray, np.ndarray]


def _seed(generator: np.random.Generator) -> int:
    return int(generator.integers(2**31))


def classes(generator: np.random.Generator, rows: int, columns: int, count: int = 2) -> Table:
    """Return a classification problem of scikit-learn's."""
    table: Any = make_classification(
        rows,
        columns,
        n_informative=max(4, columns // 2),
        n_redundant=columns // 8,
        n_classes=count,
        class_sep=1.5,
        random_state=_seed(generator),
    )
    x, y = table
    return x.astype(np.float32), y


def pictures(generator: np.random.Generator, rows: int, side: int, count: int) -> Table:
    """Return noisy pictures, each of the smooth pattern of its class."""
    waves = generator.normal(size=(count, side, 3)) @ np.sin(
        np.outer([1, 2, 3], np.linspace(0, 3, side))
    )
    y = generator.integers(0, count, rows)
    x = waves[y] + 1.5 * generator.normal(size=(rows, side, side))
    return x[..., None].astype(np.float32), y


def sequences(
    generator: np.random.Generator, rows: int, steps: int, columns: int, count: int = 2
) -> Table:
    """Return the numbers of a classification problem laid out as series."""
    x, y = classes(generator, rows, steps * columns, count)
    return x.reshape(rows, steps, columns), y


def numbers(generator: np.random.Generator, rows: int, columns: int) -> Table:
    """Return a linear regression problem with targets of some hundreds, below and above 0."""
    table: Any = make_regression(
        rows, columns, n_informative=max(2, columns // 2), noise=5.0, random_state=_seed(generator)
    )
    x, y = table
    return x.astype(np.float32), y.astype(np.float32)


def series(generator: np.random.Generator, rows: int, steps: int) -> Table:
    """Return the numbers of a regression problem laid out as series."""
    x, y = numbers(generator, rows, steps)
    return x[:, :, None], y


def several_labels(generator: np.random.Generator) -> Table:
    """Return 1,000 rows of 20 counts with three yes-no answers each."""
    table: Any = make_multilabel_classification(
        1000, 20, n_classes=3, n_labels=2, random_state=_seed(generator)
    )
    x, y = table
    return x.astype(np.float32), y


def xor(_: np.random.Generator) -> Table:
    """Return the four rows of exclusive or, four times, so that a quarter can be held back."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    return np.tile(x, (4, 1)), np.tile([0, 1, 1, 0], 4)


def constant_vectors(generator: np.random.Generator) -> Table:
    """Return vectors of 0s for one class and of 1s for the other."""
    y = generator.integers(0, 2, 400)
    return np.repeat(y[:, None], 32, axis=1).astype(np.float32), y


def small_table(
    generator: np.random.Generator, rows: int, columns: int, spread: float, noise: float
) -> Table:
    """Return a table with columns of sizes from 1 to ``spread``, and a yes-no answer that hangs on all."""
    x = generator.normal(size=(rows, columns))
    y = (x @ generator.normal(size=columns) + noise * generator.normal(size=rows) > 0).astype(int)
    sizes = np.geomspace(1, spread, columns)
    return (x * sizes + 2 * sizes).astype(np.float32), y


def line(
    generator: np.random.Generator, rows: int, slope: float, noise: float, columns: int = 1
) -> Table:
    """Return inputs from 0 to 10 and targets along a line."""
    x = generator.uniform(0, 10, (rows, columns))
    y = slope * x.mean(axis=1) + noise * generator.normal(size=rows)
    return x.astype(np.float32), y.astype(np.float32)


def years(generator: np.random.Generator) -> Table:
    """Return 50 points of a smooth curve with targets of some tens, as a small study has them."""
    x = np.linspace(0, 10, 50) + 0.05 * generator.normal(size=50)
    y = 30 + 20 * np.sin(x) + 4 * x + 2 * generator.normal(size=50)
    return x[:, None].astype(np.float32), y.astype(np.float32)


def sine(generator: np.random.Generator) -> Table:
    """Return two periods of a sine over inputs from 0 to 1,000."""
    x = generator.uniform(0, 1000, 1000)
    return x[:, None].astype(np.float32), np.sin(x * 4 * np.pi / 1000).astype(np.float32)


def sums(generator: np.random.Generator) -> Table:
    """Return 200 numbers from 0 to 1 a row and their weighted sum."""
    x = generator.uniform(0, 1, (1000, 200))
    return x.astype(np.float32), (x @ generator.normal(size=200) / 3).astype(np.float32)


def circles(generator: np.random.Generator) -> Table:
    """Return two rings, one inside the other."""
    table: Any = make_circles(1000, noise=0.08, factor=0.5, random_state=_seed(generator))
    x, y = table
    return x.astype(np.float32), y


def texts(
    generator: np.random.Generator, rows: int = 600, length: int = 20, words: int = 200
) -> Table:
    """Return word numbers; the answer says whether more words come from the upper half than from the lower."""
    y = generator.integers(0, 2, rows)
    upper = generator.random((rows, length)) < np.where(y, 0.65, 0.35)[:, None]
    x = generator.integers(1, words // 2, (rows, length)) + np.where(upper, words // 2, 0)
    return x.astype(np.int32), y


def echo(
    generator: np.random.Generator, rows: int = 600, steps: int = 10, scale: float = 1.0
) -> Table:
    """Return a noisy series and what it goes on with: a slope and a swing, by ``scale``."""
    start, slope = generator.normal(size=(2, rows, 1))
    time = np.arange(steps + 1) / steps
    values = scale * (
        start
        + slope * time
        + 0.3 * np.sin(6 * time)
        + 0.05 * generator.normal(size=(rows, steps + 1))
    )
    return values[:, :-1, None].astype(np.float32), values[:, -1].astype(np.float32)


def _of(
    maker: Callable[..., Table], *told: Any, **arguments: Any
) -> Callable[[np.random.Generator], Table]:
    return lambda generator: maker(generator, *told, **arguments)


GENERATED: dict[str, Callable[[np.random.Generator], Table]] = {
    "classes": _of(classes, 1000, 20),
    "classes-wide": _of(classes, 1000, 64),
    "classes-4": _of(classes, 1000, 20, 4),
    "pictures": _of(pictures, 500, 16, 2),
    "pictures-3": _of(pictures, 500, 16, 3),
    "sequences": _of(sequences, 600, 16, 4),
    "sequences-3": _of(sequences, 600, 16, 4, 3),
    "numbers": _of(numbers, 1000, 10),
    "number-series": _of(series, 600, 16),
    "several-labels": several_labels,
    "xor": xor,
    "constant-vectors": constant_vectors,
    "table-21": _of(small_table, 21, 12, 1000.0, 0.0),
    "table-299": _of(small_table, 299, 6, 1.0, 0.5),
    "table-999": _of(small_table, 999, 6, 1000.0, 0.2),
    "table-800": _of(small_table, 891, 8, 200.0, 2.0),
    "line-201": _of(line, 201, 12.0, 6.0),
    "line-17": _of(line, 40, 0.1, 0.05, columns=3),
    "line-200": _of(line, 400, 8.0, 3.0, columns=3),
    "years": years,
    "sine": sine,
    "sums": sums,
    "circles": circles,
    "texts": texts,
    "echo": echo,
    "echo-500": _of(echo, scale=500.0),
}
"""By name a function of a generator."""
