"""Rates, steps and the optimizer's other numbers: faulty ones beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetFit
from pellucid.insight.doctor.checks import optimizers, rates, steps
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Facts, Fit, Optimizer
from tests.insight.doctor.checks.network import codes, dense, facts

RNG = np.random.default_rng(7)
LONG = Fit(epochs=20, steps=50, batch_size=32)
X = RNG.normal(size=(200, 4))
Y = X @ [1.0, 2.0, -1.0, 0.5]


def network(optimizer, fit=LONG, **more):
    return facts(
        dense("a", 8), dense("out", 1, "linear", size=8), optimizer=optimizer, fit=fit, **more
    )


def using(name, rate, fit=LONG, **arguments):
    return network(Optimizer(name, rate, None, arguments), fit)


@pytest.mark.parametrize(
    ("optimizer", "found"),
    [
        (("adam", 5.0), ["serious"]),
        (("adam", 0.5), ["warning"]),
        (("adam", 0.05), ["hint"]),
        (("adam", 0.01), []),
        (("adam", 1e-4), []),
        (("sgd", 100.0), ["serious"]),
        (("sgd", 10.0), ["warning"]),
        (("sgd", 1.0), ["hint"]),
        (("sgd", 0.1), []),
        (("adadelta", 1.0), []),
    ],
)
def test_high_rates(optimizer, found):
    assert codes(rates.high_rate, using(*optimizer)) == found


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("rmsprop", "optimizers.RMSprop(learning_rate=0.000316)"),
        ("adamw", "optimizers.AdamW(learning_rate=0.000316)"),
        ("radam", "radam(learning_rate=0.000316)"),
    ],
)
def test_the_repair_is_a_line_as_a_person_writes_it(name, line):
    (sign,) = rates.high_rate.look(using(name, 5.0))
    assert sign.repair is not None and sign.repair.code == line


def test_a_step_larger_than_the_weights():
    def wide(rate, name="adam"):
        row = (dense("a", 128, size=784), dense("out", 1, "linear", size=128))
        return facts(*row, optimizer=Optimizer(name, rate), fit=LONG)

    assert codes(rates.high_rate, wide(0.1)) == ["warning"]
    assert codes(rates.high_rate, wide(0.03)) == ["hint"]
    assert codes(rates.high_rate, wide(0.01)) == []
    assert codes(rates.high_rate, using("adam", 0.1)) == ["hint"]
    assert codes(rates.high_rate, wide(0.6, "sgd")) == ["hint"]


def test_momentum_counts():
    assert codes(rates.high_rate, using("sgd", 0.05, momentum=0.9)) == []
    assert codes(rates.high_rate, using("sgd", 0.8, momentum=0.9)) == ["warning"]


@pytest.mark.parametrize(
    ("optimizer", "found"),
    [
        (("adam", 1e-8), ["serious"]),
        (("adam", 5e-7), ["warning"]),
        (("adam", 1e-5), ["warning"]),
        (("adam", 1e-4), []),
        (("adam", 1e-3), []),
        (("adam", 0.0), ["serious"]),
        (("sgd", -0.1), ["serious"]),
        (("sgd", 1e-6), ["serious"]),
        (("sgd", 5e-5), ["warning"]),
        (("sgd", 1e-3), []),
        (("adadelta", 1e-3), ["warning"]),
        (("adafactor", 1e-9), []),
    ],
)
def test_low_rates(optimizer, found):
    assert codes(rates.low_rate, using(*optimizer)) == found


def test_a_small_rate_is_right_for_unscaled_rows_and_for_very_many_steps():
    slow = Optimizer("sgd", 1e-6)
    assert codes(rates.low_rate, network(slow, x=X * 1000, y=Y)) == []
    assert codes(rates.low_rate, network(slow, x=X, y=Y)) == ["serious"]
    assert codes(rates.low_rate, network(Optimizer("sgd", 5e-5), Fit(epochs=1000, steps=100))) == [
        "hint"
    ]


def single(rate, x=X, **arguments):
    optimizer = Optimizer("sgd", rate, None, arguments)
    return facts(
        dense("out", 1, "linear"),
        loss="mean_squared_error",
        optimizer=optimizer,
        x=x,
        y=Y,
        fit=LONG,
    )


def test_the_bound_of_one_weighted_sum():
    assert codes(rates.beyond_stability, single(0.1)) == []
    assert codes(rates.beyond_stability, single(3.0)) == ["serious"]
    assert codes(rates.beyond_stability, single(0.1, X * 20)) == ["serious"]
    assert codes(rates.beyond_stability, single(0.1, X * 20, clipnorm=1.0)) == []
    assert codes(rates.high_rate, single(1.2, X * 0.05)) == []


@pytest.mark.parametrize("rate", [0.3, 1.2])
def test_the_bound_is_where_descent_turns(rate):
    weights, bias = np.zeros(4), 0.0
    for _ in range(300):
        error = X @ weights + bias - Y
        weights, bias = weights - rate * 2 * X.T @ error / 200, bias - rate * 2 * error.mean()
        if np.abs(weights).max() > 1e6:
            break
    grows = np.abs(X @ weights + bias - Y).max() > 1e3
    bound = rates._bound(single(rate))
    assert bound is not None
    assert grows == (rate > bound)


def test_few_steps():
    def planned(epochs, count):
        return Facts(fit=Fit(epochs=epochs, steps=count))

    assert codes(steps.few_steps, planned(1, 5)) == ["warning"]
    assert codes(steps.few_steps, planned(5, 10)) == ["hint"]
    assert codes(steps.few_steps, planned(5, 100)) == []
    assert codes(steps.few_steps, planned(None, 5)) == []
    assert codes(steps.few_steps, Facts(fit=Fit(epochs=1, steps=5, goes_on=True))) == []


@pytest.mark.parametrize(
    ("fit", "found"),
    [
        (Fit(epochs=8, batch_size=32, steps=4), ["warning"]),
        (Fit(epochs=8, batch_size=32, steps=157), []),
        (Fit(epochs=1, batch_size=32, steps=157), []),
        (Fit(epochs=40, batch_size=32, steps=4), []),
        (Fit(epochs=2, batch_size=32, steps=16), []),
        (Fit(epochs=600, batch_size=4, steps=1), ["hint"]),
        (Fit(epochs=8, batch_size=32, steps=4, goes_on=True), []),
        (Fit(epochs=None, batch_size=32, steps=4), []),
        (Fit(epochs=8, batch_size=None, steps=4), []),
        (Fit(epochs=1, batch_size=32, steps=14, validation_split=0.9), []),
    ],
)
def test_rows_that_are_never_seen(fit, found):
    known = facts(dense("out", 1), x=np.zeros((5000, 4)), y=np.zeros(5000), fit=fit)
    assert codes(steps.rows_left_out, known) == found
    assert codes(steps.rows_left_out, Facts(fit=fit)) == []


def test_schedules():
    def scheduled(values):
        return Facts(optimizer=Optimizer("adam", float(values[0]), values))

    falling = 0.01 * np.exp(-np.arange(50.0))
    cosine = 0.005 * (1 + np.cos(np.linspace(0, np.pi, 50)))
    assert codes(steps.dead_schedule, scheduled(falling)) == ["warning"]
    assert codes(steps.dead_schedule, scheduled(cosine)) == []


@pytest.mark.parametrize(
    ("check", "name", "rate", "arguments", "found"),
    [
        (optimizers.endless_momentum, "sgd", 0.01, {"momentum": 1.0}, ["serious"]),
        (optimizers.endless_momentum, "sgd", 0.01, {"momentum": 0.999}, ["warning"]),
        (optimizers.endless_momentum, "sgd", 0.01, {"momentum": 0.9}, []),
        (optimizers.odd_averages, "adam", 0.01, {"beta_1": 0.9, "beta_2": 0.1}, ["warning"]),
        (optimizers.odd_averages, "adam", 0.01, {"beta_1": 1.0, "beta_2": 0.999}, ["serious"]),
        (optimizers.odd_averages, "adam", 0.01, {"beta_1": 0.9, "beta_2": 0.999}, []),
        (optimizers.odd_averages, "adam", 0.01, {"beta_1": 0.5, "beta_2": 0.9}, []),
        (optimizers.large_epsilon, "adam", 0.001, {"epsilon": 1.0}, ["warning"]),
        (optimizers.large_epsilon, "adam", 0.1, {"epsilon": 1.0}, []),
        (optimizers.large_epsilon, "adam", 0.001, {"epsilon": 1e-7}, []),
        (optimizers.tight_clip, "sgd", 0.01, {"clipnorm": 1e-4}, ["warning"]),
        (optimizers.tight_clip, "sgd", 0.01, {"clipnorm": 1.0}, []),
        (optimizers.tight_clip, "adam", 0.01, {"clipnorm": 1e-4}, []),
        (optimizers.heavy_decay, "adamw", 0.001, {"weight_decay": 20.0}, ["warning"]),
        (optimizers.heavy_decay, "sgd", 0.01, {"weight_decay": 5.0}, ["serious"]),
        (optimizers.heavy_decay, "adamw", 0.001, {"weight_decay": 0.1}, []),
    ],
)
def test_other_numbers(check, name, rate, arguments, found):
    assert codes(check, using(name, rate, **arguments)) == found


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"clipnorm": 1e-3}, ["warning"]),
        ({"global_clipnorm": 1e-3}, ["warning"]),
        ({"clipnorm": 1e-2}, []),
        ({"clipvalue": 1e-3}, []),  # each number may go as far as a kernel is spread
    ],
)
def test_a_clip_of_norms_is_held_against_the_kernels_lengths(arguments, found):
    optimizer = Optimizer("sgd", 0.02, None, {"momentum": 0.9, **arguments})
    wide = (dense("a", 64, size=100), dense("b", 32, size=64), dense("out", 1, "sigmoid", size=32))
    known = facts(*wide, optimizer=optimizer, fit=Fit(epochs=10, steps=500, batch_size=64))
    assert codes(optimizers.tight_clip, known) == found
    for sign in (each.sign for each in optimizers.tight_clip.findings(known)):
        assert "5000 steps together go at most 1 far" in sign.evidence[0]
        assert sign.evidence[1] == "The kernel of middle length is 6.5 long."


def test_all_rows_at_once_are_let_be_where_they_were_learnt():
    known = network(Optimizer("adam", 0.01), Fit(60, 200, 1), x=X, y=Y)
    for end, found in ((0.1, ["hint"]), (0.6, ["warning"])):
        course = Course({"loss": np.linspace(1, end, 60) * 30}, "epochs", steps=1)
        assert codes(steps.one_step, replace(known, course=course)) == found


def test_batch_sizes():
    def fitted(size, count, epochs):
        return network(Optimizer("adam", 0.01), Fit(epochs, size, count), x=X, y=Y)

    assert codes(steps.one_step, fitted(200, 1, 50)) == ["warning"]
    assert codes(steps.one_step, fitted(200, 1, 1000)) == []
    assert codes(steps.one_step, fitted(32, 7, 10)) == []
    sign = next(iter(steps.one_step.findings(fitted(200, 1, 50)))).sign
    assert sign.repair.changes == (SetFit("batch_size", 32),)
    assert codes(steps.one_row, fitted(1, 200, 5)) == ["hint"]
    assert codes(steps.one_row, fitted(2, 100, 5)) == []
