"""Functions of two arrays number by number: arithmetic, comparisons, logic, bits."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import binary, bitwise, operand, real

# Arithmetic.

add = binary("add", jnp.add, "``x1 + x2``")
subtract = binary("subtract", jnp.subtract, "``x1 - x2``")
multiply = binary("multiply", jnp.multiply, "``x1 * x2``")
divide = binary("divide", jnp.true_divide, "``x1 / x2``")
true_divide = binary("true_divide", jnp.true_divide, "``x1 / x2``")
floor_divide = binary("floor_divide", jnp.floor_divide, "the whole part of ``x1 / x2``, downwards")
mod = binary("mod", jnp.mod, "what is left of ``x1 / x2``, with the sign of ``x2``")
fmod = binary("fmod", jnp.fmod, "what is left of ``x1 / x2``, with the sign of ``x1``")
power = binary("power", jnp.power, "``x1`` to the power ``x2``")
arctan2 = binary("arctan2", jnp.arctan2, "the angle of the point ``(x2, x1)``")
hypot = binary("hypot", jnp.hypot, "the length of the vector ``(x1, x2)``")
heaviside = binary("heaviside", jnp.heaviside, "0 for negative ``x1``, 1 for positive, ``x2`` at 0")
logaddexp = binary("logaddexp", jnp.logaddexp, "``log(e^x1 + e^x2)``")
logaddexp2 = binary("logaddexp2", jnp.logaddexp2, "``log2(2^x1 + 2^x2)``")
nextafter = binary("nextafter", jnp.nextafter, "the next number after ``x1`` towards ``x2``")
ldexp = binary("ldexp", jnp.ldexp, "``x1 * 2^x2``")
gcd = binary("gcd", jnp.gcd, "the greatest common divisor")
lcm = binary("lcm", jnp.lcm, "the least common multiple")

# The larger and the smaller.

maximum = binary("maximum", jnp.maximum, "the larger of two numbers, NaN if one is NaN")
minimum = binary("minimum", jnp.minimum, "the smaller of two numbers, NaN if one is NaN")
fmax = binary("fmax", jnp.fmax, "the larger of two numbers, the other one if one is NaN")
fmin = binary("fmin", jnp.fmin, "the smaller of two numbers, the other one if one is NaN")

# Comparisons and logic.

equal = binary("equal", jnp.equal, "whether the numbers are equal")
not_equal = binary("not_equal", jnp.not_equal, "whether they differ")
greater = binary("greater", jnp.greater, "whether ``x1 > x2``")
greater_equal = binary("greater_equal", jnp.greater_equal, "whether ``x1 >= x2``")
less = binary("less", jnp.less, "whether ``x1 < x2``")
less_equal = binary("less_equal", jnp.less_equal, "whether ``x1 <= x2``")
logical_and = binary("logical_and", jnp.logical_and, "whether both are true")
logical_or = binary("logical_or", jnp.logical_or, "whether one is true")
logical_xor = binary("logical_xor", jnp.logical_xor, "whether just one is true")

# Bits.

bitwise_and = bitwise("bitwise_and", jnp.bitwise_and, "the bits that both have")
bitwise_or = bitwise("bitwise_or", jnp.bitwise_or, "the bits that one has")
bitwise_xor = bitwise("bitwise_xor", jnp.bitwise_xor, "the bits that just one has")
bitwise_left_shift = bitwise("bitwise_left_shift", jnp.left_shift, "``x * 2^y``")
bitwise_right_shift = bitwise("bitwise_right_shift", jnp.right_shift, "``x`` moved down ``y`` bits")
left_shift = bitwise("left_shift", jnp.left_shift, "``x * 2^y``")
right_shift = bitwise("right_shift", jnp.right_shift, "``x`` moved down ``y`` bits")


@operation
def divide_no_nan(x1: Any, x2: Any) -> jax.Array:
    """Return ``x1 / x2``, and 0 where ``x2`` is 0."""
    x1, x2 = real(x1), real(x2)
    # Two choices, for the gradient of a quotient by 0 is NaN even where it is not chosen.
    safe = jnp.where(x2 == 0, 1, x2)
    return jnp.where(x2 == 0, 0, x1 / safe)


@operation
def allclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> jax.Array:
    """Return whether all numbers are about equal: ``|x1 - x2| <= atol + rtol |x2|``."""
    return jnp.allclose(operand(x1), operand(x2), rtol, atol, equal_nan)


@operation
def isclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> jax.Array:
    """Return for each pair of numbers whether they are about equal."""
    return jnp.isclose(operand(x1), operand(x2), rtol, atol, equal_nan)


@operation
def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> jax.Array:
    """Return for each number of ``x1`` whether it is among those of ``x2``."""
    return jnp.isin(jnp.asarray(x1), jnp.asarray(x2), assume_unique, invert)
