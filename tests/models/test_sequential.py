"""Sequential: building, names, changes of the stack, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Layer, Model, Sequential, apply, init, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError, UsageError
from pellucid.modules import fingerprint

ROWS = np.ones((2, 4), "float32")


def stack(*more):
    return Sequential([Input(shape=(4,)), layers.Dense(3), *more])


@pytest.mark.parametrize(
    "model",
    [
        stack(layers.Dense(2)),
        Sequential([layers.InputLayer((4,)), layers.Dense(3), layers.Dense(2)]),
        Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2)]),
        Sequential([layers.Dense(3, input_dim=4), layers.Dense(2)]),
        Sequential([stack(), layers.Dense(2)]),
    ],
    ids=["Input", "InputLayer", "input_shape", "input_dim", "nested"],
)
def test_with_a_known_input_the_weights_are_declared_at_once(model):
    assert model.built
    assert (model.input_shape, model.output_shape) == ((None, 4), (None, 2))
    assert model.count_params() == 4 * 3 + 3 + 3 * 2 + 2
    assert len(model.layers) == 2


def test_without_it_they_wait_for_data():
    model = Sequential([layers.Dense(3), layers.Dense(2)])
    assert not model.built and model.weights == [] and model.output_shape is None
    assert model(ROWS).shape == (2, 2)
    assert model.built and model.input_shape == (None, 4) and len(model.weights) == 4


def test_or_for_build():
    model = Sequential([layers.Dense(3)])
    with pytest.raises(ArgumentError, match=r"model.build\(\(None, 784\)\)"):
        model.build()
    model.build((None, 4))
    assert model.built and model.output_shape == (None, 3)
    model.build()
    with pytest.raises(ShapeError):
        model.build((None, 5))
    assert model.input_shape == (None, 4) and model(ROWS).shape == (2, 3)


def test_one_by_one_equals_a_list():
    model = Sequential()
    model.add(Input(shape=(4,)))
    model.add(layers.Dense(3))
    model.add(layers.Dropout(0.1))
    same = stack(layers.Dropout(0.1))
    assert fingerprint(model) == fingerprint(same)
    assert repr(model.clone()) == repr(same)


def test_layers_are_called_in_order():
    model = stack(layers.Activation("relu"), layers.Rescaling(2.0))
    params, state = init(model, 0)
    wanted = 2 * np.maximum(ROWS @ params["dense/kernel"], 0)
    np.testing.assert_allclose(apply(model, params, state, ROWS)[0], wanted, rtol=1e-6)


def test_adding_and_popping_after_the_build_keep_the_other_weights():
    model = stack(layers.Dense(2))
    model.set_weights([w + 1 for w in model.get_weights()])
    kept = model.get_weights()
    model.add(layers.Dense(5))
    assert model.output_shape == (None, 5) and model.layers[-1].name == "dense_2"
    np.testing.assert_array_equal(model.get_weights()[2], kept[2])
    assert isinstance(model.pop(), layers.Dense)
    assert model.output_shape == (None, 2)
    model.pop()
    model.pop()
    assert model.layers == [] and not model.built
    with pytest.raises(UsageError, match="no layer to take off"):
        model.pop()


def test_a_layer_is_added_after_the_first_data_too():
    model = Sequential([layers.Dense(3)])
    model(ROWS)
    model.add(layers.Dense(2))
    assert model.output_shape == (None, 2) and model(ROWS).shape == (2, 2)


def test_names_are_unique_inside_the_model_and_the_same_every_time():
    model = Sequential()
    for _ in range(2):
        model = Sequential(
            [layers.Dense(1), layers.Dense(1), layers.BatchNormalization(), layers.Dense(1)]
        )
        assert [layer.name for layer in model.layers] == [
            "dense",
            "dense_1",
            "batch_normalization",
            "dense_2",
        ]
    assert model.get_layer("dense_2") is model.layers[3] is model.get_layer(index=3)


def test_a_given_name_wins_over_a_made_one():
    model = Sequential([layers.Dense(1), layers.Dense(1, name="dense"), layers.Dense(1)])
    assert [layer.name for layer in model.layers] == ["dense_1", "dense", "dense_2"]


def test_two_given_names_must_differ():
    with pytest.raises(ArgumentError, match=r"(?s)two layers are named 'a'.*name='a_2'"):
        Sequential([layers.Dense(1, name="a"), layers.Dense(1, name="a")])


def test_the_same_layer_twice_is_shared():
    shared = layers.Dense(4)
    model = Sequential([Input(shape=(4,)), shared, shared])
    assert len(model.layers) == 2 and model.count_params() == 20
    assert list(init(model, 0)[0]) == ["dense/kernel", "dense/bias"]


def test_a_layer_in_two_models_keeps_its_weights():
    encoder = stack()
    autoencoder = Sequential([encoder, layers.Dense(4)])
    autoencoder(ROWS)
    autoencoder.set_weights([w + 1 for w in autoencoder.get_weights()])
    np.testing.assert_array_equal(encoder.get_weights()[0], autoencoder.get_weights()[0])


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (layers.Dense, "the class Dense was given"),
        ("relu", r"layers.Activation\('relu'\)"),
        (np.tanh, r"layers.Activation\(function\)"),
        (None, "NoneType"),
        (3, "3 is a int"),
    ],
)
def test_what_is_no_layer_is_refused(entry, words):
    with pytest.raises(ArgumentTypeError, match=rf"(?s)Sequential.*{words}"):
        Sequential([entry])


def test_an_input_comes_first_and_once():
    for wrong in ([layers.Dense(1), Input(shape=(4,))], [Input(shape=(4,)), Input(shape=(4,))]):
        with pytest.raises(ArgumentError, match="an input must come first and once"):
            Sequential(wrong)


def test_a_layer_that_does_not_fit_is_refused_and_not_kept():
    model = stack(layers.Dense(2))
    fixed = layers.Dense(1)
    fixed(np.ones((1, 7)))
    with pytest.raises(
        ShapeError, match=r"Dense 'dense_2': it was built for rows of 7 features.*2 features"
    ):
        model.add(fixed)
    assert len(model.layers) == 2 and model.output_shape == (None, 2)
    assert len(model.clone().layers) == 2


def test_a_size_that_varies_is_none():
    model = Sequential([Input(shape=(None, 4)), layers.Dense(3)])
    assert model.input_shape == (None, None, 4) and model.built
    assert model(np.ones((2, 7, 4))).shape == (2, 7, 3)
    assert model(np.ones((2, 5, 4))).shape == (2, 5, 3)


def test_integer_inputs_have_their_dtype():
    model = Sequential(
        [Input(shape=(4,), dtype="uint8"), layers.Rescaling(1 / 255), layers.Dense(1)]
    )
    assert model.input_dtype == "uint8" and model(np.full((1, 4), 255, "uint8")).dtype == np.float32


def test_clone_and_configuration_hold_the_stack():
    model = Sequential([Input(shape=(4,)), layers.Dense(3)], name="net", seed=4)
    model.add(layers.Dense(2))
    for copy in (model.clone(), Sequential.from_config(model.clone().get_config())):
        assert (copy.name, copy.seed, copy.output_shape) == ("net", 4, (None, 2))
        assert copy.layers[0] is not model.layers[0]
        np.testing.assert_array_equal(copy.get_weights()[0], model.get_weights()[0])
    assert repr(Sequential([layers.Dense(3)])) == "Sequential(layers=[Dense(units=3)])"


def test_a_frozen_stack_freezes_what_is_added():
    model = Sequential([layers.Dense(3)], trainable=False)
    model.add(layers.Dense(2))
    model(ROWS)
    assert model.trainable_weights == [] and len(model.weights) == 4


def test_a_subclass_with_its_own_arguments():
    class Tower(Sequential):
        def __init__(self, depth):
            super().__init__([layers.Dense(3) for _ in range(depth)])

    tower = Tower(3)
    assert tower(ROWS).shape == (2, 3)
    assert tower.clone(depth=2).get_config() == {"depth": 2}
    assert len(tower.clone(depth=2).layers) == 2


def test_models_and_layers_nest():
    class Block(Layer):
        def __init__(self):
            super().__init__()
            self.stack = Sequential([layers.Dense(4), layers.Activation("relu")])

        def call(self, inputs):
            return inputs + self.stack(inputs)

    class Net(Model):
        def __init__(self):
            super().__init__()
            self.blocks = Sequential([Block(), Block()])
            self.head = layers.Dense(1)

        def call(self, inputs):
            return self.head(self.blocks(inputs))

    net = Net()
    assert net(ROWS).shape == (2, 1)
    assert list(init(net, 0)[0]) == [
        "blocks/block/stack/dense/kernel", "blocks/block/stack/dense/bias",
        "blocks/block_1/stack/dense/kernel", "blocks/block_1/stack/dense/bias",
        "head/kernel", "head/bias",
    ]  # fmt: skip


def test_a_stack_without_weights_that_was_called_once_still_takes_other_shapes():
    prepare = Sequential([layers.Resizing(6, 6), layers.Rescaling(0.5)])
    assert prepare(np.ones((8, 9, 3), "float32")).shape == (6, 6, 3)  # a single image
    model = Sequential([prepare, layers.Flatten(), layers.Dense(2)])
    assert model.predict(np.ones((4, 8, 9, 3), "float32"), verbose=0).shape == (4, 2)
    told = Sequential([layers.Input((8, 9, 3)), layers.Rescaling(0.5)])
    assert Sequential([told, layers.Flatten()]).output_shape == (None, 216)
