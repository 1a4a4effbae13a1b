"""Variables: their parts are assigned to, and a function's first call may make them."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import UsageError
from pellucid.keras import tensorflow as tf


def test_parts_are_assigned_to():
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    v[0, 1].assign(42.0)
    v[:, 0].assign_add([10.0, 20.0])
    v[1].assign_sub([1.0, 1.0])
    assert v.numpy().tolist() == [[11.0, 42.0], [22.0, 3.0]]
    v.scatter_nd_update([[0, 0], [1, 1]], [100.0, 200.0])
    v.scatter_nd_add([[0]], [[1.0, 1.0]])
    v.scatter_nd_sub([[1]], [[2.0, 2.0]])
    assert v.numpy().tolist() == [[101.0, 43.0], [20.0, 198.0]]


def test_a_part_is_a_tensor_that_tapes_know():
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(v[1] ** 2)
    assert tape.gradient(loss, v).numpy().tolist() == [[0.0, 0.0], [6.0, 8.0]]
    assert not hasattr(tf.constant([1.0])[0], "assign")


def test_parts_are_assigned_to_inside_functions():
    v = tf.Variable([0.0, 0.0])

    @tf.function
    def count(place):
        v[place].assign_add(1.0)

    for place in (1, 1, 0):
        count(tf.constant(place))
    assert v.numpy().tolist() == [1.0, 2.0]


def test_the_first_call_of_a_function_makes_variables():
    class Line(tf.Module):
        def __init__(self):
            super().__init__()
            self.ready = False

        @tf.function
        def __call__(self, x):
            if not self.ready:
                self.w = tf.Variable(tf.random.uniform([x.shape[-1], 1]))
                self.ready = True
            return x @ self.w

    line, x = Line(), tf.ones((2, 3))
    first, second = line(x), line(x)
    assert line.w.shape == (3, 1)
    assert np.allclose(first, second)


def test_a_variable_inside_another_program_is_refused():
    class Noisy(tf.keras.layers.Layer):
        def call(self, inputs):
            return inputs + tf.Variable(tf.reduce_sum(inputs))

    with pytest.raises(UsageError, match="not known yet"):
        Noisy()(tf.ones((2, 3)))


def test_lists_and_single_numbers():
    v = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    assert ([[1.0, 1.0]] @ v).numpy().tolist() == [[4.0, 6.0]]
    assert (v * [[10.0], [20.0]]).numpy().tolist() == [[10.0, 20.0], [60.0, 80.0]]
    assert float(v[:1, :1]) == 1.0
    assert int(tf.constant([7])) == 7
    with pytest.raises(TypeError):
        float(v)


def test_rows_of_a_variable_by_their_places():
    variable = tf.Variable(np.zeros((3, 2), "float32"))
    rows = tf.IndexedSlices(values=[[1.0, 2.0], [3.0, 4.0]], indices=[2, 0])
    variable.scatter_update(rows)
    variable.scatter_add(rows)
    variable.scatter_sub(tf.IndexedSlices([[1.0, 1.0]], [2]))
    np.testing.assert_array_equal(variable.numpy(), [[6, 8], [0, 0], [1, 3]])
