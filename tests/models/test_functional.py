"""Functional models: wiring, sharing, nesting, names, training, and programs that see the graph."""

from __future__ import annotations

import copy
import pickle

import jax
import numpy as np
import pytest

from pellucid import Input, Layer, Model, Sequential, apply, infer, init, layers
from pellucid.models import Functional
from pellucid.modules import fingerprint

RNG = np.random.default_rng(7)
LEFT, RIGHT = RNG.normal(size=(6, 4)).astype("float32"), RNG.normal(size=(6, 3)).astype("float32")


def relu(x):
    return np.maximum(x, 0)


def two_towers():
    """Two inputs, a shared layer, arithmetic, two outputs; in dicts."""
    left, right = Input((4,), name="left"), Input((3,), name="right")
    shared = layers.Dense(5, activation="relu", name="shared")
    one, two = shared(left), shared(layers.Dense(4, name="widen")(right))
    outputs = {"sum": one + two * 2, "score": layers.Dense(1, name="score")((one - two)[:, 1:])}
    return Model({"left": left, "right": right}, outputs, name="towers")


def witness(model, left, right):
    """The same in NumPy, from the weights by path."""
    w = {k: np.asarray(v, "float64") for k, v in init(model, model.seed)[0].items()}
    one = relu(left @ w["shared/kernel"] + w["shared/bias"])
    two = relu(
        (right @ w["widen/kernel"] + w["widen/bias"]) @ w["shared/kernel"] + w["shared/bias"]
    )
    score = (one - two)[:, 1:] @ w["score/kernel"] + w["score/bias"]
    return {"sum": one + two * 2, "score": score}


def test_a_graph_equals_numpy():
    model = two_towers()
    found = model.predict({"left": LEFT, "right": RIGHT})
    for name, wanted in witness(model, LEFT, RIGHT).items():
        np.testing.assert_allclose(found[name], wanted, rtol=1e-5, atol=1e-6)
    eager = model({"left": LEFT, "right": RIGHT})
    np.testing.assert_allclose(eager["sum"], found["sum"], rtol=1e-6)


def test_what_a_model_tells_of_itself():
    model = two_towers()
    assert type(model) is Functional and isinstance(model, Model) and model.built
    assert model.input_names == ["left", "right"] and model.output_names == ["score", "sum"]
    assert model.input_shape == {"left": (None, 4), "right": (None, 3)}
    assert model.output_shape == {"score": (None, 1), "sum": (None, 5)}
    assert model.input_dtype == {"left": "float32", "right": "float32"}
    names = [layer.name for layer in model.layers]
    assert names[:2] == ["left", "right"] and len(set(names)) == len(names)
    assert names[2:] == ["shared", "widen", "multiply", "add", "subtract", "get_item", "score"]
    assert set(init(model)[0]) == {
        f"{layer}/{w}" for layer in ("shared", "widen", "score") for w in ("kernel", "bias")
    }
    assert model.count_params() == (4 * 5 + 5) + (3 * 4 + 4) + (4 * 1 + 1)
    assert repr(model) == "Functional(name='towers')"


def test_shared_weights_sum_their_gradients():
    model = two_towers()
    params, state = init(model)
    inputs = {"left": LEFT, "right": RIGHT}

    def total(params):
        return apply(model, params, state, inputs)[0]["sum"].sum()

    middle = Model(model.input, [node.outputs for node in model.get_layer("shared")._nodes])
    one, two = (np.asarray(active) > 0 for active in middle(inputs))

    program = jax.jit(jax.grad(total), compiler_options={"xla_backend_optimization_level": 0})
    slope = program(params)["shared/bias"]
    np.testing.assert_allclose(slope, one.sum(0) + 2 * two.sum(0), rtol=1e-6)


def test_lists_are_matched_by_order_and_dicts_by_name():
    a, b = Input((4,), name="a"), Input((3,), name="b")
    model = Model([a, b], [layers.Dense(2)(b), a])
    listed = model([LEFT, RIGHT])
    assert isinstance(listed, list) and [o.shape for o in listed] == [(6, 2), (6, 4)]
    for same in (model((LEFT, RIGHT)), model({"b": RIGHT, "a": LEFT})):
        np.testing.assert_array_equal(same[0], listed[0])
    predicted = model.predict([LEFT, RIGHT], batch_size=4)
    np.testing.assert_allclose(predicted[0], listed[0], rtol=1e-5, atol=1e-6)


def test_one_input_and_output_in_lists_are_alone():
    x = Input((4,))
    model = Model([x], [layers.Dense(2)(x)])
    assert model.input_shape == (None, 4) and model(LEFT).shape == (6, 2)
    assert model([LEFT]).shape == (6, 2)


def test_nested_trees_of_inputs():
    a, b, c = (Input((n,)) for n in (1, 2, 3))
    model = Model({"pair": (a, b), "rest": c}, {"all": [a * 1, (b * 2, c * 3)]})
    out = model({"pair": (np.ones((2, 1)), np.ones((2, 2))), "rest": np.ones((2, 3))})
    assert isinstance(out["all"][1], tuple) and out["all"][1][1].shape == (2, 3)


def test_a_column_of_numbers_is_given_its_axis_and_dtypes_are_kept_to():
    age = Input((1,), name="age")
    model = Model(age, layers.Dense(2)(age / 10))
    assert model({"age": np.arange(5)}).shape == (5, 2)
    model.compile("sgd", "mse")
    model.fit({"age": np.arange(6.0)}, RIGHT[:, :2], verbose=0)
    assert model.predict(np.arange(5.0)).shape == (5, 2)
    image = Input((2,), name="image")
    doubled = Model(image, image * 2)(np.full((3, 2), 200, "uint8"))
    np.testing.assert_array_equal(doubled, np.full((3, 2), 400.0))


def test_intermediate_tensors_can_be_read():
    x = Input((4,))
    hidden = layers.Dense(3, name="hidden")(x)
    model = Model(x, layers.Dense(1)(hidden))
    reading = Model(model.inputs, [layer.output for layer in model.layers])
    inputs, middle, end = reading.predict(LEFT)
    np.testing.assert_array_equal(inputs, LEFT)
    np.testing.assert_allclose(
        middle, LEFT @ np.asarray(model.layers[1].kernel), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(end, model.predict(LEFT), rtol=1e-5, atol=1e-6)
    assert reading.layers[1] is model.get_layer("hidden")
    second = Model(hidden, model.output)
    np.testing.assert_allclose(second.predict(middle), end, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("given", ["Input", "first data", "input_shape"])
def test_a_sequential_model_can_be_read_too(given):
    first = layers.Dense(3, input_shape=(4,)) if given == "input_shape" else layers.Dense(3)
    stack = [first, layers.Activation("relu"), layers.Dense(2)]
    model = Sequential([Input((4,)), *stack] if given == "Input" else stack)
    model.compile("sgd", "mse")
    model.fit(LEFT, RIGHT[:, :2], verbose=0)
    session = model._session
    tensors = [layer.output for layer in model.layers]
    reading = Model(model.inputs, tensors)
    assert reading.predict(LEFT)[1].shape == (6, 3)
    np.testing.assert_allclose(reading.predict(LEFT)[2], model.predict(LEFT), rtol=1e-5, atol=1e-6)
    assert model.outputs == [tensors[-1]] and model.output_names == ["dense_1"]
    assert model._session is session and session.optimizer_state is not None


def test_popped_layers_forget_their_place():
    model = Sequential([Input((4,)), layers.Dense(3), layers.Dense(2)])
    last = model.pop()
    model.add(layers.Dropout(0.5))
    model.add(last)
    assert last.output.shape == (None, 2) and last.input is model.layers[1].output


def encoder():
    x = Input((4,), name="x")
    return Model(x, layers.Dense(3, activation="tanh", name="code")(x), name="encoder")


class Doubling(Model):
    def __init__(self):
        super().__init__(name="doubling")
        self.inner = layers.Dense(3)

    def call(self, inputs):
        return self.inner(inputs) * 2


def test_models_are_layers_of_models():
    inner, outer_in = encoder(), Input((4,), name="outer")
    head = Sequential([layers.Dense(2)], name="head")
    code = inner(outer_in)
    model = Model(outer_in, head(Doubling()(code) + inner(outer_in * 2)), name="outer")
    assert list(init(model)[0]) == [
        f"{layer}/{weight}"
        for layer in ("encoder/code", "doubling/inner", "head/dense")
        for weight in ("kernel", "bias")
    ]
    assert model.output_shape == (None, 2)
    w = {k: np.asarray(v) for k, v in init(model)[0].items()}
    one, two = (np.tanh(x @ w["encoder/code/kernel"]) for x in (LEFT, LEFT * 2))
    wanted = (one @ w["doubling/inner/kernel"] * 2 + two) @ w["head/dense/kernel"]
    np.testing.assert_allclose(model.predict(LEFT), wanted, rtol=1e-5, atol=1e-6)
    around = Sequential([Input((4,)), model, layers.Dense(1)])
    assert around.predict(LEFT).shape == (6, 1)

    class Subclass(Model):
        def __init__(self):
            super().__init__()
            self.body = encoder()

        def call(self, inputs):
            return self.body(inputs)[:, :1]

    assert Subclass()(LEFT).shape == (6, 1)


class OfAGraph(Model):
    """Keras's third style: a class that hands inputs and outputs to its base."""

    def __init__(self, units, **kwargs):
        x = Input((4,))
        super().__init__(inputs=x, outputs=layers.Dense(units, name="only")(x), **kwargs)


def test_a_class_may_hand_a_graph_to_its_base():
    model = OfAGraph(3, name="mine", seed=4)
    assert isinstance(model, OfAGraph) and isinstance(model, Functional)
    assert type(model).__name__ == "OfAGraph" and model.output_shape == (None, 3)
    assert (model.name, model.seed, model.get_config()["units"]) == ("mine", 4, 3)
    again = model.clone(units=2)
    assert again.output_shape == (None, 2) and type(again) is type(model)
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(LEFT, RIGHT, verbose=0).history["loss"]).all()


def test_subclasses_with_call_are_as_before():
    assert type(Doubling()) is Doubling and Doubling().output_names is None
    with pytest.raises(TypeError, match="no argument `units`"):
        Model(units=3)


def test_training_fits_a_graph_with_a_shared_layer():
    x = Input((4,))
    shared = layers.Dense(4, activation="tanh")
    model = Model(x, layers.Dense(3, activation="softmax")(shared(shared(x)) + x))
    labels = (LEFT[:, 0] > 0).astype(int) + (LEFT[:, 1] > 0)
    model.compile("adam", metrics=["accuracy"])
    history = model.fit(LEFT, labels, epochs=40, verbose=0, validation_data=(LEFT, labels))
    assert history.history["loss"][-1] < 0.9 * history.history["loss"][0]
    assert model.evaluate(LEFT, labels, verbose=0)[0] < history.history["loss"][0]
    assert model.predict_classes(LEFT).shape == (6,)


def test_several_inputs_train_too():
    model = two_towers()
    single = Model(model.input, model.output["score"])
    single.compile("adam", "mse")
    history = single.fit({"left": LEFT, "right": RIGHT}, LEFT[:, :1], epochs=20, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]


def test_masks_travel_through_a_graph():
    tokens = Input((5,), dtype="int32")
    embedded = layers.Embedding(10, 4, mask_zero=True, name="e")(tokens)
    x = np.array([[1, 2, 0, 0, 0], [3, 4, 5, 0, 0]])

    class Count(Layer):
        def call(self, inputs, mask=None):
            return inputs.sum((1, 2)) * 0 + (0 if mask is None else mask.sum(1))

        def compute_mask(self, inputs, mask=None):
            return None

    direct = Model(tokens, Count()(embedded * 2 + 1))
    np.testing.assert_array_equal(direct(x), [2, 3])
    np.testing.assert_array_equal(Model(tokens, Count()(embedded[:, 1:, :2]))(x), [1, 2])
    np.testing.assert_array_equal(Model(tokens, Count()(embedded[..., :1]))(x), [2, 3])
    np.testing.assert_array_equal(Model(tokens, Count()(embedded[:, [0, 1]]))(x), [0, 0])
    nested = Model(tokens, Count()(Model(tokens, embedded)(tokens)))
    np.testing.assert_array_equal(nested(x), [2, 3])


# Programs.


def wired(kind):
    a, b = Input((4,), name="a"), Input((4,), name="b")
    first, second = layers.Dense(4, name="first"), layers.Dense(4, name="second")
    outputs = {
        "chain": lambda: second(first(a)) - b,
        "other chain": lambda: first(second(a)) - b,
        "swapped": lambda: b - second(first(a)),
        "other input": lambda: second(first(b)) - a,
        "twice": lambda: second(first(first(a))) - b,
        "constant": lambda: second(first(a)) - b * 1.0,
        "other constant": lambda: second(first(a)) - b * 2.0,
        "array": lambda: second(first(a)) - b * np.ones(4),
        "other array": lambda: second(first(a)) - b * np.full(4, 2.0),
        "slice": lambda: second(first(a))[:, :2] - b[:, 2:],
        "other slice": lambda: second(first(a))[:, 2:] - b[:, :2],
        "keyword": lambda: second(first(a), training=True) - b,
    }[kind]
    return Model([a, b], outputs())


KINDS = [
    "chain", "other chain", "swapped", "other input", "twice", "constant", "other constant", "array", "other array",
    "slice", "other slice", "keyword",
]  # fmt: skip


def test_programs_are_shared_by_equal_graphs_only():
    prints = {kind: fingerprint(wired(kind)) for kind in KINDS}
    assert len(set(prints.values())) == len(KINDS)
    for kind in KINDS:
        assert fingerprint(wired(kind)) == prints[kind]
        assert fingerprint(wired(kind).clone()) == prints[kind]


def test_the_order_of_outputs_and_inputs_counts():
    model = two_towers()
    one, two = model.outputs
    seen = {
        fingerprint(Model(i, o))
        for i in (model.inputs, model.inputs[::-1])
        for o in ([one, two], [two, one], (one, two), {"a": one, "b": two}, one)
    }
    assert len(seen) == 10


def test_another_wiring_never_reuses_a_program():
    a, b = wired("chain"), wired("swapped")
    b.set_weights(a.get_weights())
    np.testing.assert_allclose(a.predict([LEFT, LEFT]), -b.predict([LEFT, LEFT]), rtol=1e-6)


# Copies.


@pytest.mark.parametrize("way", ["clone", "config", "deepcopy", "pickle"])
def test_copies_compute_the_same(way):
    model = two_towers()
    made = {
        "clone": model.clone,
        "config": lambda: Functional.from_config(model.clone().get_config()),
        "deepcopy": lambda: copy.deepcopy(model),
        "pickle": lambda: pickle.loads(pickle.dumps(model)),
    }[way]()
    made.set_weights(model.get_weights())
    inputs = {"left": LEFT, "right": RIGHT}
    for name, wanted in model.predict(inputs).items():
        np.testing.assert_array_equal(made.predict(inputs)[name], wanted)
    assert [layer.name for layer in made.layers] == [layer.name for layer in model.layers]
    assert not {id(layer) for layer in made.layers} & {id(layer) for layer in model.layers}
    assert made.input_names == model.input_names and made.output_names == model.output_names


def test_a_graph_from_another_process_can_be_extended():
    x = Input((4,))
    hidden = layers.Dense(3)(x)
    for tensor in (x, hidden):
        tensor.node.number += 10**9  # as if far more nodes had been made there
    made = pickle.loads(pickle.dumps(Model(x, hidden)))
    model = Model(made.input, layers.Dense(2)(made.output) * 2)
    assert [layer.name for layer in model.layers[1:]] == ["dense", "dense_1", "multiply"]
    assert model(LEFT).shape == (6, 2)


def test_a_clone_keeps_names_that_an_earlier_model_gave():
    x = Input((4,))
    first = layers.Dense(3)(x)
    second = layers.Dense(3)(x)
    Model(x, [first, second])
    alone = Model(x, second)
    assert [layer.name for layer in alone.clone().layers] == [x.name, "dense_1"]


def test_a_clone_keeps_layers_shared_with_a_nested_model():
    x, other = Input((4,)), Input((4,))
    dense = layers.Dense(4)
    inner = Model(x, dense(x), name="inner")
    model = Model(other, dense(inner(other)))
    made = model.clone()
    assert len(made.weights) == len(model.weights) == 2
    assert made.layers[-1] is made.get_layer("inner").layers[-1]


def test_layers_of_two_models_with_one_automatic_name():
    one, two = (
        Sequential([Input((4,)), layers.Dense(3)]),
        Sequential([Input((3,)), layers.Dense(2)]),
    )
    x = Input((4,))
    model = Model(x, two.layers[0](one.layers[0](x)))
    assert sorted(init(model)[0]) == [
        "dense/bias",
        "dense/kernel",
        "dense_1/bias",
        "dense_1/kernel",
    ]
    assert model.get_layer("dense_1") is two.layers[0]
    made = model.clone()
    assert sorted(init(made)[0]) == sorted(init(model)[0])


def test_a_frozen_model_is_frozen_throughout():
    x = Input((4,))
    model = Model(x, layers.Dense(3)(x), trainable=False)
    assert model.trainable_weights == [] and len(model.non_trainable_weights) == 2


def test_graphs_of_unknown_sizes_take_any():
    x = Input((None, 4))
    model = Model(x, layers.Dense(2)(x)[:, -1])
    assert model.output_shape == (None, 2)
    for steps in (1, 7):
        assert model.predict(np.ones((3, steps, 4))).shape == (3, 2)


def test_a_deep_graph_is_walked_without_recursion():
    x = Input((2,))
    y = x
    for _ in range(400):
        y = y + x
    model = Model(x, y)
    assert len(model.layers) == 401
    spec = jax.ShapeDtypeStruct((2, 2), "float32")
    assert infer(model, spec).outputs.shape == (2, 2)


@pytest.mark.oracle
def test_keras_computes_the_same(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras", reason="oracle extra")

    def dense(units, name, activation=None):
        return keras.layers.Dense(units, activation, name=name, kernel_initializer="zeros")

    a, b = keras.Input((4,), name="left"), keras.Input((3,), name="right")
    shared = dense(5, "shared", "relu")
    one, two = shared(a), shared(dense(4, "widen")(b))
    outputs = {"sum": one + two * 2, "score": dense(1, "score")((one - two)[:, 1:])}
    theirs = keras.Model({"left": a, "right": b}, outputs)
    ours = two_towers()
    for name in ("shared", "widen", "score"):
        theirs.get_layer(name).set_weights(ours.get_layer(name).get_weights())
    inputs = {"left": LEFT, "right": RIGHT}
    found, wanted = ours.predict(inputs), theirs(inputs)
    for name in wanted:
        np.testing.assert_allclose(found[name], np.asarray(wanted[name]), rtol=1e-5, atol=1e-6)
    # Keras orders the flat outputs of a dict by its keys as well.
    assert [tuple(t.shape) for t in theirs.outputs] == [t.shape for t in ours.outputs]
