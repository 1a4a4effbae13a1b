"""Weights before the first step, and penalties: faulty ones beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.checks import penalties, starts
from pellucid.insight.doctor.facts.network import Weight
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from pellucid.regularizers import L1L2
from tests.insight.doctor.checks.network import codes, dense, facts, layer, weight

RNG = np.random.default_rng(6)


def out(**more):
    return dense("out", 3, "softmax", size=8, **more)


def test_not_finite():
    bad = replace(
        dense("a", 8), weights=(Weight("kernel", (4, 8), np.nan, np.nan, 0, 0, finite=False),)
    )
    assert codes(starts.not_finite, facts(bad, out())) == ["serious"]
    assert codes(starts.not_finite, facts(dense("a", 8), out())) == []


@pytest.mark.parametrize(
    ("spread", "found"),
    [
        (1.0, ["warning"]),
        (5.0, ["serious"]),
        (0.25, []),
        (0.05, []),
        (0.01, []),
        (1e-6, ["warning"]),
    ],
)
def test_size_of_the_start(spread, found):
    known = facts(dense("a", 128, size=200, spread=spread), dense("out", 3, "softmax", size=128))
    assert codes(starts.unusual_size, known) == found


def test_of_several_large_layers_the_largest_is_named():
    known = facts(
        dense("a", 128, size=200, spread=1.0), dense("out", 3, "softmax", size=128, spread=2.0)
    )
    found = list(starts.unusual_size.findings(known))
    assert [f.sign.place.layer for f in found] == ["out"]


def test_small_layers_and_levelled_ones_stand_it():
    assert codes(starts.unusual_size, facts(dense("a", 8, spread=1.0), out(spread=1.0))) == []
    norm = layer("norm", "BatchNormalization", (128,))
    large = dense("a", 128, "linear", size=200, spread=1.0)
    assert codes(starts.unusual_size, facts(large, norm, dense("out", 3, size=128))) == []


def biased(mean, activation):
    first = dense("a", 8, activation)
    return facts(replace(first, weights=(first.weights[0], weight("bias", (8,), 0.0, mean))), out())


def test_biases():
    assert codes(starts.large_bias, biased(-10.0, "relu")) == ["warning"]
    assert codes(starts.large_bias, biased(1.0, "relu")) == []
    assert codes(starts.large_bias, biased(8.0, "sigmoid")) == ["warning"]
    assert codes(starts.large_bias, biased(0.1, "sigmoid")) == []


@pytest.mark.parametrize(
    ("dead", "mean", "found"), [(1.0, -2.2, ["warning"]), (0.5, -2.2, []), (1.0, -0.5, [])]
)
def test_biases_that_are_seen_to_kill_units(dead, mean, found):
    known = replace(
        biased(mean, "relu"), rehearsed=Rehearsed(quantities={"dead_share": {"a": dead}})
    )
    assert codes(starts.large_bias, known) == found


def test_idle_bias():
    norm = layer("norm", "BatchNormalization", (8,))
    assert codes(starts.idle_bias, facts(dense("a", 8, "linear"), norm, out())) == ["hint"]
    assert codes(starts.idle_bias, facts(dense("a", 8, "relu"), norm, out())) == []


@pytest.mark.parametrize(
    ("regularizer", "found"),
    [
        (L1L2(0.0, 1e-4), []),
        (L1L2(0.0, 0.01), []),
        (L1L2(0.0, 0.1), ["hint"]),
        (L1L2(0.0, 1.0), ["warning"]),
        (L1L2(0.1, 0.0), ["warning"]),
        (L1L2(1.0, 0.0), ["serious"]),
        ({"class_name": "L2", "config": {"l2": 1.0}}, ["warning"]),
        ("l2", []),
        (None, []),
    ],
)
def test_penalties(regularizer, found):
    heavy = dense("a", 32, size=64, config={"kernel_regularizer": regularizer})
    x, y = RNG.normal(size=(30, 64)), np.arange(30) % 3
    known = facts(
        heavy, dense("out", 3, "softmax", size=32), x=x, y=y, loss="sparse_categorical_crossentropy"
    )
    assert codes(penalties.heavy_penalties, known) == found
