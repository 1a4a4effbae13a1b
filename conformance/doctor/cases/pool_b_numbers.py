"""The developer half of pool B: regressions, and programs whose rate, length, width or scale is wrong."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases.pool_b_forms import NUMBER, YES_NO, case_of
from conformance.doctor.networks import FLATTEN, dense, dropout, embedding, gru, lstm
from conformance.doctor.recipe import Recipe


def _bounded() -> list[Case]:
    """Return regressions whose last layer cannot give the targets."""
    echo = NUMBER.but(source="echo", rows=450, epochs=30)
    rows: list[tuple[str, tuple[str, ...], Recipe]] = [
        (
            "48976413",
            ("F04",),
            NUMBER.but(parts=(dense(32, "relu"), dense(16, "relu"), dense(1, "sigmoid"))),
        ),
        (
            "52566823",
            ("F04",),
            NUMBER.but(
                parts=(dense(32, "relu"), dense(16, "relu"), dense(1, "relu")),
                optimizer=("SGD", {"learning_rate": 0.01}),
                scale_y=True,
            ),
        ),
        ("54811239", ("F04",), echo.but(parts=(lstm(16), dense(8, "relu"), dense(1, "relu")))),
        (
            "59078187",
            ("F04", "F32"),
            NUMBER.but(parts=(dense(32, "relu"), dropout(0.2), dense(1, "sigmoid"))),
        ),
        (
            "60574843",
            ("F04",),
            NUMBER.but(
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
            NUMBER.but(parts=(*(dense(16, "relu") for _ in range(5)), dense(1, "tanh"))),
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
            case_of(
                name, faults, recipe, ((last, "activation"), (None, "y")), fixed, 0.35, also=also
            )
        )
    return found


def _training() -> list[Case]:
    """Return programs whose rate, length, width or scale is wrong."""
    slow = YES_NO.but(
        parts=(dense(16, "relu"), dense(1, "sigmoid")),
        optimizer=("SGD", {"learning_rate": 1e-4}),
        epochs=10,
        scale="standard",
    )
    dead = NUMBER.but(
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
    huge = NUMBER.but(
        source="echo-500",
        rows=450,
        epochs=4,
        parts=(FLATTEN, *(dense(16, "relu") for _ in range(4)), dense(1)),
    )
    return [
        case_of(
            "46359741",
            ("F09", "F10"),
            slow,
            ((None, "learning_rate"), (None, "epochs"), (None, "optimizer")),
            slow.but(optimizer=("Adam", {"learning_rate": 0.01}), epochs=20),
            0.75,
        ),
        case_of(
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
        case_of(
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
        case_of(
            "69901379",
            ("F06", "F07"),
            huge,
            ((None, "x"), (None, "y")),
            huge.but(scale="standard", scale_y=True, epochs=20),
            0.8,
        ),
        case_of(
            "61274792",
            ("F31", "F26"),
            YES_NO.but(
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
            YES_NO.but(
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
    *_bounded(),
    *_training(),
)
