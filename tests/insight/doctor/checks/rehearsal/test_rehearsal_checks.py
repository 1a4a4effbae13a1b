"""Checks of the rehearsal: faulty facts built by hand beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetOptimizer
from pellucid.insight.doctor.checks import rates, reductions
from pellucid.insight.doctor.checks.learning import learning, noise_hides
from pellucid.insight.doctor.checks.rehearsal import burdens, gradients, start, steps
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Fit, Optimizer
from pellucid.insight.doctor.facts.rehearsed import Asked, Bad, Rehearsed
from tests.insight.doctor.checks.network import codes, dense, facts, layer

CROSS = "sparse_categorical_crossentropy"
LABELS = np.arange(32) % 4
FALLING = np.geomspace(1.4, 0.001, 200)
STILL = np.full(200, np.log(4.0))
SPREAD = np.random.default_rng(0).normal(size=(32, 4))


def outputs(rows):
    return {"": np.asarray(rows, float)}


LEARNT = Rehearsed(
    rows=32,
    loss=1.4,
    penalty=0.0,
    outputs=outputs(SPREAD),
    targets={"": LABELS},
    order=("a", "out"),
    quantities={"update_ratio": {"a": 1e-3, "out": 1e-3}},
    gradients={"a/kernel": 0.1, "a/bias": 0.1, "out/kernel": 0.1, "out/bias": 0.1},
    weights={"a/kernel": 2.0, "a/bias": 0.0, "out/kernel": 2.0, "out/bias": 0.0},
    moved={"a/kernel": 0.5, "a/bias": np.nan, "out/kernel": 0.5, "out/bias": np.nan},
    losses=FALLING,
    free_losses=FALLING,
    learnt_loss=0.001,
    learnt_outputs=outputs(SPREAD),
    other_rows=1e-7,
)
FAILED = replace(LEARNT, losses=STILL, free_losses=STILL, learnt_loss=float(STILL[0]))


def known(rehearsed, *layers, rate=0.1, name="sgd", loss=CROSS, **more):
    row = layers or (dense("a", 8), dense("out", 4, "softmax", size=8))
    found = facts(*row, loss=loss, optimizer=Optimizer(name, rate), fit=Fit(10, 32, 10), **more)
    return replace(found, rehearsed=rehearsed)


EVERY = [
    check
    for module in (start, gradients, steps, burdens)
    for check in vars(module).values()
    if hasattr(check, "findings")
]


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.code)
def test_healthy_and_unknown_facts_are_silent(check):
    assert codes(check, known(LEARNT)) == []
    assert codes(check, known(None)) == []
    assert codes(check, known(Rehearsed())) == []
    assert check.stage == "rehearsal" and check.faults


def test_what_the_steps_say():
    found = learning(known(LEARNT))
    assert found.succeeded and not found.failed
    assert found.constant == pytest.approx(np.log(4)) and found.start == pytest.approx(np.log(4))
    assert learning(known(FAILED)).failed
    assert learning(known(replace(FAILED, free_losses=STILL[:20]))).failed is False
    assert learning(known(replace(FAILED, contradictory=0.5))) is None
    assert learning(known(replace(FAILED, targets={"": np.zeros(32, int)}))) is None
    falling_late = np.concatenate([STILL[:120], np.linspace(1.38, 1.3, 80)])
    assert not learning(known(replace(FAILED, free_losses=falling_late))).failed


@pytest.mark.parametrize(("first", "levels"), [(1.4, []), (11.0, []), (14.0, ["warning"])])
def test_first_loss(first, levels):
    # ln 4 = 1.39; the threshold is five times that and 5.
    assert codes(start.first_loss, known(replace(LEARNT, loss=first))) == levels


def test_averages_that_are_not_there_yet_say_nothing_of_the_first_loss():
    norm = layer("norm", "BatchNormalization")
    row = (norm, dense("a", 8), dense("out", 4, "softmax", size=8))
    assert codes(start.first_loss, known(replace(LEARNT, loss=14.0), *row)) == []
    assert codes(start.first_loss, known(replace(LEARNT, losses=10 * FALLING), *row)) == ["warning"]
    numbers = {"": np.linspace(-1, 1, 32)}
    large = replace(LEARNT, outputs=outputs(100 * SPREAD[:, :1]), targets=numbers)
    row = (norm, dense("a", 8), dense("out", 1, "linear", size=8))
    assert codes(start.large_outputs, known(large, *row, loss="mse")) == []


def test_outputs_larger_than_targets():
    row = (dense("a", 8), dense("out", 1, "linear", size=8))
    asked = {"": np.linspace(-1, 1, 32)}
    for size, levels in ((1.0, []), (100.0, ["warning"])):
        seen = replace(LEARNT, outputs=outputs(size * SPREAD[:, :1]), targets=asked)
        assert codes(start.large_outputs, known(seen, *row, loss="mse")) == levels
        assert codes(start.large_outputs, known(seen, *row, loss=CROSS)) == []


def test_rows_that_depend_on_each_other():
    own = layer("centred", "Centred", ours=False)
    seen = known(replace(LEARNT, other_rows=0.2), own, dense("out", 4, "softmax"))
    (found,) = start.rows_mixed.findings(seen)
    assert found.level == "serious" and found.sign.place.layer == "centred"
    assert codes(start.rows_mixed, known(replace(LEARNT, other_rows=1e-4))) == []


@pytest.mark.parametrize(
    ("share", "seen", "levels"),
    [
        (0.3, FAILED, []),
        (0.6, FAILED, ["hint"]),
        (0.95, LEARNT, ["hint"]),
        (0.95, FAILED, ["warning"]),
        (1.0, FAILED, ["serious"]),
        (1.0, replace(FAILED, rows=4), []),
    ],
)
def test_dead_units(share, seen, levels):
    seen = replace(seen, quantities={"dead_share": {"a": share}})
    assert codes(start.dead_units, known(seen)) == levels


def test_saturated_units():
    row = (dense("a", 8, "tanh"), dense("out", 4, "sigmoid", size=8))
    for share, seen, levels in (
        (0.4, FAILED, []),
        (0.55, LEARNT, ["hint"]),
        (0.55, FAILED, ["warning"]),
        (0.9, LEARNT, ["warning"]),
    ):
        seen = replace(seen, quantities={"saturated_share": {"a": share, "out": 1.0}})
        assert codes(start.saturated_units, known(seen, *row)) == levels


@pytest.mark.parametrize(
    ("bad", "layer", "argument"),
    [
        (Bad(0, "input"), None, "x"),
        (Bad(0, "weight", "a/kernel"), "a", "kernel"),
        (Bad(0, "forward", "a", 2.0, -1.0), "a", None),
        (Bad(3, "forward", "a", 2.0, -1.0), "a", None),
        (Bad(0, "loss", None, 1.0, 0.0), None, "loss"),
        (Bad(0, "backward", "a"), "a", None),
        (Bad(0, "growth", "a", 2.0), "a", None),
        (Bad(0, "loss gradient"), None, "loss"),
    ],
)
def test_where_a_number_is_not_finite(bad, layer, argument):
    (found,) = gradients.not_finite.findings(known(replace(LEARNT, bad=bad)))
    assert found.level == "serious"
    assert (found.sign.place.layer, found.sign.place.argument) == (layer, argument)


def test_numbers_that_the_steps_made_large_are_the_rates():
    losses = np.array([1.4, 1e9, np.inf])
    bad = Bad(2, "forward", "out", 1e20, -1e20)
    seen = known(replace(LEARNT, losses=losses, bad=bad))
    assert codes(gradients.not_finite, seen) == []
    (found,) = steps.too_high.findings(seen)
    assert found.level == "serious" and found.sign.place.value == "0.1"
    assert found.sign.repair.changes == (SetOptimizer(None, {"learning_rate": 0.01}),)


def test_no_gradient():
    nothing = dict.fromkeys(LEARNT.gradients, 0.0)
    seen = replace(LEARNT, gradients=nothing, moved=nothing)
    assert codes(gradients.no_gradient, known(seen)) == ["serious"]
    part = {**LEARNT.gradients, "a/kernel": 0.0, "a/bias": 0.0}
    seen = replace(LEARNT, gradients=part, moved={**LEARNT.moved, "a/kernel": 0.0, "a/bias": 0.0})
    (found,) = gradients.no_gradient.findings(known(seen))
    assert found.level == "warning" and found.sign.place.layer == "a"
    begins_at_zero = replace(LEARNT, gradients=part)  # nothing at the first step, something later
    assert codes(gradients.no_gradient, known(begins_at_zero)) == []


def deep(ratio, seen):
    names = [f"d{number}" for number in range(6)]
    norms = np.geomspace(ratio, 1.0, 6)
    return replace(
        seen,
        order=tuple(names),
        gradients={f"{n}/kernel": norm for n, norm in zip(names, norms, strict=True)},
        weights={f"{n}/kernel": 1.0 for n in names},
    )


@pytest.mark.parametrize(
    ("ratio", "seen", "name", "levels"),
    [
        (0.1, FAILED, "sgd", []),
        (1e-6, LEARNT, "sgd", ["hint"]),
        (1e-6, FAILED, "adam", ["warning"]),
        (1e-6, replace(LEARNT, losses=STILL), "sgd", ["warning"]),
        (1e-6, replace(LEARNT, losses=STILL), "adam", ["hint"]),
    ],
)
def test_vanishing(ratio, seen, name, levels):
    row = [dense(f"d{n}", 4, "sigmoid") for n in range(6)]
    assert codes(gradients.vanishing, known(deep(ratio, seen), *row, name=name)) == levels


def test_exploding():
    bad = replace(LEARNT, losses=np.array([1.4, np.inf]), bad=Bad(1, "loss", None, 1e9))
    assert codes(gradients.exploding, known(deep(1e6, LEARNT))) == ["hint"]
    assert codes(gradients.exploding, known(deep(1e6, bad))) == ["warning"]
    assert codes(gradients.exploding, known(deep(10.0, bad))) == []


def test_a_batch_that_cannot_be_learnt():
    assert codes(steps.not_learnt, known(FAILED)) == ["serious"]
    half = replace(FAILED, free_losses=np.array([1.4, *np.full(199, 1.0)]))
    assert codes(steps.not_learnt, known(half)) == []
    few = replace(FAILED, free_losses=STILL[:60])
    assert codes(steps.not_learnt, known(few)) == ["warning"]


def test_same_outputs():
    same = replace(FAILED, learnt_outputs=outputs(np.full((32, 4), 0.25)))
    assert codes(steps.same_outputs, known(same)) == ["serious"]
    assert codes(steps.same_outputs, known(FAILED)) == []
    assert codes(steps.same_outputs, known(replace(same, free_losses=FALLING))) == []


@pytest.mark.parametrize(
    ("losses", "levels"),
    [
        (np.full(40, 9.0), ["warning"]),
        (np.concatenate([np.full(20, 9.0), np.full(20, 1.0)]), []),
        (np.full(10, 9.0), []),
    ],
)
def test_rate_too_high(losses, levels):
    assert codes(steps.too_high, known(replace(LEARNT, losses=losses))) == levels
    assert codes(steps.too_high, known(replace(FAILED, losses=losses))) == []


@pytest.mark.parametrize(
    ("end", "ratio", "levels"),
    [(1.37, 0.3, ["warning"]), (1.37, 0.01, []), (0.7, 0.3, [])],
)
def test_steps_that_forget_what_the_weights_were(end, ratio, levels):
    losses = np.concatenate([[3.0, 2.0], np.full(58, end)])
    thrown = replace(LEARNT, losses=losses, quantities={"update_ratio": {"a": ratio}})
    assert codes(steps.too_high, known(thrown)) == levels
    assert codes(steps.too_high, known(replace(thrown, losses=losses[:30]))) == []
    assert codes(steps.too_high, known(replace(thrown, free_losses=FAILED.free_losses))) == []


def test_steps_too_small():
    creeping = np.linspace(1.4, 1.3999, 100)  # a thousand of these cover 0.1 % of the way
    seen = replace(LEARNT, losses=creeping, quantities={"update_ratio": {"a": 1e-7}})
    (found,) = steps.too_slow.findings(known(seen, rate=1e-6))
    assert found.level == "warning" and found.sign.place.argument == "learning_rate"
    assert found.sign.repair.changes == (SetOptimizer(None, {"learning_rate": 0.01}),)
    slow = replace(LEARNT, losses=np.linspace(1.4, 1.35, 100))
    assert codes(steps.too_slow, known(slow)) == []
    warm = known(seen, rate=1e-6)
    warm = replace(warm, optimizer=Optimizer("sgd", 1e-6, np.array([1e-6, 0.1])))
    assert codes(steps.too_slow, warm) == []


@pytest.mark.parametrize(
    ("losses", "planned", "levels"),
    [
        (np.linspace(1.4, 1.3, 50), 50, ["warning"]),
        (np.linspace(1.4, 0.5, 50), 50, []),
        (np.linspace(1.3, 1.4, 50), 50, []),
        (np.linspace(1.4, 1.3, 50), 100, []),
        (np.linspace(1.4, 0.9, 50), 50, ["warning"]),
        (np.linspace(1.4, 0.9, 150), 150, []),
        (np.linspace(1.4, 1.2, 150), 150, ["warning"]),
    ],
)
def test_too_few_steps_for_one_batch(losses, planned, levels):
    found = known(replace(LEARNT, losses=losses))
    found = replace(found, fit=Fit(planned // 10, 32, 10))
    assert codes(steps.few_for_a_batch, found) == levels
    hard = replace(found, rehearsed=replace(FAILED, losses=losses))
    assert codes(steps.few_for_a_batch, hard) == []


def test_a_rate_that_a_callback_raises_is_not_too_low():
    slow = known(replace(LEARNT, losses=np.linspace(1.4, 1.39, 50)), rate=1e-6, name="adam")
    slow = replace(slow, fit=Fit(5, 32, 10))
    raised = Course({"loss": [1.4, 1.3], "learning_rate": [1e-6, 1e-3]})
    for check in (steps.few_for_a_batch, rates.low_rate):
        assert codes(check, slow)
        assert codes(check, replace(slow, course=raised)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "levels"),
    [
        (-0.1, -2.0, ["serious"]),
        (0.9, 0.2, ["serious"]),
        (0.5, 0.5, ["warning"]),
        (0.1, 2.0, []),
        (2.96, 2.95, []),
        (np.nan, 2.0, []),
    ],
)
def test_a_loss_of_ones_own_asks_for_the_targets(right, wrong, levels):
    found = known(replace(LEARNT, asked={"": Asked(right, wrong, 1.0, (1.0, 1.0))}))
    assert codes(start.asks_for_nothing, found) == levels
    own = replace(found.layers[-1], kind="Distance", ours=False)
    assert codes(start.asks_for_nothing, replace(found, layers=(*found.layers[:-1], own))) == []


def test_the_loss_of_a_critic_may_have_either_sign():
    signs = replace(
        LEARNT, targets={"": LABELS % 2 * 2 - 1}, asked={"": Asked(1.0, 0.0, 1.0, (1.0, 1.0))}
    )
    row = (dense("a", 8), dense("out", 1, "linear", size=8))
    assert codes(start.asks_for_nothing, known(signs, *row)) == []
    numbers = replace(signs, targets={"": np.linspace(0, 1, 32)})
    assert codes(start.asks_for_nothing, known(numbers, *row)) == ["serious"]


@pytest.mark.parametrize(
    ("whole", "name", "rate", "levels"),
    [(2.0, "sgd", 0.1, ["warning"]), (2.0, "adam", 0.1, ["hint"]), (1.0, "sgd", 0.1, [])],
)
def test_a_loss_of_ones_own_that_adds_up_rows(whole, name, rate, levels):
    asked = {"": Asked(0.0, 1.0, whole, (1.0, 1.0))}
    found = known(replace(LEARNT, asked=asked), name=name, rate=rate, loss=None)
    output = replace(found.outputs[0], own_loss=True)
    assert codes(reductions.summed_loss, replace(found, outputs=(output,))) == levels


def test_each_of_several_losses_of_ones_own_is_asked():
    asked = {"one": Asked(0.0, 1.0, 1.0, (1.0, 1.0)), "two": Asked(0.9, 0.2, 2.0, (1.0, 1.0))}
    found = known(replace(LEARNT, asked=asked), name="sgd", rate=0.1, loss=None)
    outputs = tuple(replace(found.outputs[0], name=name, own_loss=True) for name in asked)
    found = replace(found, outputs=outputs)
    assert codes(start.asks_for_nothing, found) == ["serious"]
    assert codes(reductions.summed_loss, found) == ["warning"]


def test_noise_that_hides():
    row = (layer("drop", "Dropout", config={"rate": 0.95}), dense("out", 4, "softmax"))
    seen = known(replace(FAILED, learnt_loss=0.1), *row)
    assert noise_hides(seen)
    (found,) = burdens.hidden_by_noise.findings(seen)
    assert (found.sign.place.layer, found.sign.place.value) == ("drop", "0.95")
    assert codes(steps.not_learnt, seen) == []
    assert codes(burdens.hidden_by_noise, known(FAILED, *row)) == []


def test_penalty():
    row = (
        dense("a", 8, config={"kernel_regularizer": "l2"}),
        dense("out", 4, "softmax", size=8),
    )
    for penalty, seen, levels in (
        (1.0, FAILED, []),
        (5.0, LEARNT, []),
        (5.0, FAILED, ["warning"]),
        (50.0, LEARNT, ["hint"]),
    ):
        found = known(replace(seen, penalty=penalty), *row)
        assert codes(burdens.penalty_outweighs, found) == levels
