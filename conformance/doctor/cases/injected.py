"""Faults of the catalogue in the last layer, the loss and the targets of healthy trainings on real data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from conformance.doctor import faults
from conformance.doctor.bases import BASES
from conformance.doctor.case import Case, Spot
from conformance.doctor.recipe import Recipe

LOSS: Spot = (None, "loss")
X: Spot = (None, "x")
Y: Spot = (None, "y")
RATE: Spot = (None, "learning_rate")
OPTIMIZER: Spot = (None, "optimizer")
EPOCHS: Spot = (None, "epochs")
BATCH: Spot = (None, "batch_size")

Change = Callable[[Recipe], Recipe]


def injected(
    code: str,
    base: str,
    word: str,
    change: Change,
    *spots: Spot,
    fixed: Change | None = None,
    reach: float | None = None,
    **more: Any,
) -> Case:
    """Return a case: a healthy training with a fault.

    Args:
        code: The faults, joined by ``+``.
        base: The healthy training's name.
        word: Ends the id.
        change: Makes the faulty recipe of the healthy one.
        *spots: Where it is wrong.
        fixed: Changes the healthy recipe, where the base is not the repaired training itself.
        reach: What the repaired training must reach, where it is not what the base must.
        **more: Other fields of the case.
    """
    chosen = BASES[base]
    healthy = fixed(chosen.recipe) if fixed else chosen.recipe
    name = f"{code}-{base}-{word}"
    return Case(
        name, "injected", change(healthy), tuple(code.split("+")), spots, healthy,
        chosen.reach if reach is None else reach, **more,
    )  # fmt: skip


def last(base: str, **arguments: Any) -> tuple[Change, Spot]:
    """Return the change of the last layer's arguments, and its place."""
    chosen = BASES[base]
    return (lambda recipe: recipe.with_part(-1, **arguments)), (chosen.last, next(iter(arguments)))


def _last(
    code: str, base: str, word: str, *spots: Spot, arguments: dict[str, Any], **more: Any
) -> Case:
    change, spot = last(base, **arguments)
    loss = more.pop("loss", None)
    whole = change if loss is None else (lambda recipe: change(recipe).but(loss=loss))
    return injected(code, base, word, whole, spot, *spots, **more)


def _softmax_of_one() -> list[Case]:
    return [
        _last("F01", base, "softmax", arguments={"activation": "softmax"})
        for base in ("cancer-mlp", "even-cnn", "reviews-text", "spam-lstm")
    ]  # fmt: skip


def _activations() -> list[Case]:
    """Return last layers that do not fit a loss of classes."""
    linear, relu, tanh = ({"activation": name} for name in ("linear", "relu", "tanh"))
    return [
        _last("F02", "digits-mlp", "linear", LOSS, arguments=linear),
        _last("F02", "fashion-cnn", "relu", LOSS, arguments=relu),
        _last("F02", "news-transformer", "linear", LOSS, arguments=linear),
        _last("F02", "seasons-lstm", "relu", LOSS, arguments=relu),
        _last("F02", "cancer-mlp", "tanh", LOSS, arguments=tanh),
        _last("F02", "adult-mlp", "relu", LOSS, arguments=relu),
        injected(
            "F02", "labels-mlp", "softmax", lambda recipe: recipe.with_part(-1, activation="softmax"), (3, "activation"), LOSS,
        ),
        injected(
            "F02", "mnist-mlp", "twice", lambda recipe: recipe.but(loss=("SparseCategoricalCrossentropy", {"from_logits": True})),
            LOSS, (3, "activation"), (None, "from_logits"), fixed=lambda recipe: recipe.but(epochs=2), reach=0.4,
            only_static="training goes slower, and not always by enough to be measured",
        ),
        injected(
            "F02", "even-cnn", "logits", lambda recipe: recipe.with_part(-1, activation="linear"), LOSS, (4, "activation"),
            only_static="cross-entropy of clipped numbers often learns in spite of it",
        ),
    ]  # fmt: skip


def _widths() -> list[Case]:
    """Return last layers and targets that do not fit each other."""
    return [
        injected(
            "F03", "digits-mlp", "one-unit", lambda recipe: recipe.with_part(-1, units=1, activation="sigmoid").but(loss="binary_crossentropy", form="column"),
            (3, "units"), (3, "activation"), LOSS, Y, also=("F02", "F05"),
        ),
        injected(
            "F03", "seasons-lstm", "too-narrow", lambda recipe: recipe.with_part(-1, units=3), (1, "units"), Y, also=("F21",),
        ),
        injected(
            "F03", "penguins-mlp", "from-one", lambda recipe: recipe.but(transforms=(faults.targets(lambda y: y + 1),)),
            (1, "units"), Y, also=("F21",),
        ),
        injected(
            "F03", "news-conv", "as-numbers", lambda recipe: recipe.with_part(-1, units=1, activation="linear").but(loss="mse", form="column"),
            (4, "units"), (4, "activation"), LOSS, Y, also=("F02", "F05"),
        ),
    ]  # fmt: skip


def _bounds() -> list[Case]:
    """Return regressions whose last layer cannot give the targets."""
    found = [
        _last("F04", base, activation, Y, arguments={"activation": activation})
        for base, activation in (
            ("california-mlp", "relu"), ("mpg-mlp", "sigmoid"), ("ink-cnn", "sigmoid"), ("temperatures-gru", "relu"),
            ("sunspots-lstm", "tanh"), ("oil-transformer", "softplus"), ("temperatures-gru", "sigmoid"),
        )
    ]  # fmt: skip
    one = injected(
        "F04",
        "california-mlp",
        "softmax",
        lambda recipe: recipe.with_part(-1, activation="softmax"),
        (2, "activation"),
        also=("F01",),
    )
    return [*found, one]


def _losses() -> list[Case]:
    """Return losses that do not fit the task."""
    column: dict[str, Any] = {"form": "column"}
    return [
        injected("F05", "fashion-cnn", "mae", lambda recipe: recipe.but(loss="mae", form="one-hot"), LOSS),
        injected("F05", "mnist-mlp", "mape", lambda recipe: recipe.but(loss="mape", form="one-hot"), LOSS),
        injected(
            "F05", "california-mlp", "bce", lambda recipe: recipe.with_part(-1, activation="sigmoid").but(loss="binary_crossentropy"),
            LOSS, (2, "activation"), Y, also=("F04",),
        ),
        injected(
            "F05", "labels-mlp", "cce", lambda recipe: recipe.with_part(-1, activation="softmax").but(loss="categorical_crossentropy"),
            LOSS, (3, "activation"), also=("F02",),
        ),
        injected(
            "F05", "cancer-mlp", "kld", lambda recipe: recipe.but(loss="kl_divergence"), LOSS,
        ),
        injected(
            "F05", "sunspots-lstm", "poisson", lambda recipe: recipe.but(loss="poisson"), LOSS, (2, "activation"), Y, also=("F04", "F21"),
        ),
        injected("F36", "mpg-mlp", "sign", lambda recipe: recipe.but(loss=faults.negative_squares), LOSS, also=("F08", "F21", "F14")),
        injected(
            "F36", "adult-mlp", "likelihood", lambda recipe: recipe.but(loss=faults.likelihood_kept_positive), LOSS,
        ),
        injected(
            "F36", "california-mlp", "sum", lambda recipe: recipe.but(loss=faults.summed_squares, optimizer=("SGD", {"learning_rate": 0.02})),
            LOSS, RATE, fixed=lambda recipe: recipe.but(optimizer=("SGD", {"learning_rate": 0.02})), also=("F08", "F14", "F21"),
        ),
        injected(
            "F32", "mpg-mlp", "all-against-all", lambda recipe: recipe.but(loss=faults.all_against_all, form="flat"), LOSS, Y, also=("F37", "F39"),
        ),
        injected(
            "F34", "temperatures-gru", "accuracy", lambda recipe: recipe.but(metrics=("accuracy",)), (None, "metrics"),
            only_static="a metric changes no training",
        ),
        injected(
            "F34", "california-mlp", "accuracy", lambda recipe: recipe.but(metrics=("accuracy",), **column), (None, "metrics"),
            only_static="a metric changes no training",
        ),
    ]  # fmt: skip


def _wrong_targets() -> list[Case]:
    """Return trainings whose targets belong to other rows, are rare, or are too large."""
    dollars = {"california-mlp": 0.5}
    found = [
        injected("F28", "digits-mlp", "shuffled", _with(faults.shuffled_labels), Y),
        injected("F28", "adult-mlp", "shuffled", _with(faults.shuffled_labels), Y),
        injected("F28", "oil-transformer", "shuffled", _with(faults.shuffled_labels), Y),
        injected("F28", "penguins-mlp", "shifted", _with(faults.shifted_labels), Y),
        injected("F28", "california-mlp", "sorted", _with(faults.sorted_inputs), Y, X),
        injected("F28", "mnist-mlp", "noisy", _with(faults.noisy_labels(0.7)), Y, also=("F23",)),
        injected("F07", "california-mlp", "dollars", lambda recipe: recipe.but(scale_y=False), Y, reach=dollars["california-mlp"]),
        injected("F07", "mpg-mlp", "hundreds", lambda recipe: recipe.but(scale_y=False, epochs=15), Y, fixed=lambda recipe: recipe.but(epochs=15), reach=0.6),
        injected(
            "F07", "temperatures-gru", "sgd", lambda recipe: recipe.but(transforms=(faults.targets(lambda y: 1000 * y),)), Y,
            fixed=lambda recipe: recipe.but(optimizer=("SGD", {"learning_rate": 0.05})), reach=0.4, also=("F08",),
        ),
        injected(
            "F29", "even-cnn", "rare", _with(faults.rare(0.03)), Y, (None, "class_weight"),
            fixed=lambda recipe: recipe.but(score="balanced", epochs=8), reach=0.75,
        ),
        injected(
            "F29", "adult-mlp", "rare", _with(faults.rare(0.03)), Y, (None, "class_weight"),
            fixed=lambda recipe: recipe.but(score="balanced"), reach=0.62,
        ),
        injected(
            "F29", "reviews-text", "rare", _with(faults.rare(0.02)), Y, (None, "class_weight"),
            fixed=lambda recipe: recipe.but(score="balanced"), reach=0.58,
        ),
    ]  # fmt: skip
    return found


def _with(transform: Any) -> Change:
    return lambda recipe: recipe.but(transforms=(*recipe.transforms, transform))


def _inputs() -> list[Case]:
    """Return inputs that are not scaled, empty, or no indices."""
    sgd = ("SGD", {"learning_rate": 0.01})

    def slowly(recipe: Recipe) -> Recipe:
        return recipe.but(optimizer=("SGD", {"learning_rate": 0.05}))

    return [
        injected("F06", "california-mlp", "raw", lambda recipe: recipe.but(scale=""), X),
        injected("F06", "cancer-mlp", "raw", lambda recipe: recipe.but(scale="", optimizer=sgd), X, fixed=slowly, also=("F08", "F15")),
        injected("F06", "mnist-mlp", "raw", lambda recipe: recipe.but(scale=""), X, fixed=slowly, reach=0.7, also=("F08", "F14", "F15")),
        injected("F06", "adult-mlp", "raw", lambda recipe: recipe.but(scale=""), X),
        injected("F06", "temperatures-gru", "kelvin", lambda recipe: recipe.but(scale="", transforms=(faults.inputs(lambda x: 10 * x + 2730),)), X, also=("F16", "F39")),
        injected("F06", "penguins-mlp", "raw", lambda recipe: recipe.but(scale=""), X),
        injected("F06", "oil-transformer", "volts", lambda recipe: recipe.but(scale="", transforms=(faults.inputs(lambda x: 1000 * x + 50000),)), X),
        injected(
            "F31", "digits-cnn", "whole-division", lambda recipe: recipe.but(scale="", transforms=(faults.inputs(lambda x: (x // 17).astype(np.float32)),)), X,
            also=("F39",), note="bytes divided as whole numbers: all zeros",
        ),
        injected(
            "F31", "mpg-mlp", "nearly-constant", lambda recipe: recipe.but(transforms=(faults.inputs(lambda x: 1.0 + 1e-6 * x),)), X, also=("F39", "F06"),
        ),
        injected(
            "F31", "reviews-text", "fractions", lambda recipe: recipe.but(transforms=(faults.inputs(lambda x: (x / 1000).astype(np.float32)),)), X, (0, None),
            also=("F39",), note="an embedding looks up whole numbers: all of these are 0",
        ),
        injected(
            "F31", "news-conv", "too-large", lambda recipe: recipe.with_part(0, input_dim=50), (0, "input_dim"), X, (0, None),
            note="an embedding of fewer words than the texts have",
        ),
    ]  # fmt: skip


CASES: tuple[Case, ...] = (
    *_softmax_of_one(), *_activations(), *_widths(), *_bounds(), *_losses(), *_wrong_targets(), *_inputs(),
)  # fmt: skip
