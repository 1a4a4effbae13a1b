"""One batch normalisation in several places, beside towers that are shared as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, layers
from pellucid.insight.doctor.checks import sharing
from pellucid.insight.doctor.facts.gather import gather
from tests.insight.doctor.checks.network import codes

X = np.random.default_rng(0).normal(size=(8, 6)).astype("float32")
Y = np.zeros(8, int)


def found_in(model):
    model.compile("adam", "binary_crossentropy")
    x = [X, X] if len(model.input_names or ()) == 2 else X
    return codes(sharing.shared_normalisation, gather(model, x, Y, epochs=5))


def stacked(norms, bends=None):
    inputs = h = Input((6,))
    for number, norm in enumerate(norms):
        h = norm(layers.Dense(6)(h))
        h = (bends[number] if bends else layers.Activation("relu"))(h)
    return Model(inputs, layers.Dense(1, "sigmoid")(h))


def paired(tower_of):
    """Two inputs through what a function gives for each, joined."""
    left, right = Input((6,), name="left"), Input((6,), name="right")
    towers = tower_of()
    both = layers.Concatenate()(
        [tower(each) for tower, each in zip(towers, (left, right), strict=True)]
    )
    return Model([left, right], layers.Dense(1, "sigmoid")(both))


def shared_tower():
    tower = Sequential([layers.Dense(6), layers.BatchNormalization(), layers.Activation("relu")])
    return tower, tower


def shared_layers():
    dense, norm, bend = layers.Dense(6), layers.BatchNormalization(), layers.Activation("relu")
    return (lambda z: bend(norm(dense(z))),) * 2


def shared_from_the_norm():
    norm, dense, bend = layers.BatchNormalization(), layers.Dense(6), layers.Activation("relu")
    return [lambda z: bend(dense(norm(layers.Dense(6)(z))))] * 2


def shared_first():
    norm = layers.BatchNormalization()
    return [lambda z: layers.Dense(6)(norm(z))] * 2


def shared_norm_only():
    norm = layers.BatchNormalization()
    return [lambda z: layers.Dense(6, "relu")(norm(layers.Dense(6)(z))) for _ in range(2)]


def test_one_object_in_several_places():
    assert found_in(stacked([layers.BatchNormalization()] * 3)) == ["warning"]
    norm, bend = layers.BatchNormalization(), layers.Activation("relu")
    assert found_in(stacked([norm] * 3, [bend] * 3)) == ["warning"]
    assert found_in(paired(shared_norm_only)) == ["warning"]


def test_an_object_for_each_place():
    assert found_in(stacked([layers.BatchNormalization() for _ in range(3)])) == []
    bend = layers.Activation("relu")
    norms = [layers.BatchNormalization() for _ in range(3)]
    assert found_in(stacked(norms, [bend] * 3)) == []
    assert found_in(stacked([layers.LayerNormalization()] * 3)) == []
    assert found_in(stacked([layers.BatchNormalization(trainable=False)] * 3)) == []


@pytest.mark.parametrize(
    "towers", [shared_tower, shared_layers, shared_from_the_norm, shared_first]
)
def test_towers_that_are_shared(towers):
    assert found_in(paired(towers)) == []


def test_a_loop_over_the_same_layers():
    dense, norm, bend = layers.Dense(6), layers.BatchNormalization(), layers.Activation("relu")
    inputs = h = Input((6,))
    for _ in range(3):
        h = bend(norm(dense(h)))
    assert found_in(Model(inputs, layers.Dense(1, "sigmoid")(h))) == []


def test_one_place_that_is_read_twice():
    inputs = Input((6,))
    h = layers.BatchNormalization()(layers.Dense(6)(inputs))
    h = layers.Add()([layers.Dense(6, "relu")(h), layers.Dense(6, "relu")(h)])
    assert found_in(Model(inputs, layers.Dense(1, "sigmoid")(h))) == []


def test_the_places_are_named():
    model = stacked([layers.BatchNormalization(name="norm")] * 2)
    model.compile("adam", "binary_crossentropy")
    (found,) = sharing.shared_normalisation.findings(gather(model, X, Y, epochs=5))
    assert "'norm' is called 2 times, behind 'dense', 'dense_1'" in found.sign.evidence[0]
