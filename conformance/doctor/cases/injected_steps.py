"""Faults in the optimizer and the arguments of ``fit``, and trainings with two faults."""

from __future__ import annotations

from conformance.doctor import faults
from conformance.doctor.case import Case
from conformance.doctor.cases.injecting import OPTIMIZER, RATE, SPEED, X, Y, injected, optimized


def _rates() -> list[Case]:
    """Return rates that are too high or too low, and optimizers that do not fit."""
    high = [
        injected(
            "F08",
            base,
            word,
            optimized(name, learning_rate=rate, **more),
            RATE,
            OPTIMIZER,
            also=("F14", "F15", "F16", "F21", "F22", "F39"),
        )
        for base, word, name, rate, more in (
            ("digits-mlp", "adam", "Adam", 0.5, {}),
            ("mpg-mlp", "adam", "Adam", 2.0, {}),
            ("fashion-cnn", "sgd", "SGD", 5.0, {}),
            ("news-transformer", "adam", "Adam", 0.3, {}),
            ("seasons-lstm", "adam", "Adam", 1.0, {}),
            ("california-mlp", "sgd", "SGD", 1.0, {}),
            ("labels-mlp", "rmsprop", "RMSprop", 0.5, {}),
        )
    ]
    low = [
        injected("F09", base, word, optimized(name, learning_rate=rate), *SPEED)
        for base, word, name, rate in (
            ("mnist-mlp", "adam", "Adam", 1e-6),
            ("adult-mlp", "sgd", "SGD", 1e-5),
            ("temperatures-gru", "adam", "Adam", 1e-6),
            ("digits-cnn", "sgd", "SGD", 1e-4),
            ("oil-transformer", "adam", "Adam", 3e-6),
            ("penguins-mlp", "rmsprop", "RMSprop", 1e-6),
        )
    ]
    swing = injected(
        "F22",
        "digits-cnn",
        "momentum",
        optimized("SGD", learning_rate=0.3, momentum=0.99),
        RATE,
        OPTIMIZER,
        (None, "momentum"),
        also=("F08", "F14", "F15", "F21", "F39"),
    )
    return [*high, *low, swing]


def _lengths() -> list[Case]:
    """Return trainings that are too short for what they have to learn, or whose steps are too few or too noisy."""
    return [
        injected("F10", "california-mlp", "one", lambda recipe: recipe.but(epochs=1), *SPEED),
        injected(
            "F10", "fashion-cnn", "one", lambda recipe: recipe.but(epochs=1, batch_size=128), *SPEED
        ),
        injected("F10", "news-conv", "one", lambda recipe: recipe.but(epochs=1), *SPEED),
        injected("F11", "digits-mlp", "adadelta", optimized("Adadelta"), *SPEED),
        injected("F11", "seasons-lstm", "sgd", optimized("SGD", learning_rate=0.001), *SPEED),
        injected(
            "F11", "news-transformer", "adagrad", optimized("Adagrad", learning_rate=0.0005), *SPEED
        ),
        injected("F12", "mnist-mlp", "whole", lambda recipe: recipe.but(batch_size=1000), *SPEED),
        injected(
            "F12", "sunspots-lstm", "whole", lambda recipe: recipe.but(batch_size=1000), *SPEED
        ),
        injected(
            "F38",
            "digits-mlp",
            "epsilon",
            optimized("Adam", learning_rate=0.001, epsilon=10.0),
            (None, "epsilon"),
            *SPEED,
            also=("F09", "F10", "F11", "F12"),
        ),
    ]


def _several() -> list[Case]:
    """Return trainings with two faults."""
    return [
        injected(
            "F06+F08",
            "digits-mlp",
            "both",
            lambda recipe: recipe.but(scale="", optimizer=("SGD", {"learning_rate": 1.0})),
            X,
            RATE,
            also=("F14", "F15", "F21"),
        ),
        injected(
            "F02+F09",
            "fashion-cnn",
            "both",
            lambda recipe: recipe.with_part(-1, activation="relu").rate(1e-5),
            (4, "activation"),
            *SPEED,
        ),
        injected(
            "F04+F06",
            "california-mlp",
            "both",
            lambda recipe: recipe.with_part(-1, activation="sigmoid").but(scale=""),
            (2, "activation"),
            X,
        ),
        injected(
            "F28+F26",
            "mnist-mlp",
            "both",
            lambda recipe: recipe.inserted(2, "Dropout", rate=0.95).but(
                transforms=(faults.shuffled_labels,)
            ),
            (2, "rate"),
            Y,
        ),
        injected(
            "F01+F06",
            "cancer-mlp",
            "both",
            lambda recipe: recipe.with_part(-1, activation="softmax").but(scale=""),
            (2, "activation"),
            X,
        ),
    ]


CASES: tuple[Case, ...] = (
    *_rates(),
    *_lengths(),
    *_several(),
)
