"""Noise and augmentation: faulty stacks beside healthy near twins."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.checks import augmenting
from tests.insight.doctor.checks.network import codes, conv, dense, facts, layer, out

RNG = np.random.default_rng(3)
X = RNG.normal(scale=0.5, size=(200, 4))
Y = RNG.integers(0, 3, 200)


def noise(stddev):
    return layer("noise", "GaussianNoise", (4,), config={"stddev": stddev})


@pytest.mark.parametrize(
    ("stddev", "found"), [(2.0, ["warning"]), (1.0, ["hint"]), (0.3, []), (0.0, [])]
)
def test_noise_is_judged_by_the_spread_of_the_inputs(stddev, found):
    known = facts(noise(stddev), dense("a", 8), out(), x=X, y=Y)
    assert codes(augmenting.loud_noise, known) == found
    assert codes(augmenting.loud_noise, facts(noise(stddev), dense("a", 8), out())) == []


def test_noise_behind_a_normalisation_is_judged_by_1_and_behind_sums_not_at_all():
    norm = layer("norm", "BatchNormalization", (4,))
    known = facts(norm, noise(4.0), dense("a", 8), out(), x=X, y=Y)
    assert codes(augmenting.loud_noise, known) == ["warning"]
    assert codes(augmenting.loud_noise, facts(norm, noise(1.0), out(size=4), x=X, y=Y)) == []
    behind = facts(dense("a", 4), noise(4.0), out(size=4), x=X, y=Y)
    assert codes(augmenting.loud_noise, behind) == []


def test_the_repair_of_noise_is_a_tenth_of_the_spread():
    known = facts(noise(2.0), dense("a", 8), out(), x=X, y=Y)
    sign = next(iter(augmenting.loud_noise.findings(known))).sign
    assert sign.repair.changes == (SetLayer("noise", "stddev", 0.05),)


@pytest.mark.parametrize(
    ("kind", "config", "found"),
    [
        (
            "RandomTranslation",
            {"height_factor": 0.9, "width_factor": [-0.9, 0.9]},
            ["warning"] * 2,
        ),
        ("RandomTranslation", {"height_factor": 0.4, "width_factor": 0.1}, ["hint"]),
        ("RandomTranslation", {"height_factor": 0.4, "width_factor": 0.4}, ["warning"] * 2),
        ("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1}, []),
        ("RandomZoom", {"height_factor": (-0.3, 0.9), "width_factor": None}, ["warning"]),
        ("RandomBrightness", {"factor": 0.2}, []),
        ("RandomRotation", {"factor": 0.9}, []),
    ],
)
def test_augmentation(kind, config, found):
    augmented = layer("augmented", kind, (8, 8, 4), config=config)
    known = facts(augmented, conv("conv"))
    assert codes(augmenting.wild_augmentation, known) == found


@pytest.mark.parametrize(
    ("factor", "found"),
    [
        (np.pi / 12, ["warning"]),
        (float(np.radians(10)), ["warning"]),
        ((-np.pi / 6, np.pi / 6), ["warning"]),
        (15, ["warning"]),
        (0.2618, []),
        (15 / 360, []),
        (0.5, []),
        (1.0, []),
    ],
)
def test_angles(factor, found):
    turn = layer("turn", "RandomRotation", (8, 8, 1), config={"factor": factor})
    assert codes(augmenting.angle, facts(turn, conv("a"), out())) == found


SPOTS = np.zeros((100, 12, 12, 1))
ACROSS, DOWN = RNG.integers(0, 12, 100), RNG.integers(0, 12, 100)
SPOTS[np.arange(100), DOWN, ACROSS] = 1


@pytest.mark.parametrize(
    ("kind", "config", "y", "found"),
    [
        ("RandomFlip", {"mode": "horizontal"}, ACROSS, ["warning"]),
        ("RandomFlip", {"mode": "horizontal"}, DOWN, []),
        ("RandomFlip", {"mode": "horizontal_and_vertical"}, DOWN, ["warning"]),
        ("RandomRotation", {"factor": 0.1}, DOWN, ["warning"]),
        ("RandomTranslation", {"width_factor": 0.0, "height_factor": 0.1}, ACROSS, []),
        ("RandomTranslation", {"width_factor": 0.2, "height_factor": 0.0}, ACROSS, ["warning"]),
        ("RandomFlip", {"mode": "horizontal"}, RNG.permutation(ACROSS), []),
        ("RandomBrightness", {"factor": 0.2}, ACROSS, []),
    ],
)
def test_places_that_are_not_moved_with_the_pictures(kind, config, y, found):
    moving = layer("moving", kind, (12, 12, 1), config=config)
    answer = dense("out", 1, "linear", size=8)
    known = facts(moving, conv("a"), answer, x=SPOTS, y=y / 12, loss="mean_squared_error")
    assert codes(augmenting.moved_places, known) == found
    few = facts(moving, conv("a"), answer, x=SPOTS[:40], y=y[:40] / 12, loss="mean_squared_error")
    assert codes(augmenting.moved_places, few) == []
