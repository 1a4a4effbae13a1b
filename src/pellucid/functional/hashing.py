"""Hash functions that give the same number on every machine, in every process and in every version.

Numbers go through MurmurHash3 (32 bits), which is nothing but multiplications, shifts and exclusive ors of 32-bit
words, so it runs inside programs; text goes through BLAKE2b, which Python has, on the host.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

_FIRST, _SECOND = np.uint32(0xCC9E2D51), np.uint32(0x1B873593)
_FIVE, _ADDED = np.uint32(5), np.uint32(0xE6546B64)
_LAST, _VERY_LAST = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
_WORD = (1 << 64) - 1


def hash_numbers(*numbers: Any, salt: Sequence[int] = ()) -> Any:
    """Return MurmurHash3 of whole numbers, or of several side by side, as 32-bit numbers.

    What is hashed are the bytes of the salt's numbers and then of the given ones, each as 8 bytes, the lowest first; so
    a number has one hash, whether it comes as int8 or int64.

    Args:
        *numbers: Arrays of integers of one shape: of NumPy, also with 64 bits, or of JAX.
        salt: Whole numbers that make it another hash function. Default none.

    Returns:
        An array of the same shape, uint32.

    Example:
        >>> hash_numbers(np.array([1, 2])).tolist()
        [1392991556, 3323962100]

    Source: A. Appleby, MurmurHash3_x86_32 (2011), public domain, with the seed 0.
    """
    salts = [np.array([int(each) & _WORD], np.uint64) for each in salt]
    state: Any = np.zeros(1, np.uint32)
    for array in (*salts, *numbers):
        for word in _words(array):
            state = _absorb(state, word)
    state = state ^ np.uint32(8 * (len(salts) + len(numbers)))
    state = (state ^ (state >> np.uint32(16))) * _LAST
    state = (state ^ (state >> np.uint32(13))) * _VERY_LAST
    return (state ^ (state >> np.uint32(16))).reshape(np.shape(numbers[0]))


def _words(array: Any) -> tuple[Any, Any]:
    """Return the lower and the higher 32 bits of each number, as of a 64-bit one."""
    array = array if isinstance(array, jax.Array) else np.asarray(array)
    array = array.reshape(-1) if not array.ndim else array
    if array.dtype.itemsize == 8:
        return array.astype(np.uint32), (array >> 32).astype(np.uint32)
    if array.dtype == np.uint32:
        return array, array * np.uint32(0)
    signed = array.astype(np.int32)
    return signed.astype(np.uint32), (signed >> 31).astype(np.uint32)


def _absorb(state: Any, word: Any) -> Any:
    mixed = _rotate(word * _FIRST, 15) * _SECOND
    return _rotate(state ^ mixed, 13) * _FIVE + _ADDED


def _rotate(word: Any, bits: int) -> Any:
    return (word << np.uint32(bits)) | (word >> np.uint32(32 - bits))


def hash_texts(texts: Iterable[str], salt: Sequence[int] = ()) -> np.ndarray:
    """Return BLAKE2b of texts in UTF-8, the first 8 bytes of it as a number.

    Args:
        texts: The texts.
        salt: At most two whole numbers that make it another hash function. Default none.

    Returns:
        An array of shape (texts,), uint64.

    Example:
        >>> (hash_texts(["red", "blue", "red"]) % 10).tolist()
        [1, 6, 1]

    Source: RFC 7693, with 8 bytes of digest and the salt's numbers as 8 bytes each, the lowest first.
    """
    texts = list(texts)
    salted = b"".join((int(each) & _WORD).to_bytes(8, "little") for each in salt)
    known = {
        text: blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, salt=salted).digest()
        for text in dict.fromkeys(texts)
    }
    return np.frombuffer(b"".join(map(known.__getitem__, texts)), "<u8")


def into_bins(hashes: Any, bins: int) -> Any:
    """Return the remainders of hashes by the number of bins, int32.

    >>> into_bins(np.array([7, 12], np.uint32), 5).tolist()
    [2, 2]
    """
    kind = np.uint64 if hashes.dtype.itemsize == 8 else np.uint32
    return (hashes % kind(bins)).astype(jnp.int32)
