"""Networks whose gradients vanish, explode, or do not arrive."""

from __future__ import annotations

from typing import Any

from conformance.doctor import faults
from conformance.doctor.case import Case
from conformance.doctor.cases.injecting import injected
from conformance.doctor.networks import FLATTEN, dense
from conformance.doctor.recipe import Recipe

_HUGE = {"class_name": "RandomNormal", "config": {"stddev": 30.0}}


def _gradients() -> list[Case]:
    """Return networks whose gradients vanish, explode, or do not arrive."""
    narrow = {"class_name": "RandomNormal", "config": {"stddev": 0.01}}
    wide = {"class_name": "RandomNormal", "config": {"stddev": 2.0}}

    def deep(activation: str, count: int, **more: Any) -> Any:
        hidden = tuple(dense(24, activation, **more) for _ in range(count))
        return lambda recipe: recipe.but(parts=(FLATTEN, *hidden, recipe.parts[-1]))

    def wider(recipe: Recipe) -> Recipe:
        return recipe.with_all(("Dense", "Conv2D"), kernel_initializer=wide)

    def middle(kind: Any, at: int) -> Any:
        return lambda recipe: recipe.inserted(at, kind)

    return [
        injected(
            "F13",
            "digits-mlp",
            "sigmoids",
            deep("sigmoid", 9),
            *((at, "activation") for at in range(1, 10)),
            also=("F20", "F39"),
        ),
        injected(
            "F13",
            "mnist-mlp",
            "small-weights",
            deep("tanh", 6, kernel_initializer=narrow),
            *((at, "kernel_initializer") for at in range(1, 7)),
            cause=("F19",),
            also=(
                "F39",
                "F20",
            ),
        ),
        injected(
            "F14",
            "digits-mlp",
            "large-weights",
            deep("relu", 7, kernel_initializer=wide),
            *((at, "kernel_initializer") for at in range(1, 8)),
            cause=("F19",),
            also=(
                "F08",
                "F21",
            ),
        ),
        injected(
            "F15",
            "mpg-mlp",
            "biases",
            lambda recipe: recipe.with_all(
                ("Dense",), bias_initializer={"class_name": "Constant", "config": {"value": -5.0}}
            ),
            (0, "bias_initializer"),
            (1, "bias_initializer"),
            (0, "activation"),
            (1, "activation"),
            cause=("F19",),
            also=(
                "F20",
                "F39",
            ),
        ),
        injected(
            "F15",
            "even-cnn",
            "biases",
            lambda recipe: recipe.with_part(
                3, bias_initializer={"class_name": "Constant", "config": {"value": -20.0}}
            ),
            (3, "bias_initializer"),
            (3, "activation"),
            cause=("F19",),
            also=(
                "F20",
                "F39",
            ),
        ),
        injected(
            "F16",
            "digits-mlp",
            "tanh",
            lambda recipe: recipe.with_all(
                ("Dense",),
                activation="tanh",
                kernel_initializer={"class_name": "RandomNormal", "config": {"stddev": 10.0}},
            ),
            (1, "activation"),
            (2, "activation"),
            (1, "kernel_initializer"),
            (2, "kernel_initializer"),
            cause=("F19",),
            also=("F13",),
        ),
        injected(
            "F16",
            "temperatures-gru",
            "weights",
            lambda recipe: recipe.with_part(0, kernel_initializer=_HUGE),
            (0, "kernel_initializer"),
            (0, "activation"),
            (0, None),
            cause=("F19",),
            also=("F13",),
        ),
        injected(
            "F19",
            "fashion-cnn",
            "zeros",
            lambda recipe: recipe.with_all(("Dense", "Conv2D"), kernel_initializer="zeros"),
            (0, "kernel_initializer"),
            (3, "kernel_initializer"),
            also=("F20", "F39", "F13"),
        ),
        injected(
            "F19",
            "mnist-mlp",
            "constant",
            lambda recipe: recipe.with_all(
                ("Dense",), kernel_initializer={"class_name": "Constant", "config": {"value": 0.1}}
            ),
            (1, "kernel_initializer"),
            (2, "kernel_initializer"),
        ),
        injected(
            "F19",
            "ink-cnn",
            "wide",
            wider,
            (0, "kernel_initializer"),
            (3, "kernel_initializer"),
            also=("F14", "F08", "F15"),
        ),
        injected(
            "F20",
            "california-mlp",
            "frozen",
            lambda recipe: (
                recipe.with_part(0, trainable=False)
                .with_part(1, trainable=False)
                .with_part(0, units=3)
            ),
            (0, "trainable"),
            (1, "trainable"),
            (0, None),
            (1, None),
            also=("F24",),
        ),
        injected(
            "F20",
            "mnist-mlp",
            "cut",
            lambda recipe: recipe.with_part(1, units=8).inserted(2, faults.Cut),
            (1, None),
            (2, None),
            also=("F37", "F24"),
        ),
        injected(
            "F20",
            "digits-cnn",
            "rounded",
            middle(faults.Rounded, 4),
            (0, None),
            (3, None),
            (4, None),
            also=("F37",),
        ),
        injected(
            "F37",
            "penguins-mlp",
            "softmax-over-rows",
            lambda recipe: recipe.with_part(-1, activation="linear").inserted(
                2, faults.SoftmaxOverRows
            ),
            (2, None),
            (None, "loss"),
            only_static="asked for all rows at once it ranks them well, asked for one it cannot",
        ),
        injected(
            "F37",
            "cancer-mlp",
            "less-the-largest",
            middle(faults.CentredOverRows, 2),
            (2, None),
            also=("F39", "F15"),
        ),
        injected(
            "F39",
            "labels-mlp",
            "forgotten",
            middle(faults.Forgotten, 3),
            (3, None),
            also=("F20", "F13"),
        ),
    ]


CASES: tuple[Case, ...] = (*_gradients(),)
