"""Hash functions that give the same number on every machine, in every process and in every version.

Texts go through FarmHash's ``Fingerprint64`` of their UTF-8 bytes, or with a salt through SipHash-2-4; numbers go
through the same functions as their decimal texts. So TensorFlow and Keras hash, and bins are theirs. Texts are hashed
on the host, all of one length at once; numbers inside programs too, where 64 bits are two words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.functional import farmhash, siphash
from pellucid.functional.decimals import Decimals
from pellucid.functional.wide_words import Wide, choose, widened

_CROSSED = 0xDECAFCAFFE


def hash_texts(texts: Iterable[str], salt: Sequence[int] = ()) -> np.ndarray:
    """Return the hashes of texts in UTF-8.

    Args:
        texts: The texts.
        salt: No number, or two, the key of SipHash. Default none.

    Returns:
        An array of shape (texts,), uint64.

    Example:
        >>> (hash_texts(["red", "blue", "red"]) % 10).tolist()
        [0, 5, 0]
    """
    texts = list(texts)
    number = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    messages = [text.encode("utf-8", "surrogatepass") for text in number]
    lengths = np.fromiter(map(len, messages), np.int64, len(messages))
    order = np.argsort(lengths, kind="stable")
    hashes = np.zeros(len(messages), np.uint64)
    for group in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1) if texts else ():
        joined = b"".join([messages[each] for each in group.tolist()])
        rows = np.frombuffer(joined, np.uint8).reshape(len(group), -1 if joined else 0)
        hashes[group] = _salted(rows, salt) if salt else _fingerprints(rows)
    return hashes[np.fromiter(map(number.__getitem__, texts), np.int64, len(texts))]


def hash_numbers(numbers: Any, salt: Sequence[int] = ()) -> Any:
    """Return the hashes of whole numbers as of their decimal texts; inside programs as pairs of words.

    A number has one hash, whether it comes as int8 or int64, on the host or in a program.

    Args:
        numbers: Integers of any shape and width.
        salt: No number, or two, the key of SipHash. Default none.

    Returns:
        An array of the same shape, uint64; inside programs :class:`~pellucid.functional.wide_words.Wide`.

    Example:
        >>> (hash_numbers(np.array([0, 1, 2, 3, 4])) % np.uint64(3)).tolist()
        [1, 0, 1, 0, 2]
    """
    if not isinstance(numbers, Tracer):
        array = np.asarray(numbers)
        return hash_texts(map(str, array.ravel().tolist()), salt).reshape(array.shape)
    return _in_program(numbers, tuple(salt))


def cross(features: Sequence[Any]) -> Any:
    """Return one hash for the features of each row: of numbers themselves, and of the hashes of texts.

    Args:
        features: Arrays of one shape: integers, or uint64 for the hashes of texts.

    Example:
        >>> (cross([np.array([101, 102]), np.array([101, 102])]) % np.uint64(10)).tolist()
        [3, 9]
    """
    if any(isinstance(feature, Tracer) for feature in features):
        return _crossed([jnp.asarray(feature) for feature in features])
    columns = [np.asarray(feature).astype(np.uint64) for feature in features]
    return reduce(farmhash.joined, columns, np.full(columns[0].shape, _CROSSED, np.uint64))


def into_bins(hashes: Any, bins: int) -> Any:
    """Return the remainders of hashes by the number of bins, int32.

    >>> into_bins(np.array([7, 12], np.uint64), 5).tolist()
    [2, 2]
    """
    if isinstance(hashes, Wide):
        return _remainders(hashes, bins)
    return (hashes % np.uint64(bins)).astype(jnp.int32)


# Hundreds of small operations: compiled at once also where a transform without a program, `jax.vmap`, asks for them.


@partial(jax.jit, static_argnames="salt")
def _in_program(numbers: jax.Array, salt: tuple[int, ...]) -> Wide:
    text = Decimals.of(numbers)
    return _salted_decimals(text, salt) if salt else _fingerprint_of(text)


@jax.jit
def _crossed(features: list[jax.Array]) -> Wide:
    return reduce(farmhash.joined, map(widened, features), Wide.of(_CROSSED))


@partial(jax.jit, static_argnames="bins")
def _remainders(hashes: Wide, bins: int) -> jax.Array:
    return (hashes % bins).astype(jnp.int32)


def _fingerprints(messages: np.ndarray) -> np.ndarray:
    """Return the fingerprints of messages of one length, (texts, bytes)."""
    count, length = messages.shape
    size = np.full(count, length, np.uint64)
    if not length:
        return np.full(count, farmhash.K2, np.uint64)
    if length < 4:
        first, middle, last = (messages[:, i].astype(np.uint64) for i in (0, length >> 1, -1))
        return farmhash.up_to_3(first, middle, last, size)
    if length < 8:
        first, last = _words(messages[:, :4]), _words(messages[:, -4:])
        return farmhash.up_to_7(first[:, 0], last[:, 0], size)
    if length <= 16:
        first, last = _words(messages[:, :8]), _words(messages[:, -8:])
        return farmhash.up_to_16(first[:, 0], last[:, 0], size)
    if length <= 64:
        half, formula = (16, farmhash.up_to_32) if length <= 32 else (32, farmhash.up_to_64)
        ends = np.concatenate([_words(messages[:, :half]), _words(messages[:, -half:])], axis=1)
        return formula(list(ends.T), size)
    blocks = (length - 1) // 64
    words = _words(messages[:, : 64 * blocks]).reshape(count, blocks, 8)
    return farmhash.longer(words, _words(messages[:, -64:]), length)


def _salted(messages: np.ndarray, key: Sequence[int]) -> np.ndarray:
    """Return SipHash of messages of one length: full words, then the bytes left over with the length behind them."""
    count, length = messages.shape
    padded = np.zeros((count, 8 * (length // 8 + 1)), np.uint8)
    padded[:, :length] = messages
    padded[:, -1] = length & 0xFF
    state = siphash.started(key, np.zeros(count, np.uint64))
    return siphash.finished(reduce(siphash.absorbed, _words(padded).T, state))


def _words(messages: np.ndarray) -> np.ndarray:
    """Return bytes as 64-bit numbers, the lowest first; fewer than 8 as one number."""
    width = min(messages.shape[1], 8)
    return np.ascontiguousarray(messages).view(f"<u{width}").astype(np.uint64)


def _fingerprint_of(text: Decimals) -> Wide:
    zeros = jnp.zeros_like(text.length)
    size, first, last = Wide(zeros, text.length), text.word(), text.last_word()
    middle = (first.low >> (8 * (text.length >> 1) % 32)) & 0xFF
    ends = (Wide(zeros, first.low & 0xFF), Wide(zeros, middle), Wide(zeros, last.high >> 24))
    longer = farmhash.up_to_7(Wide(zeros, first.low), Wide(zeros, last.high), size)
    found = choose(text.length < 4, farmhash.up_to_3(*ends, size), longer)
    found = choose(text.length < 8, found, farmhash.up_to_16(first, last, size))
    if text.longest <= 16:
        return found
    words = (first, text.word(8), text.last_word(8), last)
    return choose(text.length <= 16, found, farmhash.up_to_32(words, size))


def _salted_decimals(text: Decimals, key: Sequence[int]) -> Wide:
    zeros = jnp.zeros_like(text.length)
    state = siphash.started(key, Wide(zeros, zeros))
    for start in range(0, text.longest - 7, 8):
        after = siphash.absorbed(state, text.word(start))
        full = text.length >= start + 8
        state = tuple(choose(full, new, old) for new, old in zip(after, state, strict=True))
    left = text.word(text.length & ~jnp.uint32(7))
    return siphash.finished(siphash.absorbed(state, left | Wide(text.length << 24, zeros)))
