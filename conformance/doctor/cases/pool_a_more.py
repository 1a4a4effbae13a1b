"""The developer half of pool A: programs without a published effect, programs on MNIST, and controls."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases.pool_a_forms import NORMAL, SGD
from conformance.doctor.networks import FLATTEN, POOL, conv, dense, dropout
from conformance.doctor.recipe import Recipe


def _controls() -> list[Case]:
    titanic = Recipe(
        "table-800",
        (dense(64, "relu"), dropout(0.3), dense(32, "relu"), dense(2, "softmax")),
        "categorical_crossentropy",
        epochs=20,
        rows=650,
        held=200,
        scale="",
        form="one-hot",
    )
    half = Recipe(
        "table-299",
        (dense(2, "relu"), dense(2, "relu"), dense(1, "sigmoid")),
        "binary_crossentropy",
        epochs=150,
        batch_size=10,
        rows=225,
        held=74,
        scale="",
        form="column",
        validate=0.2,
    )
    weak = Recipe(
        "line-17",
        (dense(4, "relu"), dense(1, "relu")),
        "mse",
        SGD,
        300,
        4,
        30,
        10,
        "",
        False,
        "column",
        score="r2",
        validate="none",
    )
    return [
        Case(
            "31627380",
            "control",
            titanic.but(scale="standard"),
            reach=0.6,
            note="the repaired program: the published fix is weak",
        ),
        Case("41372874", "control", half, reach=0.75),
        Case(
            "48251943",
            "control",
            weak.with_part(1, activation="linear"),
            reach=0.1,
            note="the repaired program: the published fix has no effect",
        ),
    ]


def _unpublished() -> list[Case]:
    sums = Recipe(
        "sums",
        (dense(200, "relu"), dense(45, "relu"), dense(1)),
        "mse",
        ("SGD", {"learning_rate": 0.00001}),
        5,
        32,
        750,
        250,
        "",
        False,
        "column",
        score="r2",
    )
    sine = Recipe(
        "sine",
        (*(dense(16, "tanh") for _ in range(11)), dense(1)),
        "mse",
        epochs=30,
        rows=750,
        held=250,
        scale="",
        form="column",
        score="r2",
    )
    sine_fixed = sine.but(
        parts=(dense(64, "tanh"), dense(64, "tanh"), dense(1)), scale="standard", epochs=100
    )
    return [
        Case(
            "44998910",
            "pool A",
            sums,
            ("F10", "F09"),
            ((None, "epochs"), (None, "learning_rate"), (None, "optimizer")),
            sums.but(optimizer=("Adam", {"learning_rate": 0.001}), epochs=60, scale="standard"),
            0.6,
        ),
        Case(
            "46995209",
            "pool A",
            sine,
            ("F06", "F24", "F16"),
            ((None, "x"), (0, "activation"), (0, "units")),
            sine_fixed,
            0.8,
        ),
        Case(
            "45337371",
            "pool A",
            Recipe(
                "classes-wide",
                (dense(60, "relu"), dense(50, "relu"), dense(1, "softmax")),
                "binary_crossentropy",
                rows=700,
                held=250,
                form="column",
                epochs=5,
            ),
            ("F01",),
            ((2, "activation"),),
            only_static="the published program never trains",
        ),
    ]


def _pictures() -> list[Case]:
    """Return the three programs on MNIST."""
    seen = (conv(8), POOL, conv(16), POOL, FLATTEN, dense(64, "relu"), dropout(0.3))
    wrong_head = Recipe(
        "mnist",
        (*seen, dense(10, "relu")),
        "categorical_crossentropy",
        epochs=4,
        scale="range",
        form="one-hot",
    )
    linear = Recipe(
        "mnist",
        (FLATTEN, dense(30, kernel_initializer=NORMAL), dense(10, kernel_initializer=NORMAL)),
        "mse",
        ("SGD", {"learning_rate": 3.0}),
        10,
        10,
        2000,
        500,
        "range",
        False,
        "one-hot",
    )
    linear_fixed = linear.but(
        parts=(FLATTEN, dense(30, "sigmoid"), dense(10, "softmax")), loss="categorical_crossentropy"
    ).rate(0.1)
    seen = (
        conv(8),
        POOL,
        conv(16),
        POOL,
        FLATTEN,
        dropout(0.3),
        dense(64, "relu"),
        dropout(0.3),
        dropout(0.3),
    )
    raw = Recipe(
        "mnist",
        (*seen, dense(10)),
        "binary_crossentropy",
        ("Adamax", {}),
        4,
        32,
        1000,
        400,
        "",
        False,
        "one-hot",
    )
    return [
        Case(
            "47352366",
            "pool A",
            wrong_head,
            ("F02", "F10"),
            ((7, "activation"), (None, "loss"), (None, "epochs")),
            wrong_head.with_part(7, activation="softmax").but(epochs=8),
            0.85,
        ),
        Case(
            "48385830",
            "pool A",
            linear,
            ("F17", "F08", "F05"),
            ((1, "activation"), (None, "learning_rate"), (None, "loss"), (2, "activation")),
            linear_fixed,
            0.8,
            also=("F14", "F21", "F19", "F02"),
        ),
        Case(
            "41327601",
            "pool A",
            raw,
            ("F05", "F06"),
            ((None, "loss"), (9, "activation"), (None, "x")),
            raw.with_part(9, activation="softmax").but(
                loss="categorical_crossentropy", scale="range", epochs=12
            ),
            0.75,
            also=("F02",),
        ),
    ]


CASES: tuple[Case, ...] = (
    *_unpublished(),
    *_pictures(),
    *_controls(),
)
