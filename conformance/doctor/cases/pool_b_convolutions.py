"""The developer half of pool B, programs with convolutions: published facts, and a truth derived from them."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases.pool_b_forms import case_of
from conformance.doctor.networks import (
    AVERAGE1,
    FLATTEN,
    NORM,
    POOL,
    POOL1,
    conv,
    conv1,
    dense,
    dropout,
    lstm,
)
from conformance.doctor.recipe import Part, Recipe

_LEAKY: Part = ("LeakyReLU", {})
_YES_NO = Recipe(
    "pictures", (), "binary_crossentropy", epochs=12, rows=350, held=120, scale="", form="column"
)
_THREE = _YES_NO.but(source="pictures-3", loss="categorical_crossentropy", form="one-hot")
_SERIES = _YES_NO.but(source="sequences", rows=450, held=150)
_PHOTOS = Recipe(
    "cifar",
    (),
    "categorical_crossentropy",
    epochs=6,
    rows=1500,
    held=400,
    scale="range",
    form="one-hot",
)
_SMALL = (conv(8, padding="same"), POOL, conv(16, padding="same"), POOL)


def _deep(filters: tuple[int, ...], every: int) -> tuple[Part, ...]:
    """Return convolutions with a pooling after each so many."""
    parts: list[Part] = []
    for number, count in enumerate(filters, start=1):
        parts.append(conv(count, padding="same"))
        if number % every == 0:
            parts.append(POOL)
    return tuple(parts)


def _softmax_of_one() -> list[Case]:
    series = _SERIES.but(
        parts=(
            NORM,
            conv1(8, None),
            _LEAKY,
            NORM,
            conv1(8, None),
            _LEAKY,
            NORM,
            FLATTEN,
            dropout(0.2),
            dense(16),
            _LEAKY,
            dropout(0.2),
            dense(1, "softmax"),
        )
    )
    long = _YES_NO.but(
        parts=(
            *_deep((8, 8, 8, 8, 8, 8), 2),
            dropout(0.2),
            FLATTEN,
            dense(16, "relu"),
            dropout(0.2),
            dense(1, "softmax"),
        ),
        epochs=15,
    )
    wide = _YES_NO.but(
        parts=(
            *_deep((8, 8, 8, 8), 2),
            FLATTEN,
            dense(32, "relu"),
            dense(16, "relu"),
            dense(8, "relu"),
            dense(1, "softmax"),
        )
    )
    mixed = Recipe(
        "number-series",
        (conv1(8), conv1(8), lstm(16), dense(16, "relu"), dense(8, "relu"), dense(1, "softmax")),
        "binary_crossentropy",
        epochs=40,
        rows=450,
        held=150,
        scale="standard",
        scale_y=True,
        form="column",
        score="r2",
    )
    found = [
        case_of(
            name,
            ("F01",),
            recipe,
            ((len(recipe.parts) - 1, "activation"),),
            recipe.with_part(len(recipe.parts) - 1, activation="sigmoid"),
            0.6,
        )
        for name, recipe in (("45378493", series), ("47704695", long), ("60355380", wide))
    ]
    fixed = mixed.with_part(5, activation="linear").but(loss="mse")
    return [
        *found,
        case_of("62440336", ("F01", "F04"), mixed, ((5, "activation"),), fixed, 0.3, also=("F05",)),
    ]


def _heads_of_classes() -> list[Case]:
    series = _SERIES.but(
        source="sequences-3",
        loss="categorical_crossentropy",
        form="one-hot",
        epochs=20,
        parts=(
            conv1(8, padding="same"),
            POOL1,
            conv1(16, padding="same"),
            POOL1,
            conv1(16, padding="same"),
            AVERAGE1,
            dense(3, "relu"),
        ),
    )
    pictures = _THREE.but(parts=(*_deep((8, 8, 8), 1), FLATTEN, dense(16, "relu"), dense(3)))
    normed = _THREE.but(
        parts=(
            *(
                part
                for _ in range(3)
                for part in (conv(8, padding="same"), ("BatchNormalization", {"axis": 1}), POOL)
            ),
            FLATTEN,
            dense(16, "relu"),
            ("BatchNormalization", {}),
            dropout(0.3),
            dense(3),
        ),
        loss="sparse_categorical_crossentropy",
        form="classes",
        optimizer=("SGD", {"learning_rate": 0.01}),
    )
    normed_fixed = normed.but(
        parts=tuple(
            (kind, {}) if kind == "BatchNormalization" else (kind, told)
            for kind, told in normed.parts
        )
    ).with_part(13, activation="softmax")
    one = _THREE.but(
        parts=(conv(8), NORM, POOL, FLATTEN, dense(16, "relu"), dropout(0.3), dense(3, "relu"))
    )
    return [
        case_of(
            "53700537",
            ("F02",),
            series,
            ((6, "activation"), (None, "loss")),
            series.with_part(6, activation="softmax"),
            0.5,
        ),
        case_of(
            "55198221",
            ("F02",),
            pictures,
            ((8, "activation"), (None, "loss")),
            pictures.with_part(8, activation="softmax"),
            0.5,
        ),
        case_of(
            "57943425",
            ("F02", "F27"),
            normed,
            ((13, "activation"), (None, "loss"), (1, "axis"), (4, "axis"), (7, "axis")),
            normed_fixed,
            0.5,
        ),
        case_of(
            "61886777",
            ("F02",),
            one,
            ((6, "activation"), (None, "loss")),
            one.with_part(6, activation="softmax"),
            0.5,
        ),
    ]


def _losses() -> list[Case]:
    narrow = _THREE.but(
        parts=(*_deep((8, 8, 8), 1), FLATTEN, dense(16, "relu"), dropout(0.3), dense(1, "sigmoid")),
        loss="binary_crossentropy",
        form="column",
    )
    many = _THREE.but(
        parts=(
            *_deep((8, 8, 8, 8, 8, 8), 3),
            dropout(0.2),
            FLATTEN,
            dense(32, "relu"),
            dropout(0.2),
            dense(16, "relu"),
            dropout(0.2),
            dense(3, "relu"),
        ),
        loss="binary_crossentropy",
    )
    return [
        case_of(
            "62068109",
            ("F03",),
            narrow,
            ((9, "units"), (None, "loss"), (None, "y"), (9, "activation")),
            narrow.with_part(9, units=3, activation="softmax").but(
                loss="categorical_crossentropy", form="one-hot"
            ),
            0.5,
            also=("F02", "F05"),
        ),
        case_of(
            "67529687",
            ("F05",),
            many,
            ((None, "loss"), (14, "activation")),
            many.with_part(14, activation="softmax").but(
                loss="categorical_crossentropy", epochs=20
            ),
            0.5,
            also=("F02",),
        ),
        case_of(
            "46247619",
            ("F04", "F23"),
            Recipe(
                "number-series",
                (
                    conv1(16),
                    conv1(16),
                    conv1(16),
                    FLATTEN,
                    dense(32, "relu"),
                    dense(16, "relu"),
                    dense(8, "relu"),
                    dense(1, "sigmoid"),
                ),
                "mse",
                epochs=40,
                rows=450,
                held=150,
                scale="",
                form="column",
                score="r2",
            ),
            ((7, "activation"), (None, "y")),
            Recipe(
                "number-series",
                (
                    conv1(16),
                    conv1(16),
                    conv1(16),
                    FLATTEN,
                    dense(32, "relu"),
                    dense(16, "relu"),
                    dense(8, "relu"),
                    dense(1),
                ),
                "mse",
                epochs=40,
                rows=450,
                held=150,
                scale="standard",
                scale_y=True,
                form="column",
                score="r2",
            ),
            0.4,
            also=("F07",),
        ),
    ]


def _photos() -> list[Case]:
    """Return the programs on CIFAR-10 and the one on MNIST."""
    yes_no = _PHOTOS.but(
        parts=(*_SMALL, FLATTEN, dense(32, "relu"), dense(10, "relu")), loss="binary_crossentropy"
    )
    narrow = _PHOTOS.but(
        parts=(
            *_SMALL,
            conv(16, padding="same"),
            FLATTEN,
            dense(32, "relu"),
            dropout(0.3),
            dense(1, "sigmoid"),
        ),
        loss="binary_crossentropy",
        form="column",
        optimizer=("RMSprop", {}),
    )
    frozen = Recipe(
        "mnist",
        (FLATTEN, dense(32, "relu", trainable=False), dense(10)),
        "binary_crossentropy",
        epochs=6,
        scale="range",
        form="one-hot",
    )
    return [
        case_of(
            "58333926",
            ("F05",),
            yes_no,
            ((None, "loss"), (6, "activation")),
            yes_no.with_part(6, activation="softmax").but(
                loss="categorical_crossentropy", epochs=20
            ),
            0.25,
            also=("F02",),
        ),
        case_of(
            "60874661",
            ("F03",),
            narrow,
            ((8, "units"), (None, "loss"), (None, "y"), (8, "activation")),
            narrow.with_part(8, units=10, activation="softmax").but(
                loss="categorical_crossentropy", form="one-hot"
            ),
            0.25,
            also=("F02", "F05"),
        ),
        case_of(
            "64387251",
            ("F02", "F20"),
            frozen,
            ((2, "activation"), (None, "loss"), (1, "trainable")),
            frozen.but(
                parts=(FLATTEN, dense(32, "relu"), dense(10, "softmax")),
                loss="categorical_crossentropy",
            ),
            0.75,
        ),
    ]


CASES: tuple[Case, ...] = (*_softmax_of_one(), *_heads_of_classes(), *_losses(), *_photos())
