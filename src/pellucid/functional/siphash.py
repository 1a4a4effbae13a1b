"""SipHash-2-4: a hash function with a key of two numbers, by additions, rotations and exclusive ors of 64-bit words.

Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pellucid.functional.farmhash import rotated

State = tuple[Any, Any, Any, Any]

_FIRST = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
_WORD = (1 << 64) - 1


def started(key: Iterable[int], zero: Any) -> State:
    """Return the state before the first word.

    Args:
        key: Two whole numbers.
        zero: A word of zeros, of the kind and the shape that the words have.
    """
    first, second = (int(each) & _WORD for each in key)
    a, b, c, d = _FIRST
    return zero ^ (a ^ first), zero ^ (b ^ second), zero ^ (c ^ first), zero ^ (d ^ second)


def absorbed(state: State, word: Any) -> State:
    """Return the state after a word: 2 rounds."""
    a, b, c, d = state
    a, b, c, d = _round(_round((a, b, c, d ^ word)))
    return a ^ word, b, c, d


def finished(state: State) -> Any:
    """Return the hash of a state that has taken in the last word: 4 rounds."""
    a, b, c, d = state
    state = (a, b, c ^ 0xFF, d)
    for _ in range(4):
        state = _round(state)
    a, b, c, d = state
    return a ^ b ^ c ^ d


def _round(state: State) -> State:
    a, b, c, d = state
    a, c = a + b, c + d
    b, d = _left(b, 13) ^ a, _left(d, 16) ^ c
    a, c = _left(a, 32) + d, c + b
    b, d = _left(b, 17) ^ c, _left(d, 21) ^ a
    return a, b, _left(c, 32), d


def _left(word: Any, bits: int) -> Any:
    return rotated(word, 64 - bits)
