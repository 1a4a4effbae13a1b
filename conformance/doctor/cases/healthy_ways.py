"""Healthy trainings with other last layers and losses, schedules, callbacks, and ways to write a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from conformance.doctor import faults, networks, schedules
from conformance.doctor.bases import BASES
from conformance.doctor.case import Case
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


def _heads() -> list[Case]:
    """Return last layers and losses in other right forms."""
    logits = {"from_logits": True}
    return [
        _of(
            "digits-mlp",
            "logits",
            lambda recipe: recipe.with_part(-1, activation=None).but(
                loss=("SparseCategoricalCrossentropy", logits)
            ),
        ),
        _of(
            "digits-cnn",
            "one-hot",
            lambda recipe: recipe.but(form="one-hot", loss="categorical_crossentropy"),
        ),
        _of(
            "mnist-mlp",
            "smoothed",
            lambda recipe: recipe.but(
                form="one-hot", loss=("CategoricalCrossentropy", {"label_smoothing": 0.1})
            ),
        ),
        _of(
            "cancer-mlp",
            "logits",
            lambda recipe: recipe.with_part(-1, activation=None).but(
                loss=("BinaryCrossentropy", logits), metrics=(), score="accuracy_of_logits"
            ),
        ),
        _of(
            "adult-mlp",
            "two-units",
            lambda recipe: recipe.with_part(-1, units=2, activation="softmax").but(
                loss="sparse_categorical_crossentropy", form="classes"
            ),
        ),
        _of(
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
        _of(
            "ink-cnn",
            "bounded",
            lambda recipe: recipe.with_part(-1, activation="sigmoid").but(scale_y=False, epochs=30),
            0.3,
        ),
        _own(
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
        _of(
            "mpg-mlp", "miles", lambda recipe: recipe.but(scale_y=False, epochs=80).rate(0.01), 0.7
        ),
        _of(
            "mpg-mlp",
            "positive",
            lambda recipe: (
                recipe.with_part(-1, activation="softplus").but(scale_y=False, epochs=80).rate(0.01)
            ),
            0.6,
        ),
        _of(
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
        _of("digits-mlp", "stopped", lambda recipe: recipe.but(epochs=80, callbacks=stop)),
        _of(
            "california-mlp",
            "stopped",
            lambda recipe: recipe.but(epochs=60, callbacks=stop, validate=0.2),
        ),
        _of("sunspots-lstm", "plateau", lambda recipe: recipe.but(callbacks=plateau)),
        _of("mnist-mlp", "cosine", lambda recipe: recipe.rate(schedules.cosine(0.003, 400)), 0.78),
        _of(
            "fashion-cnn",
            "exponential",
            lambda recipe: recipe.rate(schedules.exponential(0.004, 60)),
        ),
        _of(
            "news-transformer",
            "warm-up",
            lambda recipe: recipe.rate(schedules.warm_up(0.003, 60, 376)),
            0.6,
        ),
        _of("digits-mlp", "unvalidated", lambda recipe: recipe.but(validate="none")),
        _of("temperatures-gru", "unvalidated", lambda recipe: recipe.but(validate="none")),
        _of("fashion-cnn", "split", lambda recipe: recipe.but(validate=0.2)),
        _of("cancer-mlp", "subclassed", lambda recipe: recipe.but(network=networks.subclassed)),
        _of("mpg-mlp", "subclassed", lambda recipe: recipe.but(network=networks.subclassed)),
        _of(
            "digits-mlp",
            "short-cuts",
            lambda recipe: recipe.but(
                parts=(dense(10, "softmax"),), network=networks.shortcut_network
            ),
        ),
        _of(
            "california-mlp",
            "short-cuts",
            lambda recipe: recipe.but(parts=(dense(1),), network=networks.shortcut_network),
        ),
        _of(
            "adult-mlp",
            "weighted",
            lambda recipe: recipe.but(fit={"class_weight": {0: 1.0, 1: 2.0}}),
            0.7,
        ),
        _of("oil-transformer", "clipped", _optimizer("Adam", learning_rate=0.002, clipnorm=1.0)),
        _own(
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
        _own(
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
        _own(
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
        _own(
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
        _own(
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
        _own(
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
        _of(
            "digits-mlp",
            "float64",
            lambda recipe: recipe.but(transforms=(faults.inputs(lambda x: x.astype(np.float64)),)),
        ),
        _of("seasons-lstm", "dropped", lambda recipe: recipe.inserted(1, "Dropout", rate=0.2)),
    ]


CASES: tuple[Case, ...] = (
    *_heads(),
    *_ways(),
)
