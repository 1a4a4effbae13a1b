"""Trainings in which nothing is wrong: good ones, mediocre ones, short ones, and ones with little data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.doctor import networks
from conformance.doctor.bases import BASES
from conformance.doctor.case import Case
from conformance.doctor.networks import (
    FLATTEN,
    NORM,
    POOL,
    conv,
    dense,
    lstm,
)
from conformance.doctor.recipe import Recipe

_DECAY = {"class_name": "L2", "config": {"l2": 1e-4}}


def _of(
    base: str, word: str, change: Callable[[Recipe], Recipe], reach: float | None = None
) -> Case:
    """Return a variant of a base."""
    chosen = BASES[base]
    return Case(
        f"{base}-{word}",
        "healthy",
        change(chosen.recipe),
        reach=chosen.reach if reach is None else reach,
    )


def _own(name: str, recipe: Recipe, reach: float) -> Case:
    return Case(name, "healthy", recipe, reach=reach)


def _optimizer(name: str, **arguments: Any) -> Callable[[Recipe], Recipe]:
    return lambda recipe: recipe.but(optimizer=(name, arguments))


def _plain() -> list[Case]:
    """Return the bases as they stand."""
    return [Case(name, "healthy", base.recipe, reach=base.reach) for name, base in BASES.items()]


def _mediocre() -> list[Case]:
    """Return choices that are not the best ones and still do."""
    return [
        _of("digits-mlp", "slow-rate", lambda recipe: recipe.rate(0.0003).but(epochs=40), 0.8),
        _of("digits-mlp", "brisk-rate", lambda recipe: recipe.rate(0.01), 0.85),
        _of("digits-mlp", "sgd", _optimizer("SGD", learning_rate=0.1), 0.75),
        _of("mnist-mlp", "momentum", _optimizer("SGD", learning_rate=0.05, momentum=0.9), 0.8),
        _of(
            "mnist-mlp", "large-batch", lambda recipe: recipe.but(batch_size=128).rate(0.003), 0.75
        ),
        _of("mnist-mlp", "small-batch", lambda recipe: recipe.but(batch_size=8, epochs=6), 0.8),
        _of(
            "mnist-mlp",
            "sigmoids",
            lambda recipe: recipe.with_all(("Dense",), activation="sigmoid").rate(0.005),
            0.75,
        ),
        _of("fashion-cnn", "rmsprop", _optimizer("RMSprop", learning_rate=0.001)),
        _of("fashion-cnn", "nadam", _optimizer("Nadam", learning_rate=0.003)),
        _of("california-mlp", "brisk-rate", lambda recipe: recipe.rate(0.01), 0.45),
        _of("california-mlp", "sgd", _optimizer("SGD", learning_rate=0.03), 0.4),
        _of("cancer-mlp", "adagrad", _optimizer("Adagrad", learning_rate=0.05)),
        _of("adult-mlp", "one-layer", lambda recipe: recipe.without(1), 0.77),
        _of("seasons-lstm", "slow-rate", lambda recipe: recipe.rate(0.003), 0.4),
        _of("sunspots-lstm", "tanh-before", lambda recipe: recipe.with_part(1, activation="tanh")),
        _of(
            "reviews-text",
            "small",
            lambda recipe: recipe.with_part(0, output_dim=4).but(epochs=12),
            0.58,
        ),
        _of("temperatures-gru", "mae", lambda recipe: recipe.but(loss="mae")),
        _of("mpg-mlp", "huber", lambda recipe: recipe.but(loss="huber")),
        _of("cancer-mlp", "wide", lambda recipe: recipe.with_part(0, units=128)),
        _of(
            "penguins-mlp",
            "ranges",
            lambda recipe: recipe.but(scale="range", epochs=150).rate(0.01),
            0.6,
        ),
    ]


def _short() -> list[Case]:
    """Return trainings of few epochs, few rows, or both."""
    return [
        _of("mnist-mlp", "three-epochs", lambda recipe: recipe.but(epochs=3), 0.6),
        _of("fashion-cnn", "two-epochs", lambda recipe: recipe.but(epochs=2).rate(0.003), 0.5),
        _of("news-conv", "three-epochs", lambda recipe: recipe.but(epochs=3), 0.5),
        _of("spam-lstm", "two-epochs", lambda recipe: recipe.but(epochs=2), 0.85),
        _of("adult-mlp", "two-epochs", lambda recipe: recipe.but(epochs=2), 0.72),
        _of(
            "cancer-mlp",
            "60-rows",
            lambda recipe: recipe.but(rows=60, batch_size=8, epochs=25),
            0.85,
        ),
        _of(
            "penguins-mlp",
            "40-rows",
            lambda recipe: recipe.but(rows=40, batch_size=8, epochs=60),
            0.85,
        ),
        _of("mpg-mlp", "80-rows", lambda recipe: recipe.but(rows=80, batch_size=8), 0.6),
        _own(
            "passengers-mlp",
            Recipe(
                "passengers",
                (FLATTEN, dense(16, "relu"), dense(1)),
                "mse",
                epochs=80,
                batch_size=8,
                rows=100,
                held=30,
                scale_y=True,
                form="column",
                score="r2",
            ).rate(0.005),
            0.7,
        ),
        _own(
            "xor-rings",
            Recipe(
                "circles",
                (dense(16, "tanh"), dense(1, "sigmoid")),
                "binary_crossentropy",
                epochs=30,
                form="column",
                scale="",
            ).rate(0.02),
            0.9,
        ),
        _own(
            "iris-small",
            Recipe(
                "iris",
                (dense(8, "relu"), dense(3, "softmax")),
                "sparse_categorical_crossentropy",
                epochs=60,
                batch_size=8,
                rows=110,
                held=37,
            ).rate(0.005),
            0.85,
        ),
        _own(
            "wine-plain",
            Recipe(
                "wine",
                (dense(16, "relu"), dense(3, "softmax")),
                "categorical_crossentropy",
                epochs=25,
                batch_size=8,
                form="one-hot",
                validate="none",
            ),
            0.85,
        ),
    ]


def _parts() -> list[Case]:
    """Return normalisations, dropouts, penalties, other activations."""
    return [
        _of(
            "mnist-mlp",
            "dropout",
            lambda recipe: recipe.inserted(3, "Dropout", rate=0.3).inserted(2, "Dropout", rate=0.3),
            0.78,
        ),
        _of("mnist-mlp", "norm", lambda recipe: recipe.inserted(2, "BatchNormalization")),
        _of(
            "digits-cnn",
            "norm",
            lambda recipe: recipe.but(
                parts=(
                    conv(8, None),
                    NORM,
                    ("ReLU", {}),
                    POOL,
                    conv(16),
                    FLATTEN,
                    dense(10, "softmax"),
                ),
                epochs=15,
            ),
        ),
        _of(
            "fashion-cnn",
            "norm-dropout",
            lambda recipe: (
                recipe.inserted(3, "Dropout", rate=0.4)
                .inserted(1, "BatchNormalization")
                .but(epochs=10)
            ),
        ),
        _of(
            "cancer-mlp",
            "penalty",
            lambda recipe: recipe.with_all(("Dense",), kernel_regularizer=_DECAY),
        ),
        _of(
            "california-mlp",
            "norm-first",
            lambda recipe: recipe.but(scale="", rows=2000).inserted(0, "BatchNormalization"),
            0.3,
        ),
        _of(
            "mpg-mlp",
            "selu",
            lambda recipe: recipe.with_all(
                ("Dense",), activation="selu", kernel_initializer="lecun_normal"
            ),
            0.7,
        ),
        _of(
            "labels-mlp", "gelu", lambda recipe: recipe.with_all(("Dense",), activation="gelu"), 0.8
        ),
        _of("adult-mlp", "decay", _optimizer("AdamW", learning_rate=0.001, weight_decay=0.004)),
        _of(
            "digits-cnn",
            "turned",
            lambda recipe: recipe.inserted(
                0, "RandomTranslation", height_factor=0.1, width_factor=0.1
            ).but(epochs=20),
            0.8,
        ),
        _of("news-conv", "half-dropped", lambda recipe: recipe.with_part(3, rate=0.5), 0.6),
        _of(
            "sunspots-lstm",
            "stacked",
            lambda recipe: recipe.but(parts=(lstm(16, return_sequences=True), lstm(8), dense(1))),
        ),
        _of(
            "spam-lstm",
            "both-ways",
            lambda recipe: recipe.with_part(1, kind=networks.both_ways, units=8),
            0.9,
        ),
    ]


CASES: tuple[Case, ...] = (*_plain(), *_mediocre(), *_short(), *_parts())
