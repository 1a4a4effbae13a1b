"""The developer half of pool A: real programs of the published benchmarks, made again from the facts about them."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases.pool_a_forms import SGD
from conformance.doctor.networks import dense, dropout
from conformance.doctor.recipe import Recipe


def _xor() -> Case:
    recipe = Recipe(
        "xor",
        (dense(4, "sigmoid"), dense(1, "sigmoid")),
        "mean_absolute_error",
        ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
        200,
        4,
        12,
        4,
        "",
        False,
        "column",
        validate="none",
    )
    fixed = recipe.but(
        loss="binary_crossentropy", optimizer=("Adam", {"learning_rate": 0.05}), epochs=400
    )
    fixed = fixed.with_part(0, units=8, activation="tanh")
    return Case(
        "31556268",
        "pool A",
        recipe,
        ("F05", "F10", "F11", "F09"),
        (
            (None, "loss"),
            (None, "epochs"),
            (None, "optimizer"),
            (None, "learning_rate"),
            (1, "activation"),
        ),
        fixed,
        0.9,
    )


def _constant_vectors() -> Case:
    parts = (dense(32, "relu"), dropout(0.3), dropout(0.3), dense(1, "softmax"))
    recipe = Recipe(
        "constant-vectors",
        parts,
        "binary_crossentropy",
        ("RMSprop", {}),
        10,
        16,
        300,
        100,
        "",
        False,
        "column",
    )
    return Case(
        "31880720",
        "pool A",
        recipe,
        ("F01",),
        ((3, "activation"),),
        recipe.with_part(3, activation="sigmoid"),
        0.95,
    )


def _several_labels() -> Case:
    parts = (dense(32, "relu"), dropout(0.3), dropout(0.3), dense(3, "softmax"))
    recipe = Recipe(
        "several-labels", parts, "mse", SGD, 150, 32, 700, 250, "", False, "column", score="labels"
    )
    fixed = recipe.with_part(3, activation="sigmoid").but(loss="binary_crossentropy")
    return Case(
        "38648195",
        "pool A",
        recipe,
        ("F02", "F05"),
        ((3, "activation"), (None, "loss")),
        fixed,
        0.6,
    )


def _tables() -> list[Case]:
    small = Recipe(
        "table-21",
        (dense(12, "relu"), dense(3, "relu"), dense(1, "sigmoid")),
        "binary_crossentropy",
        epochs=60,
        batch_size=4,
        rows=16,
        held=5,
        scale="",
        form="column",
        validate="none",
    )
    wide = Recipe(
        "table-999",
        (dense(1, "sigmoid"), dense(1, "softmax")),
        "mean_absolute_error",
        ("RMSprop", {}),
        10,
        32,
        750,
        249,
        "",
        False,
        "column",
    )
    wide_fixed = wide.with_part(0, units=16, activation="relu").with_part(1, activation="sigmoid")
    wide_fixed = wide_fixed.but(loss="binary_crossentropy", scale="standard", epochs=60)
    line = Recipe(
        "line-201",
        (dense(5, "sigmoid"), dense(1, "sigmoid")),
        "mse",
        SGD,
        100,
        32,
        150,
        50,
        "standard",
        False,
        "column",
        score="r2",
    )
    curve = Recipe(
        "years",
        (dense(50, "relu"), dense(30, "relu"), dense(1)),
        "mse",
        ("SGD", {"learning_rate": 0.1}),
        100,
        8,
        40,
        10,
        "standard",
        True,
        "column",
        score="r2",
        validate="none",
    )
    return [
        Case(
            "39525358",
            "pool A",
            small,
            ("F06",),
            ((None, "x"),),
            small.but(scale="standard", epochs=100),
            0.6,
        ),
        Case(
            "45442843",
            "pool A",
            wide,
            ("F01", "F05", "F06", "F10"),
            ((1, "activation"), (None, "loss"), (None, "x"), (None, "epochs")),
            wide_fixed,
            0.8,
        ),
        Case(
            "48221692",
            "pool A",
            line,
            ("F04",),
            ((1, "activation"),),
            line.with_part(1, activation="linear"),
            0.7,
        ),
        Case(
            "48934338",
            "pool A",
            curve.but(scale="", scale_y=False),
            ("F08",),
            ((None, "learning_rate"),),
            curve.rate(0.01).but(epochs=200),
            0.5,
            also=("F06", "F07"),
            note="the published repair lowers the rate and scales",
        ),
    ]


def _iris() -> list[Case]:
    recipe = Recipe(
        "iris",
        (dense(4, "relu"), dense(3, "sigmoid")),
        "categorical_crossentropy",
        epochs=50,
        batch_size=10,
        rows=110,
        held=37,
        scale="",
        form="one-hot",
    )
    fixed = recipe.with_part(1, activation="softmax").but(scale="standard", epochs=200)
    short = recipe.but(epochs=15)
    control = Recipe(
        "iris",
        (dense(16, "sigmoid"), dense(3, "softmax")),
        "categorical_crossentropy",
        epochs=150,
        batch_size=5,
        rows=110,
        held=37,
        scale="",
        form="one-hot",
        validate="none",
    )
    spots = ((1, "activation"), (None, "loss"), (None, "x"))
    return [
        Case("51930566", "pool A", recipe, ("F02", "F06"), spots, fixed, 0.8),
        Case(
            "59278771",
            "pool A",
            short,
            ("F02", "F06", "F24"),
            (*spots, (0, "units")),
            fixed.with_part(0, units=16),
            0.8,
            also=("F10",),
        ),
        Case("39810655", "control", control, reach=0.9),
    ]


CASES: tuple[Case, ...] = (
    _xor(),
    _constant_vectors(),
    _several_labels(),
    *_tables(),
    *_iris(),
)
