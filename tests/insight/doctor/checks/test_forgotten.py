"""Layers of one's own whose kernel is an array, and arrays that are meant to be fixed."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.insight.doctor.examine import examine
from pellucid.keras.tensor import Tensor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 4))
Y = (X[:, 0] > 0).astype(int)
DRAWN = RNG.normal(size=(4, 8)).astype("float32")


class Own(pellucid.Layer):
    """A layer that holds an array; ``also`` says which weights it has beside it."""

    def __init__(self, array, also=("bias",)):
        super().__init__()
        self.array, self.also = array, also

    def build(self, input_shape):
        if "bias" in self.also:
            self.bias = self.add_weight((8,), "zeros")
        if "kernel" in self.also:
            self.kernel = self.add_weight((input_shape[-1], 8), "glorot_uniform")

    def call(self, x):
        made = x @ self.kernel if "kernel" in self.also else x @ DRAWN
        return made + self.bias if "bias" in self.also else made


def levels(*stack):
    model = pellucid.Sequential([*stack, layers.ReLU(), layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    found = examine(model, X, Y, rehearsal=False, epochs=100, batch_size=32)
    told = (*found.findings, *found.others, *found.hints)
    return [each.level for each in told if each.code == "D347"]


@pytest.mark.parametrize("kind", [np.asarray, Tensor])
def test_a_kernel_that_nothing_trains(kind):
    assert levels(Own(kind(DRAWN))) == ["warning"]


def test_without_a_bias_it_may_be_meant():
    assert levels(Own(DRAWN, also=())) == ["hint"]


@pytest.mark.parametrize(
    "array",
    [
        None,
        np.abs(DRAWN),  # a filter bank
        np.eye(4, 8, dtype="float32"),
        RNG.normal(size=(5, 8)),  # leads from elsewhere
        RNG.normal(size=8),
        RNG.integers(-5, 5, (4, 8)),
    ],
)
def test_arrays_that_are_no_kernels(array):
    assert levels(Own(array)) == []


def test_a_layer_that_trains_a_matrix_may_hold_another():
    assert levels(Own(DRAWN, also=("bias", "kernel"))) == []


def test_the_repair_is_a_line_that_makes_the_weight():
    model = pellucid.Sequential([Own(DRAWN), layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    (found,) = examine(model, X, Y, rehearsal=False, epochs=100, batch_size=32).findings
    assert (found.sign.place.layer, found.sign.place.argument) == ("own", "array")
    line = "self.array = self.add_weight((4, 8), 'glorot_uniform', name='array')"
    assert found.sign.repair.code == line
