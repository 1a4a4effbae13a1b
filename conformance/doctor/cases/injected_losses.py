"""Faults in the loss and the metrics."""

from __future__ import annotations

from typing import Any

from conformance.doctor import faults
from conformance.doctor.case import Case
from conformance.doctor.cases.injecting import LOSS, RATE, Y, injected


def _losses() -> list[Case]:
    """Return losses that do not fit the task."""
    column: dict[str, Any] = {"form": "column"}
    return [
        injected(
            "F05", "fashion-cnn", "mae", lambda recipe: recipe.but(loss="mae", form="one-hot"), LOSS
        ),
        injected(
            "F05",
            "california-mlp",
            "bce",
            lambda recipe: recipe.with_part(-1, activation="sigmoid").but(
                loss="binary_crossentropy"
            ),
            LOSS,
            (2, "activation"),
            Y,
            also=("F04",),
        ),
        injected(
            "F05",
            "labels-mlp",
            "cce",
            lambda recipe: recipe.with_part(-1, activation="softmax").but(
                loss="categorical_crossentropy"
            ),
            LOSS,
            (3, "activation"),
            also=("F02",),
        ),
        injected(
            "F05",
            "cancer-mlp",
            "kld",
            lambda recipe: recipe.but(loss="kl_divergence"),
            LOSS,
        ),
        injected(
            "F05",
            "sunspots-lstm",
            "poisson",
            lambda recipe: recipe.but(loss="poisson"),
            LOSS,
            (2, "activation"),
            Y,
            also=("F04", "F21"),
        ),
        injected(
            "F36",
            "mpg-mlp",
            "sign",
            lambda recipe: recipe.but(loss=faults.negative_squares),
            LOSS,
            also=("F08", "F21", "F14"),
        ),
        injected(
            "F36",
            "adult-mlp",
            "likelihood",
            lambda recipe: recipe.but(loss=faults.likelihood_kept_positive),
            LOSS,
        ),
        injected(
            "F36",
            "california-mlp",
            "sum",
            lambda recipe: recipe.but(
                loss=faults.summed_squares, optimizer=("SGD", {"learning_rate": 0.02})
            ),
            LOSS,
            RATE,
            fixed=lambda recipe: recipe.but(optimizer=("SGD", {"learning_rate": 0.02})),
            also=("F08", "F14", "F21"),
        ),
        injected(
            "F32",
            "mpg-mlp",
            "all-against-all",
            lambda recipe: recipe.but(loss=faults.all_against_all, form="flat"),
            LOSS,
            Y,
            also=("F37", "F39"),
        ),
        injected(
            "F34",
            "temperatures-gru",
            "accuracy",
            lambda recipe: recipe.but(metrics=("accuracy",)),
            (None, "metrics"),
            only_static="a metric changes no training",
        ),
        injected(
            "F34",
            "california-mlp",
            "accuracy",
            lambda recipe: recipe.but(metrics=("accuracy",), **column),
            (None, "metrics"),
            only_static="a metric changes no training",
        ),
    ]


CASES: tuple[Case, ...] = (*_losses(),)
