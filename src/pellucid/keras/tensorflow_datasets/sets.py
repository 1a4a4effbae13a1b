"""The sets that there are, each as arrays by split and feature, from :mod:`pellucid.datasets`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.datasets import cifar10, cifar100, fashion_mnist, imdb, iris, mnist
from pellucid.keras.notices import differs
from pellucid.keras.tensorflow_datasets.info import ClassLabel, Feature

Rows = dict[str, Any]

IRIS = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]


@dataclass(frozen=True)
class Set:
    """A set.

    Attributes:
        read: Reads it: arrays by feature, by split.
        features: The features of an element.
        pair: Which of them are input and label.
    """

    read: Callable[[], dict[str, Rows]]
    features: dict[str, Feature]
    pair: tuple[str, str]


def images(module: Any, shape: tuple[int, int, int]) -> Set:
    """Return a set of images with one label each."""

    def read() -> dict[str, Rows]:
        return {
            split: {"image": np.reshape(x, (-1, *shape)), "label": np.ravel(y).astype("int64")}
            for split, (x, y) in zip(("train", "test"), module.load_data(), strict=True)
        }

    features = {"image": Feature(shape, "uint8"), "label": ClassLabel(module.CLASSES)}
    return Set(read, features, ("image", "label"))


def read_cifar100() -> dict[str, Rows]:
    """Return CIFAR-100 with both kinds of labels."""
    found = {}
    fine, coarse = cifar100.load_data(), cifar100.load_data("coarse")
    for split, (x, y), (_, group) in zip(("train", "test"), fine, coarse, strict=True):
        labels = {"label": y, "coarse_label": group}
        found[split] = {"image": x} | {k: v.ravel().astype("int64") for k, v in labels.items()}
    return found


def read_imdb() -> dict[str, Rows]:
    """Return the reviews as texts, put together from the numbers of their words."""
    differs(
        "imdb_reviews",
        "The texts of imdb_reviews are put together from the numbers of their words: small letters, no full stops.",
    )
    words = {number + 3: word for word, number in imdb.get_word_index().items()}
    found = {}
    for split, (x, y) in zip(("train", "test"), imdb.load_data(), strict=True):
        texts = np.empty(len(x), object)
        texts[:] = [" ".join(words.get(n, "") for n in row[1:]).encode() for row in x]
        found[split] = {"text": texts, "label": np.asarray(y, "int64")}
    return found


def read_iris() -> dict[str, Rows]:
    """Return the flowers; all of them are to train with."""
    (x, y), (more_x, more_y) = iris.load_data()
    rows, labels = np.concatenate([x, more_x]), np.concatenate([y, more_y])
    return {"train": {"features": rows.astype("float32"), "label": labels.astype("int64")}}


SETS: dict[str, Set] = {
    "mnist": images(mnist, (28, 28, 1)),
    "fashion_mnist": images(fashion_mnist, (28, 28, 1)),
    "cifar10": images(cifar10, (32, 32, 3)),
    "cifar100": Set(
        read_cifar100,
        {
            "image": Feature((32, 32, 3), "uint8"),
            "label": ClassLabel([str(number) for number in range(100)]),
            "coarse_label": ClassLabel([str(number) for number in range(20)]),
        },
        ("image", "label"),
    ),
    "imdb_reviews": Set(
        read_imdb, {"text": Feature((), "string"), "label": ClassLabel(["neg", "pos"])}, ("text", "label")
    ),
    "iris": Set(
        read_iris, {"features": Feature((4,), "float32"), "label": ClassLabel(IRIS)}, ("features", "label")
    ),
}  # fmt: skip
"""By the name that ``tfds.load`` takes."""
