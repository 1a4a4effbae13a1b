"""Activations, widths, penalties, dropouts and normalisations that do harm."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases.injecting import BATCH, OPTIMIZER, injected, optimized


def _layers() -> list[Case]:
    """Return activations, widths, penalties, dropouts and normalisations that do harm."""
    return [
        injected(
            "F17",
            "labels-mlp",
            "linear",
            lambda recipe: recipe.with_all(("Dense",), activation="linear"),
            (1, "activation"),
            (2, "activation"),
            fixed=lambda recipe: recipe.but(epochs=60).rate(0.003),
            also=("F24",),
        ),
        injected(
            "F17",
            "california-mlp",
            "linear",
            lambda recipe: recipe.with_all(("Dense",), activation=None),
            (0, "activation"),
            (1, "activation"),
            also=("F24",),
        ),
        injected(
            "F17",
            "even-cnn",
            "linear",
            lambda recipe: (
                recipe.with_all(("Dense", "Conv2D"), activation=None)
                .without(1)
                .with_part(0, strides=2)
            ),
            (0, "activation"),
            (2, "activation"),
            fixed=lambda recipe: recipe.but(epochs=30),
            also=("F24",),
        ),
        injected(
            "F18",
            "news-conv",
            "relu-then-softmax",
            lambda recipe: recipe.with_part(-1, activation="relu").inserted(5, "Softmax"),
            (4, "activation"),
            (5, None),
            also=("F02", "F15"),
            only_static="some starts are lucky",
        ),
        injected(
            "F18",
            "digits-mlp",
            "softmax-inside",
            lambda recipe: recipe.with_all(("Dense",), activation="softmax"),
            (1, "activation"),
            (2, "activation"),
        ),
        injected(
            "F18",
            "fashion-cnn",
            "softmax-inside",
            lambda recipe: recipe.with_part(0, activation="softmax").with_part(
                3, activation="softmax"
            ),
            (0, "activation"),
            (3, "activation"),
        ),
        injected(
            "F24",
            "mnist-mlp",
            "bottleneck",
            lambda recipe: recipe.with_part(2, units=1),
            (2, "units"),
        ),
        injected(
            "F24",
            "news-transformer",
            "bottleneck",
            lambda recipe: recipe.with_part(0, units=1),
            ("dense_2", "units"),
        ),
        injected(
            "F24",
            "fashion-cnn",
            "narrow",
            lambda recipe: recipe.with_part(0, filters=1).with_part(3, units=2),
            (3, "units"),
            (0, "filters"),
        ),
        injected(
            "F25",
            "mpg-mlp",
            "l2",
            lambda recipe: recipe.with_all(
                ("Dense",), kernel_regularizer={"class_name": "L2", "config": {"l2": 1.0}}
            ),
            (0, "kernel_regularizer"),
            (1, "kernel_regularizer"),
            also=("F39",),
        ),
        injected(
            "F25",
            "digits-cnn",
            "l1",
            lambda recipe: recipe.with_all(
                ("Dense", "Conv2D"), kernel_regularizer={"class_name": "L1", "config": {"l1": 0.1}}
            ),
            (0, "kernel_regularizer"),
            (3, "kernel_regularizer"),
            also=("F39",),
        ),
        injected(
            "F25",
            "adult-mlp",
            "decay",
            optimized("AdamW", learning_rate=0.01, weight_decay=10.0),
            (None, "weight_decay"),
            OPTIMIZER,
            also=("F39",),
        ),
        injected(
            "F26",
            "digits-mlp",
            "too-much",
            lambda recipe: recipe.inserted(3, "Dropout", rate=0.95).inserted(
                2, "Dropout", rate=0.95
            ),
            (2, "rate"),
            (4, "rate"),
        ),
        injected(
            "F26",
            "mpg-mlp",
            "answers",
            lambda recipe: recipe.inserted(3, "Dropout", rate=0.5),
            (3, None),
            (3, "rate"),
        ),
        injected(
            "F26",
            "news-conv",
            "too-much",
            lambda recipe: recipe.with_part(3, rate=0.97),
            (3, "rate"),
        ),
        injected(
            "F27",
            "digits-mlp",
            "slow-statistics",
            lambda recipe: recipe.inserted(2, "BatchNormalization", momentum=0.9999),
            (2, "momentum"),
            (2, None),
        ),
        injected(
            "F27",
            "ink-cnn",
            "answers",
            lambda recipe: recipe.inserted(
                5, "BatchNormalization", center=False, scale=False, momentum=0.999
            ),
            (5, None),
            (5, "momentum"),
            also=("F35",),
        ),
        injected(
            "F27",
            "cancer-mlp",
            "batch-of-two",
            lambda recipe: (
                recipe.inserted(1, "BatchNormalization")
                .inserted(3, "BatchNormalization")
                .but(batch_size=2, epochs=3)
            ),
            (1, None),
            (3, None),
            BATCH,
            also=("F12",),
        ),
        injected(
            "F30",
            "digits-cnn",
            "noise",
            lambda recipe: recipe.inserted(0, "GaussianNoise", stddev=3.0),
            (0, "stddev"),
            (0, None),
        ),
        injected(
            "F30",
            "fashion-cnn",
            "turned",
            lambda recipe: recipe.inserted(
                0, "RandomTranslation", height_factor=0.9, width_factor=0.9
            ),
            (0, "height_factor"),
            (0, "width_factor"),
            (0, None),
        ),
        injected(
            "F35",
            "fashion-cnn",
            "pooled-away",
            lambda recipe: recipe.inserted(0, "AveragePooling2D", pool_size=3),
            (0, "pool_size"),
            (0, None),
            also=("F24",),
        ),
    ]


CASES: tuple[Case, ...] = (*_layers(),)
