"""Rows of two columns side by side, and what neighbours among the inputs say about the targets."""

from __future__ import annotations

import numpy as np

from pellucid.insight.doctor.facts.data import Column


def places_of(column: Column) -> np.ndarray:
    """Return which rows a column's sample holds: all, or evenly spread ones."""
    held = len(column.rows)
    if held == column.count:
        return np.arange(held)
    return np.linspace(0, column.count - 1, held).astype(int)


def paired(x: Column, y: Column) -> tuple[np.ndarray, np.ndarray]:
    """Return the flat rows that both samples hold, in their order: large inputs are sampled more sparsely."""
    if len(x.rows) == len(y.rows):
        return x.flat, y.flat
    _, here, there = np.intersect1d(places_of(x), places_of(y), return_indices=True)
    return x.flat[here], y.flat[there]


MOST = 600
"""Rows whose distances are looked at: 360,000 pairs, some milliseconds."""


def standardised(x: np.ndarray) -> np.ndarray:
    """Return columns of mean 0 and spread 1, without those that never change."""
    spreads = x.std(axis=0)
    moving = spreads > 0
    return (x[:, moving] - x[:, moving].mean(axis=0)) / spreads[moving]


def spread_rows(count: int, most: int = MOST) -> np.ndarray:
    """Return the places of at most so many rows, evenly spread.

    >>> spread_rows(4), spread_rows(9, 3)
    (array([0, 1, 2, 3]), array([0, 4, 8]))
    """
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).astype(int)


WIDEST = 600
"""Columns whose likeness is looked at; neighbouring pixels say much the same."""


def thinned(x: np.ndarray) -> np.ndarray:
    """Return at most so many columns, evenly spread."""
    return x[:, spread_rows(x.shape[1], WIDEST)]


def neighbours(x: np.ndarray, count: int) -> np.ndarray:
    """Return the nearest rows of each row by the distance of standardised columns, nearest first, ``(rows, count)``."""
    x = x.astype(np.float32)
    # Of the squared distance, what all pairs of a row have in common is left out: it changes no order.
    distances = np.square(x).sum(axis=1) - 2 * x @ x.T
    np.fill_diagonal(distances, np.inf)
    each, nearest = np.arange(len(x)), np.empty((len(x), count), int)
    for place in range(
        count
    ):  # for a few neighbours three times as fast as a partition of all rows
        nearest[:, place] = distances.argmin(axis=1)
        distances[each, nearest[:, place]] = np.inf
    return nearest


def terms(x: np.ndarray) -> np.ndarray:
    """Return the columns, and of few columns their squares and products too: what a plain formula would be made of."""
    if x.shape[1] > 40:
        return np.hstack([x, x**2])
    first, second = np.triu_indices(x.shape[1])
    return np.hstack([x, x[:, first] * x[:, second]])


def looks(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return what images look like wherever things stand in them: brightness, contrast, edges, and each channel's mean.

    Args:
        x: Flat rows.
        shape: Of one image, ``(height, width, channels)``.
    """
    images = x.reshape(-1, *shape)
    edges = [np.abs(np.diff(images, axis=axis)).mean(axis=(1, 2, 3)) for axis in (1, 2)]
    parts = [x.mean(axis=1), x.std(axis=1), *np.quantile(x, [0.1, 0.5, 0.9], axis=1), *edges]
    return np.column_stack([*parts, images.mean(axis=(1, 2))])


def strongest(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the largest correlation of a term of ``x`` with a column of ``y``, and what chance alone would reach.

    The largest of m correlations of unrelated columns over n rows stays below sqrt(2 log(2 m) / n), nearly always.
    """
    parts = standardised(terms(x))
    sizes = standardised(y)
    if not parts.size or not sizes.size:
        return 0.0, np.inf
    alike = np.abs(parts.T @ sizes) / len(x)
    return float(alike.max()), float(1.1 * np.sqrt(2 * np.log(2 * alike.size) / len(x)))
