"""Callbacks that go by a column: the wrong end of it, and no patience."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid.insight.doctor.checks import watches
from pellucid.insight.doctor.facts.facts import Fit, Watch
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


def test_read_off_callbacks():
    x = np.random.default_rng(0).normal(size=(60, 2))
    model = pellucid.Sequential([pellucid.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    stop = pellucid.callbacks.EarlyStopping("accuracy", patience=2, mode="min")
    said = pellucid.doctor.examine(
        model, x, (x[:, 0] > 0).astype(int), rehearsal=False, epochs=40, callbacks=[stop]
    )
    assert [each.code for each in said.findings] == ["D433"]
