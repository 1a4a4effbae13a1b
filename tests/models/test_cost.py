"""Multiply-adds: counted in the program, equal to what is worked out by hand, for any layer."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Input, Layer, Model, Sequential, layers
from pellucid.models.cost import multiply_adds
from pellucid.models.summary import html, lines


def spec(*shape):
    return jax.ShapeDtypeStruct((1, *shape), "float32")


BY_HAND = [
    (lambda: layers.Dense(7), (5, 4), 5 * 4 * 7),
    (lambda: layers.Conv1D(6, 3), (10, 2), 8 * 3 * 2 * 6),
    (lambda: layers.Conv2D(8, 3, padding="same"), (9, 9, 2), 81 * 9 * 2 * 8),
    (lambda: layers.Conv2D(8, 3, strides=2), (9, 9, 4), 16 * 9 * 4 * 8),
    (lambda: layers.Conv2D(8, 3, groups=2, dilation_rate=2), (9, 9, 4), 25 * 9 * 2 * 8),
    (lambda: layers.DepthwiseConv2D(3, depth_multiplier=2), (9, 9, 4), 49 * 9 * 4 * 2),
    (lambda: layers.Conv2DTranspose(8, 3, strides=2), (4, 4, 5), 16 * 9 * 5 * 8),
    (lambda: layers.SimpleRNN(6), (5, 3), 5 * (3 * 6 + 6 * 6)),
    (layers.BatchNormalization, (4,), 0),
]


@pytest.mark.parametrize(("make", "shape", "wanted"), BY_HAND)
def test_a_layer_costs_what_its_formula_says(make, shape, wanted):
    assert multiply_adds(make(), spec(*shape)).total == wanted


def test_a_lowering_may_pad_and_what_it_does_is_told():
    formula = 5 * 4 * (3 * 6 + 6 * 6)
    assert formula <= multiply_adds(layers.LSTM(6), spec(5, 3)).total <= 1.25 * formula


class Loops(Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight((4, 4))

    def call(self, inputs):
        def step(x, _):
            return jnp.tanh(x @ self.kernel), None

        scanned = jax.lax.scan(step, inputs, None, length=10)[0]
        looped = jax.lax.fori_loop(0, 3, lambda i, x: x @ self.kernel, scanned)
        chosen = jax.lax.cond(
            inputs[0, 0] > 0, lambda x: x @ self.kernel @ self.kernel, lambda x: x, looped
        )
        return jax.checkpoint(lambda x: x @ self.kernel)(chosen)


def test_loops_count_each_turn_and_branches_the_dearest():
    assert multiply_adds(Loops(), spec(4)).total == (10 + 3 + 2 + 1) * 16


def siamese():
    x = Input((4,), name="x")
    encoder = Model(x, layers.Dense(6, name="code")(x), name="encoder")
    left, right = Input((4,), name="left"), Input((4,), name="right")
    return Model([left, right], layers.Dense(2, name="out")(encoder(left) * encoder(right)))


def test_each_layer_has_its_share_and_shared_ones_count_each_call():
    model = siamese()
    cost = multiply_adds(model, [spec(4), spec(4)])
    assert cost.by_path["encoder"] == cost.by_path["encoder/code"] == 2 * 24
    assert (cost.by_path["out"], cost.by_path["left"], cost.total) == (12, 0, 60)


def test_a_table_of_a_graph_tells_connections_within_80_columns():
    told = lines(siamese(), expand_nested=True)
    assert max(map(len, told)) <= 80
    assert told[2].split() == ["Layer", "(type)", "Output", "shape", "Params", "Connected", "to"]
    rows = {line.split()[0]: line for line in told[4:-4]}
    assert rows["encoder"].endswith("left; right") and rows["multiply"].endswith("encoder, encoder")
    assert rows["code"].startswith("  code (Dense)") and rows["code"].split()[-1] == "x"
    assert told[-1] == "Multiply-adds: 60 per sample"
    assert told[-2] == f"Outputs of all layers: {4 * (2 * 6 + 6 + 2)} B per sample"


def test_wide_tables_tell_the_multiply_adds_of_each_layer():
    told = lines(siamese(), 110)
    assert "Mult-adds" in told[2] and "Mult-adds" not in lines(siamese(), 80)[2]
    assert next(line for line in told if line.startswith("out")).split()[-2:] == ["12", "multiply"]


def test_unknown_sizes_have_no_cost_and_frozen_layers_show():
    x = Input((None, 4))
    model = Model(x, layers.Dense(3)(x))
    told = lines(model)
    assert not any("Multiply-adds" in line for line in told) and "(None, None, 3)" in told[5]
    model.layers[1].trainable = False
    told = lines(model)
    assert told[2].endswith("Trained") and told[5].endswith("frozen") and max(map(len, told)) <= 80


def test_notebooks_show_a_table_and_nothing_of_it_is_code():
    model = Sequential([Input((4,)), layers.Dense(3, name="<script>")], name="a&b")
    text = model._repr_html_()
    assert text == html(model) and text.count("<tr>") == 2
    assert "<script>" not in text and "&lt;script&gt;" in text and "a&amp;b" in text
    assert "Multiply-adds: 12 per sample" in text


def test_a_subclassed_model_is_counted_after_its_first_data():
    class Net(Model):
        def __init__(self):
            super().__init__()
            self.one, self.two = layers.Dense(5), layers.Dense(2)

        def call(self, inputs):
            return self.two(self.one(inputs))

    net = Net()
    assert not any("Multiply" in line for line in lines(net))
    net(np.ones((3, 4)))
    assert lines(net)[-1] == "Multiply-adds: 30 per sample"
    assert lines(net, 100)[4].split()[-1] == "20"


class Upper(Layer):
    """Text to text, before the program."""

    on_host = True

    def call(self, inputs):
        return np.char.str_len(inputs).astype("float32")


def test_models_with_layers_on_the_host_have_a_table():
    x = Input((3,), dtype="string")
    told = lines(Model(x, layers.Dense(2)(Upper()(x))))
    assert "(None, 2)" in told[6] and told[6].split()[-2:] == ["8", "upper"]
    assert not any("Multiply-adds" in line for line in told)
    stack = Sequential([Upper(), layers.Dense(2)])
    stack.predict(np.array([["a", "bb", "ccc"]]))
    assert "8" in lines(stack)[5].split()
