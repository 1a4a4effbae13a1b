"""Hashes against their authors' definitions, and the same ones on the host and in programs."""

from __future__ import annotations

from hashlib import blake2b

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.hashing import hash_numbers, hash_texts, into_bins

NUMBERS = np.array([0, 1, -1, 127, -(2**31), 2**31 - 1])


def as_bytes(*numbers):
    return b"".join(int(each).to_bytes(8, "little", signed=True) for each in numbers)


def test_numbers_are_hashed_as_scikit_learn_hashes_their_bytes():
    murmur = pytest.importorskip("sklearn.utils").murmurhash3_32
    wide = np.array([2**40, -(2**35), 5])
    for numbers in (NUMBERS, wide):
        wanted = [murmur(as_bytes(each), positive=True) for each in numbers]
        assert hash_numbers(numbers).tolist() == wanted
    several = hash_numbers(NUMBERS, NUMBERS[::-1], salt=(7, -1))
    pairs = zip(NUMBERS, NUMBERS[::-1], strict=True)
    assert several.tolist() == [murmur(as_bytes(7, -1, a, b), positive=True) for a, b in pairs]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "uint32"])
def test_a_number_has_one_hash_whatever_its_dtype_and_place(dtype):
    numbers = np.array([0, 3, 127], dtype)
    wanted = hash_numbers(np.array([0, 3, 127], "int64"))
    np.testing.assert_array_equal(hash_numbers(numbers), wanted)
    np.testing.assert_array_equal(jax.jit(hash_numbers)(jnp.asarray(numbers)), wanted)


def test_programs_of_64_bits_hash_wide_numbers_as_the_host():
    wide = np.array([[2**40, -3], [2**63 - 1, -(2**63)]])
    with jax.enable_x64(True):
        there = jax.jit(hash_numbers)(jnp.asarray(wide))
    np.testing.assert_array_equal(there, hash_numbers(wide))
    assert there.shape == (2, 2)


def test_texts_are_hashed_by_blake2b():
    texts = ["red", "", "größe", "red"]
    salt = (5).to_bytes(8, "little") + (2**64 - 6).to_bytes(8, "little")
    for salts, word in (((), b""), ((5, -6), salt)):
        wanted = [
            int.from_bytes(blake2b(t.encode(), digest_size=8, salt=word).digest(), "little")
            for t in texts
        ]
        assert hash_texts(texts, salts).tolist() == wanted


def test_bins_are_filled_evenly():
    for hashes in (hash_numbers(np.arange(0, 40_000, 4)), hash_texts(map(str, range(10_000)))):
        counts = np.bincount(into_bins(hashes, 10), minlength=10)
        assert counts.shape == (10,)
        assert np.abs(counts - 1000).max() < 5 * np.sqrt(900)
