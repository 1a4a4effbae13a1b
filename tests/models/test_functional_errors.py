"""What functional models refuse, with the names and the line that repairs it."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError, UsageError

A, B = np.ones((3, 4), "float32"), np.ones((3, 2), "float32")


def listed():
    a, b = Input((4,), name="a"), Input((2,), name="b")
    return Model([a, b], layers.Dense(1)(a)[:, 0] + b[:, 0], name="net")


def named():
    a, b = Input((4,), name="a"), Input((2,), name="b")
    return Model({"left": a, "right": b}, {"y": a * 2, "z": b}, name="net")


@pytest.mark.parametrize(
    ("model", "given", "error", "message"),
    [
        (listed, [A], ArgumentError, r"'net': it takes 2 inputs \(a, b\), but a list of 1 came"),
        (listed, A, ArgumentError, r"one array of shape \(3, 4\) came[\s\S]*model\(\[a, b\]\)"),
        (listed, [A, B, B], ArgumentError, "a list of 3 came"),
        (listed, {"a": A}, ArgumentError, "lacks 'b'"),
        (listed, {"a": A, "c": B, "b": B}, ArgumentError, "has 'c', which no input is called"),
        (
            listed,
            [B, A],
            ShapeError,
            r"InputLayer 'a': it takes rows of 4 features, but got rows of 2",
        ),
        (named, {"left": A, "rigth": B}, ArgumentError, "write 'right' instead of 'rigth'"),
        (
            named,
            [A, B],
            ArgumentError,
            "a dict with the keys 'left', 'right', but a list of 2 came",
        ),
        (named, {"left": A[:, None], "right": B}, ShapeError, "InputLayer 'a'"),
    ],
)
def test_inputs_that_do_not_fit(model, given, error, message):
    with pytest.raises(error, match=message) as caught:
        model()(given)
    assert "test_functional_errors.py" in str(caught.value) and "model()(given)" in str(
        caught.value
    )


def test_one_input_in_a_dict_must_have_its_name():
    x = Input((4,), name="x")
    model = Model(x, x * 2)
    assert model({"x": A}).shape == (3, 4)
    with pytest.raises(ArgumentError, match="lacks 'x' and has 'y'"):
        model({"y": A})
    with pytest.raises(ArgumentError, match="a list of 2 came"):
        model([A, A])


def test_an_input_that_was_forgotten_is_named():
    a, b, c = (Input((4,), name=name) for name in "abc")
    y = layers.Dense(2)(a + b) * layers.Dense(2)(c)
    with pytest.raises(
        ArgumentError, match=r"need 'b' and 'c', which are not among the inputs \(a\)"
    ):
        Model(a, y)
    with pytest.raises(
        ArgumentError, match=r"need 'b', which is.*[\s\S]*Model\(inputs=\[a, c, b\]"
    ):
        Model([a, c], y)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda x: Model(A, x),
            ArgumentTypeError,
            "`inputs` must be symbolic tensors, but a ndarray",
        ),
        (
            lambda x: Model(x, layers.Dense(2)),
            ArgumentTypeError,
            "`outputs` must be.*but a Dense came",
        ),
        (Model, ArgumentError, "`outputs` holds no tensor"),
        (lambda x: Model(outputs=x), ArgumentError, "`inputs` holds no tensor"),
        (lambda x: Model([], x), ArgumentError, "`inputs` holds no tensor"),
        (lambda x: Model([x, x], x * 2), ArgumentError, "stands twice"),
        (lambda x: Model(x, x * 2, units=3), TypeError, "no argument `units`"),
        (lambda x: Model(x, x * 2, sed=3), TypeError, "write `seed=`"),
        (lambda x: Model(x, x * 2, seed=0.5), ArgumentError, "`seed` must be"),
        (
            lambda x: Sequential([x * 2]),
            ArgumentTypeError,
            r"a tensor that a layer made[\s\S]*Model\(",
        ),
        (lambda x: Sequential([layers.Dense(2), x]), ArgumentError, "an input must come first"),
        (
            lambda x: Sequential([layers.Dense(2)]).inputs,
            UsageError,
            "shape of its input is unknown",
        ),
    ],
)
def test_ends_that_are_none(make, error, message):
    with pytest.raises(error, match=message):
        make(Input((4,), name="x"))


def test_two_layers_of_one_name():
    x = Input((4,), name="x")
    with pytest.raises(ArgumentError, match="two layers are named 'same'"):
        Model(x, layers.Dense(2, name="same")(layers.Dense(3, name="same")(x)))
    with pytest.raises(ArgumentError, match="two layers are named 'x'"):
        Model(x, layers.Dense(2, name="x")(x))


def test_a_mistake_inside_a_nested_model_names_its_layer():
    x = Input((4,), name="x")
    inner = Model(x, layers.Dense(2, name="code")(x), name="inner")
    with pytest.raises(ShapeError, match="rows of 4 features") as caught:
        inner(Input((5,)))
    assert any("In layer 'x' (InputLayer)" in note for note in caught.value.__notes__)


def test_training_refuses_what_the_graph_does_not_take():
    model = listed()
    model.compile("sgd", "mse")
    with pytest.raises((ArgumentError, ShapeError), match="b"):
        model.fit({"a": A, "c": B}, A[:, 0], verbose=0)
