"""Windows, sampling tables and skip-grams, by hand and beside Keras's own."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, DataError
from pellucid.keras.preprocessing import sequence
from pellucid.keras.utils import pad_sequences


def test_padding_lives_here_too() -> None:
    assert sequence.pad_sequences is pad_sequences


def test_windows_end_before_their_targets() -> None:
    series = np.arange(10)
    windows = sequence.TimeseriesGenerator(
        series, series * 10, length=4, sampling_rate=2, stride=3, batch_size=1
    )
    assert len(windows) == 2
    batches = [(x.tolist(), y.tolist()) for x, y in windows]
    assert batches == [([[0, 2]], [40]), ([[3, 5]], [70])]


def test_lists_reversed_and_shuffled() -> None:
    rows = [[n, -n] for n in range(6)]
    backwards = sequence.TimeseriesGenerator(rows, rows, length=2, reverse=True)
    assert backwards[0][0][0].tolist() == [[1, -1], [0, 0]]
    drawn = sequence.TimeseriesGenerator(
        np.arange(50), np.arange(50), length=3, shuffle=True, batch_size=20
    )
    x, y = drawn[0]
    np.testing.assert_array_equal(x[:, -1] + 1, y)
    assert len(set(y.tolist())) > 5


def test_windows_that_do_not_fit() -> None:
    with pytest.raises(DataError, match="no window fits"):
        sequence.TimeseriesGenerator(np.arange(3), np.arange(3), length=3)
    with pytest.raises(DataError, match="same length"):
        sequence.TimeseriesGenerator(np.arange(3), np.arange(4), length=1)


def test_frequent_words_are_kept_seldom() -> None:
    table = sequence.make_sampling_table(10_000)
    assert (np.diff(table[1:]) >= 0).all()
    assert table[0] == table[1] < 0.01
    assert table[-1] <= 1


def test_pairs_stand_near_each_other() -> None:
    couples, labels = sequence.skipgrams(
        [1, 2, 3, 0], 4, window_size=1, negative_samples=0, shuffle=False
    )
    assert couples == [[1, 2], [2, 1], [2, 3], [3, 2]]
    assert labels == [1] * 4
    couples, labels = sequence.skipgrams([1, 2, 3], 4, window_size=1, categorical=True, seed=1)
    true = [couple for couple, label in zip(couples, labels, strict=True) if label == [0, 1]]
    assert sorted(true) == [[1, 2], [2, 1], [2, 3], [3, 2]]
    assert len(couples) == 8
    assert sequence.skipgrams([], 4) == ([], [])
    with pytest.raises(ArgumentError, match="vocabulary_size"):
        sequence.skipgrams([1, 1], 1)


@pytest.mark.oracle
def test_beside_keras() -> None:
    pytest.importorskip("keras", reason="Keras is not installed (extra `oracle`)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from keras.src.legacy.preprocessing import sequence as theirs
    np.testing.assert_allclose(sequence.make_sampling_table(500), theirs.make_sampling_table(500))
    words = [int(word) for word in np.random.default_rng(0).integers(0, 20, 40)]
    pairs = []
    for module in (theirs, sequence):
        random.seed(4)
        pairs.append(module.skipgrams(words, 20, sampling_table=np.full(20, 0.6), seed=2))
    assert pairs[0] == pairs[1]
    series, goals = np.random.default_rng(0).normal(size=(2, 23, 2))
    settings = {
        "length": 6,
        "sampling_rate": 2,
        "stride": 2,
        "start_index": 1,
        "end_index": 20,
        "batch_size": 3,
    }
    want = theirs.TimeseriesGenerator(series, goals, **settings)
    have = sequence.TimeseriesGenerator(series, goals, **settings)
    assert len(have) == len(want)
    for number in range(len(want)):
        for found, expected in zip(have[number], want[number], strict=True):
            np.testing.assert_array_equal(found, expected)
    assert have.get_config().items() >= {"length": 6, "stride": 2, "start_index": 7}.items()
