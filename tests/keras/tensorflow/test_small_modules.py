"""``tf.summary``, ``tf.experimental.numpy``, ``tf.compat.v1.data`` and generators of random numbers."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from pellucid.keras import notices, tensorflow as tf


def test_numbers_are_written_to_a_file(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path / "logs"))
    assert tf.summary.scalar("loss", 1.0, step=0) is False
    with writer.as_default():
        for step in range(2):
            tf.summary.scalar("loss", tf.constant(0.5 * step), step=step)
        tf.summary.image("pictures", np.zeros((1, 2, 2, 3)), step=1)
    with (tmp_path / "logs" / "scalars.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows == [["step", "name", "value"], ["0", "loss", "0.0"], ["1", "loss", "0.5"]]


def test_a_number_that_is_not_known_yet_is_not_written_and_that_is_said(tmp_path):
    @tf.function
    def step(x):
        tf.summary.scalar("loss", x, step=0)
        return x * 2

    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        assert step(tf.constant(1.0)).numpy() == 2.0
    assert not list(tmp_path.iterdir())
    assert "inside a compiled function" in " ".join(map(notices.in_words, notices.collected()))


def test_numpy_on_tensors():
    tnp = tf.experimental.numpy
    x = tnp.asarray([[1.0, 2.0], [3.0, 4.0]])
    assert isinstance(tnp.sum(x, axis=0), tf.Tensor)
    assert tnp.sum(x, axis=0).numpy().tolist() == [4.0, 6.0]
    assert tnp.nanmean(x).numpy() == 2.5
    assert tnp.pi == np.pi
    assert tnp.ndarray is tf.Tensor
    with pytest.raises(AttributeError, match=r"numpy.meen` does not exist.*\n.*\n.*numpy.mean"):
        tnp.meen  # noqa: B018


def test_shapes_and_dtypes_as_tensorflow_1_asked_for_them():
    data = tf.data.Dataset.from_tensor_slices((np.zeros((4, 2), "float32"), [1, 2, 3, 4])).batch(2)
    assert tf.compat.v1.data.get_output_shapes(data) == ((None, 2), (None,))
    assert tf.compat.v1.data.get_output_types(data) == (tf.float32, tf.int32)
    assert tf.compat.v1.data.Dataset is tf.data.Dataset


def test_generators_begin_anew_and_split():
    generator = tf.random.Generator.from_seed(3)
    first = generator.normal([4]).numpy()
    generator.reset_from_seed(3)
    assert np.array_equal(generator.normal([4]), first)
    one, other = generator.split(2)
    assert not np.allclose(one.normal([4]), other.normal([4]))
    seeds = generator.make_seeds(2)
    assert seeds.shape == (2, 2)
    assert tf.random.stateless_normal([3], seed=seeds[:, 0]).shape == (3,)


def test_counting_without_end():
    counted = tf.data.experimental.Counter(5, 2).take(3)
    assert [int(number) for number in counted] == [5, 7, 9]
