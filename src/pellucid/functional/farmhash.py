"""FarmHash's ``Fingerprint64``: which formula serves texts of which length.

Formulas take the words that they need, each 8 or 4 bytes with the lowest first, and lengths as words; they are written
for operators alone, so that arrays of NumPy and :class:`~pellucid.functional.wide_words.Wide` serve alike.

Source: G. Pike, FarmHash (2014), ``farmhashna``; MIT licence. The constants and the order of operations are its
definition. A text of up to 3, 7, 16, 32, 64 bytes has a formula each; of longer ones a state of seven words is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

K0, K1, K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
_CAT = 0xC6A4A7935BD1E995


def rotated(word: Any, bits: int) -> Any:
    """Return a word whose bits are moved to the right, the last ones to the front.

    >>> int(rotated(np.array([3], np.uint64), 1)[0]) == 2**63 + 1
    True
    """
    return word >> bits | word << (64 - bits)


def _folded(word: Any) -> Any:
    return word ^ (word >> 47)


def _mixed(a: Any, b: Any, factor: Any) -> Any:
    """Two words become one, which depends on every bit of both."""
    first = _folded((a ^ b) * factor)
    return _folded((b ^ first) * factor) * factor


def up_to_3(first: Any, middle: Any, last: Any, length: Any) -> Any:
    """Return the hash of 1 to 3 bytes, given the bytes at the start, at ``length // 2`` and at the end."""
    return _folded((first + (middle << 8)) * K2 ^ (length + (last << 2)) * K0) * K2


def up_to_7(first: Any, last: Any, length: Any) -> Any:
    """Return the hash of 4 to 7 bytes, given its first and its last 4."""
    return _mixed(length + (first << 3), last, length * 2 + K2)


def up_to_16(first: Any, last: Any, length: Any) -> Any:
    """Return the hash of 8 to 16 bytes, given its first and its last 8."""
    factor, a = length * 2 + K2, first + K2
    return _mixed(rotated(last, 37) * factor + a, (rotated(a, 25) + last) * factor, factor)


def up_to_32(words: Sequence[Any], length: Any) -> Any:
    """Return the hash of 17 to 32 bytes, given its first two words and its last two."""
    factor = length * 2 + K2
    a, b, c, d = words[0] * K1, words[1], words[3] * factor, words[2] * K2
    return _mixed(rotated(a + b, 43) + rotated(c, 30) + d, a + rotated(b + K2, 18) + c, factor)


def up_to_64(words: Sequence[Any], length: Any) -> Any:
    """Return the hash of 33 to 64 bytes, given its first four words and its last four."""
    factor = length * 2 + K2
    a, b, c, d = words[0] * K2, words[1], words[7] * factor, words[6] * K2
    y = rotated(a + b, 43) + rotated(c, 30) + d
    z = _mixed(y, a + rotated(b + K2, 18) + c, factor)
    e, f = words[2] * factor, words[3]
    g, h = (y + words[4]) * factor, (z + words[5]) * factor
    return _mixed(rotated(e + f, 43) + rotated(g, 30) + h, e + rotated(f + a, 18) + g, factor)


def longer(words: np.ndarray, tail: np.ndarray, length: int) -> np.ndarray:
    """Return the hashes of texts of more than 64 bytes, all of one length.

    Args:
        words: Their first words, as many as full blocks of 8 words need that end before the last byte,
            (texts, blocks, 8).
        tail: Their last 8 words, (texts, 8).
        length: How many bytes each has.
    """
    seed = np.full(len(tail), 81, np.uint64)
    x, y, z = seed * K2, seed * K1 + 113, None
    z = _folded(y * K2 + 113) * K2
    v = w = (seed * 0, seed * 0)
    x = x + words[:, 0, 0]
    for block in range(words.shape[1]):
        s = [words[:, block, place] for place in range(8)]
        x = rotated(x + y + v[0] + s[1], 37) * K1
        y = rotated(y + v[1] + s[6], 42) * K1
        x, y, z = x ^ w[1], y + v[0] + s[5], rotated(z + w[0], 33) * K1
        v = _absorbed(s[:4], v[1] * K1, x + w[0])
        w = _absorbed(s[4:], z + w[1], y + s[2])
        x, z = z, x
    factor = (z & 0xFF) * 2 + K1
    s = [tail[:, place] for place in range(8)]
    w = (w[0] + ((length - 1) & 63), w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    x = rotated(x + y + v[0] + s[1], 37) * factor
    y = rotated(y + v[1] + s[6], 42) * factor
    x, y, z = x ^ (w[1] * 9), y + v[0] * 9 + s[5], rotated(z + w[0], 33) * factor
    v = _absorbed(s[:4], v[1] * factor, x + w[0])
    w = _absorbed(s[4:], z + w[1], y + s[2])
    x, z = z, x
    return _mixed(
        _mixed(v[0], w[0], factor) + _folded(y) * K0 + z, _mixed(v[1], w[1], factor) + x, factor
    )


def _absorbed(words: Sequence[Any], a: Any, b: Any) -> tuple[Any, Any]:
    """Return a state of two words that has taken in four more."""
    a = a + words[0]
    b = rotated(b + a + words[3], 21)
    before, a = a, a + words[1] + words[2]
    return a + words[3], b + rotated(a, 44) + before


def joined(fingerprint: Any, other: Any) -> Any:
    """Return one fingerprint for two, as TensorFlow's ``FingerprintCat64`` does."""
    found = (_folded(other * _CAT) * _CAT ^ fingerprint ^ _CAT) * _CAT
    return _folded(_folded(found) * _CAT)
