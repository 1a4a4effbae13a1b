"""Rows of two columns side by side, and what neighbours among the inputs say about the targets."""

from __future__ import annotations

from math import isqrt

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
SMALLEST = 15
"""Height and width of the smallest picture without channels: flat rows of up to 200 numbers are tables anyway."""


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
    # For a few neighbours three times as fast as a partition of all rows.
    for place in range(count):
        nearest[:, place] = distances.argmin(axis=1)
        distances[each, nearest[:, place]] = np.inf
    return nearest


def terms(x: np.ndarray) -> np.ndarray:
    """Return the columns, and of few columns their squares and products too: what a plain formula would be made of."""
    if x.shape[1] > 40:
        return np.hstack([x, x**2])
    first, second = np.triu_indices(x.shape[1])
    return np.hstack([x, x[:, first] * x[:, second]])


def middles_of(pictures: np.ndarray) -> dict[str, np.ndarray]:
    """Return the middle of what differs from each picture's background, by axis, ``(rows,)``.

    >>> spot = np.zeros((1, 3, 4, 1))
    >>> spot[0, 2, 1] = 1
    >>> middles_of(spot)
    {'across': array([1.]), 'down': array([2.])}
    """
    background = np.median(pictures, axis=(1, 2), keepdims=True)
    weights = np.abs(pictures - background).sum(axis=3)
    total = np.maximum(weights.sum(axis=(1, 2)), 1e-12)
    across = (weights.sum(axis=1) * np.arange(weights.shape[2])).sum(axis=1) / total
    down = (weights.sum(axis=2) * np.arange(weights.shape[1])).sum(axis=1) / total
    return {"across": across, "down": down}


def picture_shape(x: np.ndarray, shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Return the height, width and channels of rows that are pictures, also without channels or flat; else None.

    In a picture, neighbours are alike beside each other as well as above each other: their correlation is .5 at least.
    In a series that was laid out so, what stands half a line away is more alike than what stands a line away. Of series
    side by side, ``(steps, features)``, steps are more alike than features; pictures know no such difference.

    Args:
        x: Flat rows.
        shape: Of one row. Flat pictures are square.
    """
    if len(shape) == 3 and min(shape[:2]) > 1:
        return (shape[0], shape[1], shape[2])
    side = isqrt(x.shape[1])
    height, width = shape if len(shape) == 2 else (side, side)
    if not shape or len(shape) > 2 or min(height, width) < SMALLEST or height * width != x.shape[1]:
        return None
    offsets = x - x.mean(axis=0)
    beside, half, above = (_alike(offsets, distance) for distance in (1, width // 2, width))
    are_series = len(shape) == 2 and abs(above - beside) > 0.2
    return (
        (height, width, 1)
        if min(beside, above) >= 0.5 and above > half and not are_series
        else None
    )


def _alike(offsets: np.ndarray, distance: int) -> float:
    """Return the correlation of numbers of one row that stand so far apart."""
    here, there = offsets[:, :-distance], offsets[:, distance:]
    size = np.sqrt(np.square(here).sum() * np.square(there).sum())
    return float((here * there).sum() / size) if size else 0.0


def looks(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return what is seen in images without asking which pixels: brightness, contrast, edges, means, and the middle.

    Args:
        x: Flat rows.
        shape: Of one image, ``(height, width, channels)``.
    """
    images = x.reshape(-1, *shape)
    edges = [np.abs(np.diff(images, axis=axis)).mean(axis=(1, 2, 3)) for axis in (1, 2)]
    parts = [x.mean(axis=1), x.std(axis=1), *np.quantile(x, [0.1, 0.5, 0.9], axis=1), *edges]
    return np.column_stack([*parts, images.mean(axis=(1, 2)), *middles_of(images).values()])


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
