"""Networks that restore their inputs: what they are trained for beside what they are validated on."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.checks import columns, restoring
from tests.insight.doctor.checks.network import codes, dense, facts, layer

RNG = np.random.default_rng(0)
CLEAN = RNG.normal(size=(60, 4))
NOISY = CLEAN + RNG.normal(size=(60, 4))


@pytest.mark.parametrize(
    ("y", "held", "found"),
    [
        (NOISY, (NOISY[:20], CLEAN[:20]), ["warning"]),
        (CLEAN, (NOISY[:20], CLEAN[:20]), []),
        (NOISY, (NOISY[:20], NOISY[:20]), []),
        (NOISY, None, []),
        (NOISY[:, :1], (NOISY[:20], CLEAN[:20, :1]), []),
    ],
)
def test_what_is_asked_for_in_training_and_in_validation(y, held, found):
    width = y.shape[1]
    known = facts(
        dense("a", width, "linear"), loss="mean_squared_error", x=NOISY, y=y, validation=held
    )
    assert codes(restoring.other_aim, known) == found


IDS = RNG.integers(0, 20, (60, 12))
CROSS = "sparse_categorical_crossentropy"


def reader(*between):
    words = layer("words", "Embedding", (12,), output_shape=(12, 8))
    out = layer("out", "Dense", (12, 8), activation="softmax", output_shape=(12, 20))
    return (words, *between, out)


def through(name, given):
    return layer(name, "GRU", (12, 8), output_shape=given)


@pytest.mark.parametrize(
    ("y", "between", "found"),
    [
        (IDS, (through("gru", (12, 8)),), ["warning"]),
        (np.roll(IDS, -1, axis=1), (through("gru", (12, 8)),), []),
        (
            IDS,
            (through("gru", (8,)), layer("again", "RepeatVector", (8,), output_shape=(12, 8))),
            [],
        ),
    ],
)
def test_ids_that_are_asked_for_where_they_stand(y, between, found):
    known = facts(*reader(*between), loss=CROSS, x=IDS, y=y)
    assert codes(columns.leak, known) == found
    assert (
        codes(columns.leak, facts(*reader(*between), loss="mean_squared_error", x=IDS, y=y)) == []
    )


@pytest.mark.parametrize("given", [(6, 8), None])
def test_what_goes_through_fewer_places_is_a_code(given):
    row = reader(
        through("pool", given), layer("again", "UpSampling1D", (6, 8), output_shape=(12, 8))
    )
    assert codes(columns.leak, facts(*row, loss=CROSS, x=IDS, y=IDS)) == []


@pytest.mark.parametrize(
    ("place", "form", "found"),
    [
        (-1, "ids", ["warning"]),
        (3, "ids", ["warning"]),
        (None, "ids", []),
        (-1, "one-hot", ["warning"]),
        (None, "one-hot", []),
    ],
)
def test_the_class_is_a_step_of_the_row(place, form, found):
    y = RNG.integers(0, 20, 60) if place is None else IDS[:, place]
    if form == "ids":
        reading = layer("words", "Embedding", (12,), output_shape=(8,))
        known = facts(reading, dense("out", 20, "softmax", size=8), loss=CROSS, x=IDS, y=y)
    else:
        reading = layer("rnn", "LSTM", (12, 20), output_shape=(8,))
        row = (reading, dense("out", 20, "softmax", size=8))
        known = facts(*row, loss="categorical_crossentropy", x=np.eye(20)[IDS], y=np.eye(20)[y])
    assert codes(columns.leak, known) == found


@pytest.mark.parametrize(("steps", "classes"), [(3, 20), (12, 2)])
def test_few_steps_or_classes_may_be_meant(steps, classes):
    x = RNG.integers(0, classes, (60, steps))
    reading = layer("rnn", "LSTM", (steps, classes), output_shape=(8,))
    row = (reading, dense("out", classes, "softmax", size=8))
    form = np.eye(classes)
    known = facts(*row, loss="categorical_crossentropy", x=form[x], y=form[x[:, -1]])
    assert codes(columns.leak, known) == []
