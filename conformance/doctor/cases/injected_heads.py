"""Faults in the last layer: its activation, its width, its bounds."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases.injecting import LOSS, Y, changed_last, injected


def _softmax_of_one() -> list[Case]:
    return [
        changed_last("F01", base, "softmax", arguments={"activation": "softmax"})
        for base in ("cancer-mlp", "even-cnn", "reviews-text", "spam-lstm")
    ]


def _activations() -> list[Case]:
    """Return last layers that do not fit a loss of classes."""
    linear, relu, tanh = ({"activation": name} for name in ("linear", "relu", "tanh"))
    return [
        changed_last("F02", "digits-mlp", "linear", LOSS, arguments=linear),
        changed_last("F02", "fashion-cnn", "relu", LOSS, arguments=relu),
        changed_last("F02", "news-transformer", "linear", LOSS, arguments=linear),
        changed_last("F02", "seasons-lstm", "linear", LOSS, arguments=linear),
        changed_last(
            "F02",
            "cancer-mlp",
            "tanh",
            LOSS,
            arguments=tanh,
            only_static="cross-entropy of clipped numbers often learns in spite of it",
        ),
        injected(
            "F02",
            "labels-mlp",
            "softmax",
            lambda recipe: recipe.with_part(-1, activation="softmax"),
            (3, "activation"),
            LOSS,
        ),
        injected(
            "F02",
            "mnist-mlp",
            "twice",
            lambda recipe: recipe.but(
                loss=("SparseCategoricalCrossentropy", {"from_logits": True})
            ),
            LOSS,
            (3, "activation"),
            (None, "from_logits"),
            fixed=lambda recipe: recipe.but(epochs=2),
            reach=0.4,
            only_static="training goes slower, and not always by enough to be measured",
        ),
        injected(
            "F02",
            "even-cnn",
            "logits",
            lambda recipe: recipe.with_part(-1, activation="linear"),
            LOSS,
            (4, "activation"),
            only_static="cross-entropy of clipped numbers often learns in spite of it",
        ),
    ]


def _widths() -> list[Case]:
    """Return last layers and targets that do not fit each other."""
    return [
        injected(
            "F03",
            "digits-mlp",
            "one-unit",
            lambda recipe: recipe.with_part(-1, units=1, activation="sigmoid").but(
                loss="binary_crossentropy", form="column"
            ),
            (3, "units"),
            (3, "activation"),
            LOSS,
            Y,
            also=("F02", "F05"),
        ),
        injected(
            "F03",
            "seasons-lstm",
            "too-narrow",
            lambda recipe: recipe.with_part(-1, units=3),
            (1, "units"),
            Y,
            also=("F21",),
        ),
        injected(
            "F03",
            "news-conv",
            "as-numbers",
            lambda recipe: recipe.with_part(-1, units=1, activation="linear").but(
                loss="mse", form="column"
            ),
            (4, "units"),
            (4, "activation"),
            LOSS,
            Y,
            also=("F02", "F05"),
        ),
    ]


def _bounds() -> list[Case]:
    """Return regressions whose last layer cannot give the targets."""
    found = [
        changed_last("F04", base, activation, Y, arguments={"activation": activation})
        for base, activation in (
            ("california-mlp", "relu"),
            ("mpg-mlp", "sigmoid"),
            ("ink-cnn", "sigmoid"),
            ("temperatures-gru", "relu"),
            ("sunspots-lstm", "tanh"),
            ("oil-transformer", "softplus"),
            ("temperatures-gru", "sigmoid"),
        )
    ]
    one = injected(
        "F04",
        "california-mlp",
        "softmax",
        lambda recipe: recipe.with_part(-1, activation="softmax"),
        (2, "activation"),
        also=("F01",),
    )
    return [*found, one]


CASES: tuple[Case, ...] = (
    *_softmax_of_one(),
    *_activations(),
    *_widths(),
    *_bounds(),
)
