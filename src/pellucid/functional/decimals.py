"""Whole numbers as the bytes of their decimal texts, inside programs."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
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
        places = _along(20 if wide else 10, count_axes=numbers.ndim)
        powers = jnp.asarray([10**place for place in range(len(places))], kind)
        quotients = rest // powers.reshape(places.shape)
        there = (quotients > 0) | (places == 0)
        digits = jnp.where(there, (quotients % kind(10)).astype(jnp.uint32) + _ZERO, 0)
        count = there.astype(jnp.uint32).sum(0, dtype=jnp.uint32)
        digits = jnp.concatenate([digits, jnp.zeros_like(digits[:1])])
        places = _along(len(digits), count_axes=numbers.ndim)
        return cls(
            jnp.where(negative & (places == count), jnp.uint32(_MINUS), digits),
            count + negative.astype(jnp.uint32),
        )

    @property
    def longest(self) -> int:
        """How many bytes a text can have."""
        return len(self.backwards)

    def word(self, start: Any = 0) -> Wide:
        """Return 8 bytes from a place on as one number, the first one lowest; zeros stand behind the end."""
        index = self.length - 1 - (_along(8, self.length.ndim) + start)
        inside = index < self.length  # a place behind the end wraps around to a large one
        index = jnp.where(inside, index, 0).astype(jnp.int32)
        return _assembled(jnp.where(inside, jnp.take_along_axis(self.backwards, index, axis=0), 0))

    def last_word(self, before: int = 0) -> Wide:
        """Return the last 8 bytes as one number, or those that end so many ``before`` the end."""
        return _assembled(self.backwards[before : before + 8][::-1])


def _along(count: int, count_axes: int) -> jax.Array:
    """Return 0, 1, ... along an axis before others."""
    return jnp.arange(count, dtype=jnp.uint32).reshape(-1, *[1] * count_axes)


def _assembled(text: Any) -> Wide:
    """Return 8 bytes along the first axis as one number, the first one lowest."""
    shifted = text << (8 * (_along(8, text.ndim - 1) % 4))
    low, high = (part.sum(0, dtype=jnp.uint32) for part in (shifted[:4], shifted[4:]))
    return Wide(high, low)
