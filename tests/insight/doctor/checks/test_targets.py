"""Targets by themselves and against their inputs: faulty ones beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.checks import labels, targets
from pellucid.insight.doctor.checks.pairs import picture_shape
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Fit, Optimizer
from pellucid.insight.doctor.facts.network import Output
from tests.insight.doctor.checks.network import codes, dense, facts, layer

RNG = np.random.default_rng(3)
X = RNG.normal(size=(300, 4))
NUMBERS = X[:, 0] + 0.3 * RNG.normal(size=300)
CLASSES = (X[:, 0] > 0.4).astype(int) + (X[:, 0] > -0.4)
RARE = (np.arange(300) % 30 == 0).astype(int)


def network(y, *more_layers, x=X, loss="mean_squared_error", units=1, **more):
    return facts(
        dense("one", 8), dense("out", units, "linear"), *more_layers, loss=loss, x=x, y=y, **more
    )


def classifier(y, units=3, loss="sparse_categorical_crossentropy", **more):
    return network(y, loss=loss, units=units, **more)


@pytest.mark.parametrize(
    ("y", "optimizer", "found"),
    [
        (NUMBERS * 1e5, "adam", ["warning"]),
        (NUMBERS * 1e5, "sgd", ["serious"]),
        (NUMBERS * 20, "sgd", ["hint"]),
        (NUMBERS * 1e-4, "adam", ["warning"]),
        (NUMBERS * 5, "sgd", []),
        (NUMBERS * 0.1, "adam", []),
    ],
)
def test_scale_of_targets(y, optimizer, found):
    assert codes(targets.large_targets, network(y, optimizer=Optimizer(optimizer, 0.01))) == found


def test_targets_that_the_steps_reach():
    def planned(steps, name="adam"):
        return network(
            NUMBERS * 150, optimizer=Optimizer(name, 0.01), fit=Fit(epochs=10, steps=steps)
        )

    assert codes(targets.large_targets, planned(100)) == ["hint"]
    assert codes(targets.large_targets, planned(3)) == ["warning"]
    assert codes(targets.large_targets, planned(100, "rmsprop")) == ["hint"]
    assert codes(targets.large_targets, planned(100, "adagrad")) == ["warning"]


def test_targets_that_a_last_layer_scales_and_counts_of_classes():
    last = layer("scale", "Rescaling", (1,))
    assert codes(targets.large_targets, network(NUMBERS * 1e5, last)) == []
    assert codes(targets.large_targets, classifier(CLASSES * 400, units=1000)) == []


def two_outputs(y, weight=1.0, other_weight=1.0, loss="mse", shared=True, **more):
    """A number and a class of three, on a layer that both share or on one each."""
    known = network(y, optimizer=Optimizer("adam", 0.01), fit=Fit(epochs=100, steps=100), **more)
    trunk, price = known.layers
    if not shared:
        trunk = replace(trunk, trainable=False)
    kind = dense("kind", 3, "softmax", size=8, inputs=("one",))
    column = known.data.training.y[""]
    rows = replace(known.data.training, y={"price": column, "kind": replace(column, rows=CLASSES)})
    outputs = (
        Output("price", "out", (1,), "linear", loss, loss_weight=weight),
        Output(
            "kind", "kind", (3,), "softmax", "sparse_categorical_crossentropy",
            loss_weight=other_weight,
        ),
    )  # fmt: skip
    return replace(
        known, layers=(trunk, price, kind), outputs=outputs, data=replace(known.data, training=rows)
    )


def test_of_several_outputs_an_unscaled_one_drowns_the_others():
    (found,) = targets.large_targets.findings(two_outputs(NUMBERS * 800 + 3000))
    assert (found.level, str(found.sign.place)) == ("warning", "y=price")
    assert "'kind' at about 1.1" in found.sign.evidence[1]
    assert "loss_weights={'price': 1e-07}" in found.sign.repair.code


@pytest.mark.parametrize(
    "more",
    [
        {"weight": 1e-6},
        {"weight": None},
        {"other_weight": 1e6},
        {"other_weight": 0.0},
        {"loss": "msle"},
        {"shared": False},
    ],
)
def test_what_lets_no_output_drown(more):
    assert codes(targets.large_targets, two_outputs(NUMBERS * 800 + 3000, **more)) == ["hint"]


def test_scaled_targets_and_a_mean_that_a_bias_learns_drown_nothing():
    assert codes(targets.large_targets, two_outputs(NUMBERS)) == []
    assert codes(targets.large_targets, two_outputs(NUMBERS + 50)) == ["hint"]


def test_constant_target():
    assert codes(targets.constant_target, network(NUMBERS * 0 + 3)) == ["serious"]
    assert codes(targets.constant_target, network(NUMBERS)) == []


def test_imbalance_counts_unless_it_is_met():
    assert codes(targets.imbalance, classifier(RARE, 2)) == ["warning"]
    assert codes(targets.imbalance, classifier(RARE, 2, metrics=("accuracy",))) == ["warning"]
    assert codes(targets.imbalance, classifier(RARE, 2, metrics=("auc",))) == ["hint"]
    assert codes(targets.imbalance, classifier(RARE, 2, fit=Fit(class_weight="balanced"))) == [
        "hint"
    ]
    assert codes(targets.imbalance, classifier(CLASSES)) == []
    assert codes(targets.imbalance, classifier((np.arange(300) % 5 == 0).astype(int), 2)) == []


@pytest.mark.parametrize(
    ("ends", "fit", "found"),
    [(0.02, None, "warning"), (0.4, None, "hint"), (0.02, Fit(class_weight="balanced"), "hint")],
)
def test_imbalance_is_not_met_by_watching_a_recall_of_nothing(ends, fit, found):
    curves = {"loss": np.linspace(0.3, 0.1, 6), "recall": np.linspace(0, ends, 6)}
    seen = classifier(RARE, 2, metrics=("recall",), **({"fit": fit} if fit else {}))
    watched = replace(seen, course=Course({**curves, "val_recall": np.full(6, 0.5)}))
    assert codes(targets.imbalance, watched) == [found]
    assert codes(targets.imbalance, replace(watched, course=None)) == ["hint"]


def test_weights_of_classes():
    wrong, right = {0: 10.0, 1: 1.0}, {0: 1.0, 1: 10.0}
    assert codes(targets.inverted_weights, classifier(RARE, 2, fit=Fit(class_weight=wrong))) == [
        "warning"
    ]
    assert codes(targets.inverted_weights, classifier(RARE, 2, fit=Fit(class_weight=right))) == []
    assert (
        codes(targets.inverted_weights, classifier(RARE, 2, fit=Fit(class_weight="balanced"))) == []
    )


def test_contradictions():
    twice = np.concatenate([X[:150], X[:150]])
    other = np.concatenate([CLASSES[:150], (CLASSES[:150] + 1) % 3])
    assert codes(labels.contradictions, classifier(other, x=twice)) == ["hint"]
    same = np.concatenate([CLASSES[:150], CLASSES[:150]])
    assert codes(labels.contradictions, classifier(same, x=twice)) == []


def test_shuffled_apart():
    assert codes(labels.unrelated, classifier(CLASSES)) == []
    assert codes(labels.unrelated, network(NUMBERS)) == []
    orders = [np.random.default_rng(seed).permutation(300) for seed in range(10)]
    assert sum(codes(labels.unrelated, classifier(CLASSES[o])) == ["warning"] for o in orders) >= 8
    assert sum(codes(labels.unrelated, network(NUMBERS[o])) == ["warning"] for o in orders) >= 8


def test_relations_that_are_no_line_are_relations():
    exclusive = ((X[:, 0] > 0) ^ (X[:, 1] > 0)).astype(int)
    assert codes(labels.unrelated, classifier(exclusive, 2)) == []
    ring = (np.hypot(X[:, 0], X[:, 1]) > 1.2).astype(int)
    assert codes(labels.unrelated, classifier(ring, 2)) == []
    wave = np.sin(5 * X[:, 0])
    assert codes(labels.unrelated, network(wave, x=X[:, :1])) == []


def test_few_rows_and_series_are_no_proof():
    order = RNG.permutation(300)
    assert codes(labels.unrelated, classifier(CLASSES[order][:100], x=X[:100])) == []
    for rare, found in ((20, 0), (100, 8)):  # a class of 20 rows: chance hides what tells it
        drawn = [np.random.default_rng(seed).permutation(300) < rare for seed in range(10)]
        told = [codes(labels.unrelated, classifier(y.astype(int), 2)) for y in drawn]
        assert told.count(["warning"]) >= found and (found or not any(told))
    words = RNG.normal(size=(300, 400))
    assert codes(labels.unrelated, classifier(CLASSES, x=words)) == ["hint"]
    series = RNG.normal(size=(300, 5, 2))
    assert codes(labels.unrelated, classifier(CLASSES, x=series)) == ["hint"]


def blots(sizes, seed=0):
    """Pictures of 16 x 16 numbers with one soft blot of a size, somewhere in the middle, laid out flat."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:16, :16]
    middle = 8 + rng.normal(size=(2, len(sizes), 1, 1))
    far = (rows - middle[0]) ** 2 + (columns - middle[1]) ** 2
    return np.exp(-far / (2 * (2 + sizes[:, None, None]) ** 2)).reshape(len(sizes), 256)


def test_pictures_laid_out_flat_are_pictures():
    pictures = blots(CLASSES) + 0.05 * RNG.normal(size=(300, 256))
    assert codes(labels.unrelated, classifier(CLASSES, x=pictures)) == []
    orders = [np.random.default_rng(seed).permutation(300) for seed in range(10)]
    told = [codes(labels.unrelated, classifier(CLASSES[o], x=pictures)) for o in orders]
    assert told.count(["warning"]) >= 8
    assert picture_shape(pictures, (256,)) == (16, 16, 1)
    assert picture_shape(pictures[:, :255], (255,)) is None
    walks = np.cumsum(RNG.normal(size=(300, 256)), axis=1)
    assert picture_shape(walks, (256,)) is None
    assert picture_shape(np.ones((300, 256)), (256,)) is None


def test_pictures_without_channels_are_pictures_and_series_side_by_side_are_not():
    pictures = blots(CLASSES) + 0.05 * RNG.normal(size=(300, 256))
    assert picture_shape(pictures, (16, 16)) == (16, 16, 1)
    orders = [np.random.default_rng(seed).permutation(300) for seed in range(10)]
    still = pictures.reshape(300, 16, 16)
    told = [codes(labels.unrelated, classifier(CLASSES[o], x=still)) for o in orders]
    assert told.count(["warning"]) >= 8
    market = np.cumsum(RNG.normal(size=(300, 20, 1)), axis=1)
    prices = market + 0.7 * np.cumsum(RNG.normal(size=(300, 20, 15)), axis=1)
    assert picture_shape(prices.reshape(300, -1), (20, 15)) is None


def squares(sizes):
    """Images with one bright square of a size, anywhere."""
    images = 0.1 * RNG.normal(size=(len(sizes), 12, 12, 1))
    for image, size in zip(images, sizes, strict=True):
        top, left = RNG.integers(0, 12 - size, 2)
        image[top : top + size, left : left + size] += 1
    return images


def test_images_with_things_anywhere():
    sizes = 2 + CLASSES
    assert codes(labels.unrelated, classifier(CLASSES, x=squares(sizes))) == []
    assert codes(labels.unrelated, classifier(RNG.permutation(CLASSES), x=squares(sizes))) == [
        "warning"
    ]


def test_images_of_which_the_place_of_something_is_asked():
    places = RNG.integers(0, 12, 300)
    spots = np.zeros((300, 12, 12, 1))
    spots[np.arange(300), RNG.integers(0, 12, 300), places] = 1
    assert codes(labels.unrelated, network(places / 12, x=spots)) == []
    assert codes(labels.unrelated, network(RNG.permutation(places) / 12, x=spots)) == ["warning"]


def test_noisy_labels():
    apart = np.column_stack([CLASSES * 6 + 0.3 * X[:, 1], X[:, 2]])
    flipped = np.where(np.arange(300) % 6 == 0, (CLASSES + 1) % 3, CLASSES)
    assert codes(labels.noisy_labels, classifier(flipped, x=apart)) == ["hint"]
    assert codes(labels.noisy_labels, classifier(CLASSES, x=apart)) == []


GROUPS = np.random.default_rng(5).integers(0, 6, 900)
CLOUDS = np.column_stack([np.cos(GROUPS), np.sin(GROUPS)]) * 6 + RNG.normal(size=(900, 2))


@pytest.mark.parametrize("share", [0.4, 0.7])
def test_labels_drawn_by_chance(share):
    drawn = np.where(RNG.random(900) < share, RNG.integers(0, 6, 900), GROUPS)
    assert codes(labels.drawn_labels, classifier(drawn, 6, x=CLOUDS)) == ["warning"]
    rows = np.eye(6)[drawn]
    assert codes(
        labels.drawn_labels, network(rows, x=CLOUDS, units=6, loss="categorical_crossentropy")
    ) == ["warning"]


def test_labels_that_are_hard_to_tell_are_not_drawn():
    assert codes(labels.drawn_labels, classifier(GROUPS, 6, x=CLOUDS)) == []
    wide = CLOUDS + 3 * np.random.default_rng(2).normal(size=CLOUDS.shape)
    assert codes(labels.drawn_labels, classifier(GROUPS, 6, x=wide)) == []
    steps = np.digitize(X[:, 0] + RNG.normal(size=300), [-1, 0, 1])
    assert codes(labels.drawn_labels, classifier(steps, 4)) == []


@pytest.mark.parametrize(("width", "apart"), [(12, 1.5), (12, 2.0), (30, 2.0), (30, 2.5)])
def test_clouds_that_overlap_evenly_are_not_drawn(width, apart):
    clouds = np.random.default_rng(0).normal(size=(900, width))
    clouds[np.arange(900), GROUPS] += apart
    assert codes(labels.drawn_labels, classifier(GROUPS, 6, x=clouds)) == []


def test_labels_all_drawn_are_unrelated():
    drawn = np.random.default_rng(7).integers(0, 6, 900)
    assert codes(labels.drawn_labels, classifier(drawn, 6, x=CLOUDS)) == []
    assert codes(labels.unrelated, classifier(drawn, 6, x=CLOUDS)) == ["warning"]
