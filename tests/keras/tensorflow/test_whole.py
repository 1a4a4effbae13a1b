"""Data sets as whole arrays: only where every pass gives the same rows."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.keras import tensorflow as tf
from pellucid.keras.tensorflow.data import whole as module
from pellucid.keras.tensorflow.data.whole import whole

X = np.arange(20.0, dtype=np.float32).reshape(10, 2)
Y = np.arange(10)
DATA = tf.data.Dataset.from_tensor_slices((X, Y))


def halved(x, y):
    return x / 2.0, y


def test_arrays_in_batches():
    found = whole(DATA.batch(4).prefetch(1))
    assert (found.batch_size, found.shuffled) == (4, False)
    np.testing.assert_array_equal(found.rows[0], X)
    np.testing.assert_array_equal(found.rows[1], Y)


@pytest.mark.parametrize(
    "chain",
    [
        lambda d: d.map(halved).shuffle(10),
        lambda d: d.shuffle(10).map(halved),
        lambda d: d.map(halved).cache().shuffle(10),
    ],
)
def test_functions_and_shuffling(chain):
    found = whole(chain(DATA).batch(5, drop_remainder=True))
    assert found.shuffled
    np.testing.assert_allclose(found.rows[0], X / 2)
    np.testing.assert_array_equal(found.rows[1], Y)


def test_windows_of_a_series():
    series = tf.data.Dataset.range(30).window(5, shift=1, drop_remainder=True)
    found = whole(series.flat_map(lambda w: w.batch(5)).map(lambda w: (w[:-1], w[-1])).batch(8))
    assert [part.shape for part in found.rows] == [(26, 4), (26,)]


def drawing(x, y):
    return x + tf.random.normal([]), y


@pytest.mark.parametrize(
    "data",
    [
        DATA,
        DATA.batch(4).repeat(),
        DATA.repeat().batch(4),
        DATA.batch(4, drop_remainder=True),
        DATA.map(drawing).batch(4),
        DATA.shuffle(10).take(5).batch(5),
        DATA.batch(4).map(halved),
        DATA.map(lambda x, y: tf.numpy_function(lambda a: a, [x], tf.float32)).batch(4),
        tf.data.Dataset.from_generator(lambda: iter([1.0]), tf.float32).batch(1),
        tf.data.Dataset.from_tensor_slices(["a", "b"]).batch(2),
    ],
)
def test_what_may_differ_is_left_in_batches(data):
    assert whole(data) is None


def test_variables_may_change():
    factor = tf.Variable(2.0)
    assert whole(DATA.map(lambda x, y: (x * factor, y)).batch(4)) is None


def test_large_data_are_left_in_batches(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 50)
    assert whole(DATA.map(halved).batch(4)) is None


def test_looking_takes_no_random_numbers():
    tf.random.set_seed(0)
    expected = float(tf.random.normal([]))
    tf.random.set_seed(0)
    whole(DATA.map(halved).batch(4))
    whole(DATA.map(drawing).batch(4))
    assert float(tf.random.normal([])) == expected
