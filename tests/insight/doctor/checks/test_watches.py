"""Callbacks that go by a column: the wrong end of it, and no patience."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import pellucid
from pellucid.insight.doctor.checks import watches
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Fit, Watch
from pellucid.insight.doctor.facts.gather import watch_of
from tests.insight.doctor.checks.network import codes, dense, facts


def watching(*given, epochs=50):
    fit = Fit(epochs, 32, 10, watches=tuple(Watch(*each) for each in given))
    return facts(dense("out", 1, "sigmoid"), fit=fit)


@pytest.mark.parametrize(
    ("watch", "found"),
    [
        (("EarlyStopping", "val_accuracy", "min", 5), ["serious"]),
        (("ModelCheckpoint", "val_loss", "max"), ["serious"]),
        (("ReduceLROnPlateau", "loss", "max", 5), ["serious"]),
        (("EarlyStopping", "val_accuracy", "max", 5), []),
        (("EarlyStopping", "val_accuracy", "auto", 5), []),
        (("EarlyStopping", "val_loss", "min", 5), []),
        (("EarlyStopping", "val_churn", "min", 5), []),
    ],
)
def test_the_wrong_end(watch, found):
    assert codes(watches.wrong_way, watching(watch)) == found


def test_no_patience():
    hasty = ("EarlyStopping", "val_loss", "auto", 0)
    assert codes(watches.no_patience, watching(hasty)) == ["hint"]
    assert codes(watches.no_patience, watching(hasty, epochs=3)) == []
    assert codes(watches.no_patience, watching(("EarlyStopping", "val_loss", "auto", 3))) == []
    assert codes(watches.no_patience, watching(("ModelCheckpoint", "val_loss"))) == []


def held_back(*given, rows=100, epochs=50, validation=True, course=None):
    """A network of 641 weights that is validated on other rows."""
    fit = Fit(epochs, 32, 10, watches=tuple(Watch(*each) for each in given))
    x, y = np.zeros((rows, 8)), np.zeros(rows)
    layers = dense("a", 64, size=8), dense("out", 1, "sigmoid", size=64)
    other = (x[:20], y[:20]) if validation else None
    known = facts(*layers, x=x, y=y, validation=other, metrics=("accuracy",), fit=fit)
    return replace(known, course=course)


def curves(held):
    columns = {"loss": np.linspace(1, 0.1, len(held)), "val_loss": np.array(held)}
    return Course(columns)


STOP = ("EarlyStopping", "loss", "auto", 3)


@pytest.mark.parametrize(
    ("given", "more", "found"),
    [
        ([STOP], {}, ["warning"]),
        ([("EarlyStopping", "accuracy", "auto", 3)], {}, ["warning"]),
        ([STOP], {"validation": False}, []),
        ([STOP], {"rows": 10_000}, ["hint"]),
        ([STOP], {"epochs": 5}, ["hint"]),
        ([STOP], {"course": curves([0.9, 0.5, 0.6, 0.8, 0.95, 1.1, 1.3])}, ["warning"]),
        ([STOP], {"course": curves([0.9, 0.5, 0.4, 0.35, 0.33, 0.32, 0.32])}, ["hint"]),
        ([STOP, ("EarlyStopping", "val_accuracy", "auto", 3)], {}, []),
        ([("EarlyStopping", "val_loss", "auto", 3)], {}, []),
        ([("EarlyStopping", "reward", "max", 3)], {}, []),
        ([("ReduceLROnPlateau", "loss", "auto", 3)], {}, []),
        ([("ModelCheckpoint", "loss")], {}, ["hint"]),
        ([("ModelCheckpoint", "loss"), ("EarlyStopping", "val_loss", "auto", 3)], {}, ["hint"]),
        ([("ModelCheckpoint", "loss"), ("ModelCheckpoint", "val_loss")], {}, []),
        ([("ModelCheckpoint", "loss", "auto", None, False)], {}, []),
    ],
)
def test_training_rows_say_nothing_of_others(given, more, found):
    assert codes(watches.trained_column, held_back(*given, **more)) == found


def test_columns_of_several_outputs():
    known = held_back(("EarlyStopping", "size_loss", "auto", 3))
    (output,) = known.outputs
    both = replace(output, name="size"), replace(output, name="kind")
    assert codes(watches.trained_column, known) == []
    assert codes(watches.trained_column, replace(known, outputs=both)) == ["warning"]


def test_a_checkpoint_of_every_epoch_selects_nothing():
    every = pellucid.callbacks.ModelCheckpoint("a.safetensors", "loss", save_best_only=False)
    best = pellucid.callbacks.ModelCheckpoint("a.safetensors", "loss")
    stop = pellucid.callbacks.EarlyStopping("loss")
    assert [watch_of(each).selects for each in (every, best, stop)] == [False, True, True]


def test_read_off_callbacks():
    x = np.random.default_rng(0).normal(size=(60, 2))
    model = pellucid.Sequential([pellucid.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    stop = pellucid.callbacks.EarlyStopping("accuracy", patience=2, mode="min")
    said = pellucid.doctor.examine(
        model, x, (x[:, 0] > 0).astype(int), rehearsal=False, epochs=40, callbacks=[stop]
    )
    assert [each.code for each in said.findings] == ["D433"]
