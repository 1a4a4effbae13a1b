"""Last layer, loss and targets: each faulty pair beside its healthy near twin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetLayer, SetLoss
from pellucid.insight.doctor.checks import forms, heads, losses, reductions
from pellucid.insight.doctor.facts.facts import Facts, Fit, Optimizer
from pellucid.insight.doctor.facts.network import Output
from tests.insight.doctor.checks.network import codes, data, dense, facts, layer

RNG = np.random.default_rng(1)
CLASSES = np.arange(30) % 3
ONE_HOT = np.eye(3)[CLASSES]
YES_NO = np.arange(30) % 2
SIGNS = YES_NO * 2 - 1
LABELS = (RNG.random((30, 3)) < 0.5).astype(int)
NUMBERS = RNG.normal(size=30)
SHARES = RNG.random(30)
ONE_NEAR_0 = np.append(1e-5, np.linspace(0.5, 2, 149))
CCE, SCCE, BCE = (
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
)
MSE = "mean_squared_error"
BY_COLUMN = ("binary_accuracy",)


def ending(units, activation, loss, y, **more):
    return facts(
        dense("hidden", 8), dense("out", units, activation, size=8), loss=loss, y=y, **more
    )


FAULTY = [
    (heads.softmax_of_one, (1, "softmax", BCE, YES_NO), {}, "serious"),
    (heads.softmax_of_one, (1, "softmax", MSE, NUMBERS), {}, "serious"),
    (heads.no_probabilities, (3, "relu", CCE, ONE_HOT), {}, "serious"),
    (heads.no_probabilities, (3, "linear", SCCE, CLASSES), {}, "serious"),
    (heads.no_probabilities, (1, "tanh", BCE, YES_NO), {}, "serious"),
    (heads.squeezed_twice, (3, "softmax", SCCE, CLASSES), {"from_logits": True}, "warning"),
    (heads.sigmoids_for_exclusive, (3, "sigmoid", CCE, ONE_HOT), {}, "warning"),
    (heads.softmax_for_several, (3, "softmax", BCE, LABELS), {}, "serious"),
    (heads.out_of_reach, (1, "sigmoid", MSE, NUMBERS), {}, "serious"),
    (heads.out_of_reach, (1, "relu", MSE, NUMBERS), {}, "serious"),
    (heads.out_of_reach, (1, "sigmoid", "mae", CLASSES), {}, "serious"),
    (losses.margin_of_one_sign, (1, "sigmoid", "hinge", SIGNS), {}, "warning"),
    (forms.unfit_width, (3, "softmax", SCCE, CLASSES + 1), {}, "serious"),
    (forms.unfit_width, (1, "sigmoid", BCE, CLASSES), {}, "serious"),
    (forms.unfit_width, (4, "softmax", CCE, ONE_HOT), {}, "serious"),
    (forms.other_form, (3, "softmax", CCE, CLASSES), {}, "serious"),
    (forms.other_form, (3, "softmax", SCCE, ONE_HOT), {}, "serious"),
    (losses.yes_no_for_classes, (3, "softmax", BCE, ONE_HOT), {}, "warning"),
    (losses.yes_no_for_classes, (3, "sigmoid", BCE, ONE_HOT), {}, "hint"),
    (losses.classes_for_numbers, (1, "sigmoid", BCE, NUMBERS), {}, "serious"),
    (losses.classes_for_numbers, (1, "sigmoid", BCE, SIGNS), {}, "serious"),
    (losses.distance_for_classes, (3, "softmax", "mae", ONE_HOT), {}, "warning"),
    (losses.distance_for_classes, (1, "sigmoid", MSE, YES_NO), {}, "hint"),
    (reductions.classes_of_one, (1, "sigmoid", CCE, YES_NO), {}, "serious"),
    (reductions.no_distribution, (1, "sigmoid", "kl_divergence", YES_NO), {}, "serious"),
    (reductions.no_distribution, (3, "sigmoid", "kl_divergence", ONE_HOT), {}, "serious"),
    (losses.distance_for_classes, (1, "linear", MSE, np.tile(YES_NO, 4)), {}, "warning"),
    (losses.labels_as_quantity, (1, "linear", MSE, CLASSES), {"metrics": ("accuracy",)}, "warning"),
    (losses.undefined_loss, (1, "linear", "mape", CLASSES), {}, "warning"),
    (losses.undefined_loss, (1, "linear", "mape", ONE_NEAR_0), {}, "warning"),
    (losses.undefined_loss, (1, "linear", "poisson", NUMBERS), {}, "warning"),
    (losses.unfit_metric, (1, "linear", MSE, NUMBERS), {"metrics": ("accuracy",)}, "warning"),
    (losses.unfit_metric, (3, "softmax", CCE, ONE_HOT), {"metrics": BY_COLUMN}, "warning"),
    (forms.other_shape, (3, "linear", MSE, NUMBERS), {}, "serious"),
]


@pytest.mark.parametrize(("check", "end", "more", "level"), FAULTY)
def test_finds_it(check, end, more, level):
    assert codes(check, ending(*end, **more)) == [level]


HEALTHY = [
    ((1, "sigmoid", BCE, YES_NO), {"metrics": ("accuracy",)}),
    ((1, "linear", BCE, YES_NO), {"from_logits": True}),
    ((2, "softmax", BCE, np.eye(2)[YES_NO]), {}),
    ((3, "softmax", CCE, ONE_HOT), {"metrics": ("accuracy",)}),
    ((3, "softmax", SCCE, CLASSES), {"metrics": ("accuracy",)}),
    ((5, "softmax", SCCE, CLASSES), {}),
    ((3, "linear", SCCE, CLASSES), {"from_logits": True}),
    ((3, "sigmoid", BCE, LABELS), {"metrics": ("binary_accuracy",)}),
    ((1, "linear", MSE, NUMBERS), {"metrics": ("mae",)}),
    ((1, "linear", MSE, CLASSES), {}),
    ((1, "linear", "mape", SHARES + 1), {}),
    ((1, "linear", "mape", np.abs(ONE_NEAR_0) + 1), {}),
    ((1, "relu", MSE, SHARES * 20), {}),
    ((1, "sigmoid", MSE, SHARES), {}),
    ((1, "sigmoid", BCE, SHARES), {}),
    ((1, "tanh", MSE, SIGNS), {}),
    ((1, "tanh", "hinge", SIGNS), {}),
    ((3, "softmax", "kl_divergence", np.abs(ONE_HOT - 0.1) / 1.1), {}),
    ((1, "linear", "poisson", CLASSES), {}),
    ((3, "linear", MSE, RNG.normal(size=(30, 3))), {}),
]


@pytest.mark.parametrize(("end", "more"), HEALTHY)
def test_is_silent(end, more):
    known = ending(*end, **more)
    every = [
        c
        for module in (heads, forms, losses, reductions)
        for c in vars(module).values()
        if hasattr(c, "look")
    ]
    assert len(every) == 21
    assert [(c.code, level) for c in every for level in codes(c, known)] == []


def test_without_data_only_what_the_network_says():
    known = ending(1, "softmax", BCE, None)
    assert known.data is None
    assert codes(heads.softmax_of_one, known) == ["serious"]
    assert codes(forms.unfit_width, ending(1, "sigmoid", BCE, None)) == []
    assert codes(losses.unfit_metric, Facts(outputs=known.outputs)) == []


def test_the_repair_names_layer_and_loss():
    sign = next(iter(heads.softmax_of_one.findings(ending(1, "softmax", CCE, YES_NO)))).sign
    assert str(sign.place) == "layer 'out', activation=softmax"
    assert sign.repair.changes == (SetLayer("out", "activation", "sigmoid"), SetLoss(BCE))


def test_an_activation_of_its_own_is_changed_where_it_stands():
    end = layer("act", "Activation", (3,), activation="relu", config={"activation": "relu"})
    known = facts(dense("out", 3, "linear"), end, loss=CCE, y=ONE_HOT)
    sign = next(iter(heads.no_probabilities.findings(known))).sign
    assert sign.place.layer == "act"
    assert sign.repair.changes == (SetLayer("act", "activation", "softmax"),)


def test_one_weighted_sum_may_learn_labels_by_squares():
    known = facts(dense("out", 1, "linear"), loss=MSE, y=np.tile(YES_NO, 4))
    assert codes(losses.distance_for_classes, known) == []


def test_an_activation_of_the_users_own_is_not_judged():
    own = layer("own", "Mine", (3,), activation=None, ours=False)
    plain = layer("plain", "Activation", (3,), config={"activation": "linear"})
    known = facts(dense("out", 3, "linear"), own, plain, loss=CCE, y=ONE_HOT)
    assert codes(heads.no_probabilities, known) == []
    assert codes(
        heads.no_probabilities, facts(dense("out", 3, "linear"), plain, loss=CCE, y=ONE_HOT)
    ) == ["serious"]


@pytest.mark.parametrize(
    ("optimizer", "reduction", "found"),
    [
        (Optimizer("sgd", 0.05), "sum", ["warning"]),
        (Optimizer("adam", 0.05), "sum", ["hint"]),
        (Optimizer("sgd", 0.001), "sum", ["hint"]),
        (Optimizer("sgd", 0.05), "sum_over_batch_size", []),
    ],
)
def test_sums_over_the_batch(optimizer, reduction, found):
    known = ending(1, "linear", MSE, NUMBERS, optimizer=optimizer, fit=Fit(batch_size=32))
    output = replace(known.outputs[0], loss_arguments={"reduction": reduction})
    assert codes(reductions.summed_loss, replace(known, outputs=(output,))) == found


@pytest.mark.parametrize(("smoothing", "found"), [(0.9, ["warning"]), (0.3, ["hint"]), (0.1, [])])
def test_smoothing(smoothing, found):
    known = ending(3, "softmax", CCE, ONE_HOT)
    output = replace(known.outputs[0], loss_arguments={"label_smoothing": smoothing})
    assert codes(reductions.smoothed_away, replace(known, outputs=(output,))) == found


@pytest.mark.parametrize(
    ("loss", "gamma", "found"),
    [
        ("binary_focal_crossentropy", 20.0, ["warning"]),
        ("categorical_focal_crossentropy", 8, ["warning"]),
        ("binary_focal_crossentropy", 6.0, ["hint"]),
        ("binary_focal_crossentropy", 5.0, []),
        ("binary_focal_crossentropy", 2.0, []),
        (BCE, 20.0, []),
    ],
)
def test_focus(loss, gamma, found):
    known = ending(1, "sigmoid", loss, YES_NO)
    output = replace(known.outputs[0], loss_arguments={"gamma": gamma, "alpha": 0.5})
    known = replace(known, outputs=(output,))
    assert codes(reductions.too_focal, known) == found
    for sign in reductions.too_focal.look(known):
        assert sign.repair.changes == (SetLoss(loss, {"gamma": 2.0, "alpha": 0.5}),)


def test_a_series_has_an_answer_for_each_step():
    steps = Output("", "out", (5, 3), "softmax", SCCE)
    y = RNG.integers(0, 3, (30, 5))
    known = Facts(outputs=(steps,), data=data(y=y), fit=Fit())
    assert not codes(forms.unfit_width, known)
    assert not codes(forms.other_form, known)
    beyond = Facts(outputs=(steps,), data=data(y=y + 1))
    assert codes(forms.unfit_width, beyond) == ["serious"]
