"""to_categorical, normalize and pad_sequences, by hand and beside Keras's own."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, ArgumentTypeError, DataError, ShapeError
from pellucid.keras.tensor import Tensor
from pellucid.keras.utils import normalize, pad_sequences, to_categorical


def test_labels_become_one_hot() -> None:
    assert to_categorical([1, 0, 3]).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
    assert to_categorical(np.array([[2], [0]]), 3).shape == (2, 3)
    assert to_categorical([[0, 1], [1, 1]]).shape == (2, 2, 2)
    assert to_categorical([0], 2, dtype="float32").dtype == np.float32
    assert to_categorical(1, 3).tolist() == [0, 1, 0]
    assert to_categorical(["1", "0"]).tolist() == [[0, 1], [1, 0]]
    found = to_categorical(Tensor([0, 2]))
    assert isinstance(found, Tensor)
    assert found.numpy().tolist() == [[1, 0, 0], [0, 0, 1]]


def test_labels_out_of_range() -> None:
    with pytest.raises(DataError, match=r"from 0 to 1 with num_classes=2.*0 to 2"):
        to_categorical([0, 2], 2)
    with pytest.raises(DataError, match=r"from -1 to 1.*\n.*\n.*unique"):
        to_categorical([-1, 1])


def test_rows_get_length_one() -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_allclose(np.linalg.norm(normalize(x), axis=1), 1)
    np.testing.assert_allclose(np.abs(normalize(x, axis=0, order=1)).sum(0), 1)
    assert normalize(np.zeros((1, 2))).tolist() == [[0, 0]]
    np.testing.assert_allclose(normalize(Tensor(x)).numpy(), normalize(x), rtol=1e-5)


PADDED = [
    ({}, [[0, 0, 1], [0, 2, 3], [4, 5, 6]]),
    ({"padding": "post"}, [[1, 0, 0], [2, 3, 0], [4, 5, 6]]),
    ({"maxlen": 2}, [[0, 1], [2, 3], [5, 6]]),
    ({"maxlen": 2, "truncating": "post", "value": 9}, [[9, 1], [2, 3], [4, 5]]),
    ({"maxlen": 4, "padding": "post"}, [[1, 0, 0, 0], [2, 3, 0, 0], [4, 5, 6, 0]]),
]


@pytest.mark.parametrize(("options", "expected"), PADDED)
@pytest.mark.parametrize("kind", [list, np.array, tuple])
def test_sequences_get_one_length(options, expected, kind) -> None:
    found = pad_sequences([kind([1]), kind([2, 3]), kind([4, 5, 6])], **options)
    assert found.tolist() == expected
    assert found.dtype == np.int32


def test_vectors_texts_and_nothing() -> None:
    vectors = pad_sequences([[[1, 2]], [[3, 4], [5, 6]], []], dtype="float32", value=-1.0)
    assert vectors.tolist() == [[[-1, -1], [1, 2]], [[3, 4], [5, 6]], [[-1, -1], [-1, -1]]]
    assert pad_sequences([["a"], []], dtype=object, value="?").tolist() == [["a"], ["?"]]
    assert pad_sequences([["abc"], []], dtype="U5", value="?").tolist() == [["abc"], ["?"]]
    assert pad_sequences([[1.9], []]).tolist() == [[1], [0]]
    assert pad_sequences([[], []]).shape == (2, 0)
    assert pad_sequences([[1, 2]], maxlen=0).shape == (1, 0)
    lists = np.empty(2, object)
    lists[:] = [[1], [2, 3]]
    assert pad_sequences(lists).tolist() == [[0, 1], [2, 3]]


def test_mistakes() -> None:
    with pytest.raises(ArgumentError, match="padding"):
        pad_sequences([[1]], padding="left")
    with pytest.raises(ArgumentTypeError, match="list of lists"):
        pad_sequences([1, 2])
    with pytest.raises(ArgumentTypeError, match="dtype=object"):
        pad_sequences([["a"]], value="?")
    with pytest.raises(ShapeError, match="shape"):
        pad_sequences([np.zeros((2, 2)), np.zeros((2, 3))])


@pytest.mark.oracle
def test_beside_keras() -> None:
    keras = pytest.importorskip("keras", reason="Keras is not installed (extra `oracle`)")
    rng = np.random.default_rng(0)
    for options, _ in PADDED:
        rows = [rng.integers(0, 9, n).tolist() for n in (3, 0, 7, 1)]
        want = keras.utils.pad_sequences(rows, **options)
        np.testing.assert_array_equal(pad_sequences(rows, **options), want)
        vectors = [rng.normal(size=(n, 2)) for n in (3, 1, 4)]
        want = keras.utils.pad_sequences(vectors, dtype="float64", **options)
        np.testing.assert_array_equal(pad_sequences(vectors, dtype="float64", **options), want)
    for labels, count in (([0, 2, 1], None), ([[1], [0]], 4), ([[0, 1], [2, 0]], None)):
        want = keras.utils.to_categorical(labels, count)
        have = to_categorical(labels, count)
        np.testing.assert_array_equal(have, want)
        assert have.dtype == want.dtype
    x = rng.normal(size=(3, 4))
    for axis, order in ((-1, 2), (1, 1), (-1, np.inf)):
        np.testing.assert_allclose(normalize(x, axis, order), keras.utils.normalize(x, axis, order))
