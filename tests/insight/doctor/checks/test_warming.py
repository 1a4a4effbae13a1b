"""Warm-ups: some longer than the training beside others that end in time."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetOptimizer
from pellucid.insight.doctor.checks import rates, warming
from pellucid.insight.doctor.facts.facts import Fit, Optimizer
from tests.insight.doctor.checks.network import codes, dense, facts

LONG = Fit(epochs=20, steps=50, batch_size=32)
STEPS = np.linspace(0, 999, 20)


def planned(values, name="adam", fit=LONG, **more):
    values = np.asarray(values)
    optimizer = Optimizer(name, float(values[0]), values, more.pop("arguments", {}))
    return facts(dense("a", 8), dense("out", 1), optimizer=optimizer, fit=fit, **more)


def warm(steps, target=1e-3):
    """The rates of a training that warms up for so many steps and then stays."""
    return np.minimum(STEPS / steps, 1) * target


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (warm(100_000), ["warning"]),
        (warm(4000), ["hint"]),
        (warm(900), []),
        (warm(100), []),
        (1e-3 * np.cos(STEPS / 1000), []),
        (np.full(20, 1e-3), []),
        (5e-4 + warm(4000), []),
        (1e-7 * 10 ** (STEPS / 999 * 6), []),
        (1e-7 * 10 ** (STEPS / 999 * 3), ["hint"]),
        (1e-3 * np.sin(np.pi * STEPS / 1000), []),
        (1e-3 * np.sqrt(STEPS / 1000), ["hint"]),
        (1e-3 * (1 - np.exp(-STEPS / 100)), []),
    ],
)
def test_rates_that_rise_to_the_end(values, found):
    assert codes(warming.endless_warming, planned(values)) == found


def test_the_range_is_the_optimizers():
    assert codes(warming.endless_warming, planned(warm(20_000, 0.01), "sgd")) == ["warning"]
    fast = planned(warm(20_000, 0.01), "sgd", arguments={"momentum": 0.9})
    assert codes(warming.endless_warming, fast) == ["hint"]
    assert codes(warming.endless_warming, planned(warm(100_000), "adafactor")) == []


def test_it_is_silent_where_rates_are_not_those_of_the_plan():
    slow = warm(100_000)
    assert codes(warming.endless_warming, planned(slow, source="torch")) == []
    again = Fit(epochs=20, steps=50, goes_on=True)
    assert codes(warming.endless_warming, planned(slow, fit=again)) == []
    set_later = Fit(epochs=20, steps=50, callbacks=("LearningRateScheduler",))
    assert codes(warming.endless_warming, planned(slow, fit=set_later)) == []
    assert codes(warming.endless_warming, planned(slow, fit=Fit())) == []
    assert codes(warming.endless_warming, planned(slow[:3])) == []


def test_one_finding_with_a_repair():
    known = planned(warm(100_000))
    assert codes(rates.low_rate, known) == []
    (found,) = warming.endless_warming.findings(known)
    assert found.sign.repair.changes == (SetOptimizer(None, {"learning_rate": 1e-3}),)
    assert "warm-up of 100 steps" in found.sign.repair.code
