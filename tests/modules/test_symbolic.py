"""Symbolic tensors: shapes, arithmetic, indexing, and what they say when they are taken for arrays."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Input, Layer, Model, Sequential, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError, UsageError
from pellucid.modules.symbolic import SymbolicTensor

ROWS = np.random.default_rng(3).normal(size=(5, 4)).astype("float32")


def test_an_input_says_its_shape_dtype_and_name():
    x = Input((28, 28), dtype="int32", name="image")
    assert (x.shape, x.dtype, x.name, x.ndim) == ((None, 28, 28), "int32", "image", 3)
    assert repr(x) == "SymbolicTensor(shape=(None, 28, 28), dtype='int32', name='image')"
    assert Input((3,), batch_size=7).shape == (7, 3) and Input((3,)).name == "input_layer"


def test_layers_give_symbolic_outputs_and_declare_their_weights():
    dense = layers.Dense(3)
    y = dense(Input((4,)))
    assert isinstance(y, SymbolicTensor) and y.shape == (None, 3) and y.name == "dense"
    assert dense.built and dense.kernel.shape == (4, 3)
    assert dense.output is y and dense.input.shape == (None, 4)


class Turn(Layer):
    """Gives a dict, and a tuple inside it."""

    def call(self, inputs, factor=1.0, other=None):
        turned = inputs.swapaxes(1, 2) * factor
        return {"b": (turned, turned.sum()), "a": inputs if other is None else inputs + other}


def test_several_outputs_and_keyword_arguments():
    x, other = Input((2, 3)), Input((1, 3))
    layer = Turn()
    y = layer(x, other=other, factor=2.0)
    assert (
        y["a"].shape == (None, 2, 3) and y["b"][0].shape == (None, 3, 2) and y["b"][1].shape == ()
    )
    assert {y["a"].name, y["b"][0].name} == {"turn:0", "turn:1"}
    model = Model([x, other], [y["b"][0], y["a"]])
    one, two = np.ones((4, 2, 3), "float32"), np.full((4, 1, 3), 2.0, "float32")
    turned, added = model([one, two])
    np.testing.assert_array_equal(turned, np.full((4, 3, 2), 2.0))
    np.testing.assert_array_equal(added, np.full((4, 2, 3), 3.0))


@pytest.mark.parametrize(
    ("layer", "given", "wanted"),
    [
        (lambda: layers.Dense(3), (None, 4), (None, None, 3)),
        (layers.Flatten, (None, 4), (None, None)),
        (lambda: layers.Reshape((-1, 2)), (None, 4), (None, None, 2)),
        (layers.Flatten, (2, 4), (None, 8)),
        (layers.Flatten, (127,), (None, 127)),
        (layers.Flatten, (2, 127), (None, 254)),
        (lambda: layers.Activation(lambda x: x[:, ::2]), (None, 4), (None, None, 4)),
        (lambda: layers.Activation(lambda x: x[:, :5]), (None, 4), (None, 5, 4)),
        (lambda: layers.Activation(lambda x: x.reshape(-1, 2)), (4,), (None, 2)),
        (lambda: layers.Activation(lambda x: x.sum(0)), (4,), (4,)),
        (lambda: layers.Activation(lambda x: x.T), (4,), (4, None)),
        (lambda: layers.Activation(lambda x: x @ x.T), (4,), (None, None)),
    ],
)
def test_unknown_sizes_propagate(layer, given, wanted):
    assert layer()(Input(given)).shape == wanted


class AtMost(Layer):
    """Takes at most ten steps, as embeddings of positions do."""

    def call(self, inputs):
        if inputs.shape[1] > 10:
            raise ShapeError("AtMost", f"{inputs.shape[1]} steps are too many.")
        return inputs


def test_other_sizes_are_tried_where_a_layer_has_limits():
    assert AtMost()(Input((None, 3))).shape == (None, None, 3)
    with pytest.raises(ShapeError, match="20 steps"):
        AtMost()(Input((20, 3)))


def test_a_layer_that_must_know_a_size_says_so():
    x = layers.Flatten()(Input((None, 4)))
    with pytest.raises(ShapeError) as caught:
        layers.Dense(2)(x)
    assert any("Sizes that vary (None)" in note for note in caught.value.__notes__)


OPERATIONS = {
    "add": lambda x, y: x + y,
    "number on the left": lambda x, y: 2 - x * y,
    "power": lambda x, y: abs(x) ** 2 / (1 + abs(y)),
    "floor and remainder": lambda x, y: (x // 0.5) + (y % 0.3),
    "array": lambda x, y: x + np.arange(4, dtype="float32") * 2,
    "array on the left": lambda x, y: np.arange(4, dtype="float32") - x,
    "jax array on the left": lambda x, y: jnp.arange(4, dtype="float32") / (abs(x) + 1),
    "matrix product": lambda x, y: x @ np.ones((4, 2), "float32"),
    "comparisons": lambda x, y: ((x > y) | (x <= 0.1)) & ~(y < 0) ^ (x >= 0.5) & (x != y),
    "signs": lambda x, y: -x + abs(y),
    "index": lambda x, y: x[:, 1],
    "slices": lambda x, y: x[:, 1:3] * y[:, ::2],
    "new axes": lambda x, y: x[..., None] - y[:, None],
    "list": lambda x, y: x[:, [3, 0]],
    "negative": lambda x, y: x[:, -1],
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_arithmetic_and_indexing_equal_numpy(name):
    operation = OPERATIONS[name]
    a, b = Input((4,), name="a"), Input((4,), name="b")
    y = operation(a, b)
    model = Model([a, b], [y, a, b])
    other = ROWS[::-1].copy()
    wanted = operation(ROWS, other)
    found = model([ROWS, other])[0]
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    assert y.shape == (None, *wanted.shape[1:]) and y.dtype == str(wanted.dtype)


def test_equality_is_that_of_objects():
    x = Input((4,))
    assert x == x and x in [Input((4,)), x] and x not in [Input((4,))]


LAYERS = [
    (lambda x: jnp.concatenate([x, x]), r"(?s)jnp.concatenate got it.*layers.Concatenate"),
    (lambda x: jnp.sin(-x), r"(?s)jnp.sin got it.*Repair: layers.Lambda\(lambda x: jnp.sin\(x\)\)"),
    (lambda x: jnp.sum(x, axis=1), r"jnp.sum got it"),
    (np.sqrt, r"np.sqrt got it"),
    (lambda x: np.concatenate([x, x]), r"np.concatenate got it"),
    (lambda x: np.asarray(x, "float32"), r"np.asarray got it"),
]


@pytest.mark.parametrize(("use", "message"), LAYERS)
def test_functions_on_arrays_are_refused_with_the_layer_to_take(use, message):
    with pytest.raises(UsageError, match=message):
        use(Input((4,)))


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda x: x[0], ArgumentError, "first axis is the batch"),
        (lambda x: x[None], ArgumentError, "first axis is the batch"),
        (lambda x: x[:, x], ArgumentTypeError, "in square brackets"),
        (list, UsageError, "cannot be run through"),
        (len, UsageError, r"x.shape\[1\]"),
        (lambda x: 1 if x > 0 else 0, UsageError, "cannot be true or false"),
        (lambda x: x.reshape(2, 2), AttributeError, "layers.Reshape"),
        (lambda x: x.mean(), AttributeError, "layers.Lambda"),
        (lambda x: x.nonsense, AttributeError, "no attribute `nonsense`"),
        (lambda x: x + "text", TypeError, "unsupported operand"),
        (lambda x: layers.Dense(2).output, AttributeError, "never called on symbolic"),
    ],
)
def test_other_mistakes(use, error, message):
    with pytest.raises(error, match=message):
        use(Input((4,)))


class Joined(Layer):
    def call(self, inputs):
        return jnp.concatenate(inputs, axis=-1)


def test_an_array_among_symbolic_inputs_is_refused():
    with pytest.raises(
        ArgumentTypeError, match=r"(?s)array of shape \(2, 3\).*Input\(shape=\(3,\)\)"
    ):
        Joined()([Input((4,)), np.ones((2, 3))])


def test_a_layer_used_twice_has_no_single_output():
    dense, x = layers.Dense(4), Input((4,))
    dense(dense(x))
    with pytest.raises(AttributeError, match="called 2 times"):
        _ = dense.output


class WithOwnOutput(Model):
    def __init__(self):
        super().__init__()
        self.input = layers.Dense(3)
        self.output = layers.Dense(1)

    def call(self, inputs):
        return self.output(self.input(inputs))


def test_attributes_named_input_and_output_may_be_ones_own():
    model = WithOwnOutput()
    assert model(ROWS).shape == (5, 1) and isinstance(model.output, layers.Dense)


def test_a_call_on_symbols_draws_nothing_and_leaves_starting_values_alone():
    model = Sequential([Input((4,)), layers.Dense(3, name="first"), layers.Dense(2)], seed=5)
    wanted = Sequential([Input((4,)), layers.Dense(3, name="first"), layers.Dense(2)], seed=5)
    model.layers[0](Input((4,)))
    assert model.layers[0]._weights["kernel"].value is None
    np.testing.assert_array_equal(model.layers[0].kernel, wanted.weights[0])


def test_dtypes_follow_jax():
    x = Input((4,), dtype="int32")
    assert (x * 2).dtype == "int32" and (x / 2).dtype == "float32" and (x > 1).dtype == "bool"
    with jax.enable_x64(True):
        assert layers.Dense(2, dtype="float64")(Input((4,), dtype="float64")).dtype == "float64"
