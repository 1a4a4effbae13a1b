"""Skip connections that multiply, beside gates and products that are meant."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Model, layers
from pellucid.insight.doctor.checks import joining
from pellucid.insight.doctor.facts.gather import gather
from tests.insight.doctor.checks.network import codes

X = np.random.default_rng(0).normal(size=(8, 6, 8)).astype("float32")
Y = np.zeros(8, int)


def found_in(build):
    """Return what the check says of a model whose middle is built by a function."""
    inputs = Input((6, 8))
    h = build(layers.Dense(8, "relu")(inputs), inputs)
    h = layers.GlobalAveragePooling1D()(h)
    model = Model(inputs, layers.Dense(1, "sigmoid")(h))
    model.compile("adam", "binary_crossentropy")
    return codes(joining.multiplied_skip, gather(model, X, Y, epochs=5))


def attended(h, _):
    return layers.Multiply()([h, layers.MultiHeadAttention(2, 4)(h, h)])


def two_layers(h, _):
    inner = layers.Dense(8)(layers.Dense(16, "relu")(h))
    return layers.Multiply()([layers.Dropout(0.1)(layers.LayerNormalization()(inner)), h])


def two_blocks(h, _):
    return two_layers(two_layers(h, None), None)


def added(h, _):
    return layers.Add()([h, layers.MultiHeadAttention(2, 4)(h, h)])


def highway(h, _):
    return layers.Multiply()([h, layers.Dense(8, "sigmoid")(h)])


def gate_of_its_own(h, _):
    return layers.Multiply()([h, layers.Activation("hard_sigmoid")(layers.Dense(8)(h))])


def gated_unit(h, _):
    return layers.Multiply()([layers.Dense(8)(h), layers.Dense(8, "silu")(h)])


def squeezed(h, _):
    weights = layers.Dense(8, "sigmoid")(layers.GlobalAveragePooling1D()(h))
    return layers.Multiply()([h, layers.RepeatVector(6)(weights)])


def weighed(h, _):
    return layers.Multiply()([h, layers.Dense(1)(h)])


def own_gate(h, _):
    return layers.Multiply()([layers.Dense(8, "sigmoid")(h), layers.Dense(8)(h)])


def behind_a_gate(h, _):
    gate = layers.Dense(8, "tanh")(h)
    return layers.Multiply()([gate, layers.Dense(8)(gate)])


def crossed(h, _):
    return layers.Add()([layers.Multiply()([h, layers.Dense(8)(h)]), h])


def own_function(h, _):
    return layers.Multiply()([h, layers.Lambda(lambda z: z * 2)(h)])


def around_one(h, _):
    return layers.Multiply()([h, layers.Dense(8, bias_initializer="ones")(h)])


def of_the_inputs(_, inputs):
    return layers.Multiply()([inputs, layers.Dense(8)(inputs)])


@pytest.mark.parametrize("build", [attended, two_layers, two_blocks])
def test_products_that_should_be_sums(build):
    assert found_in(build) == ["warning"]


@pytest.mark.parametrize(
    "build",
    [
        added,
        highway,
        gate_of_its_own,
        gated_unit,
        squeezed,
        weighed,
        own_gate,
        behind_a_gate,
        crossed,
        own_function,
        around_one,
        of_the_inputs,
    ],
)
def test_gates_and_products_that_are_meant(build):
    assert found_in(build) == []
