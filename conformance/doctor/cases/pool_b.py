"""The developer half of pool B, dense and recurrent programs: published facts, and a truth derived from them."""

from __future__ import annotations

from conformance.doctor.case import Case, Spot
from conformance.doctor.cases.pool_b_forms import SGD, SOFTMAX, YES_NO, case_of
from conformance.doctor.networks import FLATTEN, dense, dropout, embedding, gru, lstm
from conformance.doctor.recipe import Recipe


def _softmax_of_one() -> list[Case]:
    """Return the programs whose last layer is a softmax of one unit."""
    rows: list[tuple[str, tuple[str, ...], Recipe]] = [
        (
            "52983831",
            ("F01",),
            YES_NO.but(
                source="sequences",
                rows=450,
                parts=(gru(16, return_sequences=True), gru(8), dense(1, "softmax")),
            ),
        ),
        (
            "56218256",
            ("F01", "F05"),
            YES_NO.but(
                parts=(dense(32, "relu"), dense(16, "relu"), dense(8, "relu"), dense(1, "softmax")),
                loss="categorical_crossentropy",
            ),
        ),
        (
            "58055105",
            ("F01", "F09"),
            YES_NO.but(parts=(dense(32, "relu"), dropout(0.3), dense(1, "softmax"))).rate(1e-5),
        ),
        (
            "65669308",
            ("F01",),
            YES_NO.but(
                source="texts",
                rows=450,
                parts=(
                    embedding(200, 16),
                    ("GlobalAveragePooling1D", {}),
                    dense(16, "relu"),
                    dense(1, "softmax"),
                ),
            ),
        ),
        (
            "66407123",
            ("F01",),
            YES_NO.but(
                parts=(dense(32, "relu"), dense(16, "relu"), dense(1, "softmax")), optimizer=SGD
            ),
        ),
        (
            "68938619",
            ("F01", "F05"),
            YES_NO.but(
                source="sequences",
                rows=450,
                parts=(lstm(16), dense(1, "softmax")),
                loss="mse",
                optimizer=("RMSprop", {}),
            ),
        ),
    ]
    found = []
    for name, faults, recipe in rows:
        last = len(recipe.parts) - 1
        fixed = recipe.with_part(last, activation="sigmoid").but(
            loss="binary_crossentropy", epochs=30
        )
        fixed = fixed.rate(0.001) if "F09" in faults else fixed
        spots: tuple[Spot, ...] = ((last, "activation"),)
        spots += (
            ((None, "loss"),)
            if "F05" in faults
            else ((None, "learning_rate"),)
            if "F09" in faults
            else ()
        )
        found.append(case_of(name, faults, recipe, spots, fixed, 0.65, note=SOFTMAX))
    return found


def _heads_of_classes() -> list[Case]:
    """Return programs whose last layer or loss does not fit classes."""
    three = YES_NO.but(
        source="classes-4",
        loss="categorical_crossentropy",
        form="one-hot",
        scale="standard",
        epochs=30,
    )
    flat = three.but(
        parts=(FLATTEN, dense(32, "relu"), dropout(0.2), dense(4, "relu")),
        optimizer=("RMSprop", {}),
    )
    deep = three.but(parts=(dense(32, "relu"), dense(16, "relu"), dense(4)))
    square = three.but(parts=(dense(16, "relu"), dense(4, "relu")), loss="mse", optimizer=SGD)
    half = YES_NO.but(parts=(dense(16, "relu"), dense(1, "tanh")), scale="standard")
    walk = three.but(
        source="sequences-3",
        rows=450,
        parts=(("Masking", {}), lstm(16), dense(3, "relu")),
        epochs=20,
    )
    return [
        case_of(
            "41823068",
            ("F02",),
            flat,
            ((3, "activation"), (None, "loss")),
            flat.with_part(3, activation="softmax"),
            0.6,
        ),
        case_of(
            "42472447",
            ("F02",),
            deep,
            ((2, "activation"), (None, "loss")),
            deep.with_part(2, activation="softmax"),
            0.6,
        ),
        case_of(
            "44758894",
            ("F05", "F02"),
            square,
            ((1, "activation"), (None, "loss")),
            square.with_part(1, activation="softmax").but(
                loss="categorical_crossentropy", epochs=60
            ),
            0.6,
        ),
        case_of(
            "57326611",
            ("F05",),
            half,
            ((None, "loss"), (1, "activation")),
            half.with_part(1, activation="sigmoid"),
            0.75,
            also=("F02",),
            note="labels 0 and 1, tanh and binary cross-entropy: the loss sees numbers below 0",
        ),
        case_of(
            "64413907",
            ("F02",),
            walk,
            ((2, "activation"), (None, "loss")),
            walk.with_part(2, activation="softmax"),
            0.6,
        ),
    ]


def _encodings() -> list[Case]:
    """Return programs whose targets do not fit the width of the last layer."""
    pair = YES_NO.but(
        parts=(dense(16, "relu"), dense(2, "sigmoid")),
        form="column",
        optimizer=SGD,
        scale="standard",
    )
    iris = Recipe(
        "iris",
        (
            ("BatchNormalization", {}),
            dense(16, "relu"),
            dropout(0.2),
            ("BatchNormalization", {}),
            dense(16, "relu"),
            dropout(0.2),
            dense(1, "softmax"),
        ),
        "categorical_crossentropy",
        SGD,
        30,
        16,
        110,
        37,
        "",
        False,
        "column",
    )
    iris_fixed = iris.with_part(6, units=3).but(form="one-hot", epochs=60)
    return [
        case_of(
            "41596619",
            ("F03",),
            pair,
            ((1, "units"), (None, "loss"), (None, "y"), (1, "activation")),
            pair.with_part(1, units=1).but(epochs=40),
            0.7,
            also=("F02", "F05"),
            note="two units for one yes-no number: each is asked the same",
        ),
        case_of(
            "70650848",
            ("F03",),
            iris,
            ((6, "units"), (None, "y"), (None, "loss"), (6, "activation")),
            iris_fixed,
            0.7,
            also=("F01", "F02", "F05"),
            note="three classes as one number on one unit with softmax",
        ),
    ]


CASES: tuple[Case, ...] = (
    *_softmax_of_one(),
    *_heads_of_classes(),
    *_encodings(),
)
