"""Functional models in files: shared layers, nested models, arithmetic; and files that say nonsense about a graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentTypeError, FileFormatError
from pellucid.modules import fingerprint
from pellucid.modules.symbolic import is_tensor
from tests.saving.crafting import crafted, take_apart

RNG = np.random.default_rng(5)
LEFT, RIGHT = RNG.normal(size=(6, 4)).astype("float32"), RNG.normal(size=(6, 3)).astype("float32")


def everything() -> Model:
    """A shared layer, a nested model used twice, a nested stack, arithmetic with numbers and arrays, two outputs."""
    code = Input((4,), name="x")
    encoder = Model(code, layers.Dense(3, activation="tanh")(code), name="encoder")
    left, right = Input((4,), name="left"), Input((3,), name="right")
    shared = layers.Dense(4, name="shared")
    wide = shared(right)
    both = encoder(left) - encoder(shared(right) / 2) * np.array([1.0, 2.0, 3.0], "float32")
    head = Sequential([layers.BatchNormalization(), layers.Dense(2)], name="head")
    outputs = {
        "main": head(both, training=False),
        "part": wide[:, 1:3],
        "powers": 2 ** abs(both)[..., None],
    }
    return Model({"left": left, "right": right}, outputs, name="everything", seed=3)


def saved(model: Any, tmp_path: Path, **custom: Any) -> Any:
    path = tmp_path / "graph.safetensors"
    pellucid.save(model, path, custom or None)
    return pellucid.load(path, custom or None)


def assert_same_predictions(one: Any, two: Any, x: Any) -> None:
    for a, b in zip(jax.tree.leaves(one.predict(x)), jax.tree.leaves(two.predict(x)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_graph_comes_back_whole(tmp_path):
    model = everything()
    model.get_layer("encoder").trainable = False
    again = saved(model, tmp_path)
    assert_same_predictions(model, again, {"left": LEFT, "right": RIGHT})
    assert fingerprint(again) == fingerprint(model)
    assert [(place, layer.trainable) for place, layer in pellucid.modules.places(again)] == [
        (place, layer.trainable) for place, layer in pellucid.modules.places(model)
    ]
    assert (again.name, again.seed, again.output_shape) == ("everything", 3, model.output_shape)
    assert len(again.get_layer("shared")._nodes) == 2
    wider = Model(again.input, again.output["main"] * 2)
    assert wider.predict({"left": LEFT, "right": RIGHT}).shape == (6, 2)


def test_it_is_compiled_and_trains_on(tmp_path):
    x = Input((4,), name="x")
    model = Model(x, layers.Dense(3)(layers.Dense(4, activation="relu")(x) + x))
    model.compile("adam", "mse", ["mae"])
    model.fit(LEFT, RIGHT, epochs=2, verbose=0)
    again = saved(model, tmp_path)
    before = again.evaluate(LEFT, RIGHT, verbose=0)
    np.testing.assert_array_equal(before, model.evaluate(LEFT, RIGHT, verbose=0))
    again.fit(LEFT, RIGHT, epochs=5, verbose=0)
    assert again.evaluate(LEFT, RIGHT, verbose=0)[0] < before[0]


def test_a_nested_model_shares_layers_with_the_graph_around(tmp_path):
    x, other = Input((4,)), Input((4,))
    dense = layers.Dense(4)
    model = Model(other, dense(Model(x, dense(x), name="inner")(other)))
    again = saved(model, tmp_path)
    assert again.layers[-1] is again.get_layer("inner").layers[-1]
    assert_same_predictions(model, again, LEFT)


def test_sizes_that_vary_stay_so(tmp_path):
    x = Input((None, 4))
    again = saved(Model(x, layers.Dense(2)(x)[:, -1]), tmp_path)
    assert again.input_shape == (None, None, 4)
    assert again.predict(np.ones((2, 9, 4))).shape == (2, 2)
    stack = saved(Sequential([Input((None, 4)), layers.Dense(2)]), tmp_path)
    assert stack.output_shape == (None, None, 2)


@pytest.mark.parametrize("stack", [True, False])
def test_names_that_an_earlier_model_gave_are_kept(tmp_path, stack):
    x = Input((4,))
    first, second = layers.Dense(4), layers.Dense(2)
    Model(x, second(first(x)))
    model = Sequential([Input((4,)), second]) if stack else Model(x, second(x * 2))
    assert second.name == "dense_1"
    again = saved(model, tmp_path)
    assert again.layers[-1].name == "dense_1"
    assert_same_predictions(model, again, LEFT)


class OfAGraph(Model):
    def __init__(self, units: int):
        x = Input((4,))
        super().__init__(inputs=x, outputs=layers.Dense(units)(x))


class Half(pellucid.Layer):
    def call(self, inputs, scale=None):
        return inputs / 2 if scale is None else inputs * scale


def test_classes_of_ones_own(tmp_path):
    model = OfAGraph(3)
    again = saved(model, tmp_path, OfAGraph=OfAGraph)
    assert isinstance(again, OfAGraph)
    assert_same_predictions(model, again, LEFT)
    x = Input((4,))
    model = Model(x, Half()(x, scale=np.array([1.0, 2.0, 3.0, 4.0])))
    assert_same_predictions(model, saved(model, tmp_path, Half=Half), LEFT)
    with pytest.raises(ArgumentTypeError, match="files hold data only"):
        saved(Model(x, layers.Activation(lambda v: v)(x)), tmp_path)


# Files that say nonsense.


@pytest.fixture(scope="module")
def good_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "good.safetensors"
    x = Input((4,), name="x")
    Model(x, layers.Dense(4)(x) + x[:, ::-1]).save(path)
    return path


def change_call(number: int, **entries: Any) -> Any:
    def change(header: Any, description: Any) -> None:
        description["model"]["arguments"]["calls"][number].update(entries)

    return change


def change_argument(**entries: Any) -> Any:
    def change(header: Any, description: Any) -> None:
        description["model"]["arguments"].update(entries)

    return change


def change_path(header: Any, description: Any) -> None:
    description["paths"][2] = "../dense"


def drop_name(header: Any, description: Any) -> None:
    description["model"]["arguments"]["names"].pop()


@pytest.mark.parametrize(
    "change",
    [
        change_call(1, layer=99),
        change_call(1, layer="0"),
        change_call(1, layer=0),
        change_call(1, arguments=[{"tensor": [3, 0]}]),
        change_call(1, arguments=[{"tensor": [0]}]),
        change_call(1, arguments=[{"tensor": [0, 5]}]),
        change_call(1, arguments=[{"code": "print()"}]),
        change_call(1, arguments=[{"value": 1}]),
        change_call(1, arguments=[]),
        change_call(1, keywords={"nonsense": {"value": 1}}),
        change_call(1, arguments="x"),
        change_argument(calls=None),
        change_argument(outputs={"tensor": [9, 0]}),
        change_argument(outputs={"value": 3}),
        change_argument(inputs={"list": []}),
        change_argument(layers=[1, 2, 3, 4]),
        change_argument(names=None),
        change_argument(surplus=1),
        change_path,
        drop_name,
    ],
)
def test_nonsense_is_refused(good_graph, tmp_path, change):
    path = tmp_path / "crafted.safetensors"
    path.write_bytes(crafted(good_graph, change))
    with pytest.raises(FileFormatError):
        pellucid.load(path)


def test_the_file_says_the_graph_in_plain_data(good_graph):
    _, description, _ = take_apart(good_graph)
    told = description["model"]["arguments"]
    assert [layer["$object"] for layer in told["layers"]] == [
        "InputLayer",
        "Dense",
        "GetItem",
        "Operation",
    ]
    assert told["layers"][2]["family"] == "operations"
    assert told["calls"][3] == {
        "layer": 3,
        "arguments": [{"tensor": [1, 0]}, {"tensor": [2, 0]}],
        "keywords": {},
    }
    assert description["paths"] == ["", "x", "dense", "get_item", "add"]
    assert all(is_tensor(t) for t in pellucid.load(good_graph).inputs)
