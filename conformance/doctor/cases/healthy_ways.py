"""Healthy trainings with other last layers and losses, schedules, callbacks, and ways to write a network."""

from __future__ import annotations

import numpy as np

from conformance.doctor import faults, networks, schedules
from conformance.doctor.case import Case
from conformance.doctor.cases.variants import of, optimizer, own
from conformance.doctor.networks import (
    AVERAGE1,
    FLATTEN,
    POOL,
    POOL1,
    conv,
    conv1,
    dense,
    embedding,
    gru,
)
from conformance.doctor.recipe import Recipe


def _heads() -> list[Case]:
    """Return last layers and losses in other right forms."""
    logits = {"from_logits": True}
    return [
        of(
            "digits-mlp",
            "logits",
            lambda recipe: recipe.with_part(-1, activation=None).but(
                loss=("SparseCategoricalCrossentropy", logits)
            ),
        ),
        of(
            "digits-cnn",
            "one-hot",
            lambda recipe: recipe.but(form="one-hot", loss="categorical_crossentropy"),
        ),
        of(
            "mnist-mlp",
            "smoothed",
            lambda recipe: recipe.but(
                form="one-hot", loss=("CategoricalCrossentropy", {"label_smoothing": 0.1})
            ),
        ),
        of(
            "cancer-mlp",
            "logits",
            lambda recipe: recipe.with_part(-1, activation=None).but(
                loss=("BinaryCrossentropy", logits), metrics=(), score="accuracy_of_logits"
            ),
        ),
        of(
            "adult-mlp",
            "two-units",
            lambda recipe: recipe.with_part(-1, units=2, activation="softmax").but(
                loss="sparse_categorical_crossentropy", form="classes"
            ),
        ),
        of(
            "even-cnn",
            "hinge",
            lambda recipe: recipe.with_part(-1, activation="tanh").but(
                loss="hinge",
                metrics=(),
                score="accuracy_of_signs",
                transforms=(faults.targets(lambda y: 2 * y - 1),),
            ),
            0.8,
        ),
        of(
            "ink-cnn",
            "bounded",
            lambda recipe: recipe.with_part(-1, activation="sigmoid").but(scale_y=False, epochs=30),
            0.3,
        ),
        own(
            "digits-copied",
            Recipe(
                "digits:copy",
                (FLATTEN, dense(32, "relu"), dense(64, "sigmoid")),
                "binary_crossentropy",
                epochs=20,
                scale="range",
                form="column",
                score="r2",
            ).rate(0.003),
            0.3,
        ),
        of("mpg-mlp", "miles", lambda recipe: recipe.but(scale_y=False, epochs=80).rate(0.01), 0.7),
        of(
            "mpg-mlp",
            "positive",
            lambda recipe: (
                recipe.with_part(-1, activation="softplus").but(scale_y=False, epochs=80).rate(0.01)
            ),
            0.6,
        ),
        of(
            "penguins-mlp",
            "balanced",
            lambda recipe: recipe.but(fit={"class_weight": {0: 1.0, 1: 2.0, 2: 1.2}}),
        ),
    ]


def _ways() -> list[Case]:
    """Return schedules, callbacks, validations and ways to write a network."""
    stop = (("EarlyStopping", {"patience": 4, "restore_best_weights": True}),)
    plateau = (("ReduceLROnPlateau", {"patience": 3}),)
    return [
        of("digits-mlp", "stopped", lambda recipe: recipe.but(epochs=80, callbacks=stop)),
        of(
            "california-mlp",
            "stopped",
            lambda recipe: recipe.but(epochs=60, callbacks=stop, validate=0.2),
        ),
        of("sunspots-lstm", "plateau", lambda recipe: recipe.but(callbacks=plateau)),
        of("mnist-mlp", "cosine", lambda recipe: recipe.rate(schedules.cosine(0.003, 400)), 0.78),
        of(
            "fashion-cnn",
            "exponential",
            lambda recipe: recipe.rate(schedules.exponential(0.004, 60)),
        ),
        of(
            "news-transformer",
            "warm-up",
            lambda recipe: recipe.rate(schedules.warm_up(0.003, 60, 376)),
            0.6,
        ),
        of("digits-mlp", "unvalidated", lambda recipe: recipe.but(validate="none")),
        of("temperatures-gru", "unvalidated", lambda recipe: recipe.but(validate="none")),
        of("fashion-cnn", "split", lambda recipe: recipe.but(validate=0.2)),
        of("cancer-mlp", "subclassed", lambda recipe: recipe.but(network=networks.subclassed)),
        of("mpg-mlp", "subclassed", lambda recipe: recipe.but(network=networks.subclassed)),
        of(
            "digits-mlp",
            "short-cuts",
            lambda recipe: recipe.but(
                parts=(dense(10, "softmax"),), network=networks.shortcut_network
            ),
        ),
        of(
            "california-mlp",
            "short-cuts",
            lambda recipe: recipe.but(parts=(dense(1),), network=networks.shortcut_network),
        ),
        of(
            "adult-mlp",
            "weighted",
            lambda recipe: recipe.but(fit={"class_weight": {0: 1.0, 1: 2.0}}),
            0.7,
        ),
        of("oil-transformer", "clipped", optimizer("Adam", learning_rate=0.002, clipnorm=1.0)),
        own(
            "oil-conv",
            Recipe(
                "oil",
                (conv1(16), POOL1, conv1(16), FLATTEN, dense(1)),
                "mse",
                epochs=12,
                scale_y=True,
                form="column",
                score="r2",
            ).rate(0.003),
            0.7,
        ),
        own(
            "mnist-bytes",
            Recipe(
                "mnist",
                (
                    ("Rescaling", {"scale": 1 / 255}),
                    FLATTEN,
                    dense(32, "relu"),
                    dense(10, "softmax"),
                ),
                "sparse_categorical_crossentropy",
                epochs=12,
                scale="",
            ),
            0.78,
        ),
        own(
            "cifar-cnn",
            Recipe(
                "cifar",
                (conv(16), POOL, conv(16), FLATTEN, dense(32, "relu"), dense(10, "softmax")),
                "sparse_categorical_crossentropy",
                epochs=10,
                scale="range",
            ).rate(0.002),
            0.25,
        ),
        own(
            "wine-quality-mlp",
            Recipe(
                "wine_quality",
                (dense(16, "relu"), dense(1, "sigmoid")),
                "binary_crossentropy",
                epochs=20,
                form="column",
                metrics=("accuracy",),
            ),
            0.68,
        ),
        own(
            "news-words",
            Recipe(
                "news",
                (embedding(1000, 8), AVERAGE1, dense(4, "softmax")),
                "sparse_categorical_crossentropy",
                epochs=20,
                rows=2000,
                scale="",
            ).rate(0.005),
            0.65,
        ),
        own(
            "reviews-gru",
            Recipe(
                "reviews",
                (embedding(1000, 16, mask_zero=True), gru(8), dense(1, "sigmoid")),
                "binary_crossentropy",
                epochs=4,
                rows=2500,
                held=500,
                scale="",
                form="column",
            ).rate(0.003),
            0.56,
        ),
        of(
            "digits-mlp",
            "float64",
            lambda recipe: recipe.but(transforms=(faults.inputs(lambda x: x.astype(np.float64)),)),
        ),
        of("seasons-lstm", "dropped", lambda recipe: recipe.inserted(1, "Dropout", rate=0.2)),
    ]


CASES: tuple[Case, ...] = (
    *_heads(),
    *_ways(),
)
