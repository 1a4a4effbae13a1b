"""Trainings in which nothing is wrong: good ones, mediocre ones, short ones, and ones with little data."""

from __future__ import annotations

from conformance.doctor import networks
from conformance.doctor.bases import BASES
from conformance.doctor.case import Case
from conformance.doctor.cases.variants import DECAY, of, optimizer, own
from conformance.doctor.networks import (
    FLATTEN,
    NORM,
    POOL,
    conv,
    dense,
    lstm,
)
from conformance.doctor.recipe import Recipe


def _plain() -> list[Case]:
    """Return the bases as they stand."""
    return [Case(name, "healthy", base.recipe, reach=base.reach) for name, base in BASES.items()]


def _mediocre() -> list[Case]:
    """Return choices that are not the best ones and still do."""
    return [
        of("digits-mlp", "slow-rate", lambda recipe: recipe.rate(0.0003).but(epochs=40), 0.8),
        of("digits-mlp", "brisk-rate", lambda recipe: recipe.rate(0.01), 0.85),
        of("digits-mlp", "sgd", optimizer("SGD", learning_rate=0.1), 0.75),
        of("mnist-mlp", "momentum", optimizer("SGD", learning_rate=0.05, momentum=0.9), 0.8),
        of("mnist-mlp", "large-batch", lambda recipe: recipe.but(batch_size=128).rate(0.003), 0.75),
        of("mnist-mlp", "small-batch", lambda recipe: recipe.but(batch_size=8, epochs=6), 0.8),
        of(
            "mnist-mlp",
            "sigmoids",
            lambda recipe: recipe.with_all(("Dense",), activation="sigmoid").rate(0.005),
            0.75,
        ),
        of("fashion-cnn", "rmsprop", optimizer("RMSprop", learning_rate=0.001)),
        of("fashion-cnn", "nadam", optimizer("Nadam", learning_rate=0.003)),
        of("california-mlp", "brisk-rate", lambda recipe: recipe.rate(0.01), 0.45),
        of("california-mlp", "sgd", optimizer("SGD", learning_rate=0.03), 0.4),
        of("cancer-mlp", "adagrad", optimizer("Adagrad", learning_rate=0.05)),
        of("adult-mlp", "one-layer", lambda recipe: recipe.without(1), 0.77),
        of("seasons-lstm", "slow-rate", lambda recipe: recipe.rate(0.003), 0.4),
        of("sunspots-lstm", "tanh-before", lambda recipe: recipe.with_part(1, activation="tanh")),
        of(
            "reviews-text",
            "small",
            lambda recipe: recipe.with_part(0, output_dim=4).but(epochs=12),
            0.58,
        ),
        of("temperatures-gru", "mae", lambda recipe: recipe.but(loss="mae")),
        of("mpg-mlp", "huber", lambda recipe: recipe.but(loss="huber")),
        of("cancer-mlp", "wide", lambda recipe: recipe.with_part(0, units=128)),
        of(
            "penguins-mlp",
            "ranges",
            lambda recipe: recipe.but(scale="range", epochs=150).rate(0.01),
            0.6,
        ),
    ]


def _short() -> list[Case]:
    """Return trainings of few epochs, few rows, or both."""
    return [
        of("mnist-mlp", "three-epochs", lambda recipe: recipe.but(epochs=3), 0.6),
        of("fashion-cnn", "two-epochs", lambda recipe: recipe.but(epochs=2).rate(0.003), 0.5),
        of("news-conv", "three-epochs", lambda recipe: recipe.but(epochs=3), 0.5),
        of("spam-lstm", "two-epochs", lambda recipe: recipe.but(epochs=2), 0.85),
        of("adult-mlp", "two-epochs", lambda recipe: recipe.but(epochs=2), 0.72),
        of(
            "cancer-mlp",
            "60-rows",
            lambda recipe: recipe.but(rows=60, batch_size=8, epochs=25),
            0.85,
        ),
        of(
            "penguins-mlp",
            "40-rows",
            lambda recipe: recipe.but(rows=40, batch_size=8, epochs=60),
            0.85,
        ),
        of("mpg-mlp", "80-rows", lambda recipe: recipe.but(rows=80, batch_size=8), 0.6),
        own(
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
        own(
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
        own(
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
        own(
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
        of(
            "mnist-mlp",
            "dropout",
            lambda recipe: recipe.inserted(3, "Dropout", rate=0.3).inserted(2, "Dropout", rate=0.3),
            0.78,
        ),
        of("mnist-mlp", "norm", lambda recipe: recipe.inserted(2, "BatchNormalization")),
        of(
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
        of(
            "fashion-cnn",
            "norm-dropout",
            lambda recipe: (
                recipe.inserted(3, "Dropout", rate=0.4)
                .inserted(1, "BatchNormalization")
                .but(epochs=10)
            ),
        ),
        of(
            "cancer-mlp",
            "penalty",
            lambda recipe: recipe.with_all(("Dense",), kernel_regularizer=DECAY),
        ),
        of(
            "california-mlp",
            "norm-first",
            lambda recipe: recipe.but(scale="", rows=2000).inserted(0, "BatchNormalization"),
            0.3,
        ),
        of(
            "mpg-mlp",
            "selu",
            lambda recipe: recipe.with_all(
                ("Dense",), activation="selu", kernel_initializer="lecun_normal"
            ),
            0.7,
        ),
        of(
            "labels-mlp", "gelu", lambda recipe: recipe.with_all(("Dense",), activation="gelu"), 0.8
        ),
        of("adult-mlp", "decay", optimizer("AdamW", learning_rate=0.001, weight_decay=0.004)),
        of(
            "digits-cnn",
            "turned",
            lambda recipe: recipe.inserted(
                0, "RandomTranslation", height_factor=0.1, width_factor=0.1
            ).but(epochs=20),
            0.8,
        ),
        of("news-conv", "half-dropped", lambda recipe: recipe.with_part(3, rate=0.5), 0.6),
        of(
            "sunspots-lstm",
            "stacked",
            lambda recipe: recipe.but(parts=(lstm(16, return_sequences=True), lstm(8), dense(1))),
        ),
        of(
            "spam-lstm",
            "both-ways",
            lambda recipe: recipe.with_part(1, kind=networks.both_ways, units=8),
            0.9,
        ),
    ]


CASES: tuple[Case, ...] = (*_plain(), *_mediocre(), *_short(), *_parts())
