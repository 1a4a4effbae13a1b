"""Paths name weights, and decide their starting values."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

import pellucid
from pellucid import Layer, Model, Sequential, init, layers
from pellucid.modules import places

ROWS = np.ones((2, 3), "float32")


class Net(Layer):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4)
        self.rest = [layers.Dense(4), layers.Dense(4, name="given")]
        self.heads = {"a": layers.Dense(1), "b": Sequential([layers.Dense(2), layers.Dense(1)])}

    def call(self, inputs):
        hidden = self.first(inputs)
        for layer in self.rest:
            hidden = layer(hidden)
        return self.heads["a"](hidden) + self.heads["b"](hidden)


def test_paths_come_from_attributes_and_names():
    assert [path for path, _ in places(Net())] == [
        "", "first", "rest_0", "given", "heads_a", "heads_b", "heads_b/dense", "heads_b/dense_1",
    ]  # fmt: skip


def test_equal_names_are_told_apart():
    class Twice(Layer):
        def __init__(self):
            super().__init__()
            self.a = layers.Dense(2, name="same")
            self.b = layers.Dense(2, name="same")

    assert [path for path, _ in places(Twice())] == ["", "same", "same_1"]


def test_a_layer_shared_by_two_blocks_keeps_the_first_path():
    shared = layers.Dense(3)
    model = Sequential([Sequential([shared], name="left"), Sequential([shared], name="right")])
    params, _ = init(model, 0, ROWS)
    assert list(params) == ["left/dense/kernel", "left/dense/bias"]


def test_adding_a_layer_does_not_change_the_start_of_another():
    small = Sequential([layers.Dense(4, name="a"), layers.Dense(4, name="b")])
    large = Sequential(
        [layers.Dense(4, name="a"), layers.Dense(4, name="new"), layers.Dense(4, name="b")]
    )
    first, _ = init(small, 5, ROWS)
    second, _ = init(large, 5, ROWS)
    for path in first:
        np.testing.assert_array_equal(first[path], second[path])
    assert not np.array_equal(second["b/kernel"], second["new/kernel"])


def test_seeds_differ():
    model = Sequential([layers.Dense(4)])
    zero, one = (init(model, seed, ROWS)[0]["dense/kernel"] for seed in (0, 1))
    assert not np.array_equal(zero, one)


def test_the_object_starts_where_init_starts_whatever_is_read_first():
    def made():
        return Sequential(
            [pellucid.Input(shape=(3,)), Sequential([layers.Dense(4)], name="in")], seed=9
        )

    wanted = init(made(), 9)[0]["in/dense/kernel"]
    readings = [
        lambda model: model.layers[0].layers[0].kernel,
        lambda model: model.layers[0].weights[0],
        lambda model: model.weights[0],
        lambda model: (model.layers[0](ROWS), model.layers[0].layers[0].kernel)[1],
        lambda model: (model(ROWS), model.get_weights()[0])[1],
    ]
    for read in readings:
        np.testing.assert_array_equal(read(made()), wanted)


SCRIPT = """
import hashlib, numpy as np, jax
from pellucid import Sequential, apply, init, layers
model = Sequential([layers.Dense(5), layers.Dropout(0.5), layers.GaussianNoise(0.1)])
x = np.ones((4, 3), "float32")
params, state = init(model, 1, x)
out, _ = apply(model, params, state, x, training=True, key=jax.random.key(2))
print(hashlib.sha256(b"".join(np.asarray(a).tobytes() for a in [*params.values(), out])).hexdigest())
"""


def test_two_processes_give_equal_bits():
    runs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1] and len(runs[0].strip()) == 64


def test_a_subclassed_model_draws_under_its_seed():
    class Small(Model):
        def __init__(self, seed=None):
            super().__init__(seed=seed)
            self.dense = layers.Dense(2)

        def call(self, inputs):
            return self.dense(inputs)

    one, two = Small(seed=1), Small(seed=2)
    one(ROWS)
    two(ROWS)
    assert not np.array_equal(one.dense.kernel, two.dense.kernel)
    np.testing.assert_array_equal(one.dense.kernel, init(one, 1)[0]["dense/kernel"])
