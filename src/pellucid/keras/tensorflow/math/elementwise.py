"""Arithmetic number by number: ``tf.add``, ``tf.exp`` and their like, each one operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import special

from pellucid.keras.operation import Operation, operation
from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.text import Text, holds_text


def of_one(name: str, function: Callable[[Any], Any], meaning: str) -> Operation:
    """Make the operation ``tf.<name>(x)``.

    Args:
        name: TensorFlow's name.
        function: The function of one JAX array.
        meaning: The docstring.
    """

    def compute(x: Any, name: str | None = None) -> jax.Array:
        return function(jnp.asarray(x))

    return _named(compute, name, meaning)


def of_two(name: str, function: Callable[[Any, Any], Any], meaning: str) -> Operation:
    """Make the operation ``tf.<name>(x, y)``; a Python number takes the dtype of the other argument."""

    def compute(x: Any, y: Any, name: str | None = None) -> jax.Array:
        return function(number_or_array(x), number_or_array(y))

    return _named(compute, name, meaning)


def number_or_array(x: Any) -> Any:
    """Return Python's numbers as they are, for their dtype yields; anything else as a JAX array."""
    return x if isinstance(x, (bool, int, float, complex)) else jnp.asarray(x)


def _named(compute: Callable[..., Any], name: str, meaning: str) -> Operation:
    compute.__name__, compute.__qualname__, compute.__doc__ = name, name, meaning
    return operation(compute)


absolute = of_one("abs", jnp.abs, "Return the absolute values.")
negative = of_one("negative", jnp.negative, "Return ``-x``.")
square = of_one("square", jnp.square, "Return ``x ** 2``.")
sqrt = of_one("sqrt", jnp.sqrt, "Return the square roots.")
rsqrt = of_one("rsqrt", jax.lax.rsqrt, "Return ``1 / sqrt(x)``.")
exp = of_one("exp", jnp.exp, "Return ``e ** x``.")
log = of_one("log", jnp.log, "Return the natural logarithms.")
log1p = of_one("log1p", jnp.log1p, "Return ``log(1 + x)``, exact for small ``x``.")
expm1 = of_one("expm1", jnp.expm1, "Return ``e ** x - 1``, exact for small ``x``.")
sin = of_one("sin", jnp.sin, "Return the sines.")
cos = of_one("cos", jnp.cos, "Return the cosines.")
tan = of_one("tan", jnp.tan, "Return the tangents.")
asin = of_one("asin", jnp.arcsin, "Return the inverse sines.")
acos = of_one("acos", jnp.arccos, "Return the inverse cosines.")
atan = of_one("atan", jnp.arctan, "Return the inverse tangents.")
sinh = of_one("sinh", jnp.sinh, "Return the hyperbolic sines.")
cosh = of_one("cosh", jnp.cosh, "Return the hyperbolic cosines.")
tanh = of_one("tanh", jnp.tanh, "Return the hyperbolic tangents.")
asinh = of_one("asinh", jnp.arcsinh, "Return the inverse hyperbolic sines.")
acosh = of_one("acosh", jnp.arccosh, "Return the inverse hyperbolic cosines.")
atanh = of_one("atanh", jnp.arctanh, "Return the inverse hyperbolic tangents.")
floor = of_one("floor", jnp.floor, "Return the next whole numbers below.")
ceil = of_one("ceil", jnp.ceil, "Return the next whole numbers above.")
rounded = of_one("round", jnp.round, "Return the nearest whole numbers, halves to the even one.")
rint = of_one("rint", jnp.rint, "Return the nearest whole numbers, halves to the even one.")
sign = of_one("sign", jnp.sign, "Return -1, 0 or 1.")
reciprocal = of_one("reciprocal", jnp.reciprocal, "Return ``1 / x``.")
sigmoid = of_one("sigmoid", jax.nn.sigmoid, "Return ``1 / (1 + e ** -x)``.")
log_sigmoid = of_one("log_sigmoid", jax.nn.log_sigmoid, "Return the logarithm of the sigmoid.")
softplus = of_one("softplus", jax.nn.softplus, "Return ``log(1 + e ** x)``.")
softsign = of_one("softsign", jax.nn.soft_sign, "Return ``x / (1 + |x|)``.")
erf = of_one("erf", special.erf, "Return the error function.")
erfc = of_one("erfc", special.erfc, "Return one minus the error function.")
erfinv = of_one("erfinv", special.erfinv, "Return the inverse of the error function.")
lgamma = of_one("lgamma", special.gammaln, "Return the logarithm of the gamma function.")
digamma = of_one("digamma", special.digamma, "Return the derivative of ``lgamma``.")
real = of_one("real", jnp.real, "Return the real parts.")
imag = of_one("imag", jnp.imag, "Return the imaginary parts.")
conj = of_one("conj", jnp.conj, "Return the complex conjugates.")
angle = of_one("angle", jnp.angle, "Return the angles of complex numbers.")

subtract = of_two("subtract", jnp.subtract, "Return ``x - y``.")
multiply = of_two("multiply", jnp.multiply, "Return ``x * y``.")
divide = of_two("divide", jnp.divide, "Return ``x / y``.")
truediv = of_two("truediv", jnp.divide, "Return ``x / y``.")
floordiv = of_two("floordiv", jnp.floor_divide, "Return ``x // y``.")
floormod = of_two("floormod", jnp.mod, "Return ``x % y``, with the sign of ``y``.")
truncatemod = of_two("truncatemod", jnp.fmod, "Return the remainder with the sign of ``x``.")
truncatediv = of_two(
    "truncatediv",
    lambda x, y: jnp.trunc(x / y).astype(jnp.result_type(x, y)),
    "Return ``x / y`` without its fraction.",
)
power = of_two("pow", jnp.power, "Return ``x ** y``.")
atan2 = of_two(
    "atan2", jnp.arctan2, "Return the angle of the point ``(y, x)``; arguments in that order."
)
maximum = of_two("maximum", jnp.maximum, "Return the larger of each two numbers.")
minimum = of_two("minimum", jnp.minimum, "Return the smaller of each two numbers.")
squared_difference = of_two(
    "squared_difference", lambda x, y: jnp.square(x - y), "Return ``(x - y) ** 2``."
)
xlogy = of_two("xlogy", special.xlogy, "Return ``x log(y)``, 0 where ``x`` is 0.")
xlog1py = of_two("xlog1py", special.xlog1py, "Return ``x log(1 + y)``, 0 where ``x`` is 0.")
complex_of = of_two(
    "complex", jax.lax.complex, "Return complex numbers of real and imaginary parts."
)
scalar_mul = of_two("scalar_mul", jnp.multiply, "Return a number times a tensor.")


def add(x: Any, y: Any, name: str | None = None) -> Any:
    """Return ``x + y``; texts are joined."""
    return Text(x) + y if holds_text(x) else _add(x, y)


_add = of_two("add", jnp.add, "Return ``x + y``.")


def _unless_zero(x: Any, y: Any) -> jax.Array:
    safe = jnp.where(jnp.asarray(y) == 0, 1, y)
    return jnp.where(jnp.asarray(y) == 0, 0, x / safe)


divide_no_nan = of_two("divide_no_nan", _unless_zero, "Return ``x / y``, 0 where ``y`` is 0.")
xdivy = of_two(
    "xdivy",
    lambda x, y: jnp.where(jnp.asarray(x) == 0, 0, x / jnp.where(jnp.asarray(x) == 0, 1, y)),
    "Return ``x / y``, 0 where ``x`` is 0.",
)
multiply_no_nan = of_two(
    "multiply_no_nan",
    lambda x, y: jnp.where(jnp.asarray(y) == 0, 0, jnp.where(jnp.asarray(y) == 0, 0, x) * y),
    "Return ``x * y``, 0 where ``y`` is 0 even if ``x`` is not finite.",
)
reciprocal_no_nan = of_one(
    "reciprocal_no_nan", lambda x: _unless_zero(1, x), "Return ``1 / x``, 0 where ``x`` is 0."
)
erfcinv = of_one("erfcinv", lambda x: special.erfinv(1 - x), "Return the inverse of ``erfc``.")


@operation
def polyval(coeffs: Any, x: Any, name: str | None = None) -> jax.Array:
    """Return the polynomial with these coefficients, the highest power first, ``tf.math.polyval``."""
    return jnp.polyval(jnp.asarray(coeffs), jnp.asarray(x))


@operation
def add_n(inputs: Any, name: str | None = None) -> jax.Array:
    """Return the sum of a list of tensors, ``tf.add_n``."""
    arrays = [jnp.asarray(each) for each in inputs]
    return sum(arrays[1:], arrays[0])


@operation
def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> jax.Array:
    """Return the numbers cut off at both ends of a range, ``tf.clip_by_value``."""
    t = jnp.asarray(t)
    return jnp.clip(t, *(jnp.asarray(end, t.dtype) for end in (clip_value_min, clip_value_max)))


@operation
def _by_norm(t: Any, clip_norm: Any, axes: Any) -> jax.Array:
    t = jnp.asarray(t)
    squares = jnp.sum(jnp.square(t), axes, keepdims=axes is not None)
    norm = jnp.sqrt(jnp.where(squares > 0, squares, 1.0))
    return t * jnp.minimum(clip_norm / norm, 1.0)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """Return a tensor scaled down to a length, if it is longer, ``tf.clip_by_norm``."""
    return _by_norm(t, clip_norm, axes=None if axes is None else tuple(np.ravel(axes).tolist()))


@operation
def global_norm(t_list: Any, name: str | None = None) -> jax.Array:
    """Return the length of several tensors taken as one vector, ``tf.linalg.global_norm``."""
    squares = [jnp.sum(jnp.square(jnp.asarray(t))) for t in t_list if t is not None]
    return jnp.sqrt(sum(squares))


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Return tensors scaled down together to a length, and the length they had, ``tf.clip_by_global_norm``."""
    norm = global_norm(list(t_list)) if use_norm is None else use_norm
    factor = divide(clip_norm, maximum(norm, clip_norm))
    return [None if t is None else multiply(t, factor) for t in t_list], norm
