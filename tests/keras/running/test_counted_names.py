"""Layers that a script did not name: their names count over the whole program, and from 1 in scripts of Keras 2."""

from __future__ import annotations

import pytest

from pellucid.keras.naming import reset_uids

pytestmark = pytest.mark.usefixtures("installed")

MODELS = """
first = keras.Sequential([keras.layers.Dense(3, input_shape=(2,)), keras.layers.Dense(4)])
inputs = keras.layers.Input(shape=(2,))
hidden = keras.layers.Dense(5)(inputs)
second = keras.models.Model(inputs, keras.layers.Dense(6)(keras.layers.Dense(7, name="own")(hidden)))
"""
OF_KERAS_2 = "import keras\nfrom keras import backend as K\n"


def units(lines, model):
    reset_uids()
    space = {}
    exec(lines + MODELS, space)
    return {
        name: space[model].get_layer(name).units
        for name in ("dense", "dense_1", "dense_2", "dense_3", "dense_4", "own")
        if name in (layer.name for layer in space[model].layers) or works(space[model], name)
    }


def works(model, name):
    try:
        return model.get_layer(name) is not None
    except ValueError:
        return False


def test_scripts_of_today_count_from_the_first_layer_of_the_program():
    lines = "from tensorflow import keras\n"
    assert units(lines, "first") == {"dense": 3, "dense_1": 4}
    assert units(lines, "second").items() >= {"dense_2": 5, "dense_3": 6, "own": 7}.items()


def test_scripts_of_keras_2_count_from_one():
    found = units(OF_KERAS_2, "first")
    assert (found["dense_1"], found["dense_2"]) == (3, 4)
    assert units(OF_KERAS_2, "second").items() >= {"dense_3": 5, "dense_4": 6, "own": 7}.items()


def test_names_that_a_script_of_keras_2_reads_find_the_layer_they_came_from():
    reset_uids()
    space = {}
    exec(OF_KERAS_2 + MODELS, space)
    for model in (space["first"], space["second"]):
        assert [model.get_layer(layer.name) for layer in model.layers] == model.layers
    assert [layer.name for layer in space["first"].layers] == ["dense_1", "dense_2"]
