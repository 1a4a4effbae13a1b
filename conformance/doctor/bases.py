"""Healthy trainings on real data, one of each kind; faults are changes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance.doctor import networks
from conformance.doctor.networks import (
    AVERAGE1,
    FLATTEN,
    POOL,
    conv,
    conv1,
    dense,
    dropout,
    embedding,
    gru,
    lstm,
)
from conformance.doctor.recipe import Recipe


@dataclass(frozen=True)
class Base:
    """A healthy training.

    Attributes:
        recipe: The training.
        reach: The score it must reach.
        last: The place of the last layer in the stack, or its name where the network is no stack.
    """

    recipe: Recipe
    reach: float
    last: int | str


def _classes(source: str, *parts: Any, **more: Any) -> Recipe:
    told = {"metrics": ("accuracy",), **more}
    return Recipe(source, parts, "sparse_categorical_crossentropy", **told)


def _yes_no(source: str, *parts: Any, **more: Any) -> Recipe:
    told = {"form": "column", "metrics": ("accuracy",), **more}
    return Recipe(source, parts, "binary_crossentropy", **told)


def _numbers(source: str, *parts: Any, **more: Any) -> Recipe:
    told = {"scale_y": True, "form": "column", "score": "r2", **more}
    return Recipe(source, parts, "mse", **told)


_SEEN = (conv(8), POOL, FLATTEN, dense(32, "relu"))

BASES: dict[str, Base] = {
    "digits-mlp": Base(
        _classes(
            "digits",
            FLATTEN,
            dense(32, "relu"),
            dense(32, "relu"),
            dense(10, "softmax"),
            scale="range",
            epochs=20,
        ),
        0.85,
        3,
    ),
    "mnist-mlp": Base(
        _classes(
            "mnist",
            FLATTEN,
            dense(64, "relu"),
            dense(32, "relu"),
            dense(10, "softmax"),
            scale="range",
            epochs=12,
        ),
        0.8,
        3,
    ),
    "penguins-mlp": Base(
        _classes(
            "penguins", dense(16, "relu"), dense(3, "softmax"), epochs=40, rows=240, batch_size=16
        ),
        0.9,
        1,
    ),
    "cancer-mlp": Base(
        _yes_no(
            "breast_cancer", dense(16, "relu"), dense(8, "relu"), dense(1, "sigmoid"), epochs=30
        ),
        0.9,
        2,
    ),
    "adult-mlp": Base(
        _yes_no(
            "adult", dense(32, "relu"), dense(16, "relu"), dense(1, "sigmoid"), epochs=15, rows=2000
        ),
        0.78,
        2,
    ),
    "california-mlp": Base(
        _numbers("california", dense(32, "relu"), dense(16, "relu"), dense(1), epochs=30), 0.5, 2
    ),
    "mpg-mlp": Base(
        _numbers("mpg", dense(32, "relu"), dense(16, "relu"), dense(1), epochs=40, batch_size=16),
        0.75,
        2,
    ),
    "pima-mlp": Base(
        _yes_no("pima", dense(12, "relu"), dense(8, "relu"), dense(1, "sigmoid"), epochs=30), 0.7, 2
    ),
    "diabetes-mlp": Base(_numbers("diabetes", dense(64, "relu"), dense(1), epochs=15), 0.3, 1),
    "labels-mlp": Base(
        _yes_no(
            "digits:labels",
            FLATTEN,
            dense(48, "relu"),
            dense(24, "relu"),
            dense(3, "sigmoid"),
            scale="range",
            epochs=25,
            score="labels",
            metrics=("binary_accuracy",),
        ),
        0.85,
        3,
    ),
    "digits-cnn": Base(
        _classes("digits", *_SEEN, dense(10, "softmax"), scale="range", epochs=12), 0.85, 4
    ),
    "fashion-cnn": Base(
        _classes("fashion_mnist", *_SEEN, dense(10, "softmax"), scale="range", epochs=8), 0.7, 4
    ),
    "even-cnn": Base(
        _yes_no("digits:even", *_SEEN, dense(1, "sigmoid"), scale="range", epochs=12), 0.85, 4
    ),
    "ink-cnn": Base(_numbers("digits:ink", *_SEEN, dense(1), scale="range", epochs=15), 0.6, 4),
    "seasons-lstm": Base(
        _classes("seasons", lstm(16), dense(4, "softmax"), epochs=15, batch_size=32).rate(0.01),
        0.5,
        1,
    ),
    "temperatures-gru": Base(
        _numbers("temperatures", gru(16), dense(1), epochs=12).rate(0.005), 0.45, 1
    ),
    "sunspots-lstm": Base(
        _numbers("sunspots", lstm(16), dense(8, "relu"), dense(1), epochs=12).rate(0.005), 0.7, 2
    ),
    "oil-transformer": Base(
        _numbers(
            "oil", dense(8, "relu"), dense(1), epochs=12, network=networks.series_transformer
        ).rate(0.002),
        0.8,
        "dense_4",
    ),
    "reviews-text": Base(
        _yes_no(
            "reviews",
            embedding(1000, 16),
            AVERAGE1,
            dense(16, "relu"),
            dense(1, "sigmoid"),
            scale="",
            epochs=8,
            rows=4000,
            held=500,
        ).rate(0.003),
        0.6,
        3,
    ),
    "spam-lstm": Base(
        _yes_no(
            "sms",
            embedding(1000, 16, mask_zero=True),
            lstm(16),
            dense(1, "sigmoid"),
            scale="",
            epochs=5,
            rows=1500,
        ).rate(0.005),
        0.93,
        2,
    ),
    "news-conv": Base(
        _classes(
            "news",
            embedding(1000, 16),
            conv1(16),
            ("GlobalMaxPooling1D", {}),
            dropout(0.2),
            dense(4, "softmax"),
            scale="",
            epochs=8,
            rows=2000,
        ).rate(0.005),
        0.65,
        4,
    ),
    "news-transformer": Base(
        _classes(
            "news",
            dense(16, "relu"),
            dense(4, "softmax"),
            scale="",
            epochs=8,
            rows=1500,
            network=networks.text_transformer,
        ).rate(0.003),
        0.65,
        "dense_3",
    ),
}
"""By name."""
