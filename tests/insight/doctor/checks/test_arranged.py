"""Columns, colours and classes of the validation rows that are others than the training rows', and healthy twins."""

from __future__ import annotations

import numpy as np

from pellucid.insight.doctor.checks import otherwise
from pellucid.insight.doctor.checks.lacking import only_held
from pellucid.insight.doctor.checks.tasks import Task
from tests.insight.doctor.checks.network import codes, column, dense, facts

WHERE = "validation_data"


def read(here, there, y=None, held=None, loss="sparse_categorical_crossentropy"):
    rng = np.random.default_rng(1)
    y, held = (
        rng.integers(0, 3, len(rows)) if labels is None else labels
        for rows, labels in ((here, y), (there, held))
    )
    known = facts(dense("out", 3, "softmax"), loss=loss, x=here, y=y, validation=(there, held))
    return [finding.sign for finding in otherwise.other_rows.findings(known)]


def cars(rows, seed):
    """Scaled columns of different forms that hang together, as those of cars do."""
    rng = np.random.default_rng(seed)
    size, age = rng.normal(size=(2, rows))
    own = rng.normal(size=(4, rows)) * 0.4
    weight = np.exp(0.5 * (size + own[0])) - 1.2
    gears = np.digitize(size - age + own[1], [-1.0, 1.5]) - 0.8
    return np.column_stack([weight, gears, size + own[2], age, np.abs(age - size + own[3])])


def test_columns_in_another_order():
    here, there = cars(600, 0), cars(250, 1)
    (sign,) = read(here, there[:, [1, 2, 0, 3, 4]])
    assert (sign.level, sign.place.argument) == ("warning", WHERE)
    assert "column 2 holds what column 0 does" in sign.evidence[0]
    assert "of 3 such columns" in sign.evidence[0] and "x_train.columns" in sign.repair.code
    (raw,) = read(here * [900, 1, 40, 9, 5], (there * [900, 1, 40, 9, 5])[:, [4, 1, 2, 3, 0]])
    assert "x_train.columns" in raw.repair.code  # and nothing of their scale
    assert read(here, there) == []
    assert read(here, there[:40, [1, 2, 0, 3, 4]]) == []
    assert read(here[:, :2], there[:, [1, 0]]) == []


def test_columns_that_drift_or_are_alike():
    all_rows = cars(900, 2)
    for by in range(5):
        rows = all_rows[np.argsort(all_rows[:, by])]
        assert read(rows[:600], rows[600:]) == []
    rng = np.random.default_rng(3)
    steps = np.lib.stride_tricks.sliding_window_view(np.cumsum(rng.normal(size=900)), 8)
    assert read(steps[:600], steps[600:]) == []
    assert read(steps[:600], steps[600:, ::-1]) == []  # nobody can tell
    noise = rng.normal(size=(900, 4))
    assert read(noise[:600], noise[600:, ::-1]) == []


def test_places_that_are_held_back():
    places = np.eye(4)[np.repeat([0, 1], [600, 250])]
    here, there = cars(600, 4), cars(250, 5)
    assert read(np.hstack([here, places[:600]]), np.hstack([there, places[600:]])) == []


def flowers(count, seed, tint=(30.0, 0.0, -30.0)):
    rng = np.random.default_rng(seed)
    grey = rng.normal(120, 30, (count, 1, 1, 1)) + rng.normal(0, 20, (count, 8, 8, 1))
    return grey + rng.normal(tint, 12, (count, 1, 1, 3)) + rng.normal(0, 5, (count, 8, 8, 3))


def test_colours_in_reverse():
    here, there = flowers(200, 0), flowers(80, 1)
    (sign,) = read(here, there[..., ::-1])
    assert (sign.level, sign.place.argument) == ("warning", WHERE)
    assert sign.repair.code == "x_val = x_val[..., ::-1]"
    assert read(here, there) == []
    assert read(here, there[:20, ..., ::-1]) == []
    grey = flowers(280, 2, tint=(0.0, 0.0, 0.0))
    assert read(grey[:200], grey[200:, ..., ::-1]) == []
    assert read(here, flowers(80, 3, tint=(-10.0, 0.0, 10.0))) == []  # dusk
    sky = flowers(80, 4, tint=(-30.0, 0.0, 30.0))
    sky[:, :4] += [-15.0, 0.0, 15.0]
    sky[:, 4:] -= [-15.0, 0.0, 15.0]
    assert read(here, sky) == []


def test_a_class_that_only_validation_rows_have():
    rng = np.random.default_rng(6)
    here, there = rng.normal(size=(600, 4)), rng.normal(size=(200, 4))
    y, held = rng.integers(0, 9, 600), rng.integers(0, 10, 200)
    (sign,) = read(here, there, y, held)
    assert sign.place.argument == WHERE and sign.place.value == "y"
    assert "are of class 9; none of the 600" in sign.evidence[0]
    assert "all classes" in sign.repair.code
    (cut,) = read(here, there, np.sort(y), np.full(200, 9))
    assert "permutation" in cut.repair.code
    assert (
        "class 9"
        in read(here, there, np.eye(10)[y], np.eye(10)[held], "categorical_crossentropy")[
            0
        ].evidence[0]
    )
    assert read(here, there, y, np.minimum(held, 8)) == []
    assert read(here, there, y, held, "mean_squared_error") == []  # a count
    rare = np.where(np.arange(200) < 6, 9, np.minimum(held, 8))
    assert read(here, there, y, rare) == []
    assert codes(otherwise.other_rows, facts(dense("out", 3, "softmax"), x=here, y=y)) == []


def test_a_sample_that_meets_some_classes_only():
    turns = np.arange(6000) % 3
    whole = column(turns)
    held = column(turns[:500])

    def found(rows, low=0.0):
        part = type(whole)("", rows, 6000, "int64", low, 2.0)
        return only_held(Task("classes", rows[:, None].astype(float), 3), part, held)

    assert found(turns[::3]) == ""
    assert found(turns[::2][: 2 * 900]) == ""
    assert "class 0" in found(turns[::3] + 1, low=1.0)  # no row is of class 0, by the lowest of all
    mixed = np.random.default_rng(7).integers(0, 2, 2000)
    assert "class 2" in found(mixed)
