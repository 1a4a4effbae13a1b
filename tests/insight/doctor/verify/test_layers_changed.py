"""Changes of layers: the copy is what a person would have written, and the user's model stays."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import PellucidError
from pellucid.insight.doctor.changes import InsertLayer, RemoveLayer, SetLayer, SetLayers
from pellucid.insight.doctor.verify.apart import changed_model
from pellucid.modules.tree import weights_of
from pellucid.saving.describe import Describer


def written(model):
    """The model as a file would hold it: classes, arguments, the graph of calls."""
    return Describer().describe(model, "model")


def drawn(model):
    return {path: slot.draw(*(slot.home or (0, path))) for path, slot in weights_of(model)}


def stack(*between, last="linear", **options):
    return Sequential(
        [
            Input((4,)),
            layers.Dense(6, "tanh", name="a"),
            *between,
            layers.Dense(3, last, name="out"),
        ],
        **options,
    )


def graph(normalised=False, dropped=True, first=False, rate=0.5):
    x = Input((4,), name="x")
    begin = layers.LayerNormalization(name="layer_normalization")(x) if first else x
    hidden = layers.Dense(4, name="a")(begin)
    hidden = layers.BatchNormalization(name="batch_normalization")(hidden) if normalised else hidden
    hidden = layers.Dropout(rate, name="drop")(hidden) if dropped else hidden
    return Model(x, layers.Dense(2, name="out")(layers.Add(name="sum")([begin, hidden])))


CASES = {
    "activation": (
        stack,
        [SetLayer("out", "activation", "softmax")],
        lambda: stack(last="softmax"),
    ),
    "units, with the layers behind": (
        lambda: Sequential([Input((4,)), layers.Dense(6), layers.Dense(3)]),
        [SetLayer("dense", "units", 9)],
        lambda: Sequential([Input((4,)), layers.Dense(9), layers.Dense(3)]),
    ),
    "two changes": (
        stack,
        [SetLayer("a", "units", 7), SetLayer("a", "kernel_initializer", "he_normal")],
        lambda: Sequential(
            [
                Input((4,)),
                layers.Dense(7, "tanh", kernel_initializer="he_normal", name="a"),
                layers.Dense(3, "linear", name="out"),
            ]
        ),
    ),
    "an activation's layer": (
        lambda: stack(layers.Softmax(name="s")),
        [SetLayer("s", "activation", "sigmoid")],
        lambda: stack(layers.Activation("sigmoid")),
    ),
    "everywhere, but": (
        lambda: stack(layers.Dense(5, "tanh", name="b")),
        [SetLayers("activation", "relu", old="tanh", but=("b",))],
        lambda: Sequential(
            [
                Input((4,)),
                layers.Dense(6, "relu", name="a"),
                layers.Dense(5, "tanh", name="b"),
                layers.Dense(3, "linear", name="out"),
            ]
        ),
    ),
    "everywhere, by an object": (
        lambda: stack(seed=3),
        [SetLayers("kernel_initializer", "zeros", old="GlorotUniform")],
        lambda: Sequential(
            [
                Input((4,)),
                layers.Dense(6, "tanh", kernel_initializer="zeros", name="a"),
                layers.Dense(3, "linear", kernel_initializer="zeros", name="out"),
            ],
            seed=3,
        ),
    ),
    "behind": (
        stack,
        [InsertLayer("a", "BatchNormalization")],
        lambda: stack(layers.BatchNormalization()),
    ),
    "first": (
        lambda: Sequential([Input((4,)), layers.Dense(3)]),
        [InsertLayer(None, "Rescaling", {"scale": 0.5})],
        lambda: Sequential([Input((4,)), layers.Rescaling(0.5), layers.Dense(3)]),
    ),
    "first, where a layer knew the shape": (
        lambda: Sequential([layers.Dense(3, input_shape=(4,), name="a")]),
        [InsertLayer(None, "Rescaling", {"scale": 0.5})],
        lambda: Sequential(
            [layers.Rescaling(0.5, input_shape=(4,)), layers.Dense(3, input_shape=(4,), name="a")]
        ),
    ),
    "out": (lambda: stack(layers.Dropout(0.9)), [RemoveLayer("dropout")], stack),
    "the first one out": (
        lambda: Sequential([layers.Dropout(0.9, input_shape=(4,)), layers.Dense(3, name="a")]),
        [RemoveLayer("dropout")],
        lambda: Sequential([layers.Dense(3, input_shape=(4,), name="a")]),
    ),
    "in a nested model": (
        lambda: Sequential([Input((4,)), stack(name="body"), layers.Dense(1)]),
        [SetLayer("body/a", "activation", "relu"), InsertLayer("body/a", "Dropout", {"rate": 0.1})],
        lambda: Sequential(
            [
                Input((4,)),
                Sequential(
                    [
                        Input((4,)),
                        layers.Dense(6, "relu", name="a"),
                        layers.Dropout(0.1),
                        layers.Dense(3, "linear", name="out"),
                    ],
                    name="body",
                ),
                layers.Dense(1),
            ]
        ),
    ),
    "in a wrapper": (
        lambda: Sequential([Input((5, 4)), layers.TimeDistributed(layers.Dense(3), name="t")]),
        [SetLayer("t/dense", "activation", "relu")],
        lambda: Sequential(
            [Input((5, 4)), layers.TimeDistributed(layers.Dense(3, "relu"), name="t")]
        ),
    ),
    "of a graph": (
        graph,
        [SetLayer("drop", "rate", 0.2)],
        lambda: graph(rate=0.2),
    ),
    "into a graph": (
        graph,
        [InsertLayer("a", "BatchNormalization")],
        lambda: graph(normalised=True),
    ),
    "out of a graph": (graph, [RemoveLayer("drop")], lambda: graph(dropped=False)),
    "several in a graph": (
        graph,
        [
            RemoveLayer("drop"),
            InsertLayer(None, "LayerNormalization"),
            InsertLayer("a", "BatchNormalization"),
        ],
        lambda: graph(normalised=True, dropped=False, first=True),
    ),
}


def without_names(described):
    """New layers have no given name; where a test's graph names them, names do not matter."""
    if isinstance(described, dict):
        return {k: without_names(v) for k, v in described.items() if k not in ("name", "names")}
    return [without_names(each) for each in described] if isinstance(described, list) else described


@pytest.mark.parametrize("case", CASES)
def test_the_copy_is_what_a_person_would_have_written(case):
    make, changes, expected = CASES[case]
    model = make()
    before = written(model)
    found = changed_model(model, changes)
    assert without_names(written(found)) == without_names(written(expected()))
    assert found.output_shape == expected().output_shape
    assert written(model) == before


def test_layers_that_stay_start_with_the_same_weights():
    model = Sequential([Input((4,)), layers.Dense(6), layers.Dense(6), layers.Dense(3)])
    changes = [InsertLayer(None, "Dense", {"units": 4}), SetLayer("dense_1", "units", 5)]
    before, after = drawn(model), drawn(changed_model(model, changes))
    assert np.array_equal(before["dense/kernel"], after["dense/kernel"])
    assert after["dense_1/kernel"].shape == (6, 5)
    assert after["dense_3/kernel"].shape == (4, 4)  # the new one, named as no other


def test_frozen_layers_stay_frozen():
    model = stack()
    model.layers[0].trainable = False
    found = changed_model(model, [SetLayer("out", "activation", "relu")])
    assert [layer.trainable for layer in found.layers] == [False, True]


def test_a_frozen_model_inside_is_thawed_with_its_layers():
    body = stack(name="body")
    body.trainable = False
    model = Sequential([Input((4,)), body, layers.Dense(1)])
    found = changed_model(model, [SetLayer("body", "trainable", True)])
    assert len(found.trainable_weights) == 6 and len(model.trainable_weights) == 2


def test_a_shared_layer_gets_the_new_one_behind_each_use():
    a, b, shared = Input((3,), name="a"), Input((3,), name="b"), layers.Dense(2, name="s")
    model = Model([a, b], layers.Add()([shared(a), shared(b)]))
    found = changed_model(model, [InsertLayer("s", "ReLU")])
    kinds = [found.layers[call["layer"]].name for call in found.get_config()["calls"]]
    assert sorted(kinds) == ["a", "add", "b", "relu", "relu", "s", "s"]
    assert kinds[-1] == "add"
    x = np.ones((2, 3), "float32")
    inside = found.get_layer("s")(x)
    assert np.allclose(found([x, 2 * x]), np.maximum(inside, 0) * 3, atol=1e-6)


class Own(pellucid.Model):
    def __init__(self):
        super().__init__()
        self.out = layers.Dense(1)

    def call(self, inputs):
        return self.out(inputs)


@pytest.mark.parametrize(
    ("make", "change", "said"),
    [
        (stack, SetLayer("b", "units", 3), "there is no layer 'b'; there are: .*a, out"),
        (stack, SetLayer("a", "rate", 0.1), "has no argument `rate`; it has: units"),
        (stack, SetLayers("rate", 0.1), "no layer has `rate=None`"),
        (stack, InsertLayer("a", "Dropuot"), "'Dropuot' is no layer"),
        (graph, RemoveLayer("sum"), "'sum' joins several arrays"),
        (
            Own,
            SetLayer("out", "activation", "relu"),
            "of the class Own: its layers are put together",
        ),
        (
            lambda: Sequential([Input((5, 4)), layers.TimeDistributed(layers.Dense(3), name="t")]),
            RemoveLayer("t/dense"),
            "needs the layer inside",
        ),
        (
            lambda: Model([a := Input((2,)), b := Input((2,))], layers.Add()([a, b])),
            InsertLayer(None, "Dropout", {"rate": 0.1}),
            "the model has 2 inputs",
        ),
    ],
)
def test_what_cannot_be_changed_is_refused_with_the_reason(make, change, said):
    with pytest.raises(PellucidError, match=said):
        changed_model(make(), [change])


def test_a_class_of_the_users_own_is_copied_where_its_layers_stay():
    model = Own()
    copy = changed_model(model, [])
    assert type(copy) is Own and copy is not model and copy.out is not model.out
