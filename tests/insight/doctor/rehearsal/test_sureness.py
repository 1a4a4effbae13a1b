"""Softmaxes in code of the user's own that are sure before anything was learnt."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Layer, Sequential, layers
from pellucid.insight.doctor.checks.rehearsal.start import saturated_units
from pellucid.insight.doctor.facts.facts import Facts, Fit
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from pellucid.insight.doctor.rehearsal.rehearse import rehearse
from tests.insight.doctor.checks.network import codes

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 12, 16)).astype("float32")
Y = RNG.integers(0, 3, 64)


def by_hand(scores):
    powers = jnp.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


class Mixing(Layer):
    def __init__(self, factor, weigh=jax.nn.softmax, mask=None, **kwargs):
        super().__init__(**kwargs)
        self.factor, self.weigh, self.mask = factor, weigh, mask
        self.query, self.key = layers.Dense(16), layers.Dense(16)

    def call(self, inputs):
        scores = jnp.einsum("bqd,bkd->bqk", self.query(inputs), self.key(inputs)) * self.factor
        if self.mask is not None:
            scores = jnp.where(self.mask, scores, -1e9)
        return self.weigh(scores) @ inputs


class Around(Layer):
    def __init__(self, inner, **kwargs):
        super().__init__(**kwargs)
        self.inner = inner

    def call(self, inputs):
        return inputs + self.inner(inputs)


def sure(*first):
    model = Sequential([*first, layers.GlobalAveragePooling1D(), layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return rehearse(model, X, Y).sure


@pytest.mark.parametrize("weigh", [jax.nn.softmax, by_hand, layers.Softmax()])
def test_scores_that_are_multiplied(weigh):
    assert sure(Mixing(16.0, weigh))["mixing"] > 0.8
    assert sure(Mixing(0.25, weigh)) == {"mixing": 0.0}


def test_a_layer_inside_another_is_named():
    assert sure(Around(Mixing(16.0)))["around/inner"] > 0.8


def test_masks_are_no_sureness():
    assert sure(Mixing(0.25, mask=np.eye(12, dtype=bool))) == {"mixing": 0.0}
    assert sure(Mixing(0.25, mask=np.tri(12, dtype=bool)))["mixing"] < 0.05
    assert sure(Mixing(16.0, mask=np.tri(12, dtype=bool)))["mixing"] > 0.8


def test_softmaxes_of_ours_and_of_outputs_are_left_alone():
    class Ours(Layer):
        def __init__(self):
            super().__init__()
            self.inner = layers.Attention()

        def call(self, inputs):
            return self.inner([100 * inputs, inputs])

    class Last(Layer):
        def call(self, inputs):
            return jax.nn.softmax(100 * inputs.mean(1))

    assert sure(Ours()) == {}
    model = Sequential([Last()])
    model.compile("adam", "sparse_categorical_crossentropy")
    assert rehearse(model, X, Y).sure == {}


def test_models_of_our_layers_are_not_traced(monkeypatch):
    def never(stage):
        raise AssertionError(stage)

    monkeypatch.setattr("pellucid.insight.doctor.rehearsal.programs.sureness_of", never)
    assert sure(layers.Dense(8)) == {}


def test_the_check():
    known = Facts(rehearsed=Rehearsed(sure={"mixing": 0.95, "other": 0.5}))
    (found,) = saturated_units.findings(known)
    assert found.level == "warning" and found.sign.place.layer == "mixing"
    assert "np.sqrt(units)" in found.sign.repair.code
    (found,) = saturated_units.findings(Facts(rehearsed=Rehearsed(sure={"": 1.0})))
    assert found.sign.place.layer is None
    assert codes(saturated_units, replace(known, fit=Fit(goes_on=True))) == []
