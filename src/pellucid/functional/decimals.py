"""Whole numbers as the bytes of their decimal texts, inside programs."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from pellucid.functional.wide_words import Wide

_ZERO, _MINUS = ord("0"), ord("-")


class Decimals(NamedTuple):
    """The texts of whole numbers, such as ``-17``.

    Args:
        backwards: Their bytes, the last one first and zeros behind the first, (longest, ...), uint32.
        length: How many bytes each has, uint32.

    Example:
        >>> text = Decimals.of(jnp.array([-17, 305]))
        >>> [bytes(column).decode() for column in text.backwards[:3].T.astype(jnp.uint8)]
        ['71-', '503']
    """

    backwards: Any
    length: Any

    @classmethod
    def of(cls, numbers: Any) -> Decimals:
        """Return the texts of integers of any width."""
        wide = numbers.dtype.itemsize == 8
        kind = jnp.uint64 if wide else jnp.uint32
        signed = jnp.issubdtype(numbers.dtype, jnp.signedinteger)
        negative = numbers < 0 if signed else jnp.zeros(numbers.shape, bool)
        unsigned = numbers.astype(kind)  # two's complement: the lowest number too has its opposite
        rest = jnp.where(negative, kind(0) - unsigned, unsigned)
        digits, count = [], jnp.zeros(numbers.shape, jnp.uint32)
        for place in range(20 if wide else 10):
            there = (rest > 0) | (place == 0)
            digits.append(jnp.where(there, (rest % kind(10)).astype(jnp.uint32) + _ZERO, 0))
            count = count + there.astype(jnp.uint32)
            rest = rest // kind(10)
        digits = jnp.stack([*digits, jnp.zeros_like(count)])
        places = jnp.arange(len(digits), dtype=jnp.uint32).reshape(-1, *[1] * count.ndim)
        return cls(
            jnp.where(negative & (places == count), jnp.uint32(_MINUS), digits),
            count + negative.astype(jnp.uint32),
        )

    @property
    def longest(self) -> int:
        """How many bytes a text can have."""
        return len(self.backwards)

    def at(self, place: Any) -> Wide:
        """Return the byte at a place that is counted from the start; 0 behind the end."""
        index = self.length - 1 - jnp.asarray(place, jnp.uint32)
        inside = index < self.length  # a place behind the end wraps around to a large one
        index = jnp.where(inside, index, 0).astype(jnp.int32)
        byte = jnp.take_along_axis(self.backwards, index[None], axis=0)[0]
        return Wide(jnp.zeros_like(byte), jnp.where(inside, byte, jnp.uint32(0)))

    def word(self, start: Any, width: int = 8) -> Wide:
        """Return the bytes from a place on as one number, the first one lowest."""
        return _assembled([self.at(jnp.asarray(start, jnp.uint32) + i) for i in range(width)])

    def last_word(self, width: int = 8, before: int = 0) -> Wide:
        """Return the last bytes as one number, or those that end so many ``before`` the end."""
        ending = self.backwards[before : before + width][::-1]
        return _assembled([Wide(jnp.zeros_like(byte), byte) for byte in ending])


def _assembled(parts: list[Wide]) -> Wide:
    found = parts[0]
    for place, byte in enumerate(parts[1:], 1):
        found = found | byte << (8 * place)
    return found
