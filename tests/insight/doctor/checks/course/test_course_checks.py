"""Checks of a course: faulty curves and records built by hand beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetFit, SetOptimizer, StopEarly
from pellucid.insight.doctor.checks import penalties, rates
from pellucid.insight.doctor.checks.course import (
    descent as descending,
    generalising,
    held_labels,
    inside,
    modes,
    plateau,
    stopping,
    swings as swinging,
)
from pellucid.insight.doctor.checks.course.curves import WHOLE, descent, noise, scores
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Fit, Optimizer, Watch
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from pellucid.regularizers import L1L2
from pellucid.training.probes import Record
from tests.insight.doctor.checks.network import codes, dense, facts, layer

CROSS = "sparse_categorical_crossentropy"
LABELS = np.arange(400) % 4
RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 4))
KNOWN = np.log(4.0)
HEALTHY = np.geomspace(1.4, 0.1, 12)
STILL = np.full(12, KNOWN)
STEPS = [0, 1, 2, 4, 8, 16, 32, 64, 120]


def record(**quantities):
    made = Record()
    for turn, step in enumerate(STEPS):
        made.add(
            step,
            {
                name: {
                    (WHOLE if place == "whole" else place): np.broadcast_to(values, len(STEPS))[
                        turn
                    ]
                    for place, values in places.items()
                }
                for name, places in quantities.items()
            },
        )
    return made


def known(
    loss, *layers, ended="epochs", steps=10, found=None, rate=0.1, y=LABELS, fit=None, **columns
):
    row = layers or (dense("a", 8), dense("out", 4, "softmax", size=8))
    made = facts(
        *row,
        loss=CROSS,
        x=X,
        y=y,
        validation=(X[:200], y[:200]),
        optimizer=Optimizer("sgd", rate),
        fit=fit or Fit(len(loss), 32, steps),
    )
    curves = {"loss": np.asarray(loss, float), **columns}
    return replace(made, course=Course(curves, ended, found, steps))


GOOD = record(
    update_ratio={"a": 1e-3, "out": 1e-3},
    parameter_change={"a": np.linspace(0, 0.5, 9), "out": np.linspace(0, 0.5, 9)},
    gradient_norm={"whole": 1.0, "a": 1.0, "out": 1.0},
    loss_noise={"whole": 0.1},
    dead_share={"a": 0.1},
    saturated_share={"out": 1.0},
    prediction_variance={"whole": 0.1},
    mode_difference={"whole": 0.0},
)
EVERY = [
    check
    for module in (descending, swinging, plateau, generalising, modes, inside)
    for check in vars(module).values()
    if hasattr(check, "findings")
]


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.code)
def test_healthy_short_and_unknown_courses_are_silent(check):
    accuracy = {"accuracy": np.linspace(0.3, 0.95, 12), "val_accuracy": np.linspace(0.3, 0.93, 12)}
    rates = {"learning_rate": np.full(12, 0.1)}
    flat = np.concatenate([HEALTHY, np.full(12, 0.1)])
    held = np.concatenate([HEALTHY + 0.05, np.full(12, 0.15)])
    assert codes(check, known(flat, found=GOOD, val_loss=held, **accuracy, **rates)) == []
    assert codes(check, known(STILL[:2], found=None)) == []
    assert codes(check, known(STILL[:3], steps=5)) == []
    assert codes(check, replace(known(HEALTHY), course=None)) == []
    assert codes(check, replace(known(HEALTHY), course=Course())) == []
    assert check.stage == "course" and check.faults


def test_what_a_curve_says():
    found = descent(known(HEALTHY))
    assert found.constant == pytest.approx(KNOWN) and found.start == pytest.approx(KNOWN)
    assert found.is_falling and not found.is_flat and found.updates == 120
    assert descent(known(STILL)).is_flat
    penalised = dense("out", 4, "softmax", config={"kernel_regularizer": "l2"})
    assert descent(known(HEALTHY, penalised)).constant is None
    assert noise(RNG.normal(size=4000)) == pytest.approx(1.0, rel=0.1)
    assert not scores(known(HEALTHY, accuracy=np.full(3, 0.5)))
    assert scores(known(HEALTHY, accuracy=np.full(3, 0.7)))


def test_growing_without_bound():
    (found,) = descending.diverges.findings(known([1.4, np.nan, np.nan], ended="non-finite"))
    assert found.level == "serious" and found.sign.place.argument == "learning_rate"
    only = replace(known(HEALTHY), course=Course({}, "non-finite"))
    assert codes(descending.diverges, only) == ["serious"]
    calm = known([1.4, np.nan], ended="non-finite", found=GOOD)
    (found,) = descending.diverges.findings(calm)
    assert found.sign.place.argument is None  # steps were small: something else made the NaN
    assert codes(descending.diverges, known([1.4, 3.0, 9.0, 20.0])) == ["serious"]
    assert codes(descending.diverges, known([1.4, 9.0, 2.0, 1.5])) == []


def test_steps_too_small():
    creeping = np.linspace(1.40, 1.39, 12)
    still = record(update_ratio={"a": 1e-7}, parameter_change={"a": np.linspace(0, 1e-5, 9)})
    (found,) = descending.slow.findings(known(creeping, found=still, rate=1e-6))
    assert found.level == "warning"
    assert found.sign.repair.changes == (SetOptimizer(None, {"learning_rate": 0.01}),)
    assert codes(descending.slow, known(creeping)) == ["warning"]
    assert codes(descending.slow, known(creeping, found=GOOD)) == []  # the weights went far
    assert codes(descending.slow, known(1.4 + 0.01 * RNG.normal(size=12))) == []
    frozen = record(parameter_change={"a": np.zeros(9)})
    assert codes(descending.slow, known(STILL, found=frozen)) == []


def test_oscillation():
    swings = 1.3 + 0.5 * (-1.0) ** np.arange(12)
    assert codes(swinging.oscillates, known(swings, found=GOOD)) == ["warning"]
    loud = record(loss_noise={"whole": 1.0})  # ten steps of that: chance makes 0.3
    assert codes(swinging.oscillates, known(swings, found=loud)) == []
    assert codes(swinging.oscillates, known(0.3 * swings / 1.3, found=GOOD)) == ["hint"]


def test_ended_while_it_learnt():
    falling = np.linspace(1.38, 1.0, 6)
    (found,) = descending.unfinished.findings(known(falling))
    assert found.level == "warning" and found.sign.repair.changes == (SetFit("epochs", 30),)
    assert codes(descending.unfinished, known(falling, steps=500)) == ["hint"]
    good = known(falling, accuracy=np.full(6, 0.9))
    assert codes(descending.unfinished, good) == ["hint"]
    assert codes(descending.unfinished, known(np.geomspace(1.4, 0.5, 12))) == ["hint"]
    assert codes(descending.unfinished, known(HEALTHY)) == []
    rising = known(falling, val_loss=np.linspace(1.3, 1.5, 6))
    assert codes(descending.unfinished, rising) == []
    assert codes(descending.unfinished, known(falling, ended="early stopping")) == []
    assert codes(descending.unfinished, known([1.3, 0.8], steps=35)) == ["warning"]
    good = known([1.3, 0.8], steps=35, accuracy=np.array([0.6, 0.8]))
    for healthy in (
        good,
        known([1.3, 0.8], steps=80),
        known([1.3, 1.1], steps=35),
        known([1.3, 0.3]),
    ):
        assert codes(descending.unfinished, healthy) == []
    further = known(falling)
    further = replace(further, fit=replace(further.fit, goes_on=True))
    assert codes(descending.unfinished, further) == []


def test_decayed_rate():
    rates = 0.1 * 0.1 ** np.arange(12)
    assert codes(descending.decayed, known(STILL, learning_rate=rates)) == ["warning"]
    assert codes(descending.decayed, known(HEALTHY, learning_rate=rates)) == []
    late = np.concatenate([np.full(9, 0.1), [1e-3, 1e-5, 1e-6]])
    assert codes(descending.decayed, known(STILL, learning_rate=late)) == []


def test_exploding_gradient():
    norms = [1, 1, 1, 1, 1, 1, 1, 1, 1e4]
    burst = record(gradient_norm={"whole": norms}, update_ratio={"a": 1e-3})
    lost = known([1.3, 1.2, 5.0, 6.0], found=burst)
    assert codes(descending.explodes, lost) == ["warning"]
    assert codes(descending.explodes, known(HEALTHY, found=burst)) == ["hint"]
    hasty = record(gradient_norm={"whole": norms}, update_ratio={"a": 0.5})
    assert codes(descending.explodes, known([1.3, 1.2, 5.0, 6.0], found=hasty)) == []


def test_blind_plateau_and_unrelated_targets():
    assert codes(plateau.blind_plateau, known(STILL)) == ["warning"]
    assert codes(plateau.blind_plateau, known(STILL * 0.9)) == []
    assert codes(plateau.blind_plateau, known(STILL, val_loss=STILL * 0.5)) == []
    learnt = Rehearsed(
        rows=32,
        targets={"": LABELS[:32]},
        losses=np.geomspace(1.4, 0.01, 100),
        free_losses=np.geomspace(1.4, 0.01, 100),
    )
    lost = replace(known(STILL, steps=40), rehearsed=learnt)
    (found,) = plateau.unrelated.findings(lost)
    assert found.sign.place.argument == "y" and len(found.sign.ruled_out) == 2
    assert codes(plateau.unrelated, replace(known(STILL, steps=5), rehearsed=learnt)) == []
    assert codes(plateau.unrelated, replace(known(HEALTHY, steps=40), rehearsed=learnt)) == []


def test_constant_answers():
    same = record(prediction_variance={"whole": 1e-8})
    (found,) = plateau.constant_answers.findings(known(STILL, found=same))
    assert found.level == "serious" and found.sign.place.layer == "out"
    assert codes(plateau.constant_answers, known(STILL, found=GOOD)) == []
    single = replace(known(STILL, found=same), fit=Fit(batch_size=1))
    assert codes(plateau.constant_answers, single) == []


def test_answers_that_are_better_than_a_constant_differ():
    same = record(prediction_variance={"whole": 1e-6})
    chance = {"accuracy": np.full(12, 0.26)}
    for more in ({"accuracy": np.full(12, 0.5)}, {**chance, "val_accuracy": np.full(12, 0.6)}):
        assert codes(plateau.constant_answers, known(STILL, found=same, **more)) == []
    assert codes(plateau.constant_answers, known(STILL, found=same, **chance)) == ["serious"]
    assert codes(plateau.constant_answers, known(HEALTHY, found=same)) == []


@pytest.mark.parametrize(
    ("kind", "bend", "steps", "loss", "found"),
    [
        ("SimpleRNN", "tanh", 60, STILL, ["warning"]),
        ("SimpleRNN", "tanh", 10, STILL, []),
        ("SimpleRNN", "tanh", 60, HEALTHY, []),
        ("LSTM", "tanh", 60, STILL, []),
    ],
)
def test_a_plain_recurrent_layer_over_many_steps(kind, bend, steps, loss, found):
    recurrent = layer("rnn", kind, (steps, 2), activation=bend, output_shape=(8,))
    row = (recurrent, dense("out", 4, "softmax", size=8))
    assert codes(plateau.short_memory, known(loss, *row, steps=50)) == found
    assert codes(plateau.short_memory, known(loss, *row, steps=5)) == []


@pytest.mark.parametrize(
    ("dead", "update", "loss", "found"),
    [
        ([0.3, 0.4, 1, 1, 1, 1, 1, 1, 1], 0.3, STILL, ["warning"]),
        ([0.3, 0.4, 1, 1, 1, 1, 1, 1, 1], 0.01, STILL, ["hint"]),
        ([1.0] * 9, 0.3, STILL, ["hint"]),
        ([0.3] * 9, 0.3, STILL, ["hint"]),
        ([0.3, 0.4, 1, 1, 1, 1, 1, 1, 1], 0.3, HEALTHY, ["hint"]),
    ],
)
def test_a_rate_under_which_units_died(dead, update, loss, found):
    died = record(dead_share={"a": np.array(dead)}, update_ratio={"a": update, "out": update})
    seen = replace(known(loss, found=died), optimizer=Optimizer("adam", 0.03))
    assert codes(rates.high_rate, seen) == found


@pytest.mark.parametrize(
    ("factor", "variance", "found"), [(0.05, 0.0, ["warning"]), (0.05, 0.1, []), (1e-5, 0.0, [])]
)
def test_penalised_outputs_that_fell_silent(factor, variance, found):
    quiet = dense("a", 8, config={"activity_regularizer": L1L2(l1=factor)})
    seen = record(prediction_variance={"whole": variance})
    after = known(STILL, quiet, dense("out", 4, "softmax", size=8), found=seen)
    assert codes(penalties.heavy_penalties, after) == found


def test_underfitting_is_a_hint():
    level = np.concatenate([[1.38], np.full(30, 1.0)])
    assert codes(plateau.underfits, known(level, steps=50, val_loss=level)) == ["hint"]
    assert codes(plateau.underfits, known(level, steps=5, val_loss=level)) == []


def test_metric_that_does_not_follow():
    assert codes(plateau.unrelated_metric, known(HEALTHY, accuracy=np.zeros(12))) == ["warning"]
    assert codes(plateau.unrelated_metric, known(HEALTHY, accuracy=np.full(12, 0.25))) == []
    assert codes(plateau.unrelated_metric, known(STILL, accuracy=np.zeros(12))) == []


RISING = np.concatenate([np.linspace(1.2, 0.8, 4), np.linspace(0.85, 1.6, 8)])
FALLING = np.geomspace(1.2, 0.05, 12)
WORSE = np.concatenate([np.linspace(0.4, 0.8, 4), np.linspace(0.78, 0.5, 8)])


def test_overfitting():
    (found,) = generalising.overfits.findings(known(FALLING, val_loss=RISING, val_accuracy=WORSE))
    assert found.level == "warning" and found.sign.repair.changes == (StopEarly(),)
    assert codes(generalising.overfits, known(FALLING, val_loss=RISING)) == ["warning"]
    stopped = known(FALLING, val_loss=RISING, ended="early stopping")
    assert codes(generalising.overfits, stopped) == ["hint"]
    jitter = np.concatenate([np.linspace(1.2, 0.8, 4), 0.85 + 0.05 * (-1.0) ** np.arange(8)])
    assert codes(generalising.overfits, known(FALLING, val_loss=jitter)) == []


@pytest.mark.parametrize(
    ("loss", "held", "found"),
    [
        (FALLING, np.linspace(1.35, 1.2, 12), ["warning"]),
        (FALLING, np.linspace(1.2, 1.0, 12), []),  # 72 % of the constant answer's
        (FALLING, np.full(12, 1.37), []),  # D621's
        (np.geomspace(1.2, 0.4, 12), np.linspace(1.35, 1.2, 12), []),
    ],
)
def test_training_rows_learnt_and_the_others_left_behind(loss, held, found):
    assert codes(generalising.overfits, known(loss, val_loss=held, accuracy=held)) == found
    stopped = known(loss, val_loss=held, ended="early stopping")
    assert codes(generalising.overfits, stopped) == ["hint" for _ in found]
    for share, seen in ((0.5, found), (0.8, [])):  # of 100 % of the training rows; chance has 25 %
        right = {"accuracy": np.full(12, 1.0), "val_accuracy": np.full(12, share)}
        assert codes(generalising.overfits, known(loss, val_loss=held, **right)) == seen
    few = known(loss, val_loss=held)
    assert codes(generalising.overfits, replace(few, data=replace(few.data, validation=None))) == []


def test_over_confident_is_not_overfitting():
    steady = np.concatenate([np.linspace(0.4, 0.8, 4), np.full(8, 0.8)])
    seen = known(FALLING, val_loss=RISING, val_accuracy=steady, accuracy=steady)
    assert codes(generalising.overfits, seen) == []
    (found,) = generalising.over_confident.findings(seen)
    assert found.level == "warning" and found.sign.ruled_out
    worse = known(FALLING, val_loss=RISING, val_accuracy=WORSE, accuracy=steady)
    assert codes(generalising.over_confident, worse) == []


def test_between_them_the_size_of_the_rise_decides():
    """The accuracy ends between two and three standard errors of 200 rows below its best."""
    score = np.concatenate([np.linspace(0.4, 0.8, 4), np.linspace(0.79, 0.73, 8)])
    small = np.concatenate([np.linspace(1.2, 0.8, 4), np.linspace(0.82, 1.1, 8)])
    for rising, by_heart, sure in ((RISING, ["warning"], []), (small, [], ["hint"])):
        seen = known(FALLING, val_loss=rising, val_accuracy=score, accuracy=score)
        assert 2 < (generalising.drop(seen) or 0) < 3
        assert codes(generalising.overfits, seen) == by_heart
        assert codes(generalising.over_confident, seen) == sure


def test_learnt_for_no_other_row():
    held = np.linspace(1.4, 2.0, 12)
    assert codes(generalising.holds_for_no_other, known(FALLING, val_loss=held)) == ["warning"]
    assert codes(generalising.holds_for_no_other, known(FALLING, val_loss=RISING)) == []
    assert codes(generalising.holds_for_no_other, known(STILL, val_loss=held)) == []


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [(0.5, 0.25, ["warning"]), (0.5, 0.5, []), (0.28, 0.25, [])],
)
def test_labels_that_are_being_learnt_by_heart(here, there, found):
    begun, held = np.linspace(1.386, 1.3, 6), np.linspace(1.39, 1.41, 6)
    curves = {"val_loss": held, "accuracy": np.full(6, here), "val_accuracy": np.full(6, there)}
    assert codes(generalising.holds_for_no_other, known(begun, **curves)) == found
    low = {**curves, "val_loss": held - 0.1}
    assert codes(generalising.holds_for_no_other, known(begun, **low)) == []


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [(0.9, 0.02, ["warning"]), (0.9, 0.2, []), (0.25, 0.02, []), (0.9, 0.9, [])],
)
def test_validation_answers_worse_than_chance(here, there, found):
    """Of four classes a draw gets a quarter right, on 200 rows at least 7 % of them."""
    curves = {"accuracy": np.full(12, here), "val_accuracy": np.full(12, there)}
    assert codes(held_labels.worse_than_chance, known(FALLING, **curves)) == found
    few = known(FALLING, fit=Fit(12, 32, 10, validation_split=0.05), **curves)
    few = replace(few, data=replace(few.data, validation=None))  # 20 of 400 rows
    assert codes(held_labels.worse_than_chance, few) == []


def test_few_validation_rows():
    curves = {"accuracy": np.full(5, 0.9), "val_accuracy": np.full(5, 0.7)}
    few = known(HEALTHY, fit=Fit(12, 32, 10, validation_split=0.05), **curves)
    few = replace(few, data=replace(few.data, validation=None))
    assert codes(generalising.too_few_held, few) == ["hint"]
    assert codes(generalising.too_few_held, known(HEALTHY, **curves)) == []


def test_validation_better_than_training():
    high = np.linspace(1.3, 0.8, 12)
    assert codes(generalising.too_good, known(high, val_loss=0.3 * high)) == ["warning"]
    loud = record(loss_noise={"whole": 1.0})
    assert codes(generalising.too_good, known(high, val_loss=0.3 * high, found=loud)) == []
    assert codes(generalising.too_good, known(HEALTHY, val_loss=0.3 * HEALTHY)) == []
    drop = (layer("drop", "Dropout", config={"rate": 0.5}), dense("out", 4, "softmax"))
    assert codes(generalising.too_good, known(high, *drop, val_loss=0.3 * high)) == []
    assert codes(generalising.too_good, known(high, val_loss=0.95 * high)) == []


def test_modes_that_disagree():
    row = (layer("norm", "BatchNormalization"), dense("out", 4, "softmax"))
    apart = record(mode_difference={"whole": 0.9})
    held = np.full(12, 2.0)
    (found,) = modes.modes_differ.findings(known(HEALTHY, *row, found=apart, val_loss=held))
    assert found.sign.place.layer == "norm"
    near = known(HEALTHY, *row, found=apart, val_loss=HEALTHY)
    assert codes(modes.modes_differ, near) == []
    assert codes(modes.modes_differ, known(HEALTHY, found=apart, val_loss=held)) == []


def test_stopped_too_early():
    falling = np.linspace(1.38, 1.0, 6)
    early = known(falling, ended="early stopping", val_loss=falling)
    assert codes(stopping.stopped_early, early) == ["warning"]
    assert codes(stopping.stopped_early, known(falling, val_loss=falling)) == []
    good = known(HEALTHY, ended="early stopping", val_loss=HEALTHY)
    assert codes(stopping.stopped_early, good) == []


def test_stopped_when_the_validation_loss_was_left_behind():
    """Most of what a training learns below its validation loss is its own rows."""
    falling, held = np.linspace(1.38, 0.8, 6), np.linspace(1.38, 1.15, 6)
    fit = Fit(50, 32, 10, watches=(Watch("EarlyStopping", "val_loss", "auto", 1),))
    left = known(falling, ended="early stopping", val_loss=held, fit=fit)
    assert codes(stopping.stopped_early, left) == []
    beside = known(falling, ended="early stopping", val_loss=falling + 0.1, fit=fit)
    assert codes(stopping.stopped_early, beside) == ["warning"]


def test_stopped_without_patience():
    def stopped(loss, patience, planned=50):
        fit = Fit(planned, 32, 10, watches=(Watch("EarlyStopping", "val_loss", "auto", patience),))
        return known(loss, ended="early stopping", val_loss=loss, fit=fit)

    half = np.linspace(1.38, 0.55, 8)
    assert codes(stopping.stopped_early, stopped(half, 0)) == ["warning"]
    assert codes(stopping.stopped_early, stopped(half, 5)) == []
    assert codes(stopping.stopped_early, stopped(np.geomspace(1.38, 0.1, 8), 0)) == []
    begun = np.array([1.38, 1.37])
    assert codes(stopping.stopped_early, stopped(begun, 0)) == ["warning"]
    assert codes(stopping.stopped_early, stopped(begun, 0, planned=5)) == []
    assert codes(stopping.stopped_early, stopped(begun, 5)) == []
    little = np.array([1.38, 1.36, 1.37])
    assert codes(stopping.stopped_early, stopped(little, 0)) == ["warning"]
    assert codes(stopping.stopped_early, stopped(little, 0, planned=10)) == []


@pytest.mark.parametrize(
    ("shares", "loss", "levels"),
    [
        (np.linspace(0.1, 0.2, 9), STILL, []),
        (np.linspace(0.1, 0.7, 9), STILL, ["hint"]),
        (np.linspace(0.1, 1.0, 9), HEALTHY, ["hint"]),
        ([0.1, 0.1, 0.1, 0.5, 0.9, 0.95, 0.95, 0.95, 0.95], STILL, ["warning"]),
        ([0.1, 0.1, 0.1, 0.5, 1, 1, 1, 1, 1], STILL, ["serious"]),
    ],
)
def test_units_that_die(shares, loss, levels):
    assert codes(inside.units_die, known(loss, found=record(dead_share={"a": shares}))) == levels


def test_units_that_saturate():
    row = (dense("a", 8, "tanh"), dense("out", 4, "softmax", size=8))
    full = record(saturated_share={"a": np.linspace(0, 0.9, 9), "out": 1.0})
    assert codes(inside.units_saturate, known(STILL, *row, found=full)) == ["warning"]
    assert codes(inside.units_saturate, known(HEALTHY, *row, found=full)) == ["hint"]
    assert codes(inside.units_saturate, known(STILL, *row, found=GOOD)) == []


def test_first_layers_that_rest():
    row = [dense(f"d{n}", 4, "sigmoid") for n in range(6)]
    weak = record(update_ratio={f"d{n}": 10.0 ** (n - 8) for n in range(6)})
    (found,) = inside.first_layers_rest.findings(known(STILL, *row, found=weak))
    assert found.sign.place.layer == "d0"
    assert codes(inside.first_layers_rest, known(HEALTHY, *row, found=weak)) == []


def test_layers_that_do_not_move():
    moved = record(parameter_change={"a": 0.0, "out": np.linspace(0, 0.5, 9)})
    (found,) = inside.unmoved.findings(known(STILL, found=moved))
    assert found.level == "warning" and found.sign.place.layer == "a"
    assert codes(inside.unmoved, known(STILL, found=GOOD)) == []
    slow = record(parameter_change={"a": 1e-5, "out": np.linspace(0, 0.5, 9)})
    assert codes(inside.unmoved, known(STILL, found=slow)) == []


def test_a_loss_that_was_thrown_up():
    mountain = np.array([1.4, 5, 20, 90, 40, 9, 3, 2, 1.5, 1.4, 1.4, 1.4])
    (found,) = swinging.thrown_up.findings(known(mountain, rate=0.5))
    assert found.level == "serious" and found.sign.place.argument == "learning_rate"
    (change,) = found.sign.repair.changes
    assert change.arguments["learning_rate"] <= 0.05
    for curve in (mountain[:4], np.minimum(mountain, 6), [*mountain[:-3], 0.5, 0.5, 0.5], STILL):
        assert codes(swinging.thrown_up, known(curve)) == []


@pytest.mark.parametrize(
    ("loss", "held", "found"),
    [
        (np.linspace(1.38, 1.2, 12), np.linspace(1.3, 0.9, 12), ["warning"]),
        (np.linspace(1.38, 1.2, 12), np.linspace(1.3, 1.15, 12), []),
        (np.linspace(1.38, 0.7, 12), np.linspace(1.3, 0.5, 12), []),
    ],
)
def test_pictures_that_are_changed_too_much(loss, held, found):
    row = (layer("turn", "RandomRotation", (8, 8, 1)), dense("out", 4, "softmax"))
    seen = known(loss, *row, val_loss=held)
    assert codes(modes.hard_pictures, seen) == found
    assert codes(modes.hard_pictures, known(loss, val_loss=held)) == []
