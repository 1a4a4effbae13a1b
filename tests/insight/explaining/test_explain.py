"""`explain` tells what training does: the same update, nothing changed by asking, and every kind of model."""

from __future__ import annotations

import json

import jax
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers, optimizers
from pellucid.core.errors import UnknownNameError, UsageError
from pellucid.modules.tree import weights_of

rng = np.random.default_rng(0)
X = rng.normal(size=(6, 4)).astype("float32")
Y = np.array([0, 1, 2, 0, 1, 2])


def arrays(model):
    return {path: np.array(slot.value) for path, slot in weights_of(model)}


def classifier(optimizer="adam", **options):
    model = Sequential(
        [
            Input((4,)),
            layers.Dense(5, "relu", name="hidden", **options),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.5, name="drop"),
            layers.Dense(3, "softmax", name="out"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.SGD(0.1, momentum=0.9, clipnorm=0.1),
        optimizers.AdamW(0.01, weight_decay=0.1),
        optimizers.RMSprop(0.01, loss_scale_factor=128.0),
    ],
)
def test_the_update_is_that_of_the_next_training_step(optimizer):
    model = classifier(optimizer, kernel_regularizer="l2", kernel_constraint="max_norm")
    model.train_on_batch(X, Y)
    told = model.explain(X, Y)
    assert told.updates_before == 1
    loss = model.train_on_batch(X, Y)
    assert told.loss == pytest.approx(loss if np.isscalar(loss) else loss[0], rel=1e-6)
    after = arrays(model)
    assert len(told.parameters) == 6
    for path, parameter in told.parameters.items():
        np.testing.assert_allclose(parameter.after, after[path], rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(
            parameter.value + parameter.update, parameter.after, rtol=1e-6, atol=1e-7
        )


def test_asking_changes_nothing():
    one, two = classifier(), classifier()
    for model in (one, two):
        model.train_on_batch(X, Y)
    before = arrays(one)
    one.explain(X, Y)
    one.explain(X, Y, training=False)
    for path, array in arrays(one).items():
        np.testing.assert_array_equal(array, before[path])
    for model in (one, two):
        model.fit(X, Y, epochs=2, batch_size=3, verbose=0)
    for path, array in arrays(one).items():
        np.testing.assert_array_equal(array, arrays(two)[path])


def test_a_model_that_was_never_trained_stays_so():
    model = classifier()
    told = model.explain(X, np.array(["a", "b", "c", "a", "b", "c"]))
    assert told.targets[0].tolist() == [0, 1, 2, 0, 1, 2]
    assert model.classes is None
    session = model._session
    assert (session.steps, session.optimizer_state, session.history, session.loss) == (
        0,
        None,
        None,
        None,
    )


def test_the_loss_after_is_the_loss_with_the_new_weights():
    model = classifier("sgd")
    told = model.explain(X, Y, training=False)
    for path, slot in weights_of(model):
        if path in told.parameters:
            slot.assign(told.parameters[path].after)
    assert told.loss_after == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-5)
    assert told.loss_after != told.loss


def test_a_frozen_layer_has_gradients_and_no_update():
    model = classifier()
    model.get_layer("hidden").trainable = False
    told = model.explain(X, Y)
    kernel = told["hidden"].parameter("kernel")
    assert np.abs(kernel.gradient).max() > 0
    assert kernel.update is None
    assert kernel.after is None
    assert told["out"].parameter("kernel").update is not None
    assert "frozen: no update" in str(told)


def test_a_residual_sums_what_comes_back_by_both_ways():
    x = inputs = Input((4,))
    hidden = layers.Dense(4, "tanh", name="branch")(x)
    x = layers.Add(name="sum")([inputs, hidden])
    model = Model(inputs, layers.Dense(1, name="out")(x))
    model.compile("sgd", "mse")
    told = model.explain(X, Y.astype("float32"))
    direct, through = told["sum"].leaving
    np.testing.assert_allclose(direct, through)
    np.testing.assert_allclose(
        told.input_gradients[0], direct + told["branch"].leaving[0], rtol=1e-5, atol=1e-7
    )


def test_a_shared_layer_has_a_step_for_each_call():
    shared = layers.Dense(3, name="shared")
    one, two = Input((4,)), Input((4,))
    model = Model([one, two], layers.Subtract(name="difference")([shared(one), shared(two)]))
    model.compile("sgd", "mse")
    told = model.explain([X, X[::-1].copy()], np.zeros((6, 3), "float32"))
    assert [step.key for step in told.steps] == ["shared", "shared#2", "difference"]
    first, second = told["shared"], told["shared#2"]
    total = X.T @ first.arriving[0] + X[::-1].T @ second.arriving[0]
    np.testing.assert_allclose(first.parameter("kernel").gradient, total, rtol=1e-4, atol=1e-6)
    assert "called 2 times" in first.notes[0]
    assert second.parameters == ()


def test_an_array_that_goes_in_twice_is_one_input():
    """Self-attention asks whether query and values are one array; its derivative is that by all uses."""
    x = inputs = Input((4,))
    model = Model(inputs, layers.Multiply(name="square")([x, x]))
    model.compile("sgd", "mse")
    step = model.explain(X, np.zeros((6, 4), "float32"))["square"]
    assert len(step.inputs) == len(step.leaving) == 1
    np.testing.assert_allclose(step.leaving[0], 2 * X * step.arriving[0], rtol=1e-6)


def test_a_recurrent_layer_holds_its_cell_s_parameters():
    model = Sequential([Input((5, 2)), layers.LSTM(3, name="lstm"), layers.Dense(1, name="out")])
    model.compile("sgd", "mse")
    told = model.explain(rng.normal(size=(2, 5, 2)), np.zeros((2, 1)))
    assert [step.path for step in told.steps] == ["lstm", "out"]
    assert len(told["lstm"].parameters) == 3
    assert told["lstm"].leaving[0].shape == (2, 5, 2)
    assert told.not_shown == ("lstm/lstm_cell (LSTMCell): it is computed as a part of lstm.",)


def test_what_runs_in_a_loop_is_not_shown():
    class Looped(pellucid.Layer):
        """Applies a layer to each step in a loop."""

        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(3)

        def call(self, inputs):
            return jax.lax.map(self.inner, inputs)

    repeat = layers.Repeat(layers.Dense(3), 2, name="repeat")
    model = Sequential([Input((5, 3)), Looped(), repeat])
    model.compile("sgd", "mse")
    told = model.explain(rng.normal(size=(2, 5, 3)), np.zeros((2, 5, 3)))
    assert [step.path for step in told.steps] == ["looped", "repeat"]
    assert told.not_shown == (
        "looped/inner (Dense): it runs in a loop or a transform inside looped.",
    )
    assert "run in a loop" in told["looped"].notes[0]
    assert len(told["looped"].parameters) == 2
    assert told["repeat"].parameter("kernel").gradient.shape == (2, 3, 3)


def test_nested_and_subclassed_models():
    class Block(pellucid.Layer):
        """Adds its inputs to what a dense layer makes of them."""

        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(4, "tanh")

        def call(self, inputs):
            return inputs + self.inner(inputs)

    encoder = Sequential([layers.Dense(4, name="first"), Block()], name="encoder")
    model = Sequential([Input((4,)), encoder, layers.Dense(3, "softmax", name="out")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    told = model.explain(X, Y)
    paths = [step.path for step in told.steps]
    assert paths == ["encoder/first", "encoder/block/inner", "encoder/block", "out"]
    block = told["encoder/block"]
    assert block.equation.summary == "Adds its inputs to what a dense layer makes of them."
    np.testing.assert_allclose(
        block.leaving[0],
        block.arriving[0] + told["encoder/block/inner"].leaving[0],
        rtol=1e-4,
        atol=1e-6,
    )


def test_softmax_and_loss_are_computed_in_one_piece():
    model = classifier()
    step = model.explain(X, Y)["out"]
    p, t = step.outputs[0], np.eye(3)[Y]
    np.testing.assert_allclose(step.activation.gradient, (p - t) / len(p), atol=1e-6)
    np.testing.assert_allclose(step.arriving[0], (1 - t / p) / len(p), rtol=1e-4, atol=1e-6)
    assert step.activation.derivative is None
    assert any("in one piece" in note for note in step.notes)


def test_a_loss_apart_from_the_last_activation_is_not_said_to_be_in_one_piece():
    model = Sequential([Input((4,)), layers.Dense(1, "sigmoid", name="out")])
    model.compile("sgd", "mse")
    told = model.explain(X, Y / 2)
    assert told["out"].notes == ()
    np.testing.assert_allclose(
        told["out"].arriving[0], 2 * (told.outputs[0] - Y[:, None] / 2) / 6, rtol=1e-5
    )


def test_several_inputs_and_outputs():
    a, b = Input((3,), name="a"), Input((1,), name="b")
    hidden = layers.Concatenate(name="join")([layers.Dense(4, "relu", name="first")(a), b])
    heads = {
        "yes": layers.Dense(1, "sigmoid", name="yes")(hidden),
        "kind": layers.Dense(3, "softmax", name="kind")(hidden),
    }
    model = Model([a, b], heads)
    losses = {"yes": "binary_crossentropy", "kind": "sparse_categorical_crossentropy"}
    model.compile("sgd", losses, loss_weights={"yes": 2.0, "kind": 0.5})
    x, y = {"a": X[:, :3], "b": X[:, 3:]}, {"yes": Y // 2, "kind": Y}
    told = model.explain(x, y)
    assert told.loss == pytest.approx(model.evaluate(x, y, verbose=0)[0], rel=1e-6)
    p = told["kind"].outputs[0]
    np.testing.assert_allclose(
        told["kind"].activation.gradient, 0.5 * (p - np.eye(3)[Y]) / 6, atol=1e-6
    )
    back = told["join"].leaving
    np.testing.assert_allclose(told["join"].arriving[0], np.hstack(back), rtol=1e-6)
    assert [gradient.shape for gradient in told.input_gradients] == [(6, 3), (6, 1)]
    assert "L = Σ_k w_k L_k" in str(told)
    assert (
        "kind: sparse_categorical_crossentropy; yes: binary_crossentropy"
        in told.loss_equation.legend
    )


def test_masks_and_weights_count_as_in_training():
    model = Sequential(
        [
            Input((5,), dtype="int32"),
            layers.Embedding(9, 3, mask_zero=True),
            layers.LSTM(4, return_sequences=True),
            layers.Dense(3, "softmax", name="out"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    x = rng.integers(1, 9, (4, 5))
    x[:, 3:] = 0
    y, weights = rng.integers(0, 3, (4, 5)), np.array([1.0, 2.0, 0.0, 1.0])
    told = model.explain(x, y, sample_weight=weights)
    assert told.loss == pytest.approx(
        model.evaluate(x, y, sample_weight=weights, verbose=0), rel=1e-6
    )
    arrived = np.abs(told["out"].activation.gradient).sum(-1) > 0
    np.testing.assert_array_equal(arrived, (x > 0) & (weights[:, None] > 0))
    assert told.loss_equation.backward == ()
    for words in ("row's weight", "Masked places do not count"):
        assert words in told.loss_equation.summary


def test_integers_have_no_gradient():
    model = Sequential(
        [
            Input((3,), dtype="int32"),
            layers.Embedding(7, 2, name="table"),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    told = model.explain(np.array([[1, 2, 6], [0, 0, 5]]), np.zeros((2, 1)))
    assert told.input_gradients == (None,)
    assert told["table"].leaving == (None,)
    touched = np.abs(told["table"].parameter("embeddings").gradient).sum(1) > 0
    np.testing.assert_array_equal(touched, [True, True, True, False, False, True, True])


def test_what_cannot_be_explained_is_refused_in_words():
    model = Sequential([layers.Dense(1)])
    with pytest.raises(UsageError, match="no optimizer"):
        model.explain(X, Y)
    model.compile("sgd", "mse")
    with pytest.raises(UsageError, match=r"model\.build\(\(None, 4\)\)"):
        model.explain(X, Y)
    told = classifier().explain(X, Y)
    with pytest.raises(UnknownNameError, match="write 'hidden'"):
        told["hiden"]
    with pytest.raises(UnknownNameError, match="no parameter 'kernal'"):
        told["hidden"].parameter("kernal")


def test_data_text_and_page(tmp_path):
    told = classifier().explain(X, Y)
    data = json.loads(json.dumps(told.data()))
    assert np.shape(data["steps"][0]["parameters"][0]["gradient"]) == (4, 5)
    text = str(told)
    assert max(map(len, text.splitlines())) <= 100
    for words in (
        "z = x W + b",
        "hidden/kernel 4×5",
        "2 of 6 rows",
        "L = −1/n",
        "Update: Adam",
        "∂L/∂W = xᵀ δ",
    ):
        assert words in text
    page = told.html(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert "<mfrac>" in page
    assert "http" not in page
    assert told._repr_html_() in page
