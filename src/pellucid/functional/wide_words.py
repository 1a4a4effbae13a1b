"""Words of 64 bits inside programs, which have 32: each is two words, the higher and the lower one.

Operators are those of NumPy's ``uint64``, so one formula serves arrays of NumPy and :class:`Wide` alike.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

_HALF = 0xFFFF


class Wide(NamedTuple):
    """Numbers from 0 to 2^64 - 1, which wrap around.

    Args:
        high: The higher 32 bits, uint32.
        low: The lower ones.

    Example:
        >>> product = Wide.of(2**40 + 3) * 2**30
        >>> hex(int(product.high)), hex(int(product.low))
        ('0x0', '0xc0000000')
    """

    high: Any
    low: Any

    @staticmethod
    def of(number: Any) -> Wide:
        """Return an integer of Python as words; words as they are."""
        if isinstance(number, Wide):
            return number
        return Wide(jnp.uint32(number >> 32 & 0xFFFFFFFF), jnp.uint32(number & 0xFFFFFFFF))

    def __add__(self, other: Any) -> Wide:  # pyright: ignore[reportIncompatibleMethodOverride]
        other = Wide.of(other)
        low = self.low + other.low
        return Wide(self.high + other.high + (low < self.low).astype(jnp.uint32), low)

    def __mul__(self, other: Any) -> Wide:  # pyright: ignore[reportIncompatibleMethodOverride]
        other = Wide.of(other)
        high, low = _product(self.low, other.low)
        return Wide(high + self.low * other.high + self.high * other.low, low)

    def __xor__(self, other: Any) -> Wide:
        other = Wide.of(other)
        return Wide(self.high ^ other.high, self.low ^ other.low)

    def __or__(self, other: Any) -> Wide:
        other = Wide.of(other)
        return Wide(self.high | other.high, self.low | other.low)

    def __lshift__(self, bits: int) -> Wide:
        if bits >= 32:
            return Wide(self.low << (bits - 32), jnp.zeros_like(self.low))
        return Wide(self.high << bits | self.low >> (32 - bits), self.low << bits)

    def __rshift__(self, bits: int) -> Wide:
        if bits >= 32:
            return Wide(jnp.zeros_like(self.high), self.high >> (bits - 32))
        return Wide(self.high >> bits, self.low >> bits | self.high << (32 - bits))

    def __mod__(self, divisor: int) -> Any:
        """Return the remainders by an integer below 2^31, uint32: a long division."""
        rest, number = self.high % np.uint32(divisor), self.low
        at_once, left = 32 - divisor.bit_length(), 32
        while left:
            bits = min(at_once, left)
            left -= bits
            part = number >> left & ((1 << bits) - 1)
            rest = (rest << bits | part) % np.uint32(divisor)
        return rest


def _product(a: Any, b: Any) -> tuple[Any, Any]:
    """Return the higher and the lower word of a product of words, by parts of 16 bits."""
    a0, a1, b0, b1 = a & _HALF, a >> 16, b & _HALF, b >> 16
    low, cross, other = a0 * b0, a0 * b1, a1 * b0
    middle = (low >> 16) + (cross & _HALF) + (other & _HALF)
    high = a1 * b1 + (cross >> 16) + (other >> 16) + (middle >> 16)
    return high, low & _HALF | middle << 16


def choose(condition: Any, one: Any, other: Any) -> Any:
    """Return words of ``one`` where the condition holds, else of ``other``."""
    one, other = Wide.of(one), Wide.of(other)
    return Wide(
        jnp.where(condition, one.high, other.high), jnp.where(condition, one.low, other.low)
    )


def widened(numbers: Any) -> Wide:
    """Return integers as the words of their two's complement with 64 bits.

    >>> [int(word) for word in widened(jnp.int32(-2))]
    [4294967295, 4294967294]
    """
    if numbers.dtype.itemsize == 8:
        return Wide((numbers >> 32).astype(jnp.uint32), numbers.astype(jnp.uint32))
    if numbers.dtype == jnp.uint32:
        return Wide(jnp.zeros_like(numbers), numbers)
    signed = numbers.astype(jnp.int32)
    return Wide((signed >> 31).astype(jnp.uint32), signed.astype(jnp.uint32))
