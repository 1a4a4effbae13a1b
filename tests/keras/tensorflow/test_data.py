"""``tf.data.Dataset``: order, batches, structures, functions, and that going through twice works."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, ArgumentTypeError, DataError
from pellucid.keras import tensorflow as tf
from pellucid.keras.tensorflow.data import calls

Dataset = tf.data.Dataset


def listed(dataset):
    """Return the elements as plain lists."""
    return [
        tuple(np.asarray(part).tolist() for part in element)
        if isinstance(element, tuple)
        else np.asarray(element).tolist()
        for element in dataset.as_numpy_iterator()
    ]


def test_slices_come_in_order_and_again():
    data = Dataset.from_tensor_slices((np.arange(4), [[1.0], [2.0], [3.0], [4.0]]))
    expected = [(0, [1.0]), (1, [2.0]), (2, [3.0]), (3, [4.0])]
    assert listed(data) == expected
    assert listed(data) == expected
    assert len(data) == 4
    x, y = next(iter(data))
    assert isinstance(x, tf.Tensor)
    assert (x.shape, y.shape, y.dtype) == ((), (1,), tf.float32)


def test_lengths_must_agree():
    with pytest.raises(
        DataError, match=r"same number of rows, but their shapes are \(3,\), \(2,\)"
    ):
        Dataset.from_tensor_slices((np.zeros(3), np.zeros(2)))


def test_dicts_keep_their_order_and_their_keys():
    data = Dataset.from_tensor_slices(({"b": [1, 2], "a": [3, 4]}, [5, 6])).batch(2)
    features, labels = next(iter(data))
    assert list(features) == ["b", "a"]
    assert features["a"].numpy().tolist() == [3, 4]
    assert labels.numpy().tolist() == [5, 6]
    assert data.element_spec[0]["a"] == tf.TensorSpec([None], tf.int32)


def test_text_comes_as_bytes():
    data = Dataset.from_tensor_slices((["one", "two"], [1, 2]))
    text, _ = next(iter(data))
    assert (text.dtype, text.numpy()) == (tf.string, b"one")
    batch = next(iter(data.batch(2)))[0]
    assert np.asarray(batch).tolist() == ["one", "two"]
    lengths = data.map(lambda t, n: (tf.strings.length(t), n * 2))
    assert listed(lengths) == [(3, 2), (3, 4)]


@pytest.mark.parametrize(("drop", "sizes"), [(False, [4, 4, 2]), (True, [4, 4])])
def test_batches(drop, sizes):
    data = Dataset.range(10).batch(4, drop_remainder=drop)
    assert [len(batch) for batch in data] == sizes
    assert len(data) == len(sizes)
    assert data.element_spec.shape == ((4,) if drop else (None,))
    assert listed(data.unbatch()) == list(range(10))[: sum(sizes)]


def test_shuffling_is_another_order_each_time_and_the_same_for_the_same_seed():
    data = Dataset.range(50).shuffle(50, seed=3)
    first, second = listed(data), listed(data)
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert first != list(range(50))
    again = Dataset.range(50).shuffle(50, seed=3)
    assert [listed(again), listed(again)] == [first, second]
    still = Dataset.range(50).shuffle(50, seed=3, reshuffle_each_iteration=False)
    assert listed(still) == listed(still)


def test_a_small_buffer_moves_elements_back_by_no_more_than_its_size():
    order = listed(Dataset.range(100).shuffle(10, seed=0))
    assert sorted(order) == list(range(100))
    assert (np.array(order) <= np.arange(100) + 10).all()
    mapped = Dataset.range(100).map(lambda x: x + 0).shuffle(10, seed=0)
    assert listed(mapped) == order


def test_repeating_shuffles_anew():
    data = Dataset.range(8).shuffle(8, seed=1).repeat(2)
    order = listed(data)
    assert sorted(order[:8]) == sorted(order[8:]) == list(range(8))
    assert order[:8] != order[8:]
    assert len(data) == 16
    assert listed(Dataset.range(3).repeat().batch(2).take(3)) == [[0, 1], [2, 0], [1, 2]]


def test_endless_and_unknown_lengths():
    endless = Dataset.range(3).repeat()
    assert int(endless.cardinality()) == tf.data.INFINITE_CARDINALITY
    with pytest.raises(TypeError, match="it never ends"):
        len(endless)
    some = Dataset.range(9).filter(lambda x: x > 4)
    assert int(some.cardinality()) == tf.data.UNKNOWN_CARDINALITY
    assert len(endless.take(5)) == 5


def test_parts():
    data = Dataset.range(7)
    assert listed(data.take(2)) == [0, 1]
    assert listed(data.take(-1)) == list(range(7))
    assert listed(data.skip(5)) == [5, 6]
    assert listed(data.shard(3, 1)) == [1, 4]
    assert listed(data.take(2).concatenate(data.skip(6))) == [0, 1, 6]
    assert listed(data.take(2).enumerate(start=5)) == [(5, 0), (6, 1)]
    assert [len(d) for d in (data.take(9), data.skip(5), data.shard(3, 1))] == [7, 2, 2]


def test_side_by_side():
    x, y = Dataset.range(3), Dataset.range(10, 20)
    assert listed(Dataset.zip((x, y))) == [(0, 10), (1, 11), (2, 12)]
    assert listed(Dataset.zip(x.map(lambda v: v * 2), y)) == [(0, 10), (2, 11), (4, 12)]
    assert len(Dataset.zip((x, y.repeat()))) == 3


def test_functions_are_compiled_once_for_many_elements():
    seen = []

    def double(x):
        seen.append(x)
        return {"twice": x * 2, "float": tf.cast(x, tf.float32) / 2.0}

    data = Dataset.range(300).map(double, num_parallel_calls=tf.data.AUTOTUNE)
    found = list(data.as_numpy_iterator())
    assert [int(element["twice"]) for element in found] == list(range(0, 600, 2))
    assert found[7]["float"] == pytest.approx(3.5)
    assert len(seen) == 1
    batches = [batch["twice"].numpy().tolist() for batch in data.batch(200)]
    assert [len(batch) for batch in batches] == [200, 100]
    assert batches[1][-1] == 598


def test_functions_that_need_numbers_are_called_for_each_element():
    def parity(x):
        return x if int(x) % 2 else -x

    assert listed(Dataset.range(5).map(parity)) == [0, 1, -2, 3, -4]
    assert listed(Dataset.range(5).map(parity).batch(5)) == [[0, 1, -2, 3, -4]]


def test_errors_in_functions_reach_the_user():
    with pytest.raises(ZeroDivisionError):
        list(Dataset.range(3).map(lambda x: 1 // 0))


def test_random_functions_draw_for_each_element_and_each_time():
    data = Dataset.range(100).map(lambda x: tf.random.uniform([]))
    first, second = listed(data), listed(data)
    assert len(set(first)) == 100
    assert not set(first) & set(second)
    images = np.arange(4.0).reshape(1, 1, 4, 1).repeat(64, 0)
    flipped = Dataset.from_tensor_slices(images).map(tf.image.random_flip_left_right).batch(64)
    starts = next(iter(flipped)).numpy()[:, 0, 0, 0]
    assert 10 < (starts == 3).sum() < 54


def test_variables_in_functions_are_read_when_they_are_needed():
    factor = tf.Variable(2)
    data = Dataset.range(3).map(lambda x: x * factor)
    assert listed(data) == [0, 2, 4]
    factor.assign(5)
    assert listed(data) == [0, 5, 10]


def test_elements_of_ever_other_shapes(monkeypatch):
    monkeypatch.setattr(calls, "MOST_FORMS", 2)
    data = Dataset.range(1, 7).map(lambda n: tf.ones([int(n)])).map(tf.reduce_sum)
    assert listed(data) == [1, 2, 3, 4, 5, 6]
    with pytest.raises(
        DataError, match=r"different shapes cannot be put into one batch: \(1,\), \(2,\)"
    ):
        list(Dataset.range(1, 3).map(lambda n: tf.ones([int(n)])).batch(2))


def test_padded_batches():
    rows = [[1], [2, 3, 4], [5, 6]]
    data = Dataset.from_generator(lambda: iter(rows), output_types=tf.int32, output_shapes=[None])
    assert listed(data.padded_batch(2)) == [[[1, 0, 0], [2, 3, 4]], [[5, 6]]]
    filled = data.padded_batch(3, padded_shapes=[4], padding_values=-1)
    assert listed(filled) == [[[1, -1, -1, -1], [2, 3, 4, -1], [5, 6, -1, -1]]]
    pairs = Dataset.from_generator(
        lambda: ((row, len(row)) for row in rows),
        output_signature=(tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int64)),
    )
    assert listed(pairs.padded_batch(2, padded_shapes=([None], []))) == [
        ([[1, 0, 0], [2, 3, 4]], [1, 3]),
        ([[5, 6]], [2]),
    ]


def test_generators():
    starts = []

    def numbers(count):
        starts.append(count)
        yield from ((n, [n, n]) for n in range(count))

    data = Dataset.from_generator(numbers, (tf.float32, tf.int32), args=(3,))
    assert listed(data) == [(0, [0, 0]), (1, [1, 1]), (2, [2, 2])]
    assert listed(data.batch(2))[0] == ([0.0, 1.0], [[0, 0], [1, 1]])
    assert starts == [3, 3]
    assert data.element_spec[0].dtype == tf.float32
    with pytest.raises(ArgumentError, match="must be a function that starts a generator"):
        Dataset.from_generator(numbers(3), tf.float32)


def test_windows():
    data = Dataset.range(6)
    windows = data.window(3, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(3))
    assert listed(windows) == [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]
    assert [listed(window) for window in data.window(4)] == [[0, 1, 2, 3], [4, 5]]
    assert [listed(w) for w in data.window(2, shift=3, stride=2)] == [[0, 2], [3, 5]]
    pairs = windows.map(lambda w: (w[:-1], w[-1:])).batch(4)
    assert listed(pairs) == [([[0, 1], [1, 2], [2, 3], [3, 4]], [[2], [3], [4], [5]])]
    both = Dataset.zip((data, data)).window(2, drop_remainder=True)
    x, y = next(iter(both))
    assert (listed(x), listed(y)) == ([0, 1], [0, 1])
    assert len(data.window(3, shift=1, drop_remainder=True)) == 4


def test_choosing_and_opening():
    data = Dataset.range(10)
    assert listed(data.filter(lambda x: x % 3 == 0)) == [0, 3, 6, 9]
    assert listed(data.take_while(lambda x: x < 3)) == [0, 1, 2]
    twice = Dataset.range(1, 4).flat_map(lambda x: Dataset.from_tensors(x).repeat(int(x)))
    assert listed(twice) == [1, 2, 2, 3, 3, 3]
    turns = Dataset.range(1, 4).interleave(
        lambda x: Dataset.from_tensors(x).repeat(3), cycle_length=2, block_length=2
    )
    assert listed(turns) == [1, 1, 2, 2, 1, 2, 3, 3, 3]
    with pytest.raises(ArgumentTypeError, match="must give a Dataset"):
        list(data.flat_map(lambda x: x))


def test_states():
    data = Dataset.range(5)
    assert int(data.reduce(0, lambda total, x: total + x)) == 10
    sums = data.scan(0, lambda total, x: (total + x, total + x))
    assert listed(sums) == [0, 1, 3, 6, 10]


def test_cache_computes_once():
    calls_made = []

    def look(x):
        calls_made.append(int(x))
        return x + 1

    data = Dataset.range(4).map(look).cache()
    assert listed(data) == listed(data) == [1, 2, 3, 4]
    assert calls_made == [0, 1, 2, 3]
    shuffled = data.shuffle(4, seed=0).batch(2)
    assert sorted(n for batch in listed(shuffled) for n in batch) == [1, 2, 3, 4]
    assert len(calls_made) == 4


def test_what_has_no_effect_returns_the_same_elements():
    data = Dataset.range(3)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = None
    chained = (
        data.cache().prefetch(tf.data.AUTOTUNE).with_options(options).apply(lambda d: d.skip(1))
    )
    assert listed(chained) == [1, 2]
    assert tf.data.experimental.AUTOTUNE == tf.data.AUTOTUNE
    assert int(tf.data.experimental.cardinality(data)) == 3


def test_files(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(f"{name} 1\n{name} 2\n")
    files = Dataset.list_files(f"{tmp_path}/*.txt", shuffle=False)
    names = files.map(lambda path: tf.strings.split(path, "/")[-1])
    assert list(names.as_numpy_iterator()) == [b"a.txt", b"b.txt"]
    lines = files.interleave(tf.data.TextLineDataset, cycle_length=2)
    assert list(lines.as_numpy_iterator()) == [b"a 1", b"b 1", b"a 2", b"b 2"]
    with pytest.raises(ArgumentError, match="no file fits"):
        Dataset.list_files(f"{tmp_path}/*.png")


def test_sizes_must_be_at_least_one():
    with pytest.raises(
        ArgumentError, match=r"Dataset\.batch: the size must be a whole number of at least 1"
    ):
        Dataset.range(3).batch(0)


def test_columns_of_data_frames():
    pandas = pytest.importorskip("pandas", reason="data frames come from pandas")
    frame = pandas.DataFrame({"name": ["a", "b"], "age": [1.0, 2.0]})
    data = Dataset.from_tensor_slices((dict(frame), frame["age"]))
    features, age = next(iter(data))
    assert (features["name"].numpy(), float(features["age"]), float(age)) == (b"a", 1.0, 1.0)


def test_passes_can_be_gone_through_by_hand():
    steps = iter(Dataset.range(2))
    assert [int(steps.get_next()), int(next(steps))] == [0, 1]
    with pytest.raises(StopIteration):
        next(steps)


def test_nothing_comes_of_nothing():
    empty = Dataset.from_tensor_slices(np.zeros((0, 2)))
    assert listed(empty.map(lambda x: x * 2).batch(3)) == []
    assert listed(Dataset.range(3).filter(lambda x: x > 5).repeat()) == []
