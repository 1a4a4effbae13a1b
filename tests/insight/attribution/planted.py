"""Small models that were trained on data with one planted cause, shared by the tests of attributions."""

from __future__ import annotations

from functools import cache

import numpy as np

from pellucid import Sequential, layers

CAUSE = 2
"""The feature of the table that alone decides the class."""


def table(rows: int = 256, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of five features, of which one decides."""
    x = np.random.default_rng(seed).normal(size=(rows, 5)).astype("float32")
    return x, (x[:, CAUSE] > 0).astype("int32")


def pictures(rows: int = 192, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return noisy 12 x 12 pictures, whether a bright 3 x 3 patch lies in each, and its upper left corner."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 0.3, size=(rows, 12, 12, 1)).astype("float32")
    y = np.arange(rows) % 2
    corners = rng.integers(0, 10, size=(rows, 2))
    for picture, there, (top, left) in zip(x, y, corners, strict=True):
        if there:
            picture[top : top + 3, left : left + 3] = 1.0
    return x, y, corners


def inside(place: tuple[int, ...], corner: np.ndarray, margin: int = 0) -> bool:
    """Tell whether a place lies in the patch at a corner, or so near to it."""
    return all(c - margin <= p < c + 3 + margin for p, c in zip(place, corner, strict=False))


@cache
def table_model() -> Sequential:
    """Return a classifier of the table with two softmax units."""
    x, y = table()
    model = Sequential([layers.Dense(16, activation="relu"), layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.learning_rate = 0.01
    model.fit(x, y, epochs=20, verbose=0)
    return model


@cache
def picture_model() -> Sequential:
    """Return a small convolutional network that finds the patch."""
    x, y, _ = pictures()
    model = Sequential(
        [
            layers.Conv2D(8, 3, activation="relu", padding="same", name="edges"),
            layers.Conv2D(8, 3, activation="relu", padding="same", name="shapes"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.learning_rate = 0.01
    model.fit(x, y, epochs=12, verbose=0)
    return model
