"""Autoencoders that give the mean of all rows, beside those that tell rows apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.checks.course import restored
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Fit
from pellucid.training.probes import Record
from tests.insight.doctor.checks.network import codes, dense, facts

X = np.random.default_rng(0).normal(size=(300, 6))


def trained(variance, steps=500, y=None, units=6, x=X, loss=None, batch_size=32):
    record = Record()
    for step in (0, steps // 2, steps):
        record.add(step, {"prediction_variance": {"whole model": np.float32(variance)}})
    known = facts(
        dense("code", 2), dense("out", units, "linear", size=2), x=x, y=y, loss=loss,
        fit=Fit(10, batch_size, 50),
    )  # fmt: skip
    return replace(known, course=Course({"loss": np.full(10, 1.0)}, "epochs", record, 50))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"variance": 0.005}, ["warning"]),
        ({"variance": 0.005, "y": X, "loss": "mean_squared_error"}, ["warning"]),
        ({"variance": 0.005, "x": X + 1.0, "y": X, "loss": "mean_squared_error"}, ["warning"]),
        ({"variance": 0.2}, []),
        ({"variance": 0.005, "steps": 100}, []),
        ({"variance": 0.005, "batch_size": 1}, []),
        ({"variance": 0.005, "y": X[:, :1], "units": 1, "loss": "mean_squared_error"}, []),
        ({"variance": 0.005, "units": 3}, []),
    ],
)
def test_the_mean_of_the_inputs(change, found):
    assert codes(restored.restores_the_mean, trained(**change)) == found


def test_without_a_course_nothing_is_said():
    assert codes(restored.restores_the_mean, replace(trained(0.0), course=None)) == []
