"""The developer half of pool B, dense and recurrent programs: published facts, and a truth derived from them."""

from __future__ import annotations

from typing import Any

from conformance.doctor.case import Case, Spot
from conformance.doctor.networks import FLATTEN, dense, dropout, embedding, gru, lstm
from conformance.doctor.recipe import Recipe

_SGD = ("SGD", {"learning_rate": 0.01})
_YES_NO = Recipe(
    "classes", (), "binary_crossentropy", epochs=15, rows=700, held=250, scale="", form="column"
)
_NUMBER = Recipe(
    "numbers", (), "mse", epochs=40, rows=700, held=250, scale="", form="column", score="r2"
)
_SOFTMAX = "the derived truth: one unit with softmax"


def _case(
    name: str,
    faults: tuple[str, ...],
    recipe: Recipe,
    spots: tuple[Spot, ...],
    fixed: Recipe,
    reach: float,
    **more: Any,
) -> Case:
    return Case(name, "pool B", recipe, faults, spots, fixed, reach, **more)


def _softmax_of_one() -> list[Case]:
    """Return the programs whose last layer is a softmax of one unit."""
    rows: list[tuple[str, tuple[str, ...], Recipe]] = [
        (
            "52983831",
            ("F01",),
            _YES_NO.but(
                source="sequences",
                rows=450,
                parts=(gru(16, return_sequences=True), gru(8), dense(1, "softmax")),
            ),
        ),
        (
            "56218256",
            ("F01", "F05"),
            _YES_NO.but(
                parts=(dense(32, "relu"), dense(16, "relu"), dense(8, "relu"), dense(1, "softmax")),
                loss="categorical_crossentropy",
            ),
        ),
        (
            "58055105",
            ("F01", "F09"),
            _YES_NO.but(parts=(dense(32, "relu"), dropout(0.3), dense(1, "softmax"))).rate(1e-5),
        ),
        (
            "65669308",
            ("F01",),
            _YES_NO.but(
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
            _YES_NO.but(
                parts=(dense(32, "relu"), dense(16, "relu"), dense(1, "softmax")), optimizer=_SGD
            ),
        ),
        (
            "68938619",
            ("F01", "F05"),
            _YES_NO.but(
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
        found.append(_case(name, faults, recipe, spots, fixed, 0.65, note=_SOFTMAX))
    return found


def _heads_of_classes() -> list[Case]:
    """Return programs whose last layer or loss does not fit classes."""
    three = _YES_NO.but(
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
    square = three.but(parts=(dense(16, "relu"), dense(4, "relu")), loss="mse", optimizer=_SGD)
    half = _YES_NO.but(parts=(dense(16, "relu"), dense(1, "tanh")), scale="standard")
    walk = three.but(
        source="sequences-3",
        rows=450,
        parts=(("Masking", {}), lstm(16), dense(3, "relu")),
        epochs=20,
    )
    return [
        _case(
            "41823068",
            ("F02",),
            flat,
            ((3, "activation"), (None, "loss")),
            flat.with_part(3, activation="softmax"),
            0.6,
        ),
        _case(
            "42472447",
            ("F02",),
            deep,
            ((2, "activation"), (None, "loss")),
            deep.with_part(2, activation="softmax"),
            0.6,
        ),
        _case(
            "44758894",
            ("F05", "F02"),
            square,
            ((1, "activation"), (None, "loss")),
            square.with_part(1, activation="softmax").but(
                loss="categorical_crossentropy", epochs=60
            ),
            0.6,
        ),
        _case(
            "57326611",
            ("F05",),
            half,
            ((None, "loss"), (1, "activation")),
            half.with_part(1, activation="sigmoid"),
            0.75,
            also=("F02",),
            note="labels 0 and 1, tanh and binary cross-entropy: the loss sees numbers below 0",
        ),
        _case(
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
    pair = _YES_NO.but(
        parts=(dense(16, "relu"), dense(2, "sigmoid")),
        form="column",
        optimizer=_SGD,
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
        _SGD,
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
        _case(
            "41596619",
            ("F03",),
            pair,
            ((1, "units"), (None, "loss"), (None, "y"), (1, "activation")),
            pair.with_part(1, units=1).but(epochs=40),
            0.7,
            also=("F02", "F05"),
            note="two units for one yes-no number: each is asked the same",
        ),
        _case(
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


def _bounded() -> list[Case]:
    """Return regressions whose last layer cannot give the targets."""
    echo = _NUMBER.but(source="echo", rows=450, epochs=30)
    rows: list[tuple[str, tuple[str, ...], Recipe]] = [
        (
            "48976413",
            ("F04",),
            _NUMBER.but(parts=(dense(32, "relu"), dense(16, "relu"), dense(1, "sigmoid"))),
        ),
        (
            "52566823",
            ("F04",),
            _NUMBER.but(
                parts=(dense(32, "relu"), dense(16, "relu"), dense(1, "relu")),
                optimizer=("SGD", {"learning_rate": 0.01}),
                scale_y=True,
            ),
        ),
        ("54811239", ("F04",), echo.but(parts=(lstm(16), dense(8, "relu"), dense(1, "relu")))),
        (
            "59078187",
            ("F04", "F32"),
            _NUMBER.but(parts=(dense(32, "relu"), dropout(0.2), dense(1, "sigmoid"))),
        ),
        (
            "60574843",
            ("F04",),
            _NUMBER.but(
                source="number-series",
                rows=450,
                epochs=60,
                scale_y=True,
                parts=(
                    gru(16, return_sequences=True),
                    gru(16, return_sequences=True),
                    gru(16),
                    dense(1, "relu"),
                ),
            ),
        ),
        (
            "60801900",
            ("F04",),
            _NUMBER.but(parts=(*(dense(16, "relu") for _ in range(5)), dense(1, "tanh"))),
        ),
        (
            "68458462",
            ("F04",),
            echo.but(parts=(FLATTEN, dense(32, "relu"), dense(16, "relu"), dense(1, "sigmoid"))),
        ),
    ]
    found = []
    for name, faults, recipe in rows:
        last = len(recipe.parts) - 1
        fixed = recipe.with_part(last, activation="linear")
        if name in ("48976413", "59078187", "60801900"):
            fixed = fixed.but(scale_y=True)
        also = () if recipe.scale_y else ("F07",)
        found.append(
            _case(name, faults, recipe, ((last, "activation"), (None, "y")), fixed, 0.35, also=also)
        )
    return found


def _training() -> list[Case]:
    """Return programs whose rate, length, width or scale is wrong."""
    slow = _YES_NO.but(
        parts=(dense(16, "relu"), dense(1, "sigmoid")),
        optimizer=("SGD", {"learning_rate": 1e-4}),
        epochs=10,
        scale="standard",
    )
    dead = _NUMBER.but(
        source="line-200",
        rows=300,
        held=100,
        parts=(dense(10, "relu"), dense(10, "relu"), dense(1, "relu")),
        epochs=3,
        scale="standard",
    )
    deep = Recipe(
        "iris",
        (*(dense(4, "sigmoid") for _ in range(7)), dense(3, "softmax")),
        "categorical_crossentropy",
        epochs=10,
        batch_size=16,
        rows=110,
        held=37,
        scale="",
        form="one-hot",
    )
    huge = _NUMBER.but(
        source="echo-500",
        rows=450,
        epochs=4,
        parts=(FLATTEN, *(dense(16, "relu") for _ in range(4)), dense(1)),
    )
    return [
        _case(
            "46359741",
            ("F09", "F10"),
            slow,
            ((None, "learning_rate"), (None, "epochs"), (None, "optimizer")),
            slow.but(optimizer=("Adam", {"learning_rate": 0.01}), epochs=20),
            0.75,
        ),
        _case(
            "56452176",
            ("F15", "F10"),
            dead,
            (
                (0, "activation"),
                (1, "activation"),
                (2, "activation"),
                (None, "epochs"),
                (None, "learning_rate"),
            ),
            dead.with_part(2, activation="linear").rate(0.01).but(epochs=60),
            0.6,
            also=("F04", "F07"),
        ),
        _case(
            "61234347",
            ("F24", "F10", "F06"),
            deep,
            ((None, "epochs"), (None, "x"), (0, "units"), (0, "activation")),
            deep.but(
                parts=(dense(16, "relu"), dense(16, "relu"), dense(3, "softmax")),
                scale="standard",
                epochs=60,
            ),
            0.8,
            also=("F13", "F16"),
        ),
        _case(
            "69901379",
            ("F06", "F07"),
            huge,
            ((None, "x"), (None, "y")),
            huge.but(scale="standard", scale_y=True, epochs=20),
            0.8,
        ),
        _case(
            "61274792",
            ("F31", "F26"),
            _YES_NO.but(
                source="classes",
                parts=(
                    embedding(20, 8),
                    dropout(0.5),
                    lstm(8),
                    dropout(0.5),
                    dense(8, "relu"),
                    dropout(0.5),
                    dense(1, "sigmoid"),
                ),
                optimizer=("RMSprop", {}),
                epochs=4,
                scale="standard",
            ),
            ((0, None), (None, "x"), (1, "rate"), (5, "rate")),
            _YES_NO.but(
                parts=(dense(32, "relu"), dense(8, "relu"), dense(1, "sigmoid")),
                optimizer=("RMSprop", {}),
                epochs=15,
                scale="standard",
            ),
            0.75,
            note="numbers go into an embedding, which wants whole ones",
        ),
    ]


CASES: tuple[Case, ...] = (
    *_softmax_of_one(),
    *_heads_of_classes(),
    *_encodings(),
    *_bounded(),
    *_training(),
)
