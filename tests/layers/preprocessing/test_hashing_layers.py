"""Hashing and HashedCrossing of texts, on the host and in models; the conformance table has those of numbers."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentError, DataError, ShapeError

COLOURS = ["red", "blue", "green", "red", "grün", ""]


def number(text, salt=b""):
    digest = blake2b(text.encode(), digest_size=8, salt=salt).digest()
    return int.from_bytes(digest, "little")


def test_texts_fall_into_the_bins_of_blake2b():
    found = layers.Hashing(7)(COLOURS)
    assert found.tolist() == [number(text) % 7 for text in COLOURS]
    assert found.dtype == np.int32
    salted = layers.Hashing(7, salt=3)(np.array(COLOURS)[:, None])
    salt = (3).to_bytes(8, "little") * 2
    assert salted.ravel().tolist() == [number(text, salt) % 7 for text in COLOURS]
    assert salted.shape == (6, 1)


def test_the_mask_value_has_bin_0_alone():
    found = layers.Hashing(4, mask_value="")(COLOURS)
    assert found.tolist() == [0 if not text else number(text) % 3 + 1 for text in COLOURS]
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


def test_crossings_of_texts_and_numbers():
    towns, hours = np.array(["ab", "a", "ab", "a"]), np.array([1, 2, 1, 12])
    layer = layers.HashedCrossing(1000)
    mixed = layer([towns, hours])
    assert mixed.tolist() == [
        number(f"{len(t)}:{t}{len(str(h))}:{h}") % 1000
        for t, h in zip(towns.tolist(), hours.tolist(), strict=True)
    ]
    assert mixed[0] == mixed[2]
    swapped = layers.HashedCrossing(1000)([hours, towns])
    assert swapped.tolist() != mixed.tolist()
    columns = layers.HashedCrossing(50, output_mode="one_hot")([towns[:, None], hours[:, None]])
    assert columns.shape == (4, 50)
    assert columns.argmax(axis=1).tolist() == [each % 50 for each in fresh_hashes(towns, hours)]


def fresh_hashes(towns, hours):
    return [
        number(f"{len(t)}:{t}{len(str(h))}:{h}")
        for t, h in zip(towns.tolist(), hours.tolist(), strict=True)
    ]


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
