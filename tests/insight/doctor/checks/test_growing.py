"""Recurrent weights with which numbers grow from step to step, beside healthy near twins."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.checks.starts import unusual_size
from pellucid.insight.doctor.facts.network import Weight
from tests.insight.doctor.checks.network import codes, dense, facts, layer

RNG = np.random.default_rng(3)


def drawn(units, spread=1.0):
    return spread * RNG.normal(size=(units, units)) / units**0.5


def orthogonal(units):
    return np.linalg.qr(RNG.normal(size=(units, units)))[0]


def known(kernel, activation="relu", steps=28, kind="SimpleRNN"):
    name = "simple_rnn_cell/recurrent_kernel"
    weights = Weight(name, kernel.shape, kernel.mean(), kernel.std(), kernel.min(), kernel.max())
    shape = (steps, 4)
    rnn = layer("rnn", kind, shape, activation=activation, weights=(weights,))
    return facts(rnn, dense("out", 3, "softmax", size=len(kernel)))


def test_an_identity_that_is_too_large():
    (found,) = unusual_size.findings(known(1.6 * np.eye(64)))
    assert found.level == "serious"
    assert found.sign.evidence == ("Each step of 'rnn' multiplies by 1.6: after 28 steps 5.2e+05.",)
    assert found.sign.repair.changes == (SetLayer("rnn", "recurrent_initializer", "orthogonal"),)
    assert codes(unusual_size, known(1.2 * np.eye(64))) == ["warning"]
    assert codes(unusual_size, known(1.6 * np.eye(64), steps=5)) == []
    assert codes(unusual_size, known(1.6 * np.eye(64), steps=None)) == []


@pytest.mark.parametrize("activation", ["relu", "linear"])
@pytest.mark.parametrize("units", [8, 64])
@pytest.mark.parametrize("steps", [28, 500])
def test_usual_starts_are_silent(activation, units, steps):
    kernels = np.eye(units), orthogonal(units), drawn(units), drawn(units, 0.1)
    for kernel in kernels:
        assert codes(unusual_size, known(kernel, activation, steps)) == []


def test_a_relu_takes_half_of_what_mixed_signs_make():
    kernel = drawn(64, 2**0.5)
    assert codes(unusual_size, known(kernel)) == []
    assert codes(unusual_size, known(kernel, "linear")) == ["serious"]
    assert codes(unusual_size, known(drawn(64, 3.0))) == ["serious"]


def test_weights_of_one_sign():
    assert codes(unusual_size, known(np.full((32, 32), 0.05))) == ["serious"]


def test_activations_with_ends_hold_numbers():
    kernel = 1.6 * np.eye(64)
    assert codes(unusual_size, known(kernel, "tanh")) == []
    assert codes(unusual_size, known(kernel, kind="GRU")) == []
