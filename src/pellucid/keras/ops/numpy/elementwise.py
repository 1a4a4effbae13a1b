"""Functions of each number by itself: ``keras.ops.exp(x)`` and its like."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import real as fraction, unary
from pellucid.keras.ops.settings import narrow


def _counting(x: jax.Array) -> jax.Array:
    """Return truth values as 0 and 1, other numbers as they are."""
    return x.astype(jnp.int32) if x.dtype == bool else x


# Exponentials, logarithms, powers.

exp = unary("exp", jnp.exp, "``e^x``")
exp2 = unary("exp2", jnp.exp2, "``2^x``")
expm1 = unary("expm1", jnp.expm1, "``e^x - 1``, exact near 0")
log = unary("log", jnp.log, "the natural logarithm")
log10 = unary("log10", jnp.log10, "the logarithm to the base 10")
log1p = unary("log1p", jnp.log1p, "``log(1 + x)``, exact near 0")
log2 = unary("log2", jnp.log2, "the logarithm to the base 2")
sqrt = unary("sqrt", jnp.sqrt, "the square root")
cbrt = unary("cbrt", jnp.cbrt, "the cube root")
square = unary("square", lambda x: jnp.square(_counting(x)), "``x^2``")
reciprocal = unary("reciprocal", lambda x: jnp.reciprocal(fraction(x)), "``1 / x``")

# Angles.

sin = unary("sin", jnp.sin, "the sine of an angle in radians")
cos = unary("cos", jnp.cos, "the cosine of an angle in radians")
tan = unary("tan", jnp.tan, "the tangent of an angle in radians")
arcsin = unary("arcsin", jnp.arcsin, "the angle of a sine")
arccos = unary("arccos", jnp.arccos, "the angle of a cosine")
arctan = unary("arctan", jnp.arctan, "the angle of a tangent")
sinh = unary("sinh", jnp.sinh, "the hyperbolic sine")
cosh = unary("cosh", jnp.cosh, "the hyperbolic cosine")
tanh = unary("tanh", jnp.tanh, "the hyperbolic tangent")
arcsinh = unary("arcsinh", jnp.arcsinh, "the inverse of the hyperbolic sine")
arccosh = unary("arccosh", jnp.arccosh, "the inverse of the hyperbolic cosine")
arctanh = unary("arctanh", jnp.arctanh, "the inverse of the hyperbolic tangent")
sinc = unary("sinc", jnp.sinc, "``sin(pi x) / (pi x)``")
deg2rad = unary("deg2rad", jnp.deg2rad, "degrees as radians")
rad2deg = unary("rad2deg", jnp.rad2deg, "radians as degrees")
i0 = unary("i0", jnp.i0, "the modified Bessel function of order 0")

# Signs and whole numbers.

abs = unary("abs", jnp.abs, "the absolute value")
absolute = unary("absolute", jnp.abs, "the absolute value")
fabs = unary("fabs", lambda x: jnp.fabs(fraction(x)), "the absolute value as a fraction")
negative = unary("negative", lambda x: jnp.negative(_counting(x)), "``-x``")
sign = unary("sign", lambda x: jnp.sign(_counting(x)), "-1, 0 or 1")
signbit = unary("signbit", jnp.signbit, "whether the sign is minus")
floor = unary("floor", lambda x: jnp.floor(fraction(x)), "the next whole number below")
ceil = unary("ceil", lambda x: jnp.ceil(fraction(x)), "the next whole number above")
trunc = unary("trunc", jnp.trunc, "the whole part")

# Kinds of numbers.

isfinite = unary("isfinite", jnp.isfinite, "whether a number is neither NaN nor infinite")
isinf = unary("isinf", jnp.isinf, "whether a number is infinite")
isnan = unary("isnan", jnp.isnan, "whether it is NaN")
isneginf = unary("isneginf", jnp.isneginf, "whether it is minus infinity")
isposinf = unary("isposinf", jnp.isposinf, "whether it is plus infinity")
isreal = unary("isreal", jnp.isreal, "whether its imaginary part is 0")
logical_not = unary("logical_not", jnp.logical_not, "whether it is False or 0")
bitwise_invert = unary("bitwise_invert", jnp.bitwise_invert, "all bits turned")
bitwise_not = unary("bitwise_not", jnp.bitwise_invert, "all bits turned")

# Complex numbers.

conj = unary("conj", jnp.conj, "the complex conjugate")
conjugate = unary("conjugate", jnp.conj, "the complex conjugate")
imag = unary("imag", jnp.imag, "the imaginary part")
real = unary("real", jnp.real, "the real part")
angle = unary("angle", lambda x: jnp.angle(fraction(x)), "the angle of a complex number")


@operation
def round(x: Any, decimals: int = 0) -> jax.Array:
    """Return numbers rounded to so many decimals, halves to even."""
    x = _counting(jnp.asarray(x))
    if jnp.issubdtype(x.dtype, jnp.integer) and decimals >= 0:
        return x
    return jnp.round(x, decimals)


@operation
def clip(x: Any, x_min: Any, x_max: Any) -> jax.Array:
    """Return numbers kept between ``x_min`` and ``x_max``."""
    return jnp.clip(_counting(jnp.asarray(x)), x_min, x_max)


@operation
def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> jax.Array:
    """Return the numbers with others in the place of NaN and of infinities (the largest ones by default)."""
    return jnp.nan_to_num(jnp.asarray(x), nan=nan, posinf=posinf, neginf=neginf)


@operation
def view(x: Any, dtype: Any = None) -> jax.Array:
    """Return the same bits read as another dtype."""
    return jnp.asarray(x).view(narrow(dtype))


@operation
def copy(x: Any) -> jax.Array:
    """Return a copy."""
    return jnp.array(x, copy=True)
