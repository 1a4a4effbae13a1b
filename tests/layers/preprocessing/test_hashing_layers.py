"""Hashing and HashedCrossing of texts, on the host and in models; the conformance table has those of numbers."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentError, DataError, ShapeError

COLOURS = ["red", "blue", "green", "red", "grün", ""]


LETTERS = np.array([["A"], ["B"], ["C"], ["D"], ["E"]])
FAMILY = np.array([["omar"], ["stringer"], ["marlo"], ["wire"], ["skywalker"]])


@pytest.mark.parametrize(
    ("texts", "arguments", "bins"),
    [
        (LETTERS, {"num_bins": 3}, [1, 0, 1, 1, 2]),
        (LETTERS, {"num_bins": 3, "salt": [133, 137]}, [1, 2, 1, 0, 2]),
        (LETTERS, {"num_bins": 3, "salt": 133}, [0, 0, 2, 1, 0]),
        (FAMILY, {"num_bins": 2}, [0, 0, 1, 0, 0]),
        (FAMILY, {"num_bins": 3, "mask_value": ""}, [1, 1, 2, 1, 1]),
        (FAMILY, {"num_bins": 3, "mask_value": "omar"}, [0, 1, 2, 1, 1]),
        (FAMILY, {"num_bins": 2, "salt": [133, 137]}, [0, 1, 0, 1, 0]),
        (FAMILY, {"num_bins": 2, "salt": [211, 137]}, [1, 0, 1, 0, 1]),
        (np.arange(5), {"num_bins": 3}, [1, 0, 1, 0, 2]),
        (np.arange(5), {"num_bins": 3, "salt": [133, 137]}, [1, 1, 2, 0, 1]),
    ],
)
def test_values_fall_into_the_bins_that_keras_names(texts, arguments, bins):
    found = layers.Hashing(**arguments)(texts)
    assert found.dtype == np.int32
    assert found.shape == texts.shape
    assert found.ravel().tolist() == bins


def test_the_mask_value_has_bin_0_alone():
    found = layers.Hashing(4, mask_value="")(COLOURS)
    assert [text for text, each in zip(COLOURS, found, strict=True) if each == 0] == [""]
    assert layers.Hashing(4, mask_value="")(np.arange(50)).min() > 0


def test_vectors_of_texts():
    words = np.array(COLOURS).reshape(2, 3)
    bins = layers.Hashing(5)(words)
    vectors = layers.Hashing(5, output_mode="count")(words)
    np.testing.assert_array_equal(
        vectors, np.stack([np.bincount(row, minlength=5) for row in bins])
    )


def test_wide_numbers_are_hashed_with_all_their_bits():
    wide = np.array([5, 5 + 2**32, 5 + 2**40])
    found = layers.Hashing(1000)(wide)
    assert len(set(found.tolist())) == 3
    assert found[0] == layers.Hashing(1000)([5])[0]


@pytest.mark.parametrize("dtype", ["string", "int32"])
def test_a_model_hashes_texts_before_and_numbers_inside_its_program(dtype, tmp_path):
    x = np.array(COLOURS if dtype == "string" else range(6))
    layer = layers.Hashing(8)
    model = Sequential([Input(shape=(), dtype=dtype), layer, layers.Embedding(8, 2)])
    assert layer.on_host == (dtype == "string")
    wanted = np.asarray(model.layers[1].embeddings)[np.asarray(layers.Hashing(8)(x))]
    np.testing.assert_array_equal(model.predict(x), wanted)
    model.save(tmp_path / "model.safetensors")
    again = pellucid.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict(x), wanted)


def test_crossings_fall_into_the_bins_that_keras_names():
    letters, numbers = np.array(list("ABABA")), np.array([101, 101, 101, 102, 102])
    assert layers.HashedCrossing(5)([letters, numbers]).tolist() == [1, 4, 1, 1, 3]
    columns = layers.HashedCrossing(5, output_mode="one_hot")([letters[:, None], numbers[:, None]])
    assert columns.shape == (5, 5)
    assert columns.argmax(axis=1).tolist() == [1, 4, 1, 1, 3]
    swapped = layers.HashedCrossing(1000)([numbers, letters])
    assert swapped.tolist() != layers.HashedCrossing(1000)([letters, numbers]).tolist()


def test_unknown_texts_and_numbers_share_places_by_their_hash():
    texts = layers.StringLookup(vocabulary=["a"], num_oov_indices=3)(LETTERS.ravel())
    assert texts.tolist() == [1, 0, 1, 1, 2]
    salted = layers.StringLookup(vocabulary=["a"], num_oov_indices=3, salt=133)(LETTERS.ravel())
    assert salted.tolist() == [0, 0, 2, 1, 0]
    numbers = layers.IntegerLookup(vocabulary=[9], num_oov_indices=3, oov_method="farmhash")
    assert numbers(np.arange(5)).tolist() == [1, 0, 1, 0, 2]


def test_a_graph_crosses_two_columns_of_text():
    first, second = Input(shape=(1,), dtype="string"), Input(shape=(1,), dtype="string")
    crossed = layers.HashedCrossing(6)([first, second])
    model = Model([first, second], layers.Embedding(6, 2)(crossed))
    a, b = np.array([["x"], ["y"]]), np.array([["p"], ["q"]])
    wanted = layers.HashedCrossing(6)([a, b])
    table = np.asarray(model.layers[-1].embeddings)
    np.testing.assert_array_equal(model.predict([a, b]), table[wanted])


def test_what_they_refuse():
    with pytest.raises(ArgumentError, match="`salt` must be an integer or two"):
        layers.Hashing(3, salt=[1, 2, 3])
    with pytest.raises(ShapeError, match="a list of two or more features of one shape"):
        layers.HashedCrossing(3)([np.zeros(3, int)])
    with pytest.raises(ShapeError, match="of one shape"):
        layers.HashedCrossing(3)([np.zeros(3, int), np.zeros(4, int)])
    with pytest.raises(DataError, match=r"whole numbers, but the inputs hold 0.5"):
        layers.Hashing(3)([0.5])
    with pytest.raises(DataError, match=r"entry 1 is None[\s\S]*fillna"):
        layers.Hashing(3)(np.array(["a", None], object))
