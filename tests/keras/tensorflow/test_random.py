"""``tf.random``: distributions, seeds, generators."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.keras import tensorflow as tf

DRAWS = {
    "normal": lambda: tf.random.normal([4000], 2.0, 3.0),
    "truncated_normal": lambda: tf.random.truncated_normal([4000], 2.0, 3.0),
    "uniform": lambda: tf.random.uniform([4000], -1, 5),
    "gamma": lambda: tf.random.gamma([4000], 4.0, 2.0),
    "poisson": lambda: tf.random.poisson([4000], 2.0),
}


@pytest.mark.parametrize("name", DRAWS)
def test_means_and_seeds(name):
    tf.random.set_seed(7)
    first, second = DRAWS[name]().numpy(), DRAWS[name]().numpy()
    assert first.mean() == pytest.approx(2.0, abs=0.2)
    assert not np.array_equal(first, second)
    tf.random.set_seed(7)
    np.testing.assert_array_equal(first, DRAWS[name]())


def test_ranges():
    whole = tf.random.uniform([500], 0, 3, dtype=tf.int32)
    assert set(whole.numpy()) == {0, 1, 2}
    assert np.abs(tf.random.truncated_normal([2000])).max() <= 2


def test_classes_follow_the_logits():
    drawn = tf.random.categorical(np.log([[0.8, 0.2], [0.01, 0.99]]), 2000).numpy()
    assert drawn.shape == (2, 2000)
    np.testing.assert_allclose(drawn.mean(1), [0.2, 0.99], atol=0.05)


def test_shuffling_keeps_the_rows():
    rows = np.arange(20).reshape(10, 2)
    found = tf.random.shuffle(rows).numpy()
    assert sorted(map(tuple, found)) == sorted(map(tuple, rows))


def test_stateless_draws_are_the_same_for_the_same_seed():
    one, other = (tf.random.stateless_normal([3], seed=[1, 2]) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(one, tf.random.stateless_normal([3], seed=[1, 3]))


def test_generators_have_sequences_of_their_own():
    generator = tf.random.Generator.from_seed(3)
    first = generator.uniform([4]).numpy()
    assert not np.array_equal(first, generator.uniform([4]))
    np.testing.assert_array_equal(first, tf.random.Generator.from_seed(3).uniform([4]))
    assert tf.random.get_global_generator() is tf.random.get_global_generator()


def test_shapes_may_come_from_tensors():
    x = tf.zeros([3, 2])
    assert tf.random.normal(tf.shape(x)).shape == (3, 2)
    assert tf.random.normal(shape=(tf.shape(x)[0], 5)).shape == (3, 5)

    @tf.function
    def noisy(values):
        return values + tf.random.normal(tf.shape(values))

    assert not np.array_equal(noisy(x), noisy(x))


def test_a_generator_goes_on_in_every_run_of_a_compiled_function():
    kept = []

    @tf.function
    def draw():
        if not kept:
            kept.append(tf.random.Generator.from_seed(1))
        return kept[0].normal([3])

    drawn = [draw().numpy() for _ in range(3)]
    assert len({tuple(numbers) for numbers in drawn}) == 3
    assert kept[0].normal([3]).shape == (3,)
