"""Faults in the rows: targets, inputs, and what is validated on."""

from __future__ import annotations

import numpy as np

from conformance.doctor import faults
from conformance.doctor.case import Case
from conformance.doctor.cases.injecting import X, Y, injected, with_rows
from conformance.doctor.recipe import Recipe


def _wrong_targets() -> list[Case]:
    """Return trainings whose targets belong to other rows, are rare, or are too large."""
    return [
        injected("F28", "digits-mlp", "shuffled", with_rows(faults.shuffled_labels), Y),
        injected("F28", "adult-mlp", "shuffled", with_rows(faults.shuffled_labels), Y),
        injected("F28", "oil-transformer", "shuffled", with_rows(faults.shuffled_labels), Y),
        injected("F28", "penguins-mlp", "shifted", with_rows(faults.shifted_labels), Y),
        injected("F28", "california-mlp", "sorted", with_rows(faults.sorted_inputs), Y, X),
        injected(
            "F28", "mnist-mlp", "noisy", with_rows(faults.noisy_labels(0.7)), Y, also=("F23",)
        ),
        injected(
            "F07",
            "california-mlp",
            "dollars",
            lambda recipe: recipe.but(scale_y=False),
            Y,
        ),
        injected(
            "F07",
            "mpg-mlp",
            "hundreds",
            lambda recipe: recipe.but(scale_y=False, epochs=15),
            Y,
            fixed=lambda recipe: recipe.but(epochs=15),
            reach=0.6,
        ),
        injected(
            "F07",
            "temperatures-gru",
            "sgd",
            lambda recipe: recipe.but(transforms=(faults.targets(lambda y: 1000 * y),)),
            Y,
            fixed=lambda recipe: recipe.but(optimizer=("SGD", {"learning_rate": 0.05})),
            reach=0.4,
            also=("F08",),
        ),
        injected(
            "F29",
            "even-cnn",
            "rare",
            with_rows(faults.rare(0.03)),
            Y,
            (None, "class_weight"),
            fixed=lambda recipe: recipe.but(score="balanced", epochs=8),
            reach=0.75,
        ),
        injected(
            "F29",
            "adult-mlp",
            "rare",
            with_rows(faults.rare(0.03)),
            Y,
            (None, "class_weight"),
            fixed=lambda recipe: recipe.but(score="balanced"),
            reach=0.62,
        ),
        injected(
            "F29",
            "reviews-text",
            "rare",
            with_rows(faults.rare(0.02)),
            Y,
            (None, "class_weight"),
            fixed=lambda recipe: recipe.but(score="balanced"),
            reach=0.58,
        ),
    ]


def _inputs() -> list[Case]:
    """Return inputs that are not scaled, empty, or no indices."""
    sgd = ("SGD", {"learning_rate": 0.01})

    def slowly(recipe: Recipe) -> Recipe:
        return recipe.but(optimizer=("SGD", {"learning_rate": 0.05}))

    return [
        injected("F06", "california-mlp", "raw", lambda recipe: recipe.but(scale=""), X),
        injected(
            "F06",
            "cancer-mlp",
            "raw",
            lambda recipe: recipe.but(scale="", optimizer=sgd),
            X,
            fixed=slowly,
            also=("F08", "F15"),
        ),
        injected(
            "F06",
            "mnist-mlp",
            "raw",
            lambda recipe: recipe.but(scale=""),
            X,
            fixed=slowly,
            reach=0.7,
            also=("F08", "F14", "F15"),
        ),
        injected(
            "F06",
            "adult-mlp",
            "raw",
            lambda recipe: recipe.but(scale=""),
            X,
            fixed=lambda recipe: slowly(recipe).but(score="balanced"),
            reach=0.62,
            also=("F08", "F14", "F15"),
        ),
        injected(
            "F06",
            "temperatures-gru",
            "kelvin",
            lambda recipe: recipe.but(
                scale="", transforms=(faults.inputs(lambda x: 10 * x + 2730),)
            ),
            X,
            also=("F16", "F39"),
        ),
        injected("F06", "penguins-mlp", "raw", lambda recipe: recipe.but(scale=""), X),
        injected(
            "F06",
            "oil-transformer",
            "volts",
            lambda recipe: recipe.but(
                scale="", transforms=(faults.inputs(lambda x: 1000 * x + 50000),)
            ),
            X,
        ),
        injected(
            "F31",
            "digits-cnn",
            "whole-division",
            lambda recipe: recipe.but(
                scale="", transforms=(faults.inputs(lambda x: (x // 17).astype(np.float32)),)
            ),
            X,
            also=("F39",),
            note="bytes divided as whole numbers: all zeros",
        ),
        injected(
            "F31",
            "mpg-mlp",
            "nearly-constant",
            lambda recipe: recipe.but(transforms=(faults.inputs(lambda x: 1.0 + 1e-6 * x),)),
            X,
            also=("F39", "F06"),
        ),
        injected(
            "F31",
            "reviews-text",
            "fractions",
            lambda recipe: recipe.but(
                transforms=(faults.inputs(lambda x: (x / 1000).astype(np.float32)),)
            ),
            X,
            (0, None),
            also=("F39",),
            note="an embedding looks up whole numbers: all of these are 0",
        ),
        injected(
            "F31",
            "news-conv",
            "too-large",
            lambda recipe: recipe.with_part(0, input_dim=50),
            (0, "input_dim"),
            X,
            (0, None),
            note="an embedding of fewer words than the texts have",
        ),
    ]


def _validations() -> list[Case]:
    """Return validations that tell something else than how good the network is."""
    given, split = (None, "validation_data"), (None, "validation_split")
    return [
        injected(
            "F33",
            "adult-mlp",
            "leak",
            lambda recipe: recipe.but(transforms=(faults.leaked,)),
            X,
            given,
        ),
        injected(
            "F33",
            "mpg-mlp",
            "leak",
            lambda recipe: recipe.but(transforms=(faults.leaked,)),
            X,
            given,
        ),
        injected(
            "F33",
            "fashion-cnn",
            "seen-before",
            lambda recipe: recipe.but(transforms=(faults.seen_before,)),
            given,
            X,
            only_static="the network is the same: what is wrong is what is said of it",
        ),
        injected(
            "F33",
            "digits-mlp",
            "by-class",
            lambda recipe: recipe.but(transforms=(faults.by_class,), fit={"shuffle": False}),
            split,
            (None, "shuffle"),
            Y,
            fixed=lambda recipe: recipe.but(validate=0.2),
        ),
    ]


CASES: tuple[Case, ...] = (
    *_wrong_targets(),
    *_inputs(),
    *_validations(),
)
